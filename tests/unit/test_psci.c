/* SPDX-License-Identifier: Apache-2.0 */
/* PSCI 1.1 (DEN0022) as a guest sees it, through arm_guest_sync(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "arch/psci.h"
#include "arch/smccc.h"
#include "hw/guest.h"
#include "support/fake.h"
#include "trap/psci.h"
#include "trap/trap.h"

#define CALL_32(name) (PSCI_BASE_32 + PSCI_##name)
#define CALL_64(name) (PSCI_BASE_64 + PSCI_##name)
#define ENTRY         UINT64_C(0x40080000)

static struct fake_machine machine;
static struct arm_vcpu *boot, *second;

static int setup(void **state)
{
	(void)state;
	fake_machine_make(&machine);
	boot = fake_vcpu_make(&machine, 0x000);
	second = fake_vcpu_make(&machine, 0x101);
	second->power = ARM_VCPU_POWER_OFF;
	fake_vcpu_bind(&machine, boot);
	boot->frame.elr = 0x1000;
	return 0;
}

static bool call(struct arm_vcpu *vcpu, uint32_t id, const uint64_t args[3],
		 struct arm_vcpu_exit *exit)
{
	/* The id is in W0: what is above does not count (DEN0028 2.5). */
	vcpu->frame.gpr[0] = UINT64_C(0xdeadbeef00000000) | id;
	memcpy(&vcpu->frame.gpr[1], args, 3 * sizeof(args[0]));
	vcpu->exit = exit;
	CPU(ESR_EL2) = UINT64_C(0x5a000000); /* HVC #0, 32-bit instruction */
	return arm_guest_sync(vcpu) != ARM_TO_HOST;
}

/* A call that the library answers by itself. */
static int64_t answer(uint32_t id, uint64_t x1, uint64_t x2, uint64_t x3)
{
	const uint64_t args[] = {x1, x2, x3};
	struct arm_vcpu_exit exit;

	assert_true(call(boot, id, args, &exit));
	assert_int_equal(boot->frame.elr, 0x1000);
	assert_int_equal(boot->frame.gpr[1], x1);
	return (int64_t)boot->frame.gpr[0];
}

/* A call that goes to the host. */
static struct arm_vcpu_exit leaves(uint32_t id, uint64_t x1, uint64_t x2,
				   uint64_t x3)
{
	const uint64_t args[] = {x1, x2, x3};
	struct arm_vcpu_exit exit;

	assert_false(call(boot, id, args, &exit));
	assert_int_equal(boot->frame.elr, 0x1000);
	return exit;
}

/* DEN0022 5.3: PSCI_VERSION. */
static void version(void **state)
{
	(void)state;
	assert_int_equal(answer(CALL_32(VERSION), 0, 0, 0), 0x10001);
	assert_int_equal(answer(CALL_64(VERSION), 0, 0, 0), PSCI_NOT_SUPPORTED);
}

/* DEN0022 5.15: true for every id, in both conventions. */
static void features(void **state)
{
	static const uint32_t there[] = {
		CALL_32(VERSION),
		CALL_32(CPU_SUSPEND),
		CALL_64(CPU_SUSPEND),
		CALL_32(CPU_OFF),
		CALL_32(CPU_ON),
		CALL_64(CPU_ON),
		CALL_32(AFFINITY_INFO),
		CALL_64(AFFINITY_INFO),
		CALL_32(MIGRATE_INFO_TYPE),
		CALL_32(SYSTEM_OFF),
		CALL_32(SYSTEM_RESET),
		CALL_32(FEATURES),
		CALL_32(SYSTEM_RESET2),
		CALL_64(SYSTEM_RESET2),
	};
	unsigned found = 0;

	(void)state;
	for (uint32_t n = 0; n < 2 * PSCI_FUNCTIONS; n++) {
		uint32_t id = n < PSCI_FUNCTIONS
				      ? PSCI_BASE_32 + n
				      : PSCI_BASE_64 + n - PSCI_FUNCTIONS;
		bool expected = false;

		for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++)
			expected |= there[i] == id;
		found += expected;
		assert_int_equal(answer(CALL_32(FEATURES), id, 0, 0),
				 expected ? 0 : PSCI_NOT_SUPPORTED);
		/* And what is not there, answers so. */
		if (!expected)
			assert_int_equal(answer(id, 0, 0, 0),
					 PSCI_NOT_SUPPORTED);
	}
	assert_int_equal(found, sizeof(there) / sizeof(there[0]));
	assert_int_equal(answer(CALL_32(FEATURES), SMCCC_VERSION, 0, 0), 0);
	/* A 32-bit call: W1 counts, X1 does not. */
	assert_int_equal(
		answer(CALL_32(FEATURES), BIT(32) | CALL_32(CPU_ON), 0, 0), 0);
}

