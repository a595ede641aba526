/* SPDX-License-Identifier: Apache-2.0 */
/* Generic timer facts (Arm ARM DDI 0487 D11.2, D19.12). */
#ifndef ARCH_TIMER_H
#define ARCH_TIMER_H

#include "arch/bits.h"
#include "arch/sysreg.h"

/* CNTP_CTL_EL0 and CNTV_CTL_EL0. */
#define CNT_CTL_ENABLE  BIT(0)
#define CNT_CTL_IMASK   BIT(1)
#define CNT_CTL_ISTATUS BIT(2)
#define CNT_CTL_FIELDS(X) \
	X(CNT_CTL_ENABLE) \
	X(CNT_CTL_IMASK)  \
	X(CNT_CTL_ISTATUS)
BITS_DISJOINT(CNT_CTL);

#define SYSREG_CNTP_TVAL_EL0 SYSREG(3, 3, 14, 2, 0)
#define SYSREG_CNTP_CTL_EL0  SYSREG(3, 3, 14, 2, 1)
#define SYSREG_CNTP_CVAL_EL0 SYSREG(3, 3, 14, 2, 2)

#endif
