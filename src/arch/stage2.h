/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 translation with the 4 KiB granule: the descriptors (Arm ARM DDI
 * 0487 D8.3) and the two registers that point at them (VTCR_EL2, VTTBR_EL2,
 * D19.2).
 */
#ifndef ARCH_STAGE2_H
#define ARCH_STAGE2_H

#include "arch/bits.h"

/* A level resolves 9 bits, the page offset 12: entry size is 2^(39 - 9l). */
#define S2_PAGE_SHIFT  12u
#define S2_LEVEL_BITS  9u
#define S2_ENTRIES     512u
#define S2_LEVEL_FIRST 0u
#define S2_LEVEL_1G    1u /* the first level that may hold blocks */
#define S2_LEVEL_LAST  3u
/* Up to 16 tables may be concatenated at the start level (D8.2.2). */
#define S2_CONCAT_BITS 4u
/* 4 KiB granule without FEAT_LPA2: 48 bits of input and output (D8.1.6). */
#define S2_MIN_IPA_BITS 32u
#define S2_MAX_BITS     48u

/*
 * Descriptors. Block and page hold the same attributes. For invalid
 * descriptors every bit but 0 is ignored by hardware (D8.3.1).
 */
#define S2_DESC_VALID   BIT(0)
#define S2_DESC_TABLE   BIT(1) /* levels 0 to 2: table; level 3: page     */
#define S2_DESC_MEMATTR BITS(5, 2)
#define S2_DESC_READ    BIT(6) /* S2AP[0]                                 */
#define S2_DESC_WRITE   BIT(7) /* S2AP[1]                                 */
#define S2_DESC_SH      BITS(9, 8)
#define S2_DESC_AF      BIT(10)
#define S2_DESC_ADDR    BITS(47, 12)
#define S2_DESC_XN0     BIT(53) /* FEAT_XNX only: otherwise RES0           */
#define S2_DESC_XN      BIT(54)

#define S2_DESC_FIELDS(X)  \
	X(S2_DESC_VALID)   \
	X(S2_DESC_TABLE)   \
	X(S2_DESC_MEMATTR) \
	X(S2_DESC_READ)    \
	X(S2_DESC_WRITE)   \
	X(S2_DESC_SH)      \
	X(S2_DESC_AF)      \
	X(S2_DESC_ADDR)    \
	X(S2_DESC_XN0)     \
	X(S2_DESC_XN)
BITS_DISJOINT(S2_DESC);

/* All that a change of attributes may touch. */
#define S2_DESC_ATTRS                                                  \
	(S2_DESC_MEMATTR | S2_DESC_READ | S2_DESC_WRITE | S2_DESC_SH | \
	 S2_DESC_AF | S2_DESC_XN0 | S2_DESC_XN)

/* MemAttr[3:0] with FEAT_S2FWB not in use (D8.6.6). */
#define S2_MEMATTR_DEVICE_NGNRE 0x1u
#define S2_MEMATTR_NORMAL_WB    0xfu /* outer and inner write-back        */
/* With HCR_EL2.FWB: write-back whatever stage 1 says; Device is the same. */
#define S2_MEMATTR_FWB_NORMAL_WB 0x6u
#define S2_SH_INNER              0x3u

#define VTCR_EL2_T0SZ  BITS(5, 0)
#define VTCR_EL2_SL0   BITS(7, 6)
#define VTCR_EL2_IRGN0 BITS(9, 8)
#define VTCR_EL2_ORGN0 BITS(11, 10)
#define VTCR_EL2_SH0   BITS(13, 12)
#define VTCR_EL2_TG0   BITS(15, 14)
#define VTCR_EL2_PS    BITS(18, 16)
#define VTCR_EL2_VS    BIT(19)
#define VTCR_EL2_HA    BIT(21)
#define VTCR_EL2_HD    BIT(22)
#define VTCR_EL2_RES1  BIT(31)

#define VTCR_EL2_FIELDS(X) \
	X(VTCR_EL2_T0SZ)   \
	X(VTCR_EL2_SL0)    \
	X(VTCR_EL2_IRGN0)  \
	X(VTCR_EL2_ORGN0)  \
	X(VTCR_EL2_SH0)    \
	X(VTCR_EL2_TG0)    \
	X(VTCR_EL2_PS)     \
	X(VTCR_EL2_VS)     \
	X(VTCR_EL2_HA)     \
	X(VTCR_EL2_HD)     \
	X(VTCR_EL2_RES1)
BITS_DISJOINT(VTCR_EL2);

#define VTCR_RGN_WBWA 0x1u /* write-back, read- and write-allocate */
#define VTCR_TG0_4K   0x0u
/* SL0 counts upwards from level 2 (4 KiB granule). */
#define VTCR_SL0(start_level) (2u - (start_level))

#define VTTBR_EL2_CNP   BIT(0)
#define VTTBR_EL2_BADDR BITS(47, 1)
#define VTTBR_EL2_VMID  BITS(63, 48)

#define VTTBR_EL2_FIELDS(X) \
	X(VTTBR_EL2_CNP)    \
	X(VTTBR_EL2_BADDR)  \
	X(VTTBR_EL2_VMID)
BITS_DISJOINT(VTTBR_EL2);

/* TLBI IPAS2E1IS takes IPA[47:12] in bits 35 to 0 (C5.5). */
#define TLBI_IPA BITS(35, 0)

#endif
