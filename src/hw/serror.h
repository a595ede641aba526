/* SPDX-License-Identifier: Apache-2.0 */
/* Physical SErrors at EL2, which PSTATE.A masks (Arm ARM DDI 0487 D1.3.4). */
#ifndef HW_SERROR_H
#define HW_SERROR_H

#include <stdint.h>

static inline void arm_hw_mask_serror(void)
{
	__asm__ volatile("msr daifset, #4" ::: "memory");
}

/* One that is pending is taken here, which is fatal. */
static inline void arm_hw_unmask_serror(void)
{
	__asm__ volatile("msr daifclr, #4\n\tisb" ::: "memory");
}

/* ESB: one that is pending and masked goes to DISR_EL1. A NOP on a CPU without
 * FEAT_RAS. */
static inline void arm_hw_esb(void)
{
	__asm__ volatile("hint #16" ::: "memory");
}

/* Take one that is pending: its ESR_EL2. 0 if none came. */
uint64_t arm_hw_take_serror(void);

#endif
