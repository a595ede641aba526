/* SPDX-License-Identifier: Apache-2.0 */
/* Each CPU keeps its armed timers in a heap and sets its alarm for the first.
 */
#include "irq/timer.h"

#include <stddef.h>

#include "base/lock.h"
#include "base/percpu.h"

/* What each CPU keeps, on lines of its own: others only look whether one of
 * theirs is armed there, or just firing. */
static struct hv_timers {
	_Alignas(64) struct hv_lock lock; /* covers all, and those armed here */
	struct hv_heap_node *root;
	struct hv_timer *_Atomic firing;
} all_timers[HV_MAX_CPUS];

static struct hv_timers *timers_here(void)
{
	return &all_timers[hv_this_cpu()->index];
}

/* The comparator stays as it is: it may interrupt for nothing. */
static void withdraw(struct hv_timer *timer)
{
	struct hv_timers *timers = atomic_load(&timer->armed);
	uint64_t daif;

	if (!timers)
		return;
	daif = hv_lock(&timers->lock);
	/* Unless it has fired meanwhile. */
	if (atomic_load(&timer->armed) == timers) {
		hv_heap_remove(&timers->root, &timer->node);
		atomic_store(&timer->armed, NULL);
	}
	hv_unlock(&timers->lock, daif);
}

void hv_timer_set(struct hv_timer *timer, uint64_t deadline, hv_timer_fn fire)
{
	struct hv_timers *timers;
	uint64_t daif, locked;
	bool first;

	withdraw(timer);
	if (deadline == UINT64_MAX)
		return;
	daif = hv_irqs_mask();
	timers = timers_here();
	locked = hv_lock(&timers->lock);
	timer->node.key = deadline;
	timer->fire = fire;
	hv_heap_insert(&timers->root, &timer->node);
	atomic_store(&timer->armed, timers);
	first = timers->root == &timer->node;
	hv_unlock(&timers->lock, locked);
	/*
	 * As it was under the lock: IRQs are still masked, so only another CPU
	 * can have changed something since, and it only takes timers out. Then
	 * there is an interrupt for nothing.
	 */
	if (first)
		hv_cpu_set_alarm(deadline);
	hv_irqs_restore(daif);
}

void hv_timer_stop(struct hv_timer *timer)
{
	withdraw(timer);
	for (uint32_t i = 0; i < hv_cpu_count(); i++) {
		while (&all_timers[i] != timers_here() &&
		       atomic_load(&all_timers[i].firing) == timer)
			hv_cpu_relax();
	}
}

uint64_t hv_timer_deadline(const struct hv_timer *timer)
{
	return atomic_load(&timer->armed) ? timer->node.key : UINT64_MAX;
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
		atomic_store(&timer->armed, NULL);
	}
	hv_unlock(&timers->lock, daif);
	return timer;
}

void hv_timer_irq(void)
{
	struct hv_timers *timers = timers_here();
	uint64_t now = hv_counter(), next;
	struct hv_timer *timer;
	hv_timer_fn fire;

	while ((timer = take_due(timers, now, &fire, &next)) != NULL) {
		fire(timer);
		atomic_store(&timers->firing, NULL);
	}
	hv_cpu_set_alarm(next);
}
