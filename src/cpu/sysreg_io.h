/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and writing system registers of this CPU. A register is named by
 * its encoding, S<op0>_<op1>_C<CRn>_C<CRm>_<op2>, so that any assembler takes
 * it whatever architecture version it was told.
 */
#ifndef CPU_SYSREG_IO_H
#define CPU_SYSREG_IO_H

#include <stdint.h>

#define SYSREG_NAME(op0, op1, crn, crm, op2) \
	"S" #op0 "_" #op1 "_C" #crn "_C" #crm "_" #op2

#define READ_SYSREG(op0, op1, crn, crm, op2)                            \
	__extension__({                                                 \
		uint64_t value_;                                        \
		__asm__ volatile(                                       \
			"mrs %0, " SYSREG_NAME(op0, op1, crn, crm, op2) \
			: "=r"(value_));                                \
		value_;                                                 \
	})

#define WRITE_SYSREG(op0, op1, crn, crm, op2, value)                         \
	__asm__ volatile("msr " SYSREG_NAME(op0, op1, crn, crm, op2) ", %x0" \
			 :                                                   \
			 : "rZ"((uint64_t)(value)))

/* Registers that no list names: op0, op1, CRn, CRm, op2. */
#define SR_CURRENTEL        3, 0, 4, 2, 2
#define SR_DAIF             3, 3, 4, 2, 1
#define SR_SP_EL0           3, 0, 4, 1, 0
#define SR_MPIDR_EL1        3, 0, 0, 0, 5
#define SR_MIDR_EL1         3, 0, 0, 0, 0
#define SR_PAR_EL1          3, 0, 7, 4, 0
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
#define SR_CNTPCT_EL0       3, 3, 14, 0, 1
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

/* READ(ESR_EL2): the pasted name expands into its five numbers. */
#define READ(reg)          READ_(SR_##reg)
#define READ_(...)         READ_SYSREG(__VA_ARGS__)
#define WRITE(reg, value)  WRITE_((SR_##reg), value)
#define WRITE_(reg, value) WRITE_2(UNPACK_ reg, value)
#define UNPACK_(...)       __VA_ARGS__
#define WRITE_2(...)       WRITE_SYSREG(__VA_ARGS__)

/* Mask IRQs and FIQs; what was masked before, for arm_irq_restore(). Memory
 * accesses stay on their side of both. */
static inline uint64_t arm_irq_mask(void)
{
	const uint64_t daif = READ(DAIF);

	__asm__ volatile("msr daifset, #3" ::: "memory");
	return daif;
}

static inline void arm_irq_restore(uint64_t daif)
{
	__asm__ volatile("msr daif, %0" ::"r"(daif) : "memory");
}

static inline void arm_isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

#endif
