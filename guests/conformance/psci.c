/* SPDX-License-Identifier: Apache-2.0 */
/* PSCI's answers (DEN0022) that change nothing. */
#include "conformance.h"

#define AS_32(id) ((uint64_t)(id) & ~UINT64_C(0x40000000))
#define AS_64(id) ((uint64_t)(id) | UINT64_C(0x40000000))
#define NOBODY    UINT64_C(0xff00ffff00)

static int64_t call(uint64_t id, uint64_t a, uint64_t b, uint64_t c)
{
	return (int32_t)hvc(id, a, b, c);
}

static void version(void)
{
	uint64_t version = hvc(PSCI_VERSION, 0, 0, 0);

	/* 5.1: major in bits 30 to 16, minor below. */
	CHECK(version >= 0x10000);
	CHECK(version < 0x20000);
	/* 5.10: nothing to migrate, or no such call. */
	CHECK_EQ(call(PSCI_MIGRATE_INFO_TYPE, 0, 0, 0), 2);
}

static void features(void)
{
	/* 5.16: what 1.0 makes mandatory, in both widths where there are two;
	 * 0 for all but CPU_SUSPEND, whose flags are bits 1 and 0. */
	static const uint32_t mandatory[] = {
		PSCI_VERSION,       PSCI_CPU_OFF,
		PSCI_CPU_ON,        AS_32(PSCI_CPU_ON),
		PSCI_AFFINITY_INFO, AS_32(PSCI_AFFINITY_INFO),
		PSCI_SYSTEM_OFF,    PSCI_SYSTEM_RESET,
		PSCI_FEATURES,
	};
	/* No function of any width; and 64-bit ids of 32-bit functions. */
	static const uint32_t unknown[] = {
		0x84000020, 0xc4000020, 0x8400ffff, 0x00000000,
		0xffffffff, 0xc4000002, 0xc4000008, 0xc4000009,
		0xc400000a, 0xc4000000, 0x86000000,
	};

	for (size_t i = 0; i < ARRAY_SIZE(mandatory); i++)
		CHECK_EQ(call(PSCI_FEATURES, mandatory[i], 0, 0), 0);
	for (size_t i = 0; i < ARRAY_SIZE(unknown); i++)
		CHECK_EQ(call(PSCI_FEATURES, unknown[i], 0, 0),
			 PSCI_NOT_SUPPORTED);
	CHECK(call(PSCI_FEATURES, PSCI_CPU_SUSPEND, 0, 0) >= 0);
	CHECK_EQ(call(PSCI_FEATURES, PSCI_CPU_SUSPEND, 0, 0) & ~INT64_C(3), 0);
	CHECK_EQ(call(PSCI_FEATURES, AS_32(PSCI_CPU_SUSPEND), 0, 0),
		 call(PSCI_FEATURES, PSCI_CPU_SUSPEND, 0, 0));
}

/* 5.16: what FEATURES denies, the call denies; and the other way round, for
 * what is safe to call. */
static void truthful(void)
{
	static const uint32_t harmless[] = {0x84000005, 0xc4000005, 0x84000007,
					    0xc4000007, 0x84000010, 0xc4000010,
					    0x84000011, 0xc4000011, 0x84000013,
					    0xc4000013, 0x84000014, 0xc4000014};

	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++) {
		bool there = call(PSCI_FEATURES, harmless[i], 0, 0) >= 0;

		if (!there)
			CHECK_EQ(call(harmless[i], NOBODY, 0, 0),
				 PSCI_NOT_SUPPORTED);
		else
			CHECK(call(harmless[i], NOBODY, 0, 0) !=
			      PSCI_NOT_SUPPORTED);
	}
}

static void unknown(void)
{
	/* DEN0028 5.2: -1, which is 32 bits of x0 at least. */
	static const uint32_t ids[] = {
		0x84000020, 0xc4000020, 0x8400ffff, 0xc400ffff, 0xc4000002,
		0xc4000008, 0xc4000009, 0xc400000a, 0xc4000000,
	};

	for (size_t i = 0; i < ARRAY_SIZE(ids); i++)
		CHECK_EQ(call(ids[i], 0, 0, 0), PSCI_NOT_SUPPORTED);
}

static void affinity_info(void)
{
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		uint64_t target = cpu_affinity(cpu);

		/* 0 is ON. */
		CHECK_EQ(call(PSCI_AFFINITY_INFO, target, 0, 0), 0);
		CHECK_EQ(call(AS_32(PSCI_AFFINITY_INFO), target, 0, 0), 0);
	}
	CHECK_EQ(call(PSCI_AFFINITY_INFO, NOBODY, 0, 0),
		 PSCI_INVALID_PARAMETERS);
	for (unsigned n = cpus; n < NUMBERS; n++)
		CHECK_EQ(call(PSCI_AFFINITY_INFO, affinity_of(n), 0, 0),
			 PSCI_INVALID_PARAMETERS);
	/* 5.7.2: a level above 0 may be not supported (1.0). */
	for (uint64_t level = 1; level <= 3; level++) {
		int64_t state = call(PSCI_AFFINITY_INFO, 0, level, 0);

		CHECK(state == 0 || state == PSCI_INVALID_PARAMETERS);
	}
	/* QEMU 7.2 takes every level for one that is on. */
	if (is_virtual()) {
		CHECK_EQ(call(PSCI_AFFINITY_INFO, 0, 4, 0),
			 PSCI_INVALID_PARAMETERS);
		CHECK_EQ(call(PSCI_AFFINITY_INFO, 0, UINT32_MAX, 0),
			 PSCI_INVALID_PARAMETERS);
	}
}