static void owns_its_range_only(void **state)
{
	(void)state;
	assert_true(arm_psci_owns(0x84000000));
	assert_true(arm_psci_owns(0x8400001f));
	assert_true(arm_psci_owns(0xc400001f));
	assert_false(arm_psci_owns(0x84000020));
	assert_false(arm_psci_owns(0x83ffffff));
	assert_false(arm_psci_owns(0x04000000));
	assert_false(arm_psci_owns(0x84010000));
}

static void cpu_on_goes_to_the_host(void **state)
{
	struct arm_vcpu_exit exit = leaves(CALL_64(CPU_ON), 0x101, ENTRY,
					   UINT64_C(0x123456789abcdef0));

	(void)state;
	assert_int_equal(exit.reason, ARM_VCPU_EXIT_CPU_UP);
	assert_int_equal(exit.cpu_up.target, 0x101);
	assert_int_equal(exit.cpu_up.entry, ENTRY);
	assert_int_equal(exit.cpu_up.arg, UINT64_C(0x123456789abcdef0));
	assert_ptr_equal(exit.cpu_up.vcpu, second);
	assert_int_equal(second->power, ARM_VCPU_POWER_ON_PENDING);
	assert_int_equal(boot->pending.kind, ARM_VCPU_COMPLETE_RESULT);
}

/* DEN0028 3.1: the 32-bit call's arguments are W registers. */
static void cpu_on_32(void **state)
{
	struct arm_vcpu_exit exit =
		leaves(CALL_32(CPU_ON), BIT(40) | 0x101, BIT(50) | ENTRY,
		       UINT64_C(0xffffffff00000007));

	(void)state;
	assert_int_equal(exit.cpu_up.target, 0x101);
	assert_int_equal(exit.cpu_up.entry, ENTRY);
	assert_int_equal(exit.cpu_up.arg, 7);
}

/* DEN0022 5.5.2, return codes of CPU_ON. */
static void cpu_on_refuses(void **state)
{
	(void)state;
	assert_int_equal(answer(CALL_64(CPU_ON), 0x102, ENTRY, 0),
			 PSCI_INVALID_PARAMETERS);
	/* Bits 24 to 31 and 40 to 63 of target_cpu are zero. */
	assert_int_equal(answer(CALL_64(CPU_ON), 0x101 | BIT(31), ENTRY, 0),
			 PSCI_INVALID_PARAMETERS);
	assert_int_equal(answer(CALL_64(CPU_ON), 0x101 | BIT(40), ENTRY, 0),
			 PSCI_INVALID_PARAMETERS);
	assert_int_equal(answer(CALL_64(CPU_ON), 0x101 | BIT(32), ENTRY, 0),
			 PSCI_INVALID_PARAMETERS);
	assert_int_equal(answer(CALL_64(CPU_ON), 0x101, ENTRY | 2, 0),
			 PSCI_INVALID_ADDRESS);
	/* The fake VM has 40 bits of IPA. */
	assert_int_equal(answer(CALL_64(CPU_ON), 0x101, BIT(40), 0),
			 PSCI_INVALID_ADDRESS);
	assert_int_equal(second->power, ARM_VCPU_POWER_OFF);
	assert_int_equal(leaves(CALL_64(CPU_ON), 0x101, BIT(40) - 4, 0).reason,
			 ARM_VCPU_EXIT_CPU_UP);
	assert_int_equal(answer(CALL_64(CPU_ON), 0x101, ENTRY, 0),
			 PSCI_ON_PENDING);
	second->power = ARM_VCPU_POWER_ON;
	assert_int_equal(answer(CALL_64(CPU_ON), 0x101, ENTRY, 0),
			 PSCI_ALREADY_ON);
	assert_int_equal(answer(CALL_64(CPU_ON), 0x000, ENTRY, 0),
			 PSCI_ALREADY_ON);
}

