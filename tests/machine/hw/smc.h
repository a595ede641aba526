/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/smc.h. */
#ifndef HW_SMC_H
#define HW_SMC_H

#include <stdint.h>

void arm_hw_smc(uint64_t regs[18]);

#endif
