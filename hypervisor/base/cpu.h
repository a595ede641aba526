/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the calling CPU does that C cannot say. This header is the only one
 * with instructions that the scheduler, the timers and the locks need: a
 * program on another machine puts its own base/cpu.h before it in the include
 * path.
 */
#ifndef HV_BASE_CPU_H
#define HV_BASE_CPU_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/sysreg.h"

struct hv_cpu;

/* This CPU's data: TPIDR_EL2 belongs to the host. */
static inline struct hv_cpu *hv_this_cpu(void)
{
	struct hv_cpu *cpu;

	__asm__ volatile("mrs %0, tpidr_el2" : "=r"(cpu));
	return cpu;
}

static inline void hv_set_this_cpu(struct hv_cpu *cpu)
{
	HV_SYSREG_WRITE(tpidr_el2, (uintptr_t)cpu);
}

/* IRQ and FIQ masked; answers what hv_irqs_restore() needs to put the mask
 * back as it was. */
static inline uint64_t hv_irqs_mask(void)
{
	uint64_t daif;

	__asm__ volatile("mrs %0, daif\n\tmsr daifset, #3"
			 : "=r"(daif)
			 :
			 : "memory");
	return daif;
}

static inline void hv_irqs_restore(uint64_t daif)
{
	__asm__ volatile("msr daif, %0" : : "r"(daif) : "memory");
}

static inline void hv_irqs_unmask(void)
{
	__asm__ volatile("msr daifclr, #3" : : : "memory");
}

/* From now on an SError that EL2 makes is reported at once, by the library's
 * vectors; those of guests come while a vCPU is bound. */
static inline void hv_serrors_unmask(void)
{
	__asm__ volatile("msr daifclr, #4" : : : "memory");
}

/* Take what is pending now, here. IRQs are masked before and after. */
static inline void hv_irqs_take(void)
{
	/* The ISB is where a pending interrupt is taken, at the latest. */
	__asm__ volatile("msr daifclr, #3\n\tisb\n\tmsr daifset, #3"
			 :
			 :
			 : "memory");
}

/*
 * Wait until an interrupt is pending, without taking it: IRQs stay masked,
 * the next arm_vcpu_run() or hv_irqs_take() takes it.
 */
static inline void hv_cpu_wait(void)
{
	__asm__ volatile("dsb sy\n\twfi" : : : "memory");
}

/* Wait until another CPU, or this one before, has sent an event; what was
 * written before that is seen. It may end for no reason. */
static inline void hv_cpu_wait_event(void)
{
	__asm__ volatile("wfe" : : : "memory");
}

static inline void hv_cpu_send_event(void)
{
	__asm__ volatile("dsb sy\n\tsev" : : : "memory");
}

/* In a loop that waits for another CPU. */
static inline void hv_cpu_relax(void)
{
	__asm__ volatile("yield" : : : "memory");
}

/* A lock's word (base/lock.h). True: it was 0 and is 1, and nothing that
 * follows happens before. False: it was not, or for no reason. */
static inline bool hv_cpu_take(_Atomic uint32_t *word)
{
#ifdef __ARM_FEATURE_ATOMICS
	uint32_t seen = 0;

	return atomic_compare_exchange_strong_explicit(
		word, &seen, 1, memory_order_acquire, memory_order_relaxed);
#else
	uint32_t busy;

	__asm__ volatile("ldaxr %w0, [%1]\n\t"
			 "cbnz %w0, 1f\n\t"
			 "stxr %w0, %w2, [%1]\n"
			 "1:"
			 : "=&r"(busy)
			 : "r"(word), "r"(1)
			 : "memory");
	return !busy;
#endif
}

/* Its lowest byte is 0, after all that came before. */
static inline void hv_cpu_give(_Atomic uint32_t *word)
{
	__asm__ volatile("stlrb wzr, [%0]" : : "r"(word) : "memory");
}

/*
 * What the word is; if that is still `seen`, wait until it is written. It may
 * end for no reason. The load-exclusive has the monitor watch the word, and
 * whatever store clears the monitor is an event for WFE (DDI 0487 D1.6.1, "Wait
 * for Event"), also one that comes before the WFE.
 */
static inline uint32_t hv_cpu_wait_write(_Atomic uint32_t *word, uint32_t seen)
{
	uint32_t now;

	__asm__ volatile("ldxr %w0, [%1]\n\t"
			 "cmp %w0, %w2\n\t"
			 "b.ne 1f\n\t"
			 "wfe\n"
			 "1:"
			 : "=&r"(now)
			 : "r"(word), "r"(seen)
			 : "cc", "memory");
	return now;
}

/* CNTPCT_EL0, in order with the code around it; CNTFRQ_EL0. */
static inline uint64_t hv_counter(void)
{
	hv_isb();
	return HV_SYSREG_READ(cntpct_el0);
}

static inline uint64_t hv_counter_frequency(void)
{
	return HV_SYSREG_READ(cntfrq_el0);
}

/*
 * This CPU's timer interrupt comes once hv_counter() has reached deadline;
 * UINT64_MAX: it does not come. CNTHP, Arm ARM DDI 0487 D11.2.4.
 */
static inline void hv_cpu_set_alarm(uint64_t deadline)
{
	if (deadline != UINT64_MAX) {
		HV_SYSREG_WRITE(cnthp_cval_el2, deadline);
		HV_SYSREG_WRITE(cnthp_ctl_el2, 1);
	} else {
		HV_SYSREG_WRITE(cnthp_ctl_el2, 0);
	}
	hv_isb();
}

#endif
