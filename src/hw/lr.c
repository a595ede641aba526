/* SPDX-License-Identifier: Apache-2.0 */
#include "hw/lr.h"

#define LR_READ(n, crm, op2) \
	if (number == (n))   \
		return READ_SYSREG(3, 4, 12, crm, op2);
#define LR_READ_FOUR(n, crm, a, b, c, d) \
	LR_READ(n, crm, a)               \
	LR_READ((n) + 1, crm, b)         \
	LR_READ((n) + 2, crm, c)         \
	LR_READ((n) + 3, crm, d)

uint64_t arm_hw_read_lr(unsigned number)
{
	/* A switch would become a table and a computed branch. */
	if (number < 4) {
		LR_READ_FOUR(0, 12, 0, 1, 2, 3)
	} else if (number < 8) {
		LR_READ_FOUR(4, 12, 4, 5, 6, 7)
	} else if (number < 12) {
		LR_READ_FOUR(8, 13, 0, 1, 2, 3)
	} else {
		LR_READ_FOUR(12, 13, 4, 5, 6, 7)
	}
	return 0;
}

/* ICH_AP0R<n>_EL2 is S3_4_C12_C8_<n>, ICH_AP1R<n>_EL2 S3_4_C12_C9_<n>. */
#define EACH_APR(X)   \
	X(0, 0, 8, 0) \
	X(0, 1, 8, 1) \
	X(0, 2, 8, 2) \
	X(0, 3, 8, 3) \
	X(1, 0, 9, 0) \
	X(1, 1, 9, 1) \
	X(1, 2, 9, 2) \
	X(1, 3, 9, 3)
#define APR(group, n) ((group) << 2 | (n))

uint64_t arm_hw_read_apr(unsigned group, unsigned n)
{
	switch (APR(group, n)) {
#define READ_APR(g, number, crm, op2) \
	case APR(g, number):          \
		return READ_SYSREG(3, 4, 12, crm, op2);
		EACH_APR(READ_APR)
	default:
		return 0;
	}
}

void arm_hw_write_apr(unsigned group, unsigned n, uint64_t value)
{
	switch (APR(group, n)) {
#define WRITE_APR(g, number, crm, op2)                   \
	case APR(g, number):                             \
		WRITE_SYSREG(3, 4, 12, crm, op2, value); \
		break;
		EACH_APR(WRITE_APR)
	default:
		break;
	}
}
