/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The outputs of a vCPU's timers, which are the lines of PPI 27 and 30 (Arm
 * ARM DDI 0487 D11.2.4: enabled, not masked, and the count has reached the
 * compare value, all unsigned).
 */
#ifndef CONTEXT_TIMERS_H
#define CONTEXT_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/vcpu.h>

#include "arch/timer.h"
#include "hw/barrier.h"
#include "hw/sysreg.h"

#define ARM_TIMER_VIRTUAL  (UINT32_C(1) << ARM_VTIMER_VIRTUAL_INTID)
#define ARM_TIMER_PHYSICAL (UINT32_C(1) << ARM_VTIMER_PHYSICAL_INTID)
#define ARM_TIMERS         (ARM_TIMER_VIRTUAL | ARM_TIMER_PHYSICAL)

/* CNTPCT_EL0, not speculated: the ISB keeps its read behind everything before
 * it (Arm ARM DDI 0487 D11.2.1). */
static inline uint64_t arm_counter(void)
{
	arm_hw_isb();
	return READ(CNTPCT_EL0);
}

/* Enabled and not masked. */
static inline bool arm_timer_armed(uint64_t ctl)
{
	return (ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK)) == CNT_CTL_ENABLE;
}

/* The PPIs of the timers that are the CPU's while the vCPU is bound. */
static inline uint32_t arm_timers_native(const struct arm_vcpu *vcpu)
{
	return vcpu->virtual_timers ? ARM_TIMER_VIRTUAL : ARM_TIMERS;
}

/* The outputs of native timers, now; on the CPU the vCPU is bound to. */
uint32_t arm_timers_sample(const struct arm_vcpu *vcpu);

/* The outputs of all its timers at this physical count; the same place. */
uint32_t arm_timers_bound(const struct arm_vcpu *vcpu, uint64_t now);

/*
 * The same of a vCPU that is not bound, from any CPU: by what was published.
 * Its registers are two words each, and its own CPU may be writing them. Who
 * writes them while it is not bound publishes; and unbind does, before
 * resident.
 */
void arm_timers_publish(struct arm_vcpu *vcpu);
uint32_t arm_timers_stored(const struct arm_vcpu *vcpu, uint64_t now);

#endif
