/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading and writing system registers of this CPU. A register is named by
 * its encoding, S<op0>_<op1>_C<CRn>_C<CRm>_<op2>, so that any assembler takes
 * it whatever architecture version it was told.
 */
#ifndef HW_SYSREG_H
#define HW_SYSREG_H

#include <stdint.h>

#include "arch/sysreg_names.h"

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

/* READ(ESR_EL2): the pasted name expands into its five numbers. */
#define READ(reg)          READ_(SR_##reg)
#define READ_(...)         READ_SYSREG(__VA_ARGS__)
#define WRITE(reg, value)  WRITE_((SR_##reg), value)
#define WRITE_(reg, value) WRITE_2(UNPACK_ reg, value)
#define UNPACK_(...)       __VA_ARGS__
#define WRITE_2(...)       WRITE_SYSREG(__VA_ARGS__)

#endif
