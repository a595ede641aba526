/* SPDX-License-Identifier: Apache-2.0 */
/* A guest register, wherever it is: in the CPU or in the object. */
#include <stddef.h>

#include "context/reg.h"

#include "context/switch.h"
#include "hw/irq.h"

_Static_assert(offsetof(struct arm_guest_regs, SP_EL1) == 0,
	       "the ids are the indices of the slots");

/* The controls are written by the library only: the object is the truth. */
bool arm_reg_is_control(enum arm_reg id)
{
	return id >= ARM_REG_HCR_EL2;
}

/*
 * Of a bound vCPU all registers are read, and all are written: this is for a
 * debugger, and code for each by its number would be as long as the rest of
 * the switch. CNTP_* are in the object unless the guest has the timer.
 */
uint64_t arm_reg_read(const struct arm_vcpu *vcpu, enum arm_reg id)
{
	struct arm_guest_regs regs = vcpu->regs;

	if (vcpu->pcpu)
		arm_regs_read(&regs, !vcpu->virtual_timers);
	return ((const uint64_t *)&regs)[id];
}

void arm_reg_write(struct arm_vcpu *vcpu, enum arm_reg id, uint64_t value)
{
	struct arm_guest_regs *regs = &vcpu->regs;
	uint64_t *slot = (uint64_t *)regs + id;
	uint64_t daif;

	if (!vcpu->pcpu) {
		*slot = value;
		return;
	}
	/* As in arm_vcpu_bind(): a handler may ask for the vCPU. */
	daif = arm_hw_irq_mask();
	arm_regs_read(regs, !vcpu->virtual_timers);
	*slot = value;
	arm_regs_load(regs, !vcpu->virtual_timers);
	arm_hw_irq_restore(daif);
}
