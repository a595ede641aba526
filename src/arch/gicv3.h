/* SPDX-License-Identifier: Apache-2.0 */
/*
 * GICv3 facts (IHI 0069H): the distributor's and the redistributors' register
 * maps (12.8 to 12.11), the list registers and the hypervisor controls of the
 * virtual CPU interface (12.4).
 */
#ifndef ARCH_GICV3_H
#define ARCH_GICV3_H

#include "arch/bits.h"

/* INTIDs (2.2): 0-15 SGI, 16-31 PPI, 32-1019 SPI, 1020-1023 special. */
#define GIC_FIRST_PPI     16u
#define GIC_FIRST_SPI     32u
#define GIC_FIRST_SPECIAL 1020u

/* Registers that both frames of interrupt state have, at the same offsets. */
#define GIC_IGROUPR    0x0080u
#define GIC_ISENABLER  0x0100u
#define GIC_ICENABLER  0x0180u
#define GIC_ISPENDR    0x0200u
#define GIC_ICPENDR    0x0280u
#define GIC_ISACTIVER  0x0300u
#define GIC_ICACTIVER  0x0380u
#define GIC_IPRIORITYR 0x0400u
#define GIC_ITARGETSR  0x0800u
#define GIC_ICFGR      0x0c00u
#define GIC_IGRPMODR   0x0d00u
#define GIC_NSACR      0x0e00u
#define GIC_ID_BLOCK   0xffd0u /* PIDR4-7, PIDR0-3, CIDR0-3 to 0xffff */
#define GIC_PIDR2      0xffe8u

/* Distributor. */
#define GICD_CTLR        0x0000u
#define GICD_TYPER       0x0004u
#define GICD_IIDR        0x0008u
#define GICD_IROUTER     0x6000u /* IROUTER<n> at 0x6000 + 8 * n, n from 32 */
#define GICD_IROUTER_END 0x8000u

#define GICD_CTLR_ENABLE_GRP0 BIT(0)
#define GICD_CTLR_ENABLE_GRP1 BIT(1)
#define GICD_CTLR_ARE         BIT(4)
#define GICD_CTLR_DS          BIT(6)
#define GICD_CTLR_RWP         BIT(31)
#define GICD_CTLR_FIELDS(X)      \
	X(GICD_CTLR_ENABLE_GRP0) \
	X(GICD_CTLR_ENABLE_GRP1) \
	X(GICD_CTLR_ARE)         \
	X(GICD_CTLR_DS)          \
	X(GICD_CTLR_RWP)
BITS_DISJOINT(GICD_CTLR);

#define GICD_TYPER_IT_LINES BITS(4, 0)
#define GICD_TYPER_ID_BITS  BITS(23, 19)
#define GICD_TYPER_A3V      BIT(24)
#define GICD_TYPER_NO_1N    BIT(25)
#define GICD_TYPER_RSS      BIT(26)
#define GICD_TYPER_FIELDS(X)   \
	X(GICD_TYPER_IT_LINES) \
	X(GICD_TYPER_ID_BITS)  \
	X(GICD_TYPER_A3V)      \
	X(GICD_TYPER_NO_1N)    \
	X(GICD_TYPER_RSS)
BITS_DISJOINT(GICD_TYPER);

/* Affinity as IROUTER, MPIDR_EL1 and our vCPUs write it. */
#define GIC_AFFINITY  (BITS(39, 32) | BITS(23, 0))
#define GIC_AFF3      BITS(39, 32)
#define GIC_AFF2_TO_0 BITS(23, 0)

/* Redistributor: the RD_base frame, and behind it the SGI_base frame. */
#define GICR_FRAME_SIZE 0x10000u

#define GICR_CTLR      0x0000u
#define GICR_IIDR      0x0004u
#define GICR_TYPER     0x0008u
#define GICR_WAKER     0x0014u
#define GICR_PROPBASER 0x0070u

#define GICR_CTLR_RWP BIT(3)

#define GICR_TYPER_LAST      BIT(4)
#define GICR_TYPER_PROCESSOR BITS(23, 8)
#define GICR_TYPER_AFF2_TO_0 BITS(55, 32)
#define GICR_TYPER_AFF3      BITS(63, 56)
#define GICR_TYPER_FIELDS(X)    \
	X(GICR_TYPER_LAST)      \
	X(GICR_TYPER_PROCESSOR) \
	X(GICR_TYPER_AFF2_TO_0) \
	X(GICR_TYPER_AFF3)
BITS_DISJOINT(GICR_TYPER);

#define GICR_WAKER_PROCESSOR_SLEEP BIT(1)
#define GICR_WAKER_CHILDREN_ASLEEP BIT(2)

/* Priorities: the virtual CPU interface implements five bits or more. */
#define GIC_PRIORITY_MASK BITS(7, 3)

/* ICC_SGI1R_EL1, ICC_ASGI1R_EL1, ICC_SGI0R_EL1 (12.2.24). */
#define ICC_SGIR_TARGETS BITS(15, 0)
#define ICC_SGIR_AFF1    BITS(23, 16)
#define ICC_SGIR_INTID   BITS(27, 24)
#define ICC_SGIR_AFF2    BITS(39, 32)
#define ICC_SGIR_IRM     BIT(40)
#define ICC_SGIR_RS      BITS(47, 44)
#define ICC_SGIR_AFF3    BITS(55, 48)
#define ICC_SGIR_FIELDS(X)  \
	X(ICC_SGIR_TARGETS) \
	X(ICC_SGIR_AFF1)    \
	X(ICC_SGIR_INTID)   \
	X(ICC_SGIR_AFF2)    \
	X(ICC_SGIR_IRM)     \
	X(ICC_SGIR_RS)      \
	X(ICC_SGIR_AFF3)
