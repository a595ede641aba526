/* SPDX-License-Identifier: Apache-2.0 */
/* Moving a vCPU's system registers; the list is
 * include/arm_vcpu/guest_regs.def. */
#include "context/switch.h"

#include "arch/bits.h"
#include "hw/barrier.h"
#include "hw/sysreg.h"
#include "lib/walks.h"

/* CNT*_CTL_EL0: ISTATUS is not state. */
#define CTL_STATE BITS(1, 0)

void arm_regs_load(const struct arm_guest_regs *regs, bool own_cntp)
{
	arm_walks_off(regs->TCR_EL1, regs->SCTLR_EL1);
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) \
	WRITE_SYSREG(op0, op1, crn, crm, op2, regs->name);
#define CONTROL_REG GUEST_REG
#define ORDERED_REG(...)
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef CONTROL_REG
#undef ORDERED_REG
	arm_walks_on(regs->TCR_EL1, regs->SCTLR_EL1);

	/* The ISBs: no timer is on with the compare value of another guest. */
	WRITE(CNTV_CVAL_EL0, regs->CNTV_CVAL_EL0);
	arm_hw_isb();
	WRITE(CNTV_CTL_EL0, regs->CNTV_CTL_EL0 & CTL_STATE);
	if (own_cntp) {
		WRITE(CNTP_CVAL_EL0, regs->CNTP_CVAL_EL0);
		arm_hw_isb();
		WRITE(CNTP_CTL_EL0, regs->CNTP_CTL_EL0 & CTL_STATE);
	}
}

void arm_regs_read(struct arm_guest_regs *regs, bool own_cntp)
{
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) \
	regs->name = READ_SYSREG(op0, op1, crn, crm, op2);
#define CONTROL_REG(...)
#define ORDERED_REG(...)
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef CONTROL_REG
#undef ORDERED_REG
	regs->TCR_EL1 = READ(TCR_EL1);
	regs->SCTLR_EL1 = READ(SCTLR_EL1);
	regs->CNTV_CTL_EL0 = READ(CNTV_CTL_EL0) & CTL_STATE;
	regs->CNTV_CVAL_EL0 = READ(CNTV_CVAL_EL0);
	if (own_cntp) {
		regs->CNTP_CTL_EL0 = READ(CNTP_CTL_EL0) & CTL_STATE;
		regs->CNTP_CVAL_EL0 = READ(CNTP_CVAL_EL0);
	}
}

void arm_regs_save(struct arm_guest_regs *regs, bool own_cntp)
{
	arm_regs_read(regs, own_cntp);
	/* A timer that is not this CPU's guest's any more must not fire. */
	WRITE(CNTV_CTL_EL0, 0);
	if (own_cntp)
		WRITE(CNTP_CTL_EL0, 0);
}

void arm_regs_close(const struct arm_guest_regs *regs)
{
	arm_walks_off(regs->TCR_EL1, regs->SCTLR_EL1);
}

void arm_guest_regs_store(struct arm_guest_regs *regs)
{
	arm_regs_save(regs, true);
}

void arm_guest_regs_restore(const struct arm_guest_regs *regs)
{
	arm_regs_load(regs, true);
}
