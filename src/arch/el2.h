/* SPDX-License-Identifier: Apache-2.0 */
/* EL2 control registers, HCR_EL2.E2H = 0 (Arm ARM DDI 0487 D19.2). */
#ifndef ARCH_EL2_H
#define ARCH_EL2_H

#include "arch/bits.h"

/* HCR_EL2 */
#define HCR_VM    BIT(0) /* stage 2 on                                    */
#define HCR_SWIO  BIT(1) /* invalidate by set/way also cleans             */
#define HCR_PTW   BIT(2) /* no stage-1 walks through Device memory        */
#define HCR_FMO   BIT(3) /* physical FIQs to EL2                          */
#define HCR_IMO   BIT(4)
#define HCR_AMO   BIT(5)
#define HCR_FB    BIT(9) /* TLB maintenance of the guest is broadcast     */
#define HCR_BSU   BITS(11, 10)
#define HCR_TWI   BIT(13)
#define HCR_TWE   BIT(14)
#define HCR_TID3  BIT(18)
#define HCR_TSC   BIT(19)
#define HCR_TIDCP BIT(20)
#define HCR_TACR  BIT(21)
#define HCR_TSW   BIT(22) /* cache maintenance by set/way                  */
#define HCR_TVM   BIT(26) /* writes of the stage-1 translation's registers */
#define HCR_RW    BIT(31)
#define HCR_E2H   BIT(34)
#define HCR_TLOR  BIT(35)
#define HCR_TERR  BIT(36)
#define HCR_FWB   BIT(46) /* stage 2 forces write-back; S2_MEMATTR_FWB_*   */
#define HCR_TID5  BIT(58)
#define HCR_FIELDS(X) \
	X(HCR_VM)     \
	X(HCR_SWIO)   \
	X(HCR_PTW)    \
	X(HCR_FMO)    \
	X(HCR_IMO)    \
	X(HCR_AMO)    \
	X(HCR_FB)     \
	X(HCR_BSU)    \
	X(HCR_TWI)    \
	X(HCR_TWE)    \
	X(HCR_TID3)   \
	X(HCR_TSC)    \
	X(HCR_TIDCP)  \
	X(HCR_TACR)   \
	X(HCR_TSW)    \
	X(HCR_TVM)    \
	X(HCR_RW)     \
	X(HCR_E2H)    \
	X(HCR_TLOR)   \
	X(HCR_TERR)   \
	X(HCR_FWB)    \
	X(HCR_TID5)
BITS_DISJOINT(HCR);

#define HCR_BSU_INNER 1u

/* CPTR_EL2. TZ and TSM are RES1 where SVE and SME do not exist, so
 * that trapping them is always the right value. */
#define CPTR_RES1 (BITS(7, 0) | BIT(9) | BIT(13))
#define CPTR_TZ   BIT(8)
#define CPTR_TFP  BIT(10)
#define CPTR_TSM  BIT(12)
#define CPTR_TTA  BIT(20)
#define CPTR_TAM  BIT(30)
#define CPTR_FIELDS(X) \
	X(CPTR_RES1) X(CPTR_TZ) X(CPTR_TFP) X(CPTR_TSM) X(CPTR_TTA) X(CPTR_TAM)
BITS_DISJOINT(CPTR);

/* MDCR_EL2 (D19.3) */
#define MDCR_HPMN  BITS(4, 0)
#define MDCR_TPMCR BIT(5)
#define MDCR_TPM   BIT(6)
#define MDCR_TDA   BIT(9)
#define MDCR_TDOSA BIT(10)
#define MDCR_TDRA  BIT(11)
#define MDCR_TPMS  BIT(14)
#define MDCR_TTRF  BIT(19)
#define MDCR_FIELDS(X) \
	X(MDCR_HPMN)   \
	X(MDCR_TPMCR)  \
	X(MDCR_TPM)    \
	X(MDCR_TDA) X(MDCR_TDOSA) X(MDCR_TDRA) X(MDCR_TPMS) X(MDCR_TTRF)
BITS_DISJOINT(MDCR);

/* PMCR_EL0: how many event counters there are */
#define PMCR_N BITS(15, 11)

/* MPAM2_EL2, MPAMHCR_EL2, MPAMIDR_EL1 (DDI 0598 7.3) */
#define MPAM2_TRAPMPAM1EL1   BIT(48)
#define MPAM2_TRAPMPAM0EL1   BIT(49)
#define MPAM2_ENMPAMSM       BIT(50) /* 0: MPAMSM_EL1 traps */
#define MPAM2_TIDR           BIT(58) /* MPAMIDR_EL1 traps, where it can */
#define MPAMHCR_TRAP_MPAMIDR BIT(31)
#define MPAMIDR_HAS_HCR      BIT(17)

/* CNTHCTL_EL2 (D19.12), E2H = 0 */
#define CNTHCTL_EL1PCTEN BIT(0) /* EL1 may read CNTPCT_EL0 */
#define CNTHCTL_EL1PCEN  BIT(1) /* EL1 may use CNTP_*_EL0  */

/* VMPIDR_EL2: the guest's MPIDR_EL1 */
#define MPIDR_AFFINITY (BITS(39, 32) | BITS(23, 0))
#define MPIDR_RES1     BIT(31)

/* VTTBR_EL2 */
#define VTTBR_VMID  BITS(63, 48)
#define VTTBR_BADDR BITS(47, 1)

#endif
