/* SPDX-License-Identifier: Apache-2.0 */
/* A guest that maintains its caches by set/way and turns them on and off, in
 * a VM that watches it: what traps, and what its host hears of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "hw/key.h"
#include "machine/host.h"

#define RAM     HOST_RAM
#define SCTLR   MACHINE_SYSREG(3, 0, 1, 0, 0)
#define TTBR0   MACHINE_SYSREG(3, 0, 2, 0, 0)
#define HCR_EL2 MACHINE_SYSREG(3, 4, 1, 1, 0)
#define TSW     (UINT64_C(1) << 22)
#define TVM     (UINT64_C(1) << 26)
#define FWB     (UINT64_C(1) << 46)
#define CACHED  UINT64_C(5) /* SCTLR_EL1.M and C */

#define SET_WAY(crm)                                 \
	{                                            \
		.op = MACHINE_DC_SW, .amount = (crm) \
	}
#define MSR(which, r)                                        \
	{                                                    \
		.op = MACHINE_MSR, .key = (which), .rt = (r) \
	}
#define END                                    \
	{                                      \
		.op = MACHINE_HVC, .amount = 1 \
	}

static struct world {
	struct machine_guest guest;
	const struct machine_insn *code;
	struct arm_vcpu_exit exit;
	unsigned executed; /* system registers, by the guest itself */
} world;

static struct arm_vcpu *const vcpu = &host.vcpu[0];

static void next(struct machine_guest *guest, const struct machine_state *state,
		 struct machine_insn *insn)
{
	(void)guest;
	*insn = world.code[(state->pc - RAM) / 4];
}

static struct machine_guest *guest_of(struct arm_vcpu *of)
{
	(void)of;
	return &world.guest;
}

static void executed(struct machine_guest *guest, unsigned key, bool read,
		     uint64_t value)
{
	(void)guest;
	(void)key;
	(void)read;
	(void)value;
	world.executed++;
}

static const struct arm_pcpu_ops pcpu_ops = {.irq = NULL};

static void make(bool watch, bool fwb)
{
	const struct machine_config config = {
		.fwb = fwb,
		.seed = 1,
		.cpus = 2,
		.list_registers = 4,
		.priority_bits = 5,
		.guest_of = guest_of,
		.executed = executed,
	};

	memset(&world, 0, sizeof(world));
	world.guest.next = next;
	host_make(&config, &pcpu_ops);
	host_make_memory(0, ARM_STAGE2_READ | ARM_STAGE2_EXEC);
	host_make_vm((struct arm_vm_config){.vcpu_capacity = 1,
					    .watch_caches = watch});
	host_make_vcpu(0, (struct arm_vcpu_config){.powered_on = true});
	host_set_up_vcpu(0, NULL);
	assert_int_equal(arm_vcpu_bind(vcpu, &host.pcpu[0]), 0);
	assert_int_equal(arm_vcpu_set_gpr(vcpu, 1, CACHED), 0);
	assert_int_equal(arm_vcpu_set_gpr(vcpu, 2, 1), 0);
}

static int setup(void **state)
{
	(void)state;
	make(true, false);
	return 0;
}

static int setup_not_watched(void **state)
{
	(void)state;
	make(false, false);
	return 0;
}

static int setup_fwb(void **state)
{
	(void)state;
	make(false, true);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	assert_int_equal(arm_vcpu_unbind(vcpu), 0);
	host_end();
	return 0;
}

static enum arm_vcpu_exit_reason run(const struct machine_insn *code)
{
	world.code = code;
	memset(&world.exit, 0xff, sizeof(world.exit));
	assert_int_equal(arm_vcpu_run(vcpu, &world.exit), ARM_VCPU_OK);
	return world.exit.reason;
}

/* It runs to its HVC, from the start again. */
static void goes_on(const struct machine_insn *code)
{
	assert_int_equal(run(code), ARM_VCPU_EXIT_HYPERCALL);
	arm_trap_frame_set_pc(&vcpu->frame, RAM);
}

static void leaves(const struct machine_insn *code, unsigned op0, unsigned crm)
{
	assert_int_equal(run(code), ARM_VCPU_EXIT_SYSREG_WRITE);
	assert_int_equal(world.exit.sysreg.op0, op0);
	assert_int_equal(world.exit.sysreg.crm, crm);
}

