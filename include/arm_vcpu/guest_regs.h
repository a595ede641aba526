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
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset, feature) uint64_t name;
#define ORDERED_REG                                              GUEST_REG
#define CONTROL_REG                                              GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
};

/* For arm_vcpu_get_reg() and arm_vcpu_set_reg(). */
enum arm_vcpu_reg_id {
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset, feature) \
	ARM_VCPU_REG_##name,
#define ORDERED_REG GUEST_REG
#define CONTROL_REG GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
	ARM_VCPU_REG_COUNT
};

ARM_VCPU_STATIC_ASSERT(sizeof(struct arm_guest_regs) == ARM_VCPU_REG_COUNT * 8u,
		       "one 64-bit slot a register, in the order of the ids");

/* Every register to its reset value; controls to 0. Null is ignored. */
void arm_guest_regs_reset(struct arm_guest_regs *regs);

/*
 * Move the guest's registers (not the controls) from this CPU into regs, and
 * regs, controls included, into this CPU. What arm_vcpu_bind() and
 * arm_vcpu_unbind() do; public for hosts that switch by hand. EL2 only,
 * interrupts masked, and CPTR_EL2.TFP clear where EL1 has AArch32 (FPEXC32_EL2
 * traps with it). store also switches the guest's two timers off. restore ends
 * with a context synchronisation event pending: the caller's ERET or ISB.
 */
void arm_guest_regs_store(struct arm_guest_regs *regs);
void arm_guest_regs_restore(const struct arm_guest_regs *regs);

/* The architectural name of a register, null for an id that is none. */
const char *arm_vcpu_reg_name(enum arm_vcpu_reg_id id);

ARM_VCPU_END

#endif
