/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lives of VMs as vm/machine.c leads them, without guests: a VM runs when
 * it is started, and a test says how it ends. The scheduler here only counts:
 * what is posted, or stopped, ends when the test lets it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* With its variables. */
#include "base/uart.h"
#include "vm/machine.c"

#include "one_cpu.h"

#define VMS 2u

static struct {
	jmp_buf left;
	bool failed; /* how the machine was left */
	/* Of each VM. */
	bool runs[VMS];
	bool posted[VMS];
	bool stopped[VMS];
	unsigned loads[VMS];
	unsigned lines;
	char line[HV_LINE_MAX];
} pc;

static struct hv_platform platform;
static struct hv_vm memory[VMS];

void hv_uart_line(const char *text)
{
	pc.lines++;
	(void)snprintf(pc.line, sizeof(pc.line), "%s", text);
}

void hv_uart_rx_resume(void)
{
}

void hv_power_off(void)
{
	pc.failed = false;
	longjmp(pc.left, 1);
}

void hv_stop_failed(void)
{
	pc.failed = true;
	longjmp(pc.left, 1);
}

void hv_fail(const char *format, ...)
{
	fail_msg("%s", format);
	abort();
}

static unsigned index_of(const struct hv_vm *vm)
{
	return (unsigned)(vm - memory);
}

void *hv_zalloc(uint64_t bytes)
{
	assert_int_equal(bytes, sizeof(struct hv_vm));
	return &memory[machine.count];
}

unsigned hv_vm_vmid_bits(void)
{
	return 8;
}

int arm_stage2_vmid_pool_init(struct arm_stage2_vmid_pool *pool, unsigned bits)
{
	(void)pool;
	(void)bits;
	return 0;
}

bool hv_vm_create(struct hv_vm *vm, const struct hv_platform *of,
		  const struct hv_boot_module *module,
		  struct arm_stage2_vmid_pool *vmids)
{
	(void)of;
	(void)vmids;
	vm->module = module;
	hv_say_init(&vm->say, vm->tag);
	return true;
}

bool hv_vm_load(struct hv_vm *vm)
{
	pc.loads[index_of(vm)]++;
	return true;
}

bool hv_vm_take_memory(struct hv_vm *vm)
{
	(void)vm;
	return true;
}

void hv_vm_give_memory(struct hv_vm *vm)
{
	(void)vm;
}

void hv_vm_start(struct hv_vm *vm)
{
	atomic_store(&vm->state, HV_VM_RUNNING);
	assert_false(pc.runs[index_of(vm)]);
	pc.runs[index_of(vm)] = true;
}

void hv_vm_stop(struct hv_vm *vm, enum hv_vm_state how)
{
	uint32_t running = HV_VM_RUNNING;

	(void)atomic_compare_exchange_strong(&vm->state, &running, how);
	pc.stopped[index_of(vm)] |= pc.runs[index_of(vm)];
}

static struct hv_vm *vm_of(struct hv_sched_vm *sched)
{
	return (void *)((char *)sched - offsetof(struct hv_vm, sched));
}

void hv_sched_post(struct hv_sched_vm *sched)
{
	unsigned i = index_of(vm_of(sched));

	pc.posted[i] |= !pc.runs[i];
}

void hv_sched_vm_restart(struct hv_sched_vm *vm)
{
	(void)vm;
}

void hv_own_give(uint32_t cpu, struct hv_vcpu *vcpu)
{
	(void)cpu;
	(void)vcpu;
	fail(); /* no VM has the machine when it starts */
}

const char *arm_vcpu_exit_name(enum arm_vcpu_exit_reason reason)
{
	return reason == ARM_VCPU_EXIT_CPU_UP ? "CPU up" : "WFI";
}

void hv_vuart_open(struct hv_vuart *vuart)
{
	vuart->open = true;
}

void hv_vuart_end(struct hv_vuart *vuart)
{
	vuart->open = false;
}

void hv_vuart_end_line(const struct hv_vuart *vuart)
{
	(void)vuart;
}

