/* SPDX-License-Identifier: Apache-2.0 */
/* PSTATE.DAIF of this CPU. */
#ifndef HW_IRQ_H
#define HW_IRQ_H

#include <stdint.h>

/* Mask IRQs and FIQs; what was masked before, for arm_hw_irq_restore(). Memory
 * accesses stay on their side of both. */
static inline uint64_t arm_hw_irq_mask(void)
{
	uint64_t daif;

	__asm__ volatile("mrs %0, daif\n\tmsr daifset, #3"
			 : "=r"(daif)
			 :
			 : "memory");
	return daif;
}

static inline void arm_hw_irq_restore(uint64_t daif)
{
	__asm__ volatile("msr daif, %0" ::"r"(daif) : "memory");
}

/* The end of this CPU. */
_Noreturn static inline void arm_hw_halt(void)
{
	for (;;)
		__asm__ volatile("msr daifset, #0xf\n\twfi" ::: "memory");
}

#endif
