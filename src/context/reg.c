/* SPDX-License-Identifier: Apache-2.0 */
/* A guest register, wherever it is: in the CPU or in the object. */
#include <stddef.h>

#include "context/reg.h"

#include "context/switch.h"

_Static_assert(offsetof(struct arm_guest_regs, SP_EL1) == 0,
	       "the ids are the indices of the slots");

static uint64_t *slot(struct arm_vcpu *vcpu, enum arm_reg id)
{
	return (uint64_t *)&vcpu->regs + id;
}

/* The controls are written by the library only: the object is the truth. */
bool arm_reg_is_control(enum arm_reg id)
{
	return id >= ARM_REG_HCR_EL2;
}

static bool is_live(const struct arm_vcpu *vcpu, enum arm_reg id)
{
	if (!vcpu->pcpu || arm_reg_is_control(id))
		return false;
	/* CNTP_* is emulated in the object unless the guest has the timer. */
	if (id == ARM_REG_CNTP_CVAL_EL0 || id == ARM_REG_CNTP_CTL_EL0)
		return !vcpu->virtual_timers;
	return true;
}

uint64_t arm_reg_read(const struct arm_vcpu *vcpu, enum arm_reg id)
{
	if (is_live(vcpu, id))
		return arm_regs_read_one(id);
	return ((const uint64_t *)&vcpu->regs)[id];
}

void arm_reg_write(struct arm_vcpu *vcpu, enum arm_reg id, uint64_t value)
{
	if (is_live(vcpu, id))
		arm_regs_write_one(id, value);
	else
		*slot(vcpu, id) = value;
}
