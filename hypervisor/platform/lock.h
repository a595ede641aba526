/* SPDX-License-Identifier: Apache-2.0 */
/* A lock held for a few instructions, with IRQs masked. */
#ifndef HV_PLATFORM_LOCK_H
#define HV_PLATFORM_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

/* Tickets: CPUs get it in the order they came. All zero is free. */
struct hv_lock {
	_Atomic uint32_t next;
	_Atomic uint32_t serving;
};

/* Answers what hv_unlock() needs to put the IRQ mask back. */
static inline uint64_t hv_lock(struct hv_lock *lock)
{
	uint64_t daif;
	uint32_t ticket;

	__asm__ volatile("mrs %0, daif\n\tmsr daifset, #3"
			 : "=r"(daif)
			 :
			 : "memory");
	ticket =
		atomic_fetch_add_explicit(&lock->next, 1, memory_order_relaxed);
	while (atomic_load_explicit(&lock->serving, memory_order_acquire) !=
	       ticket)
		__asm__ volatile("yield");
	return daif;
}

static inline void hv_unlock(struct hv_lock *lock, uint64_t daif)
{
	uint32_t serving =
		atomic_load_explicit(&lock->serving, memory_order_relaxed);

	atomic_store_explicit(&lock->serving, serving + 1,
			      memory_order_release);
	__asm__ volatile("msr daif, %0" : : "r"(daif) : "memory");
}

#endif
