/* SPDX-License-Identifier: Apache-2.0 */
/* Fields of the ID registers that the library looks at (DDI 0487 D19.2). */
#ifndef ARCH_ID_FIELDS_H
#define ARCH_ID_FIELDS_H

#include "arch/bits.h"

#define PFR0_EL0  BITS(3, 0) /* 2: AArch32 too */
#define PFR0_EL1  BITS(7, 4)
#define PFR0_EL2  BITS(11, 8)
#define PFR0_GIC  BITS(27, 24)
#define PFR0_RAS  BITS(31, 28)
#define PFR0_SVE  BITS(35, 32)
#define PFR0_MPAM BITS(43, 40)
#define PFR0_AMU  BITS(47, 44)
#define PFR0_CSV2 BITS(59, 56)
#define PFR1_SSBS BITS(7, 4)
#define PFR1_MTE  BITS(11, 8)
#define PFR1_MPAM BITS(19, 16) /* with 0 in PFR0: v0.1 */
#define PFR1_SME  BITS(27, 24)
/* Breakpoints and watchpoints, less one. */
#define DFR0_BRPS         BITS(15, 12)
#define DFR0_WRPS         BITS(23, 20)
#define DFR0_PMU          BITS(11, 8) /* 15: implementation defined */
#define DFR0_SPE          BITS(35, 32)
#define DFR0_TRACE        BITS(7, 4)
#define DFR0_TRACE_FILTER BITS(43, 40)
#define ISAR1_APA         BITS(7, 4)
#define ISAR1_API         BITS(11, 8)
#define ISAR2_APA3        BITS(15, 12)
#define ISAR2_CLRBHB      BITS(31, 28)
#define MMFR0_PARANGE     BITS(3, 0)
#define MMFR0_FGT         BITS(59, 56)
#define MMFR1_VMID        BITS(7, 4) /* 2: 16 bits */
#define MMFR1_VH          BITS(11, 8)
#define MMFR1_LO          BITS(19, 16)
#define MMFR1_HCX         BITS(43, 40)
#define MMFR1_ECBHB       BITS(63, 60)
#define MMFR2_FWB         BITS(43, 40)
#define CURRENTEL_EL      BITS(3, 2)

#endif