static void cpu_on_refused(void)
{
	uint64_t entry = (uintptr_t)cpu_start;

	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		uint64_t target = cpu_affinity(cpu);

		CHECK_EQ(call(PSCI_CPU_ON, target, entry, 0), PSCI_ALREADY_ON);
		CHECK_EQ(call(AS_32(PSCI_CPU_ON), target, entry, 0),
			 PSCI_ALREADY_ON);
		CHECK_EQ(call(PSCI_CPU_ON, target | 0xff00, entry, 0),
			 PSCI_INVALID_PARAMETERS);
		CHECK_EQ(
			call(PSCI_CPU_ON, target | UINT64_C(1) << 32, entry, 0),
			PSCI_INVALID_PARAMETERS);
	}
	CHECK_EQ(call(PSCI_CPU_ON, NOBODY, entry, 0), PSCI_INVALID_PARAMETERS);
	for (unsigned n = cpus; n < NUMBERS; n++)
		CHECK_EQ(call(PSCI_CPU_ON, affinity_of(n), entry, 0),
			 PSCI_INVALID_PARAMETERS);
	/* 5.1.4: bits of target_cpu that are no affinity field must be zero;
	 * QEMU 7.2 finds nobody there either. */
	CHECK_EQ(call(PSCI_CPU_ON, UINT64_C(1) << 40, entry, 0),
		 PSCI_INVALID_PARAMETERS);
	CHECK_EQ(call(PSCI_CPU_ON, UINT64_C(1) << 63, entry, 0),
		 PSCI_INVALID_PARAMETERS);
	/* SMCCC 3.1: of a 32-bit call only W registers count. QEMU 7.2 takes
	 * the X registers. */
	if (is_virtual())
		CHECK_EQ(call(AS_32(PSCI_CPU_ON),
			      cpu_affinity(0) | UINT64_C(1) << 32, entry, 0),
			 PSCI_ALREADY_ON);
}

static bool timer_is_due(void)
{
	return READ_SYSREG(cntv_ctl_el0) & 4; /* ISTATUS */
}

/* 5.4: standby, until an interrupt is pending; masked is good enough. */
static void suspend_here(uint64_t id)
{
	unsigned self = cpu_index();

	gic_enable(VTIMER, 0x80);
	for (unsigned n = 0; n < 5; n++) {
		uint64_t deadline = now() + READ_SYSREG(cntfrq_el0) / 500;

		WRITE_SYSREG(cntv_cval_el0, deadline);
		WRITE_SYSREG(cntv_ctl_el0, 1);
		/* It may end early for other reasons. */
		while (!timer_is_due())
			CHECK_EQ(call(id, 0, 0, 0), 0);
		CHECK(now() >= deadline);
		EVENTUALLY(READ_SYSREG(ICC_HPPIR1_EL1) == VTIMER);
		/* With the interrupt there, it does not wait. */
		CHECK_EQ(call(id, 0, 0, 0), 0);
		WRITE_SYSREG(cntv_ctl_el0, 0);
		EVENTUALLY(!bit_of(self, GICD_ISPENDR, VTIMER));
	}
	gic_disable(VTIMER);
}

static void suspend(void)
{
	on_all(suspend_here, PSCI_CPU_SUSPEND);
	on_all(suspend_here, AS_32(PSCI_CPU_SUSPEND));
	/* Bits 31 to 26, 23 to 17 of power_state are reserved: 0. */
	CHECK_EQ(call(PSCI_CPU_SUSPEND, 0x80000000, 0, 0),
		 PSCI_INVALID_PARAMETERS);
	CHECK_EQ(call(PSCI_CPU_SUSPEND, 0x00020000, 0, 0),
		 PSCI_INVALID_PARAMETERS);
}

const struct conformance_case psci_cases[] = {
	{{"PSCI: VERSION, MIGRATE_INFO_TYPE (DEN0022 5.1, 5.10)", version}, 0},
	{{"PSCI: FEATURES (DEN0022 5.16)", features}, 0},
	{{"PSCI: FEATURES tells the truth (DEN0022 5.16)", truthful}, 0},
	{{"PSCI: unknown functions (DEN0028 5.2)", unknown}, 0},
	{{"PSCI: AFFINITY_INFO (DEN0022 5.7)", affinity_info}, 0},
	{{"PSCI: CPU_ON refused (DEN0022 5.6.2)", cpu_on_refused}, 0},
	{{"PSCI: CPU_SUSPEND as standby (DEN0022 5.4)", suspend}, 0},
};
END_OF_TABLE(psci);