static void complete(void)
{
	assert_int_equal(arm_vcpu_complete(vcpu, 0), ARM_VCPU_OK);
}

static uint64_t traps(void)
{
	return machine_read(HCR_EL2) & (TSW | TVM);
}

/* As after every reset: TVM until they are on, and then not. */
static void test_on(void **state)
{
	const struct machine_insn code[] = {
		SET_WAY(6), MSR(TTBR0, 3), MSR(SCTLR, 2), MSR(SCTLR, 1),
		END,        MSR(TTBR0, 3), END,
	};
	const uint64_t ttbr = 0x1234000;
	uint64_t value;

	(void)state;
	assert_int_equal(traps(), TSW | TVM);
	assert_int_equal(arm_vcpu_set_gpr(vcpu, 3, ttbr), 0);
	/* Not by set/way, not by M alone. */
	leaves(code, 3, 0);
	assert_int_equal(arm_trap_frame_pc(&vcpu->frame), RAM + 12);
	assert_int_equal(world.exit.sysreg.value, CACHED);
	assert_int_equal(machine_read(SCTLR), CACHED);
	assert_int_equal(machine_read(TTBR0), ttbr);
	assert_int_equal(traps(), TSW);
	complete();
	assert_int_equal(run(code), ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(world.executed, 0);
	assert_int_equal(run(code), ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(world.executed, 1);
	assert_int_equal(
		arm_vcpu_get_reg(vcpu, ARM_VCPU_REG(SCTLR_EL1), &value), 0);
	assert_int_equal(value, CACHED);
}

static void turn_on(void)
{
	const struct machine_insn code[] = {MSR(SCTLR, 1), END};

	leaves(code, 3, 0);
	complete();
	goes_on(code);
}

/* A guest that turns them off begins with set/way: one exit for the loop, one
 * for the turning off. */
static void test_off(void **state)
{
	const struct machine_insn code[] = {
		SET_WAY(14),   SET_WAY(10), SET_WAY(6), MSR(TTBR0, 3),
		MSR(SCTLR, 2), SET_WAY(14), END,
	};

	(void)state;
	turn_on();
	leaves(code, 1, 14);
	assert_int_equal(traps(), TSW | TVM);
	complete();
	leaves(code, 3, 0);
	assert_int_equal(world.exit.sysreg.value, 1);
	assert_int_equal(machine_read(SCTLR), 1);
	assert_int_equal(traps(), TSW | TVM);
	complete();
	goes_on(code);
	turn_on();
	leaves(code, 1, 14);
}

/* Until the host has cleaned, the guest does not go on: not after another run,
 * nor a kick, nor on another CPU. */
static void test_owed(void **state)
{
	const struct machine_insn code[] = {SET_WAY(14), END};

	(void)state;
	turn_on();
	leaves(code, 1, 14);
	leaves(code, 1, 14);
	assert_int_equal(arm_vcpu_kick(vcpu), 0);
	assert_int_equal(run(code), ARM_VCPU_EXIT_NOTHING);
	assert_int_equal(arm_vcpu_complete(vcpu, 0),
			 ARM_VCPU_ERR_NO_COMPLETION);
	assert_int_equal(arm_vcpu_unbind(vcpu), 0);
	machine_be(1);
	assert_int_equal(arm_vcpu_bind(vcpu, &host.pcpu[1]), 0);
	assert_int_equal(traps(), TSW | TVM);
	leaves(code, 1, 14);
	assert_int_equal(arm_trap_frame_pc(&vcpu->frame), RAM);
	complete();
	assert_int_equal(arm_trap_frame_pc(&vcpu->frame), RAM + 4);
	goes_on(code);
}

/* The host may also not believe it. */
static void test_failed(void **state)
{
	const struct machine_insn code[] = {SET_WAY(14), END};

	(void)state;
	turn_on();
	leaves(code, 1, 14);
	assert_int_equal(arm_vcpu_fail(vcpu, ARM_VCPU_FAIL_UNDEFINED), 0);
	arm_trap_frame_set_pc(&vcpu->frame, RAM + 4);
	goes_on(code);
}

/* A reset turns them off, whatever was owed. */
static void test_reset(void **state)
{
	const struct machine_insn code[] = {SET_WAY(14), END};

	(void)state;
	turn_on();
	leaves(code, 1, 14);
	assert_int_equal(arm_vcpu_unbind(vcpu), 0);
	assert_int_equal(arm_vcpu_reset(vcpu), 0);
	assert_int_equal(arm_vcpu_bind(vcpu, &host.pcpu[0]), 0);
	assert_int_equal(traps(), TSW | TVM);
	goes_on(code);
}

/* Set/way once, caches never turned off: the traps go with the next write of
 * SCTLR_EL1. And it moves between CPUs as it is. */
static void test_stays_on(void **state)
{
	const struct machine_insn code[] = {SET_WAY(10), MSR(SCTLR, 1), END};

	(void)state;
	turn_on();
	assert_int_equal(arm_vcpu_unbind(vcpu), 0);
	assert_int_equal(arm_vcpu_bind(vcpu, &host.pcpu[0]), 0);
	assert_int_equal(traps(), TSW);
	leaves(code, 1, 10);
	complete();
	goes_on(code);
	assert_int_equal(traps(), TSW);
}

static void test_not_watched(void **state)
{
	const struct machine_insn code[] = {
		SET_WAY(6),  MSR(TTBR0, 3), MSR(SCTLR, 1),
		SET_WAY(14), MSR(SCTLR, 2), END,
	};

	(void)state;
	assert_int_equal(traps(), 0);
	goes_on(code);
	assert_int_equal(world.executed, 3);
}

/* Stage 2 forces write-back, on the CPUs that can. */
static void test_fwb(void **state)
{
	const struct machine_insn code[] = {
		{.op = MACHINE_LOAD, .va = RAM, .width = 8, .rt = 4}, END};

	(void)state;
	assert_true(machine_read(HCR_EL2) & FWB);
	assert_int_equal(traps(), 0);
	goes_on(code);
	assert_int_equal(arm_vcpu_unbind(vcpu), 0);
	assert_false(machine_read(HCR_EL2) & FWB);
	assert_int_equal(arm_vcpu_reset(vcpu), 0);
	host.pcpu[0].features.fwb = false;
	assert_int_equal(arm_vcpu_bind(vcpu, &host.pcpu[0]),
			 ARM_VCPU_ERR_UNSUPPORTED);
	host.pcpu[0].features.fwb = true;
	assert_int_equal(arm_vcpu_bind(vcpu, &host.pcpu[0]), 0);
	goes_on(code);
}

/* Device stays Device; and what is mapped reads as it was mapped. */
static void test_fwb_mappings(void **state)
{
	const uint64_t at = 4 * RAM;
	struct arm_stage2_mapping m;

	(void)state;
	assert_true(arm_stage2_fwb(&host.s2));
	assert_false(arm_stage2_fwb(NULL));
	assert_int_equal(arm_stage2_map(&host.s2, at, 0, 0x1000,
					ARM_STAGE2_READ | ARM_STAGE2_DEVICE),
			 0);
	assert_int_equal(arm_stage2_query(&host.s2, at, &m), 0);
	assert_int_equal(m.attr, ARM_STAGE2_READ | ARM_STAGE2_DEVICE);
	assert_int_equal(arm_stage2_query(&host.s2, RAM, &m), 0);
	assert_int_equal(m.attr, ARM_STAGE2_READ | ARM_STAGE2_EXEC);
	assert_int_equal(
		arm_stage2_protect(&host.s2, RAM, 0x1000, ARM_STAGE2_READ), 0);
	assert_int_equal(arm_stage2_query(&host.s2, RAM, &m), 0);
	assert_int_equal(m.attr, ARM_STAGE2_READ);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_off, setup, teardown),
		cmocka_unit_test_setup_teardown(test_owed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_failed, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reset, setup, teardown),
		cmocka_unit_test_setup_teardown(test_stays_on, setup, teardown),
		cmocka_unit_test_setup_teardown(test_fwb, setup_fwb, teardown),
		cmocka_unit_test_setup_teardown(test_fwb_mappings, setup_fwb,
						teardown),
		cmocka_unit_test_setup_teardown(test_not_watched,
						setup_not_watched, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
