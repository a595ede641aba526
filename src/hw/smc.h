/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HW_SMC_H
#define HW_SMC_H

#include <stdint.h>

/* SMC #0 with x0 to x17 from regs, and back (SMCCC 1.2, DEN0028 2.6). */
void arm_hw_smc(uint64_t regs[18]);

#endif
