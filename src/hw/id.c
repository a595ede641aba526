/* SPDX-License-Identifier: Apache-2.0 */
#include "hw/id.h"

#include "arch/sysreg.h"
#include "hw/sysreg.h"

/* CRm 1 to 7, op2 0 to 7. */
#define EACH_OP2(X, crm) \
	X(crm, 0)        \
	X(crm, 1) X(crm, 2) X(crm, 3) X(crm, 4) X(crm, 5) X(crm, 6) X(crm, 7)
#define EACH_ID(X)     \
	EACH_OP2(X, 1) \
	EACH_OP2(X, 2) \
	EACH_OP2(X, 3) \
	EACH_OP2(X, 4) EACH_OP2(X, 5) EACH_OP2(X, 6) EACH_OP2(X, 7)

uint64_t arm_hw_read_id(uint32_t key)
{
	/* Both in three bits: numbers without gaps make a jump table. */
	switch (BITS_GET(key, SYSREG_CRM) << 3 | BITS_GET(key, SYSREG_OP2)) {
#define READ_ID(crm, op2)        \
	case (crm) << 3 | (op2): \
		return READ_SYSREG(3, 0, 0, crm, op2);
		EACH_ID(READ_ID)
	default:
		return 0;
	}
}