/* What a CPU has to do for VMs whose end was ordered or posted. */
static void settle(void)
{
	for (unsigned i = 0; i < VMS; i++) {
		struct hv_vm *vm = &memory[i];

		while (pc.stopped[i] || pc.posted[i]) {
			pc.stopped[i] = pc.posted[i] = pc.runs[i] = false;
			vm->ended(vm,
				  (enum hv_vm_state)atomic_load(&vm->state));
		}
	}
}

/* The guest of this VM ends it so. */
static void guest_ends(unsigned i, enum hv_vm_state how)
{
	assert_true(pc.runs[i]);
	hv_vm_stop(&memory[i], how);
	settle();
}

static void pass(uint64_t counts)
{
	one_cpu_pass(counts, settle);
}

static int setup(void **state)
{
	(void)state;
	pass(100 * SECOND); /* no timer stays armed */
	memset(&pc, 0, sizeof(pc));
	memset(&machine, 0, sizeof(machine));
	machine.lock = (struct hv_lock)HV_LOCK(HV_RANK_MACHINE);
	memset(memory, 0, sizeof(memory));
	one_cpu_make(1000 * SECOND);
	platform.module_count = VMS;
	hv_machine_make(&platform);
	hv_machine_start();
	assert_true(pc.runs[0] && pc.runs[1]);
	return 0;
}

/* Resets VM 0 until it has to wait. */
static void reset_until_it_waits(void)
{
	unsigned resets = 0;

	while (pc.runs[0]) {
		assert_true(resets++ < 20);
		guest_ends(0, HV_VM_RESET);
	}
	assert_false(pc.stopped[0] || pc.posted[0]);
}

static void a_guest_that_resets_in_a_loop_waits(void **state)
{
	unsigned lives, lines;

	(void)state;
	for (unsigned i = 0; i < 8; i++) {
		guest_ends(0, HV_VM_RESET);
		assert_true(pc.runs[0]);
	}
	reset_until_it_waits();
	/* A minute of it: so many lives, and hardly a line. */
	lives = pc.loads[0];
	lines = pc.lines;
	for (unsigned i = 0; i < 60000; i++) {
		pass(SECOND / 1000);
		if (pc.runs[0])
			guest_ends(0, HV_VM_RESET);
	}
	assert_in_range(pc.loads[0] - lives, 11, 18);
	assert_in_range(pc.lines - lines, 1, 20);
	/* A long life, and all is forgotten. */
	while (!pc.runs[0])
		pass(SECOND);
	pass(11 * SECOND);
	guest_ends(0, HV_VM_RESET);
	assert_true(pc.runs[0]);
	assert_true(pc.runs[1]);
}

static void the_operator_stops_it_at_once(void **state)
{
	uint64_t begin;
	unsigned loads;

	(void)state;
	reset_until_it_waits();
	begin = one_cpu.now;
	loads = pc.loads[0];
	hv_machine_stop(&memory[0], HV_VM_KILLED);
	settle();
	assert_int_equal(one_cpu.now, begin);
	assert_int_equal(pc.loads[0], loads);
	assert_true(memory[0].gone && memory[0].failed);
	assert_string_equal(pc.line, "hv: guest killed");
	/* Its timer does not bring it back. */
	pass(20 * SECOND);
	assert_false(pc.runs[0]);
	hv_machine_restart(&memory[0]);
	assert_true(pc.runs[0] && !memory[0].gone);
}

/* Its guest has just reset it, and nobody has looked yet. */
static void nor_does_a_reset_that_has_just_come_delay_him(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 8; i++)
		guest_ends(0, HV_VM_RESET);
	hv_vm_stop(&memory[0], HV_VM_RESET);
	hv_machine_stop(&memory[0], HV_VM_KILLED);
	settle();
	assert_true(memory[0].gone && memory[0].failed);
}

