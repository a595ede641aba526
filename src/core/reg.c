/* SPDX-License-Identifier: Apache-2.0 */
/* A guest register, wherever it is: in the CPU or in the object. */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "core/hw.h"

_Static_assert(offsetof(struct arm_guest_regs, SP_EL1) == 0,
	       "the ids are the indices of the slots");

static uint64_t *slot(struct arm_vcpu *vcpu, enum arm_reg_id id)
{
	return (uint64_t *)&vcpu->regs + id;
}

/* The controls are written by the library only: the object is the truth. */
static bool is_control(enum arm_reg_id id)
{
	return id >= ARM_REG_HCR_EL2;
}

/* CNTP_* is emulated in the object unless the guest owns the real timer. */
static bool is_live(const struct arm_vcpu *vcpu, enum arm_reg_id id)
{
	if (!vcpu->hw || is_control(id))
		return false;
	if (id == ARM_REG_CNTP_CVAL_EL0 || id == ARM_REG_CNTP_CTL_EL0)
		return !vcpu->virtual_timers;
	return true;
}

uint64_t arm_reg_read(const struct arm_vcpu *vcpu, enum arm_reg_id id)
{
	if (is_live(vcpu, id))
		return vcpu->hw->read_reg(id);
	return ((const uint64_t *)&vcpu->regs)[id];
}

void arm_reg_write(struct arm_vcpu *vcpu, enum arm_reg_id id, uint64_t value)
{
	if (is_live(vcpu, id))
		vcpu->hw->write_reg(id, value);
	else
		*slot(vcpu, id) = value;
}

int arm_vcpu_get_reg(const struct arm_vcpu *vcpu, enum arm_reg_id id,
		     uint64_t *value)
{
	if (!vcpu || !value)
		return ARM_ERR_NULL;
	if ((unsigned)id >= ARM_REG_COUNT)
		return ARM_ERR_RANGE;
	*value = arm_reg_read(vcpu, id);
	return ARM_OK;
}

int arm_vcpu_set_reg(struct arm_vcpu *vcpu, enum arm_reg_id id, uint64_t value)
{
	if (!vcpu)
		return ARM_ERR_NULL;
	if ((unsigned)id >= ARM_REG_COUNT)
		return ARM_ERR_RANGE;
	if (is_control(id))
		return ARM_ERR_INVALID;
	arm_reg_write(vcpu, id, value);
	return ARM_OK;
}
