/* SPDX-License-Identifier: Apache-2.0 */
/* A lock held for a few instructions, with IRQs masked. */
#ifndef HV_BASE_LOCK_H
#define HV_BASE_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/cpu.h"

/*
 * The order of locks: a CPU takes one only of a higher rank than all that it
 * holds, so no two wait for each other. docs/TOUR.md draws it. Debug builds
 * and those for a PC check it (HV_LOCK_RANKS).
 */
enum hv_lock_rank {
	HV_RANK_LAST, /* the highest: what most locks have, being all zero */
	HV_RANK_RX,
	HV_RANK_MACHINE,
	HV_RANK_VUART,
	HV_RANK_SCREEN,
	HV_RANK_SAY,
};

/*
 * Who waits gets it in the order of coming, so that the time with IRQs masked
 * has a bound: as many holds as there are CPUs. On hardware that order costs
 * nothing, since every CPU that waits is running. Where hv's CPUs are threads
 * of an emulator, the one whose turn it is may not be running, and the others
 * wait for it; but so they do for a holder that is not running, whatever the
 * order. All zero is free; lock.c tells what the bits are.
 */
struct hv_lock {
	_Atomic uint32_t word;
#ifdef HV_LOCK_RANKS
	enum hv_lock_rank rank;
#endif
};

#ifdef HV_LOCK_RANKS
#define HV_LOCK(ranked)          \
	{                        \
		.rank = (ranked) \
	}
/* The calling CPU, with IRQs masked, takes it, or gives it back. */
void hv_lock_taken(const struct hv_lock *lock);
void hv_lock_given(const struct hv_lock *lock);
#else
#define HV_LOCK(ranked) \
	{               \
		0       \
	}
static inline void hv_lock_taken(const struct hv_lock *lock)
{
	(void)lock;
}
static inline void hv_lock_given(const struct hv_lock *lock)
{
	(void)lock;
}
#endif

/* Wait for a lock that was not free, and take it. */
__attribute__((cold)) void hv_lock_queue(struct hv_lock *lock);

/* Answers what hv_unlock() needs to put the IRQ mask back. */
static inline uint64_t hv_lock(struct hv_lock *lock)
{
	uint64_t daif = hv_irqs_mask();

	hv_lock_taken(lock);
	if (!hv_cpu_take(&lock->word))
		hv_lock_queue(lock);
	return daif;
}

static inline void hv_unlock(struct hv_lock *lock, uint64_t daif)
{
	hv_lock_given(lock);
	hv_cpu_give(&lock->word);
	hv_irqs_restore(daif);
}

#endif
