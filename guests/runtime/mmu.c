/* SPDX-License-Identifier: Apache-2.0 */
#include "guest.h"

/* VMSAv8-64 level 1 block descriptors, 1 GiB each (Arm ARM D8.3). */
#define BLOCK       (UINT64_C(1) << 0)
#define ATTR(index) ((uint64_t)(index) << 2)
#define INNER       (UINT64_C(3) << 8)
#define ACCESSED    (UINT64_C(1) << 10)
#define NEVER_EXEC  (UINT64_C(3) << 53)
#define DEVICE      (BLOCK | ATTR(0) | ACCESSED | NEVER_EXEC)
#define NORMAL      (BLOCK | ATTR(1) | INNER | ACCESSED)
#define GIB         UINT64_C(0x40000000)

#define MAIR UINT64_C(0xff04) /* 0: Device-nGnRE; 1: write-back */
/* 39-bit addresses by both TTBRs, 4 KiB, cacheable walks, 36-bit IPAs. */
#define TCR                                                        \
	(UINT64_C(25) | UINT64_C(0x35) << 8 | UINT64_C(25) << 16 | \
	 UINT64_C(0x35) << 24 | UINT64_C(2) << 30 | UINT64_C(1) << 32)
#define SCTLR_M_C_I (UINT64_C(1) << 0 | UINT64_C(1) << 2 | UINT64_C(1) << 12)

static _Alignas(4096) uint64_t low_table[512];
static _Alignas(4096) uint64_t high_table[512]; /* empty: TTBR1 */

void mmu_on(void)
{
	low_table[0] = DEVICE;
	low_table[1] = NORMAL | GIB;
	low_table[DEVICE_ALIAS / GIB] = DEVICE;
	low_table[NORMAL_ALIAS / GIB] = NORMAL | NEVER_EXEC;
	DSB();
	WRITE_SYSREG(mair_el1, MAIR);
	WRITE_SYSREG(tcr_el1, TCR);
	WRITE_SYSREG(ttbr0_el1, (uintptr_t)low_table);
	WRITE_SYSREG(ttbr1_el1, (uintptr_t)high_table);
	ISB();
	__asm__ volatile("tlbi vmalle1\n\tic iallu\n\tdsb sy\n\tisb" ::
				 : "memory");
	WRITE_SYSREG(sctlr_el1, READ_SYSREG(sctlr_el1) | SCTLR_M_C_I);
	ISB();
}
