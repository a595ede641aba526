/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the core reaches the CPU that a vCPU is bound to. src/cpu fills the
 * table in; tests give their own. vcpu->hw is null while the vCPU is not
 * bound: the object itself is then the truth.
 */
#ifndef CORE_HW_H
#define CORE_HW_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/vcpu.h>

struct arm_hw_ops {
	/* One loaded guest register (GUEST_REG and ORDERED_REG rows). */
	uint64_t (*read_reg)(enum arm_vcpu_reg_id id);
	void (*write_reg)(enum arm_vcpu_reg_id id, uint64_t value);
	/* One EL1 ID register, by its encoding: (op0,op1,CRn,CRm,op2) as in
	 * SYSREG(), see arch/sysreg.h; only 3,0,0,{1-7},{0-7}. */
	uint64_t (*read_id)(uint32_t encoding);
	/* Refresh vgic->lr[n] from the list registers in mask. */
	void (*fetch_lrs)(struct arm_vgic_cpu *vgic, uint32_t mask);
	/* Refresh vgic->vmcr from ICH_VMCR_EL2. */
	void (*fetch_vmcr)(struct arm_vgic_cpu *vgic);
	/* CNTPCT_EL0, not speculated (after an ISB). */
	uint64_t (*counter)(void);
	/* SMC #0 to the real firmware: x0 to x17 in, x0 to x17 out. Reached
	 * only for function ids that the host allowed for this VM. */
	void (*smc)(uint64_t regs[18]);
};

/* A guest register of a vCPU, wherever it is now: in the CPU or the object. */
uint64_t arm_reg_read(const struct arm_vcpu *vcpu, enum arm_vcpu_reg_id id);
void arm_reg_write(struct arm_vcpu *vcpu, enum arm_vcpu_reg_id id,
		   uint64_t value);

#endif
