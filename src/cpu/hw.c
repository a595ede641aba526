/* SPDX-License-Identifier: Apache-2.0 */
#include "cpu/hw.h"

#include "arch/sysreg.h"
#include "cpu/gic.h"
#include "cpu/regs.h"
#include "cpu/smc.h"
#include "cpu/sysreg_io.h"

/* The space of HCR_EL2.TID3: CRm 1 to 7, op2 0 to 7. */
#define EACH_OP2(X, crm) \
	X(crm, 0)        \
	X(crm, 1) X(crm, 2) X(crm, 3) X(crm, 4) X(crm, 5) X(crm, 6) X(crm, 7)
#define EACH_ID(X)     \
	EACH_OP2(X, 1) \
	EACH_OP2(X, 2) \
	EACH_OP2(X, 3) \
	EACH_OP2(X, 4) EACH_OP2(X, 5) EACH_OP2(X, 6) EACH_OP2(X, 7)

static uint64_t read_id(uint32_t encoding)
{
	/* Both in three bits: numbers without gaps make a jump table. */
	switch (BITS_GET(encoding, SYSREG_CRM) << 3 |
		BITS_GET(encoding, SYSREG_OP2)) {
#define READ_ID(crm, op2)        \
	case (crm) << 3 | (op2): \
		return READ_SYSREG(3, 0, 0, crm, op2);
		EACH_ID(READ_ID)
	default:
		return 0;
	}
}

static uint64_t counter(void)
{
	arm_isb();
	return READ(CNTPCT_EL0);
}

const struct arm_hw_ops arm_cpu_hw = {
	.read_reg = arm_regs_read_one,
	.write_reg = arm_regs_write_one,
	.read_id = read_id,
	.fetch_lrs = arm_gic_fetch_lrs,
	.fetch_vmcr = arm_gic_fetch_vmcr,
	.counter = counter,
	.smc = arm_smc_forward,
};
