/* SPDX-License-Identifier: Apache-2.0 */
/* List registers and active priorities by number (IHI 0069 12.4). */
#ifndef HW_LR_H
#define HW_LR_H

#include <stdint.h>

/* ICH_LR<n>_EL2, n from 0 to 15; which of them exist ICH_VTR_EL2 says. */
uint64_t arm_hw_read_lr(unsigned n);
void arm_hw_write_lr(unsigned n, uint64_t value);

/* ICH_AP<group>R<n>_EL2, n from 0 to 3. */
uint64_t arm_hw_read_apr(unsigned group, unsigned n);
void arm_hw_write_apr(unsigned group, unsigned n, uint64_t value);

#endif
