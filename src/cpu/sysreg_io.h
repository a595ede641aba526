/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and writing system registers of this CPU. A register is named by
 * its encoding, S<op0>_<op1>_C<CRn>_C<CRm>_<op2>, so that any assembler takes
 * it whatever architecture version it was told.
 */
#ifndef CPU_SYSREG_IO_H
#define CPU_SYSREG_IO_H

#include <stdint.h>

#define SYSREG_NAME(op0, op1, crn, crm, op2)                                   \
	"S" #op0 "_" #op1 "_C" #crn "_C" #crm "_" #op2

#define READ_SYSREG(op0, op1, crn, crm, op2)                                   \
	({                                                                     \
		uint64_t value_;                                               \
		__asm__ volatile(                                              \
			"mrs %0, " SYSREG_NAME(op0, op1, crn, crm, op2)        \
			: "=r"(value_));                                       \
		value_;                                                        \
	})

#define WRITE_SYSREG(op0, op1, crn, crm, op2, value)                           \
	__asm__ volatile("msr " SYSREG_NAME(op0, op1, crn, crm, op2) ", %x0"   \
			 :                                                     \
			 : "rZ"((uint64_t)(value)))

/* Registers that no list names: op0, op1, CRn, CRm, op2. */
#define CURRENTEL	 3, 0, 4, 2, 2
#define DAIF		 3, 3, 4, 2, 1
#define SP_EL0		 3, 0, 4, 1, 0
#define MPIDR_EL1	 3, 0, 0, 0, 5
#define MIDR_EL1	 3, 0, 0, 0, 0
#define PAR_EL1		 3, 0, 7, 4, 0
#define ESR_EL2		 3, 4, 5, 2, 0
#define FAR_EL2		 3, 4, 6, 0, 0
#define HPFAR_EL2	 3, 4, 6, 0, 4
#define ELR_EL2		 3, 4, 4, 0, 1
#define SPSR_EL2	 3, 4, 4, 0, 0
#define VBAR_EL2	 3, 4, 12, 0, 0
#define SCTLR_EL2	 3, 4, 1, 0, 0
#define HCR_EL2		 3, 4, 1, 1, 0
#define VTCR_EL2	 3, 4, 2, 1, 2
#define VTTBR_EL2	 3, 4, 2, 1, 0
#define VMPIDR_EL2	 3, 4, 0, 0, 5
#define VPIDR_EL2	 3, 4, 0, 0, 0
#define CNTVOFF_EL2	 3, 4, 14, 0, 3
#define CNTHCTL_EL2	 3, 4, 14, 1, 0
#define CPTR_EL2	 3, 4, 1, 1, 2
#define MDCR_EL2	 3, 4, 1, 1, 1
#define VDISR_EL2	 3, 4, 12, 1, 1
#define HCRX_EL2	 3, 4, 1, 2, 2
#define HFGRTR_EL2	 3, 4, 1, 1, 4
#define HFGWTR_EL2	 3, 4, 1, 1, 5
#define HFGITR_EL2	 3, 4, 1, 1, 6
#define HDFGRTR_EL2	 3, 4, 3, 1, 4
#define HDFGWTR_EL2	 3, 4, 3, 1, 5
#define CNTPCT_EL0	 3, 3, 14, 0, 1
#define ICC_SRE_EL2	 3, 4, 12, 9, 5
#define ICH_HCR_EL2	 3, 4, 12, 11, 0
#define ICH_VTR_EL2	 3, 4, 12, 11, 1
#define ICH_VMCR_EL2	 3, 4, 12, 11, 7
#define ID_AA64PFR0_EL1	 3, 0, 0, 4, 0
#define ID_AA64PFR1_EL1	 3, 0, 0, 4, 1
#define ID_AA64DFR0_EL1	 3, 0, 0, 5, 0
#define ID_AA64ISAR1_EL1 3, 0, 0, 6, 1
#define ID_AA64ISAR2_EL1 3, 0, 0, 6, 2
#define ID_AA64MMFR0_EL1 3, 0, 0, 7, 0
#define ID_AA64MMFR1_EL1 3, 0, 0, 7, 1

/* The two steps let a name above expand into its five numbers. */
#define READ(reg)	  READ_(reg)
#define READ_(...)	  READ_SYSREG(__VA_ARGS__)
#define WRITE(reg, value) WRITE_(reg, value)
#define WRITE_(...)	  WRITE_SYSREG(__VA_ARGS__)

static inline void arm_isb(void)
{
	__asm__ volatile("isb" ::: "memory");
}

#endif