static void the_operator_restarts_it_at_once(void **state)
{
	(void)state;
	reset_until_it_waits();
	hv_machine_restart(&memory[0]);
	settle();
	assert_true(pc.runs[0]);
	assert_string_equal(pc.line, "hv: guest reset");
	/* And what was before is forgotten. */
	for (unsigned i = 0; i < 8; i++) {
		guest_ends(0, HV_VM_RESET);
		assert_true(pc.runs[0]);
	}
}

static void a_restart_by_the_operator_is_no_reset_of_the_guests(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		unsigned lines = pc.lines;

		hv_machine_restart(&memory[0]);
		settle();
		assert_true(pc.runs[0]);
		assert_int_equal(pc.lines, lines + 1);
	}
}

static void the_last_one_ends_the_machine(void **state)
{
	(void)state;
	guest_ends(1, HV_VM_OFF);
	reset_until_it_waits();
	if (!setjmp(pc.left)) {
		hv_machine_stop(&memory[0], HV_VM_STOPPED);
		settle();
		fail();
	}
	assert_false(pc.failed);
	/* Its locks are where they were left. */
	machine.lock = (struct hv_lock)HV_LOCK(HV_RANK_MACHINE);
}

/* A reset or an end of the VM that has the machine is the machine's. */
static void whoever_has_the_machine_ends_it(void **state)
{
	static struct hv_guest_hardware hardware;

	(void)state;
	memory[0].hardware = &hardware;
	if (!setjmp(pc.left)) {
		guest_ends(0, HV_VM_RESET);
		fail();
	}
	assert_true(pc.failed);
	assert_string_equal(pc.line, "hv: guest reset");
	pc.stopped[0] = false;
	pc.runs[0] = true;
	atomic_store(&memory[0].state, HV_VM_RUNNING);
	if (!setjmp(pc.left)) {
		guest_ends(0, HV_VM_OFF);
		fail();
	}
	assert_false(pc.failed);
	assert_int_equal(pc.loads[0], 1);
}

/* What all its vCPUs left their guest for, when that is asked for. */
static void exits_are_counted(void **state)
{
	static struct hv_vm_vcpu vcpus[2];

	(void)state;
	memory[1].vcpus = vcpus;
	memory[1].options.cpus = 2;
	memory[1].options.count_exits = true;
	atomic_store(&vcpus[0].host.exits[ARM_VCPU_EXIT_WFI], 40);
	atomic_store(&vcpus[1].host.exits[ARM_VCPU_EXIT_WFI], 2);
	atomic_store(&vcpus[1].host.exits[ARM_VCPU_EXIT_CPU_UP], 7);
	guest_ends(1, HV_VM_OFF);
	assert_string_equal(pc.line, "hv: exits: 42 WFI, 7 CPU up");
	memset(vcpus, 0, sizeof(vcpus));
	memory[0].vcpus = vcpus;
	memory[0].options.count_exits = true;
	guest_ends(0, HV_VM_RESET);
	assert_string_equal(pc.line, "hv: exits: none");
}

static void another_cpu(void)
{
	memory[1].failed = true;
	memory[1].starts++;
}

/* What another CPU writes under the lock is read under it. */
static void what_others_write_is_read_under_the_lock(void **state)
{
	(void)state;
	one_cpu.before_lock = another_cpu;
	assert_int_equal(hv_machine_starts(&memory[1]), 2);
	memory[1].failed = false;
	if (!setjmp(pc.left)) {
		hv_machine_leave();
		fail();
	}
	assert_true(pc.failed);
}

#define MACHINE_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(a_guest_that_resets_in_a_loop_waits),
		MACHINE_TEST(the_operator_stops_it_at_once),
		MACHINE_TEST(nor_does_a_reset_that_has_just_come_delay_him),
		MACHINE_TEST(the_operator_restarts_it_at_once),
		MACHINE_TEST(
			a_restart_by_the_operator_is_no_reset_of_the_guests),
		MACHINE_TEST(the_last_one_ends_the_machine),
		MACHINE_TEST(whoever_has_the_machine_ends_it),
		MACHINE_TEST(exits_are_counted),
		MACHINE_TEST(what_others_write_is_read_under_the_lock),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
