/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB and instruction cache maintenance (Arm ARM DDI 0487 C5.5, D8.14). "is"
 * reaches every CPU of the inner shareable domain; nothing is complete before a
 * DSB.
 */
#ifndef HW_TLB_H
#define HW_TLB_H

#include <stdint.h>

/* One stage-2 entry of the VMID in VTTBR_EL2; operand: TLBI_IPA. */
static inline void arm_hw_tlbi_ipas2e1is(uint64_t operand)
{
	__asm__ volatile("tlbi ipas2e1is, %0" ::"r"(operand) : "memory");
}

/* All stage-1 entries of that VMID. */
static inline void arm_hw_tlbi_vmalle1is(void)
{
	__asm__ volatile("tlbi vmalle1is" ::: "memory");
}

/* All entries of that VMID, of both stages. */
static inline void arm_hw_tlbi_vmalls12e1is(void)
{
	__asm__ volatile("tlbi vmalls12e1is" ::: "memory");
}

/* All entries of EL1 and EL0, of every VMID. */
static inline void arm_hw_tlbi_alle1is(void)
{
	__asm__ volatile("tlbi alle1is" ::: "memory");
}

/* The same on this CPU only. */
static inline void arm_hw_tlbi_alle1(void)
{
	__asm__ volatile("tlbi alle1" ::: "memory");
}

/* As vmalle1is, but on this CPU only. */
static inline void arm_hw_tlbi_vmalle1(void)
{
	__asm__ volatile("tlbi vmalle1" ::: "memory");
}

/* All instruction caches. */
static inline void arm_hw_ic_ialluis(void)
{
	__asm__ volatile("ic ialluis" ::: "memory");
}

/* This CPU's instruction cache. */
static inline void arm_hw_ic_iallu(void)
{
	__asm__ volatile("ic iallu" ::: "memory");
}

#endif
