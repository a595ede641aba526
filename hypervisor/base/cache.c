/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Maintenance by address, always as clean and invalidate: Cortex-A53 819472,
 * 824069, 826319 and 827319 want DC CIVAC where DC CVAC would do, and there is
 * no other in hv or in the library.
 */
#include "base/cache.h"

void hv_cache_flush(const void *at, uint64_t size)
{
	uintptr_t line = (uintptr_t)at, end = line + size;
	uint64_t ctr, length;

	/* No barrier before: maintenance of a line comes after the stores to it
	 * that were made through the caches (DDI 0487 D7.5.9). */
	/* Arm ARM DDI 0487 D19.2.34: CTR_EL0.DminLine, in words of 4. */
	__asm__("mrs %0, ctr_el0" : "=r"(ctr));
	length = UINT64_C(4) << ((ctr >> 16) & 15u);
	for (line &= ~(uintptr_t)(length - 1); line < end; line += length)
		__asm__ volatile("dc civac, %0" : : "r"(line) : "memory");
	/* Complete for all observers, also those past the caches: what follows
	 * starts a CPU, or lets a guest at it. */
	__asm__ volatile("dsb sy" : : : "memory");
}

void hv_cache_sync_code(void)
{
	/* The DSB of the flush has put the code where it is fetched from. This
	 * one has the invalidation done on all CPUs before the guest may fetch
	 * it; what this CPU has fetched already its ERET discards (B2.8.5). */
	__asm__ volatile("ic ialluis\n\tdsb ish" : : : "memory");
}
