/* SPDX-License-Identifier: Apache-2.0 */
#include "hw/id.h"

#include "arch/sysreg.h"
#include "hw/sysreg.h"

/* CRm and op2, both in three bits: numbers without gaps make a jump table. */
#define NUMBER(crm, op2) ((crm) << 3 | (op2))

uint64_t arm_hw_read_id(uint32_t key)
{
	switch (NUMBER(BITS_GET(key, SYSREG_CRM), BITS_GET(key, SYSREG_OP2))) {
#define ID_REG(name, crm, op2) \
	case NUMBER(crm, op2): \
		return READ_SYSREG(3, 0, 0, crm, op2);
#define ID_KEEP(field, hi, lo)
#define ID_LIMIT(name, field, lo, max)
#define ID_ABSENT(name, field, lo)
#define ID_END
#include "arch/id_regs.def"
	default:
		return 0;
	}
}
