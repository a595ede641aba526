/* SPDX-License-Identifier: Apache-2.0 */
/* A lock held for a few instructions, with IRQs masked. */
#ifndef HV_BASE_LOCK_H
#define HV_BASE_LOCK_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/cpu.h"

/*
 * Whoever comes first when it is free gets it, and not who has waited longest:
 * under an emulator or another hypervisor that one may not be running just
 * now, and all others would wait for it. All zero is free.
 */
struct hv_lock {
	_Atomic uint32_t taken;
};

/* Answers what hv_unlock() needs to put the IRQ mask back. */
static inline uint64_t hv_lock(struct hv_lock *lock)
{
	uint64_t daif = hv_irqs_mask();

	while (atomic_exchange_explicit(&lock->taken, 1,
					memory_order_acquire)) {
		while (atomic_load_explicit(&lock->taken, memory_order_relaxed))
			hv_cpu_relax();
	}
	return daif;
}

static inline void hv_unlock(struct hv_lock *lock, uint64_t daif)
{
	atomic_store_explicit(&lock->taken, 0, memory_order_release);
	hv_irqs_restore(daif);
}

#endif
