/* SPDX-License-Identifier: Apache-2.0 */
#include "hw/lr.h"

#include "hw/sysreg.h"

/* ICH_LR<n>_EL2 is S3_4_C12_C<12 + n / 8>_<n % 8>. */
#define EACH_LR(X)   \
	X(0, 12, 0)  \
	X(1, 12, 1)  \
	X(2, 12, 2)  \
	X(3, 12, 3)  \
	X(4, 12, 4)  \
	X(5, 12, 5)  \
	X(6, 12, 6)  \
	X(7, 12, 7)  \
	X(8, 13, 0)  \
	X(9, 13, 1)  \
	X(10, 13, 2) \
	X(11, 13, 3) \
	X(12, 13, 4) \
	X(13, 13, 5) \
	X(14, 13, 6) \
	X(15, 13, 7)

uint64_t arm_hw_read_lr(unsigned n)
{
	switch (n) {
#define READ_LR(number, crm, op2) \
	case number:              \
		return READ_SYSREG(3, 4, 12, crm, op2);
		EACH_LR(READ_LR)
	default:
		return 0;
	}
}

void arm_hw_write_lr(unsigned n, uint64_t value)
{
	switch (n) {
#define WRITE_LR(number, crm, op2)                       \
	case number:                                     \
		WRITE_SYSREG(3, 4, 12, crm, op2, value); \
		break;
		EACH_LR(WRITE_LR)
	default:
		break;
	}
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
