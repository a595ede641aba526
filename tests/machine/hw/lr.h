/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/lr.h. */
#ifndef HW_LR_H
#define HW_LR_H

#include <stdint.h>

uint64_t arm_hw_read_lr(unsigned n);
void arm_hw_write_lr(unsigned n, uint64_t value);

static inline void arm_hw_write_lrs(const uint64_t *lr, uint32_t mask)
{
	for (unsigned n = 0; n < 16; n++)
		if (mask >> n & 1)
			arm_hw_write_lr(n, lr[n]);
}

uint64_t arm_hw_read_apr(unsigned group, unsigned n);
void arm_hw_write_apr(unsigned group, unsigned n, uint64_t value);

#endif