/* Of callers on several CPUs, one wins, the others hear ON_PENDING, however
 * their steps are interleaved. */
#define RACERS 3u
#define SEEDS  2000u

static unsigned wins[RACERS], losses[RACERS];

static void racer(void *number)
{
	const unsigned me = *(unsigned *)number;
	struct arm_vcpu *vcpu = &machine.vcpu[2 + me];
	const uint64_t args[] = {0x101, ENTRY, 0};
	struct arm_vcpu_exit exit;

	if (!call(vcpu, CALL_64(CPU_ON), args, &exit))
		wins[me] += exit.reason == ARM_VCPU_EXIT_CPU_UP;
	else if ((int64_t)vcpu->frame.gpr[0] == PSCI_ON_PENDING)
		losses[me]++;
}

static void cpu_on_has_one_winner(void **state)
{
	(void)state;
	for (unsigned n = 0; n < RACERS; n++)
		fake_vcpu_make(&machine, 0x200 + n);
	for (unsigned seed = 1; seed <= SEEDS; seed++) {
		second->power = ARM_VCPU_POWER_OFF;
		fake_cpus_run(seed, RACERS, racer);
		assert_int_equal(wins[0] + wins[1] + wins[2], seed);
		assert_int_equal(losses[0] + losses[1] + losses[2],
				 seed * (RACERS - 1));
	}
	/* Each of them at times. */
	for (unsigned n = 0; n < RACERS; n++)
		assert_true(wins[n]);
}

/* DEN0022 5.6: CPU_OFF does not return. */
static void cpu_off(void **state)
{
	(void)state;
	assert_int_equal(leaves(CALL_32(CPU_OFF), 0, 0, 0).reason,
			 ARM_VCPU_EXIT_CPU_DOWN);
	assert_int_equal(boot->power, ARM_VCPU_POWER_OFF);
	assert_int_equal(boot->pending.kind, ARM_VCPU_COMPLETE_NOTHING);
}

/* DEN0022 5.4.2, the original format of power_state. */
static void cpu_suspend(void **state)
{
	struct arm_vcpu_exit exit =
		leaves(CALL_64(CPU_SUSPEND), BIT(40) | 0x12, 1, 0);

	(void)state;
	assert_int_equal(exit.reason, ARM_VCPU_EXIT_CPU_SUSPEND);
	assert_int_equal(exit.suspend.power_state, 0x12);
	assert_int_equal(boot->pending.kind, ARM_VCPU_COMPLETE_RESULT);
	/* A power-down is served as a standby, its entry checked. */
	exit = leaves(CALL_32(CPU_SUSPEND), 0x1010002, ENTRY, 0);
	assert_int_equal(exit.suspend.power_state, 0x1010002);
	assert_int_equal(boot->power, ARM_VCPU_POWER_ON);
	assert_int_equal(answer(CALL_64(CPU_SUSPEND), 0x10000, ENTRY | 1, 0),
			 PSCI_INVALID_ADDRESS);
	assert_int_equal(answer(CALL_64(CPU_SUSPEND), BIT(26), ENTRY, 0),
			 PSCI_INVALID_PARAMETERS);
	assert_int_equal(answer(CALL_64(CPU_SUSPEND), BIT(17), ENTRY, 0),
			 PSCI_INVALID_PARAMETERS);
}

