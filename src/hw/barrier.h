/* SPDX-License-Identifier: Apache-2.0 */
/* Barriers (Arm ARM DDI 0487 B2.3.12, D8.2). */
#ifndef HW_BARRIER_H
#define HW_BARRIER_H

static inline void arm_hw_isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

/* All accesses and all cache and TLB maintenance of this CPU, for every
 * observer of the system. */
static inline void arm_hw_dsb_sy(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

static inline void arm_hw_dsb_nsh(void)
{
	__asm__ volatile("dsb nsh" ::: "memory");
}

static inline void arm_hw_dsb_ish(void)
{
	__asm__ volatile("dsb ish" ::: "memory");
}

static inline void arm_hw_dsb_ishst(void)
{
	__asm__ volatile("dsb ishst" ::: "memory");
}

#endif
