/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hypervisor/base/cpu.h on a PC: with this folder first in the include path,
 * hv's scheduler, timers and locks are plain C. Whoever links them supplies
 * these functions, and hv_gic_kick() of irq/gic.h; what they do is said there.
 */
#ifndef HV_BASE_CPU_H
#define HV_BASE_CPU_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct hv_cpu;

struct hv_cpu *hv_this_cpu(void);

uint64_t hv_irqs_mask(void);
void hv_irqs_restore(uint64_t daif);
void hv_irqs_unmask(void);
void hv_irqs_take(void);

void hv_cpu_wait(void);
void hv_cpu_relax(void);

static inline bool hv_cpu_take(_Atomic uint32_t *word)
{
	uint32_t seen = 0;

	return atomic_compare_exchange_strong(word, &seen, 1);
}

static inline void hv_cpu_give(_Atomic uint32_t *word)
{
	atomic_fetch_and(word, ~UINT32_C(0xff));
}

static inline uint32_t hv_cpu_wait_write(_Atomic uint32_t *word, uint32_t seen)
{
	(void)seen;
	hv_cpu_relax();
	return atomic_load(word);
}

uint64_t hv_counter(void);
uint64_t hv_counter_frequency(void);
void hv_cpu_set_alarm(uint64_t deadline);

#endif