/* DEN0022 5.7. */
static void affinity_info(void **state)
{
	const uint32_t id = CALL_64(AFFINITY_INFO);

	(void)state;
	fake_vcpu_make(&machine, BIT(32) | 0x20100)->power =
		ARM_VCPU_POWER_ON_PENDING;
	assert_int_equal(answer(id, 0, 0, 0), PSCI_AFFINITY_ON);
	assert_int_equal(answer(id, 0x101, 0, 0), PSCI_AFFINITY_OFF);
	assert_int_equal(answer(id, BIT(32) | 0x20100, 0, 0),
			 PSCI_AFFINITY_ON_PENDING);
	assert_int_equal(answer(id, 0x100, 0, 0), PSCI_INVALID_PARAMETERS);
	/* Fields below the level are ignored. */
	assert_int_equal(answer(id, 0x1ff, 1, 0), PSCI_AFFINITY_OFF);
	assert_int_equal(answer(id, 0x2ff, 1, 0), PSCI_INVALID_PARAMETERS);
	assert_int_equal(answer(id, 0xffff, 2, 0), PSCI_AFFINITY_ON);
	assert_int_equal(answer(id, BIT(32) | 0x2ffff, 2, 0),
			 PSCI_AFFINITY_ON_PENDING);
	assert_int_equal(answer(id, BIT(32), 3, 0), PSCI_AFFINITY_ON_PENDING);
	assert_int_equal(answer(id, 0, 3, 0), PSCI_AFFINITY_ON);
	assert_int_equal(answer(id, 0, 4, 0), PSCI_INVALID_PARAMETERS);
	assert_int_equal(answer(id, BIT(24), 3, 0), PSCI_INVALID_PARAMETERS);
	/* 32-bit: Aff3 cannot be named. */
	assert_int_equal(answer(CALL_32(AFFINITY_INFO), BIT(32) | 0x101, 0, 0),
			 PSCI_AFFINITY_OFF);
	assert_int_equal(answer(CALL_32(AFFINITY_INFO), 0, BIT(32), 0),
			 PSCI_AFFINITY_ON);
}

/* DEN0022 5.9: 2, no Trusted OS that would need migration. */
static void migrate_info(void **state)
{
	(void)state;
	assert_int_equal(answer(CALL_32(MIGRATE_INFO_TYPE), 0, 0, 0), 2);
	assert_int_equal(answer(CALL_32(MIGRATE), 0, 0, 0), PSCI_NOT_SUPPORTED);
	assert_int_equal(answer(CALL_64(MIGRATE_INFO_UP_CPU), 0, 0, 0),
			 PSCI_NOT_SUPPORTED);
}

/* DEN0022 5.10 to 5.12. */
static void system_calls(void **state)
{
	struct arm_vcpu_exit exit = leaves(CALL_32(SYSTEM_OFF), 0, 0, 0);

	(void)state;
	assert_int_equal(exit.reason, ARM_VCPU_EXIT_SYSTEM_OFF);
	assert_int_equal(boot->pending.kind, ARM_VCPU_COMPLETE_NOTHING);
	exit = leaves(CALL_32(SYSTEM_RESET), 5, 6, 0);
	assert_int_equal(exit.reason, ARM_VCPU_EXIT_SYSTEM_RESET);
	assert_int_equal(exit.reset.type, 0);
	assert_int_equal(exit.reset.cookie, 0);
	assert_int_equal(boot->pending.kind, ARM_VCPU_COMPLETE_NOTHING);
	exit = leaves(CALL_64(SYSTEM_RESET2), BIT(32), BIT(33) | 6, 0);
	assert_int_equal(exit.reason, ARM_VCPU_EXIT_SYSTEM_RESET);
	assert_int_equal(exit.reset.type, 0);
	assert_int_equal(exit.reset.cookie, BIT(33) | 6);
	exit = leaves(CALL_32(SYSTEM_RESET2), 0, BIT(33) | 6, 0);
	assert_int_equal(exit.reset.cookie, 6);
	assert_int_equal(answer(CALL_32(SYSTEM_RESET2), 1, 0, 0),
			 PSCI_INVALID_PARAMETERS);
	assert_int_equal(answer(CALL_64(SYSTEM_RESET2), BIT(31), 0, 0),
			 PSCI_INVALID_PARAMETERS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(version, setup),
		cmocka_unit_test_setup(features, setup),
		cmocka_unit_test(owns_its_range_only),
		cmocka_unit_test_setup(cpu_on_goes_to_the_host, setup),
		cmocka_unit_test_setup(cpu_on_32, setup),
		cmocka_unit_test_setup(cpu_on_refuses, setup),
		cmocka_unit_test_setup(cpu_on_has_one_winner, setup),
		cmocka_unit_test_setup(cpu_off, setup),
		cmocka_unit_test_setup(cpu_suspend, setup),
		cmocka_unit_test_setup(affinity_info, setup),
		cmocka_unit_test_setup(migrate_info, setup),
		cmocka_unit_test_setup(system_calls, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
