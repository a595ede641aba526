/* SPDX-License-Identifier: Apache-2.0 */
/* List registers and active priorities by number (IHI 0069 12.4). */
#ifndef HW_LR_H
#define HW_LR_H

#include <stdint.h>

#include "hw/sysreg.h"

/*
 * ICH_LR<n>_EL2, n from 0 to 15, is S3_4_C12_C<12 + n / 8>_<n % 8>; which of
 * them exist ICH_VTR_EL2 says.
 */
uint64_t arm_hw_read_lr(unsigned n);

#define LR_WRITE(n, crm, op2)   \
	if (mask & (1u << (n))) \
	WRITE_SYSREG(3, 4, 12, crm, op2, lr[n])
#define LR_WRITE_FOUR(n, crm, op2, op2_1, op2_2, op2_3) \
	do {                                            \
		LR_WRITE(n, crm, op2);                  \
		LR_WRITE((n) + 1, crm, op2_1);          \
		LR_WRITE((n) + 2, crm, op2_2);          \
		LR_WRITE((n) + 3, crm, op2_3);          \
	} while (0)

/* Those whose bit is set in the mask, from their places in lr[]. */
static inline void arm_hw_write_lrs(const uint64_t *lr, uint32_t mask)
{
	LR_WRITE_FOUR(0, 12, 0, 1, 2, 3);
	if (!(mask >> 4))
		return;
	LR_WRITE_FOUR(4, 12, 4, 5, 6, 7);
	LR_WRITE_FOUR(8, 13, 0, 1, 2, 3);
	LR_WRITE_FOUR(12, 13, 4, 5, 6, 7);
}

#undef LR_WRITE
#undef LR_WRITE_FOUR

/* ICH_AP<group>R<n>_EL2, n from 0 to 3. */
uint64_t arm_hw_read_apr(unsigned group, unsigned n);
void arm_hw_write_apr(unsigned group, unsigned n, uint64_t value);

#endif
