/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-1 walks of EL1&0 off and on again. EL2 may speculate an AT, and the
 * CPU a walk, with whatever registers stand. While VTTBR_EL2 is one guest's
 * and the tables of stage 1 are another's, that would fill the TLB under the
 * wrong VMID: Cortex-A55 1530923, A57 1319537, A72 1319367, A76 1165522. Off
 * is: the MMU on, and no walk through either TTBR. TCR_EL1 comes first, and
 * goes last, each step complete before the next: with the MMU off stage 2
 * would be walked, and with it on but EPD clear the tables.
 */
#ifndef LIB_WALKS_H
#define LIB_WALKS_H

#include <stdint.h>

#include "arch/bits.h"
#include "hw/barrier.h"
#include "hw/sysreg.h"

#define TCR_EPD0 BIT(7)
#define TCR_EPD1 BIT(23)
#define SCTLR_M  BIT(0)

/* From here on registers of stages 1 and 2 may change; tcr and sctlr are those
 * of the guest that goes, or of the one that comes. */
static inline void arm_walks_off(uint64_t tcr, uint64_t sctlr)
{
	WRITE(TCR_EL1, tcr | TCR_EPD0 | TCR_EPD1);
	arm_hw_isb();
	WRITE(SCTLR_EL1, sctlr | SCTLR_M);
	arm_hw_isb();
}

/* The registers of one guest are all there. Complete with the next context
 * synchronisation, at the latest the ERET into the guest. */
static inline void arm_walks_on(uint64_t tcr, uint64_t sctlr)
{
	arm_hw_isb();
	WRITE(SCTLR_EL1, sctlr);
	arm_hw_isb();
	WRITE(TCR_EL1, tcr);
}

#endif
