/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPSR_EL2 and SPSR_EL1 (Arm ARM DDI 0487 C5.2.19, "SPSR_EL2, Saved Program
 * Status Register"), and what exception entry to EL1 needs besides.
 */
#ifndef ARCH_SPSR_H
#define ARCH_SPSR_H

#include "arch/bits.h"

/* In both execution states. */
#define SPSR_NZCV    BITS(31, 28)
#define SPSR_N       BIT(31)
#define SPSR_Z       BIT(30)
#define SPSR_C       BIT(29)
#define SPSR_V       BIT(28)
#define SPSR_DIT     BIT(24)
#define SPSR_PAN     BIT(22)
#define SPSR_SS      BIT(21)
#define SPSR_IL      BIT(20)
#define SPSR_A       BIT(8)
#define SPSR_I       BIT(7)
#define SPSR_F       BIT(6)
#define SPSR_AARCH32 BIT(4) /* M[4]: taken from AArch32 state */

/* Taken from AArch64. */
#define SPSR_TCO    BIT(25)
#define SPSR_UAO    BIT(23)
#define SPSR_ALLINT BIT(13)
#define SPSR_SSBS   BIT(12)
#define SPSR_BTYPE  BITS(11, 10)
#define SPSR_D      BIT(9)
#define SPSR_EL     BITS(3, 2)
#define SPSR_RES0_1 BIT(1)
#define SPSR_SP     BIT(0) /* 1: SP_ELx, 0: SP_EL0 */
/* The formatter cannot settle on a layout of this list. */
/* clang-format off */
#define SPSR_A64_FIELDS(X)                                              \
	X(SPSR_NZCV)                                                    \
	X(SPSR_TCO) X(SPSR_DIT) X(SPSR_UAO) X(SPSR_PAN) X(SPSR_SS)      \
	X(SPSR_IL) X(SPSR_ALLINT) X(SPSR_SSBS) X(SPSR_BTYPE) X(SPSR_D)  \
	X(SPSR_A) X(SPSR_I) X(SPSR_F) X(SPSR_AARCH32) X(SPSR_EL)        \
	X(SPSR_RES0_1) X(SPSR_SP)
/* clang-format on */
BITS_DISJOINT(SPSR_A64);

/* Taken from AArch32. */
#define SPSR_A32_Q       BIT(27)
#define SPSR_A32_IT_LOW  BITS(26, 25) /* IT[1:0] */
#define SPSR_A32_SSBS    BIT(23)
#define SPSR_A32_GE      BITS(19, 16)
#define SPSR_A32_IT_HIGH BITS(15, 10) /* IT[7:2] */
#define SPSR_A32_E       BIT(9)
#define SPSR_A32_T       BIT(5) /* T32 instruction set */
#define SPSR_A32_MODE    BITS(3, 0)
/* The formatter cannot settle on a layout of this list. */
/* clang-format off */
#define SPSR_A32_FIELDS(X)                                              \
	X(SPSR_NZCV)                                                    \
	X(SPSR_A32_Q) X(SPSR_A32_IT_LOW) X(SPSR_DIT) X(SPSR_A32_SSBS)   \
	X(SPSR_PAN) X(SPSR_SS) X(SPSR_IL) X(SPSR_A32_GE)                \
	X(SPSR_A32_IT_HIGH) X(SPSR_A32_E) X(SPSR_A) X(SPSR_I) X(SPSR_F) \
	X(SPSR_A32_T) X(SPSR_AARCH32) X(SPSR_A32_MODE)
/* clang-format on */
BITS_DISJOINT(SPSR_A32);

#define SPSR_DAIF (SPSR_D | SPSR_A | SPSR_I | SPSR_F)

/* M[4:0] of the AArch64 modes that a guest can be in. */
#define SPSR_M_EL0T UINT64_C(0x0)
#define SPSR_M_EL1T UINT64_C(0x4)
#define SPSR_M_EL1H UINT64_C(0x5)

/* SCTLR_EL1 (D19.2.118): what PSTATE takes from it at exception entry. */
#define SCTLR_EL1_DSSBS BIT(44) /* new PSTATE.SSBS; RES0 without FEAT_SSBS */
#define SCTLR_EL1_SPAN  BIT(23) /* 1: keep PSTATE.PAN; RES1 without FEAT_PAN */

/* VBAR_EL1 and the four groups of its vectors (D1.3.1.4, "Exception
 * vectors"); a synchronous exception takes the first of its group. */
#define VBAR_BASE          BITS(63, 11)
#define VECTOR_CURRENT_SP0 UINT64_C(0x000)
#define VECTOR_CURRENT_SPX UINT64_C(0x200)
#define VECTOR_LOWER_A64   UINT64_C(0x400)
#define VECTOR_LOWER_A32   UINT64_C(0x600)

#endif
