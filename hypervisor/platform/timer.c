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

/*
 * For the first of this CPU's timers, as it was under the lock: IRQs are still
 * masked, so only another CPU can have changed something since, and it only
 * takes timers out. Then there is an interrupt for nothing.
 */
static void program(uint64_t deadline)
{
	if (deadline != UINT64_MAX) {
		HV_SYSREG_WRITE(cnthp_cval_el2, deadline);
		HV_SYSREG_WRITE(cnthp_ctl_el2, CTL_ENABLE);
	} else {
		HV_SYSREG_WRITE(cnthp_ctl_el2, 0);
	}
	hv_isb();
}

/* The comparator stays as it is: it may interrupt for nothing. */
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

static uint64_t mask_irqs(void)
{
	uint64_t daif = HV_SYSREG_READ(daif);

	__asm__ volatile("msr daifset, #3" : : : "memory");
	return daif;
}

void hv_timer_set(struct hv_timer *timer, uint64_t deadline, hv_timer_fn fire)
{
	struct hv_timers *timers = &hv_this_cpu()->timers;
	uint64_t daif, locked;
	bool first;

	withdraw(timer);
	if (deadline == UINT64_MAX)
		return;
	daif = mask_irqs();
	locked = hv_lock(&timers->lock);
	timer->node.key = deadline;
	timer->fire = fire;
	hv_heap_insert(&timers->root, &timer->node);
	atomic_store(&timer->cpu, hv_this_cpu());
	first = timers->root == &timer->node;
	hv_unlock(&timers->lock, locked);
	if (first)
		program(deadline);
	HV_SYSREG_WRITE(daif, daif);
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

/* Take the first timer out if it is due; the deadline of the first that is
 * not is in *next then. */
static struct hv_timer *take_due(struct hv_timers *timers, uint64_t now,
				 hv_timer_fn *fire, uint64_t *next)
{
	uint64_t daif = hv_lock(&timers->lock);
	struct hv_timer *timer = NULL;

	_Static_assert(offsetof(struct hv_timer, node) == 0, "cast below");
	*next = timers->root ? timers->root->key : UINT64_MAX;
	if (timers->root && *next <= now) {
		timer = (struct hv_timer *)timers->root;
		*fire = timer->fire;
		hv_heap_remove(&timers->root, &timer->node);
		/* In this order: hv_timer_stop() sees one or the other. */
		atomic_store(&timers->firing, timer);
		atomic_store(&timer->cpu, NULL);
	}
	hv_unlock(&timers->lock, daif);
	return timer;
}

void hv_timer_irq(void)
{
	struct hv_timers *timers = &hv_this_cpu()->timers;
	uint64_t now = hv_counter(), next;
	struct hv_timer *timer;
	hv_timer_fn fire;

	while ((timer = take_due(timers, now, &fire, &next)) != NULL) {
		fire(timer);
		atomic_store(&timers->firing, NULL);
	}
	program(next);
}
