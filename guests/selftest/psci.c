/* SPDX-License-Identifier: Apache-2.0 */
/* PSCI (DEN0022) and SMCCC (DEN0028) as a guest sees them. */
#include "selftest.h"

typedef uint64_t conduit(uint64_t, uint64_t, uint64_t, uint64_t);

#define SELF (READ_SYSREG(mpidr_el1) & 0xff00ffffff)
/* The other width's twin of a 64-bit or 32-bit function id. */
#define AS_32(id) ((uint64_t)(id) & ~UINT64_C(0x40000000))

static void common(conduit *call)
{
	uint64_t version = call(PSCI_VERSION, 0, 0, 0);

	/* DEN0022 5.1.1: major in bits 31:16, minor below. */
	CHECK(version >= 0x10000 && version < 0x20000);
	CHECK_EQ((int32_t)call(PSCI_FEATURES, PSCI_VERSION, 0, 0), 0);
	CHECK_EQ((int32_t)call(PSCI_FEATURES, PSCI_CPU_ON, 0, 0), 0);
	CHECK_EQ((int32_t)call(PSCI_FEATURES, PSCI_SYSTEM_OFF, 0, 0), 0);
	CHECK_EQ((int32_t)call(PSCI_FEATURES, 0x8400ffff, 0, 0),
		 PSCI_NOT_SUPPORTED);
	CHECK_EQ(call(PSCI_AFFINITY_INFO, SELF, 0, 0), 0);
	CHECK_EQ(call(AS_32(PSCI_AFFINITY_INFO), SELF, 0, 0), 0);
	CHECK_EQ((int32_t)call(PSCI_AFFINITY_INFO, 0xff00ffffff, 0, 0),
		 PSCI_INVALID_PARAMETERS);
	/* 2: no migration is needed (DEN0022 5.9). */
	CHECK_EQ(call(PSCI_MIGRATE_INFO_TYPE, 0, 0, 0), 2);
	CHECK_EQ((int32_t)call(PSCI_CPU_ON, SELF, RAM_BASE, 0),
		 PSCI_ALREADY_ON);
}

static void unknown(conduit *call)
{
	/* DEN0028 5.2: an unknown id gives -1 in the width of the call. */
	static const uint32_t ids[] = {
		0x84000020, 0xc4000020, 0x8400ffff, 0xc400ffff, 0x82000000,
		0xc2000000, 0x83000000, 0x85000000, 0x86000001, 0xc6000001,
		0xb2000000, 0xbf00ffff, 0x80000fff, 0x00000000, 0x00000001,
		0xc0000000, 0xffffffff,
	};

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		CHECK_EQ((int32_t)call(ids[i], 0, 0, 0), PSCI_NOT_SUPPORTED);
}

static void psci_hvc(void)
{
	common(hvc);
}

static void unknown_hvc(void)
{
	unknown(hvc);
}

/* The bare board without EL3 has no SMC at all. */
static void psci_smc(void)
{
	if (is_virtual()) {
		common(smc);
		return;
	}
	trap_begin();
	smc(PSCI_VERSION, 0, 0, 0);
	CHECK(trap_end());
	CHECK_EQ(ESR_EC(trap.esr), EC_UNKNOWN);
}

static void unknown_smc(void)
{
	if (is_virtual())
		unknown(smc);
}

static void smccc(void)
{
	if (!is_virtual())
		return;
	CHECK(hvc(SMCCC_VERSION, 0, 0, 0) >= 0x10001);
	CHECK_EQ(smc(SMCCC_VERSION, 0, 0, 0), hvc(SMCCC_VERSION, 0, 0, 0));
	CHECK_EQ((int32_t)hvc(SMCCC_ARCH_FEATURES, SMCCC_VERSION, 0, 0), 0);
	CHECK_EQ((int32_t)hvc(SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES, 0, 0),
		 0);
	CHECK_EQ((int32_t)hvc(SMCCC_ARCH_FEATURES, 0x8000ffff, 0, 0),
		 PSCI_NOT_SUPPORTED);
	/* DEN0022 5.15.2: PSCI 1.1 tells of SMCCC 1.1 by this. */
	CHECK_EQ((int32_t)hvc(PSCI_FEATURES, SMCCC_VERSION, 0, 0), 0);
}

/* DEN0022 5.4: standby ends at a pending interrupt, even a masked one; like
 * WFI, it may end before, too. */
static void suspend(void)
{
	uint64_t pending;

	WRITE_SYSREG(cntv_tval_el0, 1000);
	WRITE_SYSREG(cntv_ctl_el0, 1);
	gic_enable(27, 0x80);
	do {
		CHECK_EQ(hvc(PSCI_CPU_SUSPEND, 0, RAM_BASE, 0), 0);
		pending = READ_SYSREG(ICC_HPPIR1_EL1);
	} while (pending != 27);
	CHECK(READ_SYSREG(cntv_ctl_el0) & 4);
	WRITE_SYSREG(cntv_ctl_el0, 0);
	gic_disable(27);
}

void psci_tests(void)
{
	static const struct test tests[] = {
		{"PSCI by HVC", psci_hvc},
		{"PSCI by SMC", psci_smc},
		{"unknown function ids by HVC", unknown_hvc},
		{"unknown function ids by SMC", unknown_smc},
		{"SMCCC", smccc},
		{"CPU_SUSPEND until the timer", suspend},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
