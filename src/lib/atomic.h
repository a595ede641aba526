/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Words that CPUs share, and the lock. Every access to one goes through here,
 * so that the simulated machine can interleave CPUs at each of them. Without a
 * suffix an operation is sequentially consistent.
 */
#ifndef LIB_ATOMIC_H
#define LIB_ATOMIC_H

#include <stdatomic.h>
#include <stdint.h>

#include "hw/lock.h"
#include "hw/shared.h"

#define arm_load(word) (arm_hw_shared(), atomic_load(word))
#define arm_load_acquire(word) \
	(arm_hw_shared(), atomic_load_explicit(word, memory_order_acquire))
#define arm_load_relaxed(word) \
	(arm_hw_shared(), atomic_load_explicit(word, memory_order_relaxed))

#define arm_store(word, value) (arm_hw_shared(), atomic_store(word, value))
#define arm_store_release(word, value) \
	(arm_hw_shared(),              \
	 atomic_store_explicit(word, value, memory_order_release))
#define arm_store_relaxed(word, value) \
	(arm_hw_shared(),              \
	 atomic_store_explicit(word, value, memory_order_relaxed))

#define arm_fetch_or(word, bits) (arm_hw_shared(), atomic_fetch_or(word, bits))
#define arm_fetch_and(word, bits) \
	(arm_hw_shared(), atomic_fetch_and(word, bits))
#define arm_fetch_add(word, more) \
	(arm_hw_shared(), atomic_fetch_add(word, more))
#define arm_exchange(word, value) \
	(arm_hw_shared(), atomic_exchange(word, value))
#define arm_exchange_acquire(word, value) \
	(arm_hw_shared(),                 \
	 atomic_exchange_explicit(word, value, memory_order_acquire))
/* True: the word was *seen and is value now; false: *seen is what it is. */
#define arm_compare_exchange(word, seen, value) \
	(arm_hw_shared(), atomic_compare_exchange_strong(word, seen, value))

/* Wait for a lock that was not free, and take it. */
__attribute__((cold)) void arm_lock_queue(_Atomic uint32_t *lock);

/*
 * A lock, 0 when it is free: who waits gets it in the order of coming. It is
 * taken with interrupts masked only.
 */
static inline void arm_lock(_Atomic uint32_t *lock)
{
	arm_hw_shared();
	if (!arm_hw_lock_take(lock))
		arm_lock_queue(lock);
}

static inline void arm_unlock(_Atomic uint32_t *lock)
{
	arm_hw_shared();
	arm_hw_lock_give(lock);
}

#endif
