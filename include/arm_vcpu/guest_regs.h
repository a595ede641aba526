/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system registers of one vCPU. The list is guest_regs.def; each register
 * is a 64-bit slot under its architectural name and an id.
 */
#ifndef ARM_VCPU_GUEST_REGS_H
#define ARM_VCPU_GUEST_REGS_H

#include <stdint.h>

#include <arm_vcpu/language.h>

ARM_VCPU_BEGIN

/* All of them; a vCPU that is bound has the present values in its CPU. */
struct arm_guest_regs {
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) uint64_t name;
#define ORDERED_REG                                     GUEST_REG
#define CONTROL_REG                                     GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
};

/*
 * Ids of a vCPU's registers, for arm_vcpu_get_reg() and arm_vcpu_set_reg(). An
 * id has 64 bits in the layout of the ONE_REG interface of Linux's KVM for
 * arm64: architecture, size and kind in the upper half, the register below.
 *
 *   ARM_VCPU_REG(name)    a row of guest_regs.def, OSLSR_EL1 (its OSLK is the
 *                         OS lock) or DBGCLAIMCLR_EL1 (the claim tags)
 *   ARM_VCPU_REG_X(n)     x0 to x30
 *   ARM_VCPU_REG_SP_EL0, ARM_VCPU_REG_PC, ARM_VCPU_REG_PSTATE
 */
#define ARM_VCPU_REG_CORE   UINT64_C(0x6030000000100000)
#define ARM_VCPU_REG_SYSREG UINT64_C(0x6030000000130000)

/* x0 to x30, and what follows them in struct arm_trap_frame. */
#define ARM_VCPU_REG_X(n)   (ARM_VCPU_REG_CORE + 2u * (n))
#define ARM_VCPU_REG_SP_EL0 ARM_VCPU_REG_X(31) /* the stack pointer of EL0 */
#define ARM_VCPU_REG_PC     ARM_VCPU_REG_X(32) /* where the guest goes on */
#define ARM_VCPU_REG_PSTATE ARM_VCPU_REG_X(33) /* as SPSR_EL2 has it */

/* A system register by its A64 encoding. */
#define ARM_VCPU_REG_ENCODING(op0, op1, crn, crm, op2) \
	((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define ARM_VCPU_REG(name) \
	(ARM_VCPU_REG_SYSREG | (uint64_t)ARM_VCPU_SYSREG_##name)

/* The encodings of those that a vCPU has, for ARM_VCPU_REG(). */
enum arm_vcpu_sysreg {
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) \
	ARM_VCPU_SYSREG_##name = ARM_VCPU_REG_ENCODING(op0, op1, crn, crm, op2),
#define ORDERED_REG GUEST_REG
#define CONTROL_REG GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
	ARM_VCPU_SYSREG_OSLSR_EL1 = ARM_VCPU_REG_ENCODING(2, 0, 1, 1, 4),
	ARM_VCPU_SYSREG_DBGCLAIMCLR_EL1 = ARM_VCPU_REG_ENCODING(2, 0, 7, 9, 6),
};

/* Every register to its reset value; controls to 0. Null is ignored. */
void arm_guest_regs_reset(struct arm_guest_regs *regs);

/*
 * store moves the guest's registers (not the controls) from this CPU into regs;
 * restore moves regs, controls included, into this CPU. What arm_vcpu_bind()
 * and arm_vcpu_unbind() do; public for hosts that switch by hand. EL2 only,
 * interrupts masked. store also switches the guest's two timers off. What
 * restore wrote takes effect with the caller's next ERET or ISB.
 */
void arm_guest_regs_store(struct arm_guest_regs *regs);
void arm_guest_regs_restore(const struct arm_guest_regs *regs);

ARM_VCPU_END

#endif
