/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/lock.h. */
#ifndef HW_LOCK_H
#define HW_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Another CPU should go on here. */
void machine_yield(void);

static inline bool arm_hw_lock_take(_Atomic uint32_t *word)
{
	uint32_t seen = 0;

	return atomic_compare_exchange_strong_explicit(
		word, &seen, 1, memory_order_acquire, memory_order_relaxed);
}

static inline void arm_hw_lock_give(_Atomic uint32_t *word)
{
	atomic_fetch_and_explicit(word, ~UINT32_C(0xff), memory_order_release);
}

static inline uint32_t arm_hw_lock_wait(_Atomic uint32_t *word, uint32_t seen)
{
	(void)seen;
	machine_yield();
	return atomic_load_explicit(word, memory_order_relaxed);
}

#endif
