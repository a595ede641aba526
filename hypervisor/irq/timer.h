/* SPDX-License-Identifier: Apache-2.0 */
/* One-shot timers on each CPU's alarm (base/cpu.h). */
#ifndef HV_IRQ_TIMER_H
#define HV_IRQ_TIMER_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/heap.h"

struct hv_timers;
struct hv_timer;

/* On the CPU that armed it, IRQs masked; may arm timers again. */
typedef void (*hv_timer_fn)(struct hv_timer *timer);

/* The caller owns it; all zero is a timer that is not armed. */
struct hv_timer {
	struct hv_heap_node node; /* first; its key is the deadline      */
	struct hv_timers *_Atomic armed; /* with whom; null: not armed */
	hv_timer_fn fire;
};

/*
 * Call fire(timer) on this CPU once hv_counter() has reached deadline; replaces
 * an earlier deadline, also one set on another CPU, where fire() may just be
 * on its way. UINT64_MAX disarms. One caller at a time.
 */
void hv_timer_set(struct hv_timer *timer, uint64_t deadline, hv_timer_fn fire);

/* Disarm; afterwards fire() is not being called any more on another CPU. The
 * caller holds no lock. */
void hv_timer_stop(struct hv_timer *timer);

/* When it will fire, UINT64_MAX if it is not armed. By the CPU that armed it,
 * which nobody else disarms. */
uint64_t hv_timer_deadline(const struct hv_timer *timer);

/* From the interrupt handler. */
void hv_timer_irq(void);

#endif
