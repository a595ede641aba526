/* SPDX-License-Identifier: Apache-2.0 */
/* The exits that no guest of QEMU's can bring about (tests/support/
 * exit_places.h says which): from the instruction to the host's struct. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "machine/host.h"
#include "support/exit_places.h"

#define RAM      HOST_RAM
#define IMPDEF   MACHINE_SYSREG(3, 1, 15, 2, 1)
#define RESERVED 0x2b /* no exception class (Arm ARM DDI 0487 D19.2.37) */

static struct world {
	struct machine_guest guest;
	const struct machine_insn *code;
	struct arm_vcpu_exit exit;
} world;

static bool occurred[ARM_VCPU_EXIT_UNHANDLED + 1];

static void next(struct machine_guest *guest, const struct machine_state *state,
		 struct machine_insn *insn)
{
	(void)guest;
	*insn = world.code[(state->pc - RAM) / 4];
}

static struct machine_guest *guest_of(struct arm_vcpu *vcpu)
{
	(void)vcpu;
	return &world.guest;
}

static const struct arm_pcpu_ops pcpu_ops = {.irq = NULL};

static int setup(void **state)
{
	const struct machine_config config = {
		.seed = 1,
		.cpus = 1,
		.list_registers = 4,
		.priority_bits = 5,
		.guest_of = guest_of,
	};

	(void)state;
	memset(&world, 0, sizeof(world));
	world.guest.next = next;
	host_make(&config, &pcpu_ops);
	host_make_memory(0, ARM_STAGE2_READ | ARM_STAGE2_EXEC);
	host_make_vm((struct arm_vm_config){.vcpu_capacity = 1,
					    .host_unknown_sysregs = true});
	host_make_vcpu(0, (struct arm_vcpu_config){.powered_on = true});
	host_set_up_vcpu(0, NULL);
	assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[0]), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), 0);
	host_end();
	return 0;
}

static enum arm_vcpu_exit_reason run(const struct machine_insn *code)
{
	world.code = code;
	assert_int_equal(arm_vcpu_run(&host.vcpu[0], &world.exit), ARM_VCPU_OK);
	occurred[world.exit.reason] = true;
	return world.exit.reason;
}

static uint64_t pc(void)
{
	return arm_trap_frame_pc(&host.vcpu[0].frame);
}

/* No instruction causes it: the guest goes on where it was. */
static void test_serror(void **state)
{
	const struct machine_insn code[] = {
		{.op = MACHINE_SERROR},
		{.op = MACHINE_HVC, .amount = 1},
	};

	(void)state;
	assert_int_equal(run(code), ARM_VCPU_EXIT_SERROR);
	assert_int_equal(world.exit.snapshot.vector, ARM_VCPU_VECTOR_SERROR);
	assert_int_equal(world.exit.snapshot.esr >> 26, 0x2f);
	assert_false(world.exit.snapshot.aarch32);
	assert_int_equal(pc(), RAM);
	assert_int_equal(arm_vcpu_complete(&host.vcpu[0], 0),
			 ARM_VCPU_ERR_NO_COMPLETION);
}

static void test_unhandled(void **state)
{
	const struct machine_insn code[] = {
		{.op = MACHINE_TRAP, .amount = RESERVED},
	};

	(void)state;
	assert_int_equal(run(code), ARM_VCPU_EXIT_UNHANDLED);
	assert_int_equal(world.exit.snapshot.vector, ARM_VCPU_VECTOR_SYNC);
	assert_int_equal(world.exit.snapshot.esr >> 26, RESERVED);
	assert_int_equal(pc(), RAM);
	assert_int_equal(arm_vcpu_complete(&host.vcpu[0], 0),
			 ARM_VCPU_ERR_NO_COMPLETION);
	assert_int_equal(arm_vcpu_fail(&host.vcpu[0], ARM_VCPU_FAIL_UNDEFINED),
			 ARM_VCPU_OK);
}

static void test_wfe(void **state)
{
	const struct machine_insn code[] = {
		{.op = MACHINE_WFE},
		{.op = MACHINE_HVC, .amount = 1},
	};

	(void)state;
	assert_int_equal(arm_vcpu_trap_wait(&host.vcpu[0], false, true), 0);
	assert_int_equal(run(code), ARM_VCPU_EXIT_WFE);
	assert_false(world.exit.wait.timed);
	assert_int_equal(pc(), RAM);
	assert_int_equal(arm_vcpu_complete(&host.vcpu[0], 0), 0);
	assert_int_equal(run(code), ARM_VCPU_EXIT_HYPERCALL);
}

/* Not only QEMU 7.2, all CPUs without TIDCP have no register to trap that the
 * library does not know. */
static void test_unknown_register(void **state)
{
	const struct machine_insn code[] = {
		{.op = MACHINE_MRS, .key = IMPDEF, .rt = 2},
		{.op = MACHINE_MSR, .key = IMPDEF, .rt = 2},
		{.op = MACHINE_HVC, .amount = 1},
	};
	uint64_t value;

	(void)state;
	assert_int_equal(run(code), ARM_VCPU_EXIT_SYSREG_READ);
	assert_int_equal(world.exit.sysreg.crn, 15);
	assert_int_equal(world.exit.sysreg.reg, 2);
	assert_int_equal(arm_vcpu_complete(&host.vcpu[0], 0x99), 0);
	assert_int_equal(run(code), ARM_VCPU_EXIT_SYSREG_WRITE);
	assert_int_equal(world.exit.sysreg.value, 0x99);
	assert_int_equal(arm_vcpu_complete(&host.vcpu[0], 0), 0);
	assert_int_equal(run(code), ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(arm_vcpu_get_gpr(&host.vcpu[0], 2, &value), 0);
	assert_int_equal(value, 0x99);
}

/* After all others. */
static void test_all(void **state)
{
	(void)state;
	for (unsigned n = 0; n < sizeof(occurred) / sizeof(occurred[0]); n++) {
		if (exit_places[n] == EXIT_NOWHERE ||
		    (exit_places[n] == EXIT_ON_MACHINE && !occurred[n]))
			fail_msg("no guest left by: %s",
				 arm_vcpu_exit_name(
					 (enum arm_vcpu_exit_reason)n));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_serror, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unhandled, setup,
						teardown),
		cmocka_unit_test_setup_teardown(test_wfe, setup, teardown),
		cmocka_unit_test_setup_teardown(test_unknown_register, setup,
						teardown),
		cmocka_unit_test(test_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
