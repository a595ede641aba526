/* SPDX-License-Identifier: Apache-2.0 */
#include "context/timers.h"

#include "hw/sysreg.h"

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

uint32_t arm_timers_stored(const struct arm_vcpu *vcpu, uint64_t now)
{
	const struct arm_guest_regs *regs = &vcpu->regs;
	uint32_t high = physical(vcpu, now);

	if (output(regs->CNTV_CTL_EL0, regs->CNTV_CVAL_EL0,
		   now - vcpu->vm->cntvoff))
		high |= ARM_TIMER_VIRTUAL;
	return high;
}
