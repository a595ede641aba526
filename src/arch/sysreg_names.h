/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The encodings of the registers that hw/sysreg.h reads and writes by name:
 * op0, op1, CRn, CRm, op2 (Arm ARM DDI 0487 C5.3, D19; IHI 0069 12.2).
 */
#ifndef ARCH_SYSREG_NAMES_H
#define ARCH_SYSREG_NAMES_H

#define SR_CURRENTEL        3, 0, 4, 2, 2
#define SR_DAIF             3, 3, 4, 2, 1
#define SR_SP_EL0           3, 0, 4, 1, 0
#define SR_MPIDR_EL1        3, 0, 0, 0, 5
#define SR_CTR_EL0          3, 3, 0, 0, 1
#define SR_MIDR_EL1         3, 0, 0, 0, 0
#define SR_REVIDR_EL1       3, 0, 0, 0, 6
#define SR_CLIDR_EL1        3, 1, 0, 0, 1
#define SR_DCZID_EL0        3, 3, 0, 0, 7
#define SR_PAR_EL1          3, 0, 7, 4, 0
#define SR_ISR_EL1          3, 0, 12, 1, 0
#define SR_DISR_EL1         3, 0, 12, 1, 1
#define SR_OSLAR_EL1        2, 0, 1, 0, 4
#define SR_OSLSR_EL1        2, 0, 1, 1, 4
#define SR_ESR_EL2          3, 4, 5, 2, 0
#define SR_FAR_EL2          3, 4, 6, 0, 0
#define SR_HPFAR_EL2        3, 4, 6, 0, 4
#define SR_ELR_EL2          3, 4, 4, 0, 1
#define SR_SPSR_EL2         3, 4, 4, 0, 0
#define SR_VBAR_EL2         3, 4, 12, 0, 0
#define SR_SCTLR_EL2        3, 4, 1, 0, 0
#define SR_HCR_EL2          3, 4, 1, 1, 0
#define SR_VTCR_EL2         3, 4, 2, 1, 2
#define SR_VTTBR_EL2        3, 4, 2, 1, 0
#define SR_VMPIDR_EL2       3, 4, 0, 0, 5
#define SR_VPIDR_EL2        3, 4, 0, 0, 0
#define SR_CNTVOFF_EL2      3, 4, 14, 0, 3
#define SR_CNTHCTL_EL2      3, 4, 14, 1, 0
#define SR_CPTR_EL2         3, 4, 1, 1, 2
#define SR_MDCR_EL2         3, 4, 1, 1, 1
#define SR_HSTR_EL2         3, 4, 1, 1, 3
#define SR_VDISR_EL2        3, 4, 12, 1, 1
#define SR_HCRX_EL2         3, 4, 1, 2, 2
#define SR_HFGRTR_EL2       3, 4, 1, 1, 4
#define SR_HFGWTR_EL2       3, 4, 1, 1, 5
#define SR_HFGITR_EL2       3, 4, 1, 1, 6
#define SR_HDFGRTR_EL2      3, 4, 3, 1, 4
#define SR_HDFGWTR_EL2      3, 4, 3, 1, 5
#define SR_HAFGRTR_EL2      3, 4, 3, 1, 6
#define SR_HFGRTR2_EL2      3, 4, 3, 1, 2
#define SR_HFGWTR2_EL2      3, 4, 3, 1, 3
#define SR_HFGITR2_EL2      3, 4, 3, 1, 7
#define SR_HDFGRTR2_EL2     3, 4, 3, 1, 0
#define SR_HDFGWTR2_EL2     3, 4, 3, 1, 1
#define SR_MPAMIDR_EL1      3, 0, 10, 4, 4
#define SR_MPAMHCR_EL2      3, 4, 10, 4, 0
#define SR_MPAM2_EL2        3, 4, 10, 5, 0
#define SR_PMCR_EL0         3, 3, 9, 12, 0
#define SR_CNTPCT_EL0       3, 3, 14, 0, 1
#define SR_CNTV_CTL_EL0     3, 3, 14, 3, 1
#define SR_CNTV_CVAL_EL0    3, 3, 14, 3, 2
#define SR_CNTP_CTL_EL0     3, 3, 14, 2, 1
#define SR_CNTP_CVAL_EL0    3, 3, 14, 2, 2
#define SR_SPSR_EL1         3, 0, 4, 0, 0
#define SR_ELR_EL1          3, 0, 4, 0, 1
#define SR_ACTLR_EL1        3, 0, 1, 0, 1
#define SR_ESR_EL1          3, 0, 5, 2, 0
#define SR_FAR_EL1          3, 0, 6, 0, 0
#define SR_VBAR_EL1         3, 0, 12, 0, 0
#define SR_MDSCR_EL1        2, 0, 0, 2, 2
#define SR_SCTLR_EL1        3, 0, 1, 0, 0
#define SR_TCR_EL1          3, 0, 2, 0, 2
#define SR_ICC_DIR_EL1      3, 0, 12, 11, 1
#define SR_ICC_SRE_EL1      3, 0, 12, 12, 5
#define SR_ICC_SRE_EL2      3, 4, 12, 9, 5
#define SR_ICH_HCR_EL2      3, 4, 12, 11, 0
#define SR_ICH_VTR_EL2      3, 4, 12, 11, 1
#define SR_ICH_VMCR_EL2     3, 4, 12, 11, 7
#define SR_ID_AA64PFR0_EL1  3, 0, 0, 4, 0
#define SR_ID_AA64PFR1_EL1  3, 0, 0, 4, 1
#define SR_ID_AA64DFR0_EL1  3, 0, 0, 5, 0
#define SR_ID_AA64ISAR1_EL1 3, 0, 0, 6, 1
#define SR_ID_AA64ISAR2_EL1 3, 0, 0, 6, 2
#define SR_ID_AA64MMFR0_EL1 3, 0, 0, 7, 0
#define SR_ID_AA64MMFR1_EL1 3, 0, 0, 7, 1
#define SR_ID_AA64MMFR2_EL1 3, 0, 0, 7, 2

#endif
