/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each CPU keeps its armed timers in a heap and programs CNTHP (Arm ARM DDI
 * 0487 D11.2.4) for the first.
 */
#include "platform/timer.h"

#include <stddef.h>

#include "platform/smp.h"
#include "platform/sysreg.h"

#define CTL_ENABLE UINT64_C(1)

uint64_t hv_counter(void)
{
	hv_isb();
	return HV_SYSREG_READ(cntpct_el0);
}

uint64_t hv_counter_frequency(void)
{
	return HV_SYSREG_READ(cntfrq_el0);
}

/* For the first of this CPU's timers; its lock is held. */
static void program(const struct hv_timers *timers)
{
	if (timers->root) {
		HV_SYSREG_WRITE(cnthp_cval_el2, timers->root->key);
		HV_SYSREG_WRITE(cnthp_ctl_el2, CTL_ENABLE);
	} else {
		HV_SYSREG_WRITE(cnthp_ctl_el2, 0);
	}
	hv_isb();
}

/* Another CPU's comparator stays as it is: it may interrupt for nothing. */
static void withdraw(struct hv_timer *timer)
{
	struct hv_cpu *cpu = atomic_load(&timer->cpu);
	uint64_t daif;

	if (!cpu)
		return;
	daif = hv_lock(&cpu->timers.lock);
	/* Unless it has fired meanwhile. */
	if (atomic_load(&timer->cpu) == cpu) {
		hv_heap_remove(&cpu->timers.root, &timer->node);
		atomic_store(&timer->cpu, NULL);
	}
	hv_unlock(&cpu->timers.lock, daif);
}

void hv_timer_set(struct hv_timer *timer, uint64_t deadline, hv_timer_fn fire)
{
	struct hv_cpu *cpu = hv_this_cpu();
	uint64_t daif;

	withdraw(timer);
	if (deadline == UINT64_MAX)
		return;
	daif = hv_lock(&cpu->timers.lock);
	timer->node.key = deadline;
	timer->fire = fire;
	hv_heap_insert(&cpu->timers.root, &timer->node);
	atomic_store(&timer->cpu, cpu);
	if (cpu->timers.root == &timer->node)
		program(&cpu->timers);
	hv_unlock(&cpu->timers.lock, daif);
}

void hv_timer_stop(struct hv_timer *timer)
{
	withdraw(timer);
	for (uint32_t i = 0; i < hv_cpu_count(); i++) {
		struct hv_cpu *cpu = hv_cpu(i);

		while (cpu != hv_this_cpu() &&
		       atomic_load(&cpu->timers.firing) == timer)
			__asm__ volatile("yield");
	}
}

void hv_timer_irq(void)
{
	struct hv_timers *timers = &hv_this_cpu()->timers;
	uint64_t now = hv_counter();
	uint64_t daif = hv_lock(&timers->lock);

	_Static_assert(offsetof(struct hv_timer, node) == 0, "cast below");
	while (timers->root && timers->root->key <= now) {
		struct hv_timer *timer = (struct hv_timer *)timers->root;
		hv_timer_fn fire = timer->fire;

		hv_heap_remove(&timers->root, &timer->node);
		/* In this order: hv_timer_stop() sees one or the other. */
		atomic_store(&timers->firing, timer);
		atomic_store(&timer->cpu, NULL);
		hv_unlock(&timers->lock, daif);
		fire(timer);
		(void)hv_lock(&timers->lock);
		atomic_store(&timers->firing, NULL);
	}
	program(timers);
	hv_unlock(&timers->lock, daif);
}
