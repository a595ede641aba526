/* SPDX-License-Identifier: Apache-2.0 */
/* Calls that mean nothing, and calls that mean harm. */
#include "hostile.h"
#include "smp.h"

#define IMMEDIATES 65536u
#define HVC(imm)   (0xd4000002u | (imm) << 5)
#define SMC(imm)   (0xd4000003u | (imm) << 5)
#define UNKNOWN_ID UINT64_C(0x8400ffff)

static void all_immediates(uint32_t insn)
{
	uint64_t counts[OUTCOMES] = {0};

	for (uint32_t i = 0; i < IMMEDIATES; i++) {
		stubs[i][0] = insn | i << 5;
		stubs[i][1] = RET;
	}
	code_sync(stubs, sizeof(stubs));
	for (uint32_t i = 0; i < IMMEDIATES; i++) {
		uint64_t value;
		enum outcome how =
			attempt_stub(stub_at(i), UNKNOWN_ID, 0, &value);

		counts[how]++;
		CHECK(how == OUTCOME_UNDEFINED ||
		      (how == OUTCOME_VALUE &&
		       (int32_t)value == PSCI_NOT_SUPPORTED));
	}
	print_counts("immediates", counts);
}

static void hvc_immediates(void)
{
	all_immediates(HVC(0));
}

static void smc_immediates(void)
{
	all_immediates(SMC(0));
}

/* PSCI functions that would stop this CPU, by number; and CPU_ON, which would
 * start others where nothing is. */
static bool is_apart(uint32_t number)
{
	return (number >= 1 && number <= 3) || number == 8 || number == 9 ||
	       number == 0x12;
}

static const uint64_t wild[] = {
	0,
	1,
	2,
	0xff,
	0x100,
	0x80000000,
	0xffffffff,
	RAM_BASE,
	RAM_BASE + 1,
	NOWHERE,
	GICD_BASE,
	UINT64_C(0xff00ffffff),
	UINT64_C(0x100000000),
	UINT64_C(0x8000000000000000),
	UINT64_MAX,
};

static void call_all_ways(uint64_t (*call)(uint64_t, uint64_t, uint64_t,
					   uint64_t),
			  uint64_t id)
{
	for (size_t i = 0; i < ARRAY_SIZE(wild); i++) {
		uint64_t a = wild[i], b = wild[ARRAY_SIZE(wild) - 1 - i];

		(void)call(id, a, b, a);
		(void)call(id, b, a, a);
	}
}

static void wild_arguments(void)
{
	for (uint32_t number = 0; number < 0x40; number++) {
		if (is_apart(number))
			continue;
		for (uint64_t width = 0; width < 2; width++) {
			uint64_t id = 0x84000000u | width << 30 | number;

			call_all_ways(hvc, id);
			if (is_virtual())
				call_all_ways(smc, id);
		}
	}
	/* Bits 63:32 of the id do not count (DEN0028 2.5). */
	if (is_virtual())
		CHECK_EQ(hvc(UINT64_C(0xdead00000000) | PSCI_VERSION, 0, 0, 0),
			 hvc(PSCI_VERSION, 0, 0, 0));
}

static void turn_on_nobody(uint64_t target)
{
	for (unsigned cpu = 0; cpu < cpu_count(); cpu++)
		if (cpu_affinity(cpu) == target)
			return;
	if (!CHECK_EQ((int32_t)hvc(PSCI_CPU_ON, target, RAM_BASE, 0),
		      PSCI_INVALID_PARAMETERS))
		print("    target 0x%lx\n", target);
}

/* DEN0022 5.6.2: every value of each affinity field, and any bit more than
 * the affinity of one that is there. */
static void cpu_on_nobody(void)
{
	static const unsigned fields[] = {0, 8, 16, 24, 32, 40, 48, 56};

	for (size_t f = 0; f < ARRAY_SIZE(fields); f++)
		for (uint64_t value = 0; value < 256; value++)
			turn_on_nobody(value << fields[f]);
	for (unsigned cpu = 0; cpu < cpu_count(); cpu++)
		for (unsigned bit = 0; bit < 64; bit++)
			turn_on_nobody(cpu_affinity(cpu) ^ UINT64_C(1) << bit);
	for (size_t i = 0; i < ARRAY_SIZE(wild); i++)
		turn_on_nobody(wild[i]);
}

/* Of this CPU, which is on. */
static void cpu_on_self(void)
{
	uint64_t self = READ_SYSREG(mpidr_el1) & UINT64_C(0xff00ffffff);

	CHECK_EQ((int32_t)hvc(PSCI_CPU_ON, self, RAM_BASE, 0), PSCI_ALREADY_ON);
	for (size_t i = 0; i < ARRAY_SIZE(wild); i++) {
		int32_t answer = (int32_t)hvc(PSCI_CPU_ON, self, wild[i], 0);

		CHECK(answer == PSCI_ALREADY_ON ||
		      answer == PSCI_INVALID_ADDRESS ||
		      answer == PSCI_INVALID_PARAMETERS);
	}
}

/* With an interrupt pending a standby ends at once, whatever is asked. */
static void cpu_suspend(void)
{
	gic_send_self(2);
	for (size_t i = 0; i < ARRAY_SIZE(wild); i++) {
		/* Bit 16: power-down; it would come back at the entry. */
		uint64_t state = wild[i] & ~UINT64_C(0x10000);
		int32_t answer =
			(int32_t)hvc(PSCI_CPU_SUSPEND, state, wild[i], 0);

		CHECK(answer == 0 || answer == PSCI_INVALID_PARAMETERS);
	}
	mmio_write32(gic_bitmap(GICD_ICPENDR, 2), 1u << 2);
}

static void storm(void)
{
	uint64_t version = hvc(PSCI_VERSION, 0, 0, 0);

	for (unsigned i = 0; i < 100000; i++)
		if (!CHECK_EQ(hvc(PSCI_VERSION, i, i, i), version))
			return;
}

/* Services of all owners, fast and yielding, in both widths. */
static void other_services(void)
{
	for (uint64_t top = 0; top < 256; top++) {
		for (uint64_t low = 0; low < 0x10000; low += 0x1235) {
			uint64_t id = top << 24 | low;

			if (id >> 24 == 0x84 || id >> 24 == 0xc4)
				continue;
			(void)hvc(id, 1, 2, 3);
			if (is_virtual())
				(void)smc(id, 1, 2, 3);
		}
	}
}

void call_tests(void)
{
	static const struct test tests[] = {
		{"HVC with every immediate", hvc_immediates},
		{"SMC with every immediate", smc_immediates},
		{"PSCI with wild arguments", wild_arguments},
		{"CPU_ON of what is not there", cpu_on_nobody},
		{"CPU_ON of itself", cpu_on_self},
		{"CPU_SUSPEND to wild states", cpu_suspend},
		{"services of all owners", other_services},
		{"a storm of calls", storm},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
