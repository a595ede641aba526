/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of the trapped registers that have any (Arm ARM DDI 0487 D19.3). */
#ifndef ARCH_SYSREG_BITS_H
#define ARCH_SYSREG_BITS_H

#include "arch/bits.h"

/* SCTLR_EL1: data accesses are cacheable if both are set (D8.2.12). */
#define SCTLR_EL1_M       BIT(0)
#define SCTLR_EL1_C       BIT(2)
#define SCTLR_EL1_CACHING (SCTLR_EL1_M | SCTLR_EL1_C)

#define OSLAR_EL1_OSLK BIT(0)

#define OSLSR_EL1_OSLM_IMPLEMENTED BIT(3) /* OSLM = 0b10 */
#define OSLSR_EL1_OSLK             BIT(1)

#define MDSCR_EL1_SS   BIT(0)
#define MDSCR_EL1_TDCC BIT(12)
#define MDSCR_EL1_KDE  BIT(13)
#define MDSCR_EL1_MDE  BIT(15)
#define MDSCR_EL1_GUEST \
	(MDSCR_EL1_SS | MDSCR_EL1_TDCC | MDSCR_EL1_KDE | MDSCR_EL1_MDE)

#define DBGCLAIM_TAGS BITS(7, 0)

/* The least number of breakpoints, and of watchpoints, that the architecture
 * allows (DDI 0487 D2.8); ID_AA64DFR0_EL1 holds it less one. */
#define DEBUG_COMPARATORS 2u

/* ICC_SRE_EL1 (IHI 0069 12.2.26): SRE, DFB and DIB, all fixed to one. */
#define ICC_SRE_EL1_FIXED BITS(2, 0)

/* ICC_DIR_EL1 (IHI 0069 12.2.9). */
#define ICC_DIR_INTID BITS(23, 0)

#endif
