/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A lock's word, whose lowest byte says that it is taken (lib/lock.c). The
 * compiler's atomics would do, but for the waiting; by hand taking a free one
 * is as short as exchanging it.
 */
#ifndef HW_LOCK_H
#define HW_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* True: the word was 0 and is 1, and nothing that follows happens before.
 * False: it was not, or for no reason. */
static inline bool arm_hw_lock_take(_Atomic uint32_t *word)
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

/* The lowest byte is 0, after all that came before. */
static inline void arm_hw_lock_give(_Atomic uint32_t *word)
{
	__asm__ volatile("stlrb wzr, [%0]" : : "r"(word) : "memory");
}

/*
 * What the word is; if that is still `seen`, wait until it is written. It may
 * end for no reason. The load-exclusive has the monitor watch the word, and
 * whatever store clears the monitor is an event for WFE (DDI 0487 D1.6.1, "Wait
 * for Event"), also one that comes before the WFE.
 */
static inline uint32_t arm_hw_lock_wait(_Atomic uint32_t *word, uint32_t seen)
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

#endif
