/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A system register's encoding as one number, in the layout of the ISS of a
 * trapped MSR/MRS (Arm ARM DDI 0487 D19.2.37, "ISS encoding for an exception
 * from MSR, MRS, or System instruction execution in AArch64 state") with Rt
 * and direction zero, so that a syndrome needs one AND to become a key.
 */
#ifndef ARCH_SYSREG_H
#define ARCH_SYSREG_H

#include <stdint.h>

#include "arch/bits.h"

#define SYSREG_OP0  BITS(21, 20)
#define SYSREG_OP2  BITS(19, 17)
#define SYSREG_OP1  BITS(16, 14)
#define SYSREG_CRN  BITS(13, 10)
#define SYSREG_RT   BITS(9, 5)
#define SYSREG_CRM  BITS(4, 1)
#define SYSREG_READ BIT(0) /* direction: 1 = MRS */
#define SYSREG_KEY  (BITS(21, 10) | SYSREG_CRM)

#define SYSREG(op0, op1, crn, crm, op2)                                 \
	((uint32_t)(((uint32_t)(op0) << 20) | ((uint32_t)(op2) << 17) | \
		    ((uint32_t)(op1) << 14) | ((uint32_t)(crn) << 10) | \
		    ((uint32_t)(crm) << 1)))

#endif
