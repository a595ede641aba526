/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPU_SMC_H
#define CPU_SMC_H

#include <stdint.h>

/* SMC #0 with x0 to x17 from regs, and back (SMCCC 1.2, DEN0028 2.6). */
void arm_smc_forward(uint64_t regs[18]);

#endif
