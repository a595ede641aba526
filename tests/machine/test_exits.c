/* SPDX-License-Identifier: Apache-2.0 */
/* The exits that no guest of QEMU's can bring about (tests/support/
 * exit_places.h says which): from the instruction to the host's struct. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "machine/machine.h"
#include "support/exit_places.h"

#define RAM      UINT64_C(0x40000000)
#define IMPDEF   MACHINE_SYSREG(3, 1, 15, 2, 1)
#define RESERVED 0x2b /* no exception class (Arm ARM DDI 0487 D19.2.37) */

static struct world {
	struct arm_vm vm;
	struct arm_vcpu vcpu;
	struct arm_vcpu *vcpus[1];
	struct arm_stage2 s2;
	struct arm_stage2_vmid_pool pool;
	struct arm_pcpu pcpu;
	struct machine_guest guest;
	const struct machine_insn *code;
	struct arm_vcpu_exit exit;
	uint64_t ram;
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

static uint64_t alloc_pages(void *ctx, unsigned order)
{
	(void)ctx;
	return machine_alloc_pages(order);
}

static void free_pages(void *ctx, uint64_t pa, unsigned order)
{
	(void)ctx;
	machine_free_pages(pa, order);
}

static void *phys_to_virt(void *ctx, uint64_t pa)
{
	(void)ctx;
	return machine_phys(pa);
}

static const struct arm_stage2_ops memory_ops = {
	.alloc_pages = alloc_pages,
	.free_pages = free_pages,
	.phys_to_virt = phys_to_virt,
};

static void kick(void *ctx, struct arm_vcpu *vcpu)
{
	(void)ctx;
	(void)vcpu;
}

static const struct arm_vm_ops vm_ops = {.kick = kick};
static const struct arm_pcpu_ops pcpu_ops = {.irq = NULL};

static void make_memory(struct arm_vcpu_ept_root *root)
{
	const struct arm_stage2_config config = {
		.ops = &memory_ops,
		.ipa_bits = 40,
		.pa_bits = 40,
		.vmid_bits = 8,
	};

	assert_int_equal(arm_stage2_vmid_pool_init(&world.pool, 8), 0);
	assert_int_equal(arm_stage2_init(&world.s2, &config), 0);
	world.ram = machine_alloc_pages(0);
	assert_int_equal(arm_stage2_map(&world.s2, RAM, world.ram,
					ARM_STAGE2_PAGE_SIZE,
					ARM_STAGE2_READ | ARM_STAGE2_EXEC),
			 0);
	root->root = arm_stage2_root(&world.s2);
	root->vtcr = arm_stage2_vtcr(&world.s2);
	assert_int_equal(arm_stage2_vmid(&world.s2, &world.pool, &root->vmid),
			 0);
}

static void make_vcpu(void)
{
	const struct arm_vm_config vm = {
		.ops = &vm_ops,
		.vcpus = world.vcpus,
		.vcpu_capacity = 1,
		.host_unknown_sysregs = true,
	};
	const struct arm_vcpu_config vcpu = {.vm = &world.vm,
					     .powered_on = true};
	struct arm_vcpu_ept_root root;

	make_memory(&root);
	assert_int_equal(arm_vm_init(&world.vm, &vm), 0);
	assert_int_equal(arm_vcpu_init(&world.vcpu, &vcpu), 0);
	assert_int_equal(arm_vcpu_setup(&world.vcpu, NULL), 0);
	assert_int_equal(arm_vcpu_set_ept_root(&world.vcpu, &root), 0);
	assert_int_equal(arm_vcpu_set_entry(&world.vcpu, RAM), 0);
}

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
	machine_make(&config);
	assert_int_equal(arm_pcpu_init(&world.pcpu, &pcpu_ops, &world), 0);
	assert_int_equal(arm_pcpu_hardware_enable(&world.pcpu), 0);
	make_vcpu();
	assert_int_equal(arm_vcpu_bind(&world.vcpu, &world.pcpu), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	assert_int_equal(arm_vcpu_unbind(&world.vcpu), 0);
	assert_int_equal(arm_pcpu_hardware_disable(&world.pcpu), 0);
	arm_stage2_free(&world.s2);
	machine_free_pages(world.ram, 0);
	assert_int_equal(machine_pages_out(), 0);
	return 0;
}

static enum arm_vcpu_exit_reason run(const struct machine_insn *code)
{
	world.code = code;
	assert_int_equal(arm_vcpu_run(&world.vcpu, &world.exit), ARM_VCPU_OK);
	occurred[world.exit.reason] = true;
	return world.exit.reason;
}

static uint64_t pc(void)
{
	return arm_trap_frame_pc(&world.vcpu.frame);
}

/* It is nobody's instruction: the guest goes on where it was. */
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
	assert_int_equal(arm_vcpu_complete(&world.vcpu, 0),
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
	assert_int_equal(arm_vcpu_complete(&world.vcpu, 0),
			 ARM_VCPU_ERR_NO_COMPLETION);
	assert_int_equal(arm_vcpu_fail(&world.vcpu, ARM_VCPU_FAIL_UNDEFINED),
			 ARM_VCPU_OK);
}

static void test_wfe(void **state)
{
	const struct machine_insn code[] = {
		{.op = MACHINE_WFE},
		{.op = MACHINE_HVC, .amount = 1},
	};

	(void)state;
	assert_int_equal(arm_vcpu_trap_wait(&world.vcpu, false, true), 0);
	assert_int_equal(run(code), ARM_VCPU_EXIT_WFE);
	assert_false(world.exit.wait.timed);
	assert_int_equal(pc(), RAM);
	assert_int_equal(arm_vcpu_complete(&world.vcpu, 0), 0);
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
	assert_int_equal(arm_vcpu_complete(&world.vcpu, 0x99), 0);
	assert_int_equal(run(code), ARM_VCPU_EXIT_SYSREG_WRITE);
	assert_int_equal(world.exit.sysreg.value, 0x99);
	assert_int_equal(arm_vcpu_complete(&world.vcpu, 0), 0);
	assert_int_equal(run(code), ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(arm_vcpu_get_gpr(&world.vcpu, 2, &value), 0);
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
