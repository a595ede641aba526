/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Data cache maintenance (Arm ARM DDI 0487 C5.3.15, D7.5.9); nothing is
 * complete before a DSB. There is no DC CVAC here on purpose: Cortex-A53
 * 819472, 824069, 826319 and 827319 want DC CIVAC in its place.
 */
#ifndef HW_CACHE_H
#define HW_CACHE_H

#include <stdint.h>

/* Clean and invalidate the line that va, an address of EL2, lies in, to the
 * point of coherency. */
static inline void arm_hw_dc_civac(uintptr_t va)
{
	__asm__ volatile("dc civac, %0" ::"r"(va) : "memory");
}

#endif
