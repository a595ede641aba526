/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cache.h"

void hv_cache_flush(const void *at, uint64_t size)
{
	uintptr_t line = (uintptr_t)at, end = line + size;
	uint64_t ctr, length;

	/* Arm ARM DDI 0487 D19.2.34: CTR_EL0.DminLine, in words of 4. */
	__asm__("mrs %0, ctr_el0" : "=r"(ctr));
	length = UINT64_C(4) << ((ctr >> 16) & 15u);
	for (line &= ~(uintptr_t)(length - 1); line < end; line += length)
		__asm__ volatile("dc civac, %0" : : "r"(line) : "memory");
	__asm__ volatile("dsb sy" : : : "memory");
}

void hv_cache_sync_code(void)
{
	__asm__ volatile("ic ialluis\n\tdsb sy\n\tisb" : : : "memory");
}
