/* SPDX-License-Identifier: Apache-2.0 */
#include "context/timers.h"

#include "hw/sysreg.h"
#include "lib/atomic.h"

static bool output(uint64_t ctl, uint64_t cval, uint64_t count)
{
	return arm_timer_armed(ctl) && count >= cval;
}

/* ISTATUS is the hardware's word for the condition (D19.12.9, D19.12.16). */
static bool live(uint64_t ctl)
{
	const uint64_t all = CNT_CTL_ENABLE | CNT_CTL_IMASK | CNT_CTL_ISTATUS;

	return (ctl & all) == (CNT_CTL_ENABLE | CNT_CTL_ISTATUS);
}

static uint32_t physical(const struct arm_vcpu *vcpu, uint64_t now)
{
	const struct arm_guest_regs *regs = &vcpu->regs;

	return output(regs->CNTP_CTL_EL0, regs->CNTP_CVAL_EL0, now)
		       ? ARM_TIMER_PHYSICAL
		       : 0;
}

uint32_t arm_timers_sample(const struct arm_vcpu *vcpu)
{
	uint32_t high = 0;

	if (live(READ(CNTV_CTL_EL0)))
		high |= ARM_TIMER_VIRTUAL;
	if (!vcpu->virtual_timers && live(READ(CNTP_CTL_EL0)))
		high |= ARM_TIMER_PHYSICAL;
	return high;
}

uint32_t arm_timers_bound(const struct arm_vcpu *vcpu, uint64_t now)
{
	uint32_t high = arm_timers_sample(vcpu);

	return vcpu->virtual_timers ? high | physical(vcpu, now) : high;
}

/* The count that makes the output high; a timer that is off waits for ever. */
static uint64_t due(uint64_t ctl, uint64_t cval)
{
	return arm_timer_armed(ctl) ? cval : UINT64_MAX;
}

void arm_timers_publish(struct arm_vcpu *vcpu)
{
	const struct arm_guest_regs *regs = &vcpu->regs;

	arm_store_relaxed(&vcpu->timer.virtual_due,
			  due(regs->CNTV_CTL_EL0, regs->CNTV_CVAL_EL0));
	arm_store_relaxed(&vcpu->timer.physical_due,
			  due(regs->CNTP_CTL_EL0, regs->CNTP_CVAL_EL0));
}

uint32_t arm_timers_stored(const struct arm_vcpu *vcpu, uint64_t now)
{
	const uint64_t count = now - vcpu->vm->cntvoff;
	uint32_t high = 0;

	if (count >= arm_load_relaxed(&vcpu->timer.virtual_due))
		high |= ARM_TIMER_VIRTUAL;
	if (now >= arm_load_relaxed(&vcpu->timer.physical_due))
		high |= ARM_TIMER_PHYSICAL;
	return high;
}
