/* SPDX-License-Identifier: Apache-2.0 */
/* One-shot timers on each CPU's EL2 physical timer. */
#ifndef HV_PLATFORM_TIMER_H
#define HV_PLATFORM_TIMER_H

#include <stdint.h>

#include "platform/heap.h"
#include "platform/lock.h"

struct hv_cpu;
struct hv_timer;

/* On the CPU that armed it, IRQs masked; may arm timers again. */
typedef void (*hv_timer_fn)(struct hv_timer *timer);

/* The caller owns it; all zero is a timer that is not armed. */
struct hv_timer {
	struct hv_heap_node node;   /* first; its key is the deadline      */
	struct hv_cpu *_Atomic cpu; /* where it is armed; null: not armed */
	hv_timer_fn fire;
};

/* What each CPU keeps of them. */
struct hv_timers {
	struct hv_lock lock; /* covers all, and the timers armed here */
	struct hv_heap_node *root;
	struct hv_timer *_Atomic firing;
};

/*
 * Call fire(timer) on this CPU once CNTPCT_EL0 has reached deadline; replaces
 * an earlier deadline, also one set on another CPU, where fire() may just be
 * on its way. UINT64_MAX disarms. One caller at a time.
 */
void hv_timer_set(struct hv_timer *timer, uint64_t deadline, hv_timer_fn fire);

/* Disarm; afterwards fire() is not being called any more on another CPU. The
 * caller holds no lock. */
void hv_timer_stop(struct hv_timer *timer);

/* CNTPCT_EL0, in order with the code around it; CNTFRQ_EL0. */
uint64_t hv_counter(void);
uint64_t hv_counter_frequency(void);

/* From the interrupt handler. */
void hv_timer_irq(void);

#endif