BITS_DISJOINT(ICC_SGIR);

/* ICH_LR<n>_EL2 (12.4.8). EOI exists where HW is 0, inside pINTID's place. */
#define ICH_LR_VINTID   BITS(31, 0)
#define ICH_LR_PINTID   BITS(44, 32)
#define ICH_LR_EOI      BIT(41)
#define ICH_LR_PRIORITY BITS(55, 48)
#define ICH_LR_GROUP    BIT(60)
#define ICH_LR_HW       BIT(61)
#define ICH_LR_PENDING  BIT(62)
#define ICH_LR_ACTIVE   BIT(63)
#define ICH_LR_STATE    BITS(63, 62)
#define ICH_LR_FIELDS(X)   \
	X(ICH_LR_VINTID)   \
	X(ICH_LR_PINTID)   \
	X(ICH_LR_PRIORITY) \
	X(ICH_LR_GROUP)    \
	X(ICH_LR_HW)       \
	X(ICH_LR_STATE)
BITS_DISJOINT(ICH_LR);

/* ICH_VTR_EL2 (12.4.12); the counts are less one. */
#define ICH_VTR_LISTREGS BITS(4, 0)
#define ICH_VTR_TDS      BIT(19)
#define ICH_VTR_A3V      BIT(21)
#define ICH_VTR_PREBITS  BITS(28, 26)
#define ICH_VTR_PRIBITS  BITS(31, 29)
#define ICH_VTR_FIELDS(X)   \
	X(ICH_VTR_LISTREGS) \
	X(ICH_VTR_TDS) X(ICH_VTR_A3V) X(ICH_VTR_PREBITS) X(ICH_VTR_PRIBITS)
BITS_DISJOINT(ICH_VTR);

/* ICH_HCR_EL2 (12.4.7). */
#define ICH_HCR_EN      BIT(0)
#define ICH_HCR_UIE     BIT(1)
#define ICH_HCR_LRENPIE BIT(2)
#define ICH_HCR_NPIE    BIT(3)
/* Maintenance when a group becomes enabled (E) or disabled (D). */
#define ICH_HCR_VGRP0EIE BIT(4)
#define ICH_HCR_VGRP0DIE BIT(5)
#define ICH_HCR_VGRP1EIE BIT(6)
#define ICH_HCR_VGRP1DIE BIT(7)
#define ICH_HCR_TC       BIT(10)
#define ICH_HCR_TALL0    BIT(11)
#define ICH_HCR_TALL1    BIT(12)
#define ICH_HCR_TDIR     BIT(14)
#define ICH_HCR_EOICOUNT BITS(31, 27)
#define ICH_HCR_FIELDS(X)   \
	X(ICH_HCR_EN)       \
	X(ICH_HCR_UIE)      \
	X(ICH_HCR_LRENPIE)  \
	X(ICH_HCR_NPIE)     \
	X(ICH_HCR_VGRP0EIE) \
	X(ICH_HCR_VGRP0DIE) \
	X(ICH_HCR_VGRP1EIE) \
	X(ICH_HCR_VGRP1DIE) \
	X(ICH_HCR_TC)       \
	X(ICH_HCR_TALL0)    \
	X(ICH_HCR_TALL1)    \
	X(ICH_HCR_TDIR)     \
	X(ICH_HCR_EOICOUNT)
BITS_DISJOINT(ICH_HCR);

/* ICC_SRE_EL2 (12.2.26). */
#define ICC_SRE_EL2_SRE BIT(0)
#define ICC_SRE_EL2_DFB BIT(1)
#define ICC_SRE_EL2_DIB BIT(2)
/* ICH_MISR_EL2 (12.4.10): why the maintenance interrupt is asserted. */
#define ICH_MISR_EOI    BIT(0)
#define ICH_MISR_U      BIT(1)
#define ICH_MISR_LRENP  BIT(2)
#define ICH_MISR_NP     BIT(3)
#define ICH_MISR_VGRP0E BIT(4)
#define ICH_MISR_VGRP0D BIT(5)
#define ICH_MISR_VGRP1E BIT(6)
#define ICH_MISR_VGRP1D BIT(7)

/* ICH_VMCR_EL2 (12.4.11). */
#define ICH_VMCR_VENG0 BIT(0)
#define ICH_VMCR_VENG1 BIT(1)
#define ICH_VMCR_VCBPR BIT(4)
#define ICH_VMCR_VEOIM BIT(9)
#define ICH_VMCR_VBPR1 BITS(20, 18)
#define ICH_VMCR_VBPR0 BITS(23, 21)
#define ICH_VMCR_VPMR  BITS(31, 24)
#define ICH_VMCR_FIELDS(X) \
	X(ICH_VMCR_VENG0)  \
	X(ICH_VMCR_VENG1)  \
	X(ICH_VMCR_VCBPR)  \
	X(ICH_VMCR_VEOIM)  \
	X(ICH_VMCR_VBPR1)  \
	X(ICH_VMCR_VBPR0)  \
	X(ICH_VMCR_VPMR)
BITS_DISJOINT(ICH_VMCR);

#endif
