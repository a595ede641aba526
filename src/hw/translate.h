/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HW_TRANSLATE_H
#define HW_TRANSLATE_H

#include <stdint.h>

/* AT S1E1R: the guest's own stage 1, as a read at EL1; the answer is in
 * PAR_EL1 after an ISB (Arm ARM DDI 0487 C5.4). */
static inline void arm_hw_at_s1e1r(uint64_t va)
{
	__asm__ volatile("at s1e1r, %0" ::"r"(va) : "memory");
}

#endif
