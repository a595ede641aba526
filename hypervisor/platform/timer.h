/* SPDX-License-Identifier: Apache-2.0 */
/* One-shot timers on each CPU's EL2 physical timer. */
#ifndef HV_PLATFORM_TIMER_H
#define HV_PLATFORM_TIMER_H

#include <stdint.h>

struct hv_cpu;
struct hv_timer;

/* On the CPU that armed it, IRQs masked; may arm timers again. */
typedef void (*hv_timer_fn)(struct hv_timer *timer);

/* The caller owns it; all zero is a timer that is not armed. */
struct hv_timer {
	struct hv_timer *next;
	struct hv_cpu *cpu; /* where it is armed; null: not armed */
	uint64_t deadline;
	hv_timer_fn fire;
};

/*
 * Call fire(timer) once CNTPCT_EL0 has reached deadline; replaces an earlier
 * deadline. UINT64_MAX disarms. A timer is armed and disarmed by one CPU at a
 * time: disarm it before another CPU uses it, on the CPU that armed it.
 */
void hv_timer_set(struct hv_timer *timer, uint64_t deadline, hv_timer_fn fire);

/* CNTPCT_EL0, in order with the code around it; CNTFRQ_EL0. */
uint64_t hv_counter(void);
uint64_t hv_counter_frequency(void);

/* From the interrupt handler. */
void hv_timer_irq(void);

#endif
