/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/machine.h"

#include <stddef.h>

#include "base/lock.h"
#include "base/percpu.h"
#include "base/power.h"
#include "base/print.h"
#include "irq/uart_rx.h"
#include "mm/mem.h"
#include "sched/own.h"

static struct {
	struct arm_stage2_vmid_pool vmids;
	uint32_t count;
	struct hv_vm *vms[HV_MAX_GUESTS];
	/* Covers the following and what vm.h says of each VM; the scheduler's
	 * is taken inside. */
	struct hv_lock lock;
	uint32_t alive; /* VMs that are not gone; 0: the machine is over */
} machine = {.lock = HV_LOCK(HV_RANK_MACHINE)};

static const char *const end_names[] = {
	[HV_VM_OFF] = "guest powered off", [HV_VM_RESET] = "guest reset",
	[HV_VM_FAILED] = "guest failed",   [HV_VM_STOPPED] = "guest stopped",
	[HV_VM_KILLED] = "guest killed",
};

uint32_t hv_machine_count(void)
{
	return machine.count;
}

struct hv_vm *hv_machine_vm(uint32_t index)
{
	return machine.vms[index];
}

uint32_t hv_machine_starts(const struct hv_vm *vm)
{
	uint64_t daif = hv_lock(&machine.lock);
	uint32_t starts = vm->starts;

	hv_unlock(&machine.lock, daif);
	return starts;
}

/* Its last life did, or is about to end so. Locked. */
static bool has_failed(const struct hv_vm *vm)
{
	uint32_t state = atomic_load(&vm->state);

	return vm->failed || vm->wanted == HV_VM_KILLED ||
	       state == HV_VM_FAILED || state == HV_VM_KILLED;
}

_Noreturn void hv_machine_leave(void)
{
	uint64_t daif = hv_lock(&machine.lock);
	bool failed = false;

	for (uint32_t i = 0; i < machine.count; i++)
		failed |= has_failed(machine.vms[i]);
	hv_unlock(&machine.lock, daif);
	if (failed)
		hv_stop_failed();
	hv_power_off();
}

/* From its images; what was wanted of it meanwhile happens now: a life that is
 * to end as it begins gets no input. */
static bool begin(struct hv_vm *vm)
{
	bool stop;
	uint64_t daif;

	if (!hv_vm_load(vm))
		return false;
	daif = hv_lock(&machine.lock);
	stop = vm->wanted == HV_VM_STOPPED || vm->wanted == HV_VM_KILLED;
	vm->starts++;
	vm->failed = false;
	if (!stop)
		hv_vuart_open(&vm->uart);
	hv_vm_start(vm);
	if (stop)
		hv_vm_stop(vm, (enum hv_vm_state)vm->wanted);
	vm->wanted = HV_VM_RUNNING;
	hv_unlock(&machine.lock, daif);
	return true;
}

static bool revive(struct hv_vm *vm)
{
	return hv_vm_take_memory(vm) && begin(vm);
}

/* The last one takes the machine with it, unless it is wanted back. */
static void leave_if_last(struct hv_vm *vm, bool failed)
{
	uint64_t daif = hv_lock(&machine.lock);
	bool last = machine.alive == 1 && vm->wanted != HV_VM_RESET;

	vm->failed = failed;
	if (last)
		machine.alive = 0;
	hv_unlock(&machine.lock, daif);
	if (last)
		hv_machine_leave();
}

/* False: it is wanted back. */
static bool lay_down(struct hv_vm *vm)
{
	bool gone, last;
	uint64_t daif;

	hv_vuart_end(&vm->uart);
	hv_uart_rx_resume();
	hv_vm_give_memory(vm);
	daif = hv_lock(&machine.lock);
	gone = vm->wanted != HV_VM_RESET;
	vm->wanted = HV_VM_RUNNING;
	vm->gone = gone;
	if (gone)
		machine.alive--;
	last = machine.alive == 0;
	hv_unlock(&machine.lock, daif);
	if (last)
		hv_machine_leave();
	return gone;
}

static void bury(struct hv_vm *vm, bool failed)
{
	leave_if_last(vm, failed);
	while (!lay_down(vm) && !revive(vm))
		leave_if_last(vm, true);
}

static void delay_over(struct hv_timer *timer)
{
	struct hv_vm *vm =
		(void *)((char *)timer - offsetof(struct hv_vm, delay));

	hv_sched_post(&vm->sched);
}

/*
 * The guest has reset its machine, of itself: too often, and it has to wait.
 * True: ended() comes again, when it is time or the operator wants something.
 */
static bool must_wait(struct hv_vm *vm)
{
	uint64_t now = hv_counter(), delay = 0;
	uint64_t daif = hv_lock(&machine.lock);

	if (vm->wanted == HV_VM_RUNNING)
		delay = hv_backoff_reset(&vm->backoff, now,
					 hv_counter_frequency());
	if (delay != 0) {
		vm->delayed = true;
		hv_sched_vm_restart(&vm->sched);
		hv_timer_set(&vm->delay, now + delay, delay_over);
	}
	hv_unlock(&machine.lock, daif);
	return delay != 0;
}

/* It has waited, or need not any more. True: the operator wants it so. */
static bool end_wait(struct hv_vm *vm, enum hv_vm_state *how)
{
	uint64_t daif;
	bool wanted;

	hv_timer_stop(&vm->delay);
	daif = hv_lock(&machine.lock);
	vm->delayed = false;
	wanted = vm->wanted != HV_VM_RUNNING;
	if (wanted)
		*how = (enum hv_vm_state)vm->wanted;
	atomic_store(&vm->state, *how);
	hv_unlock(&machine.lock, daif);
	return wanted;
}

static uint64_t exits_of(const struct hv_vm *vm, unsigned reason)
{
	uint64_t count = 0;

	for (uint32_t i = 0; i < vm->options.cpus; i++)
		count += atomic_load(&vm->vcpus[i].host.exits[reason]);
	return count;
}

/* How often, and why, its guest was left for hv's own loop. */
static void report_exits(struct hv_vm *vm, bool by_guest)
{
	char line[HV_LINE_MAX] = "";
	size_t length = 0;

	for (unsigned reason = 0; reason < HV_EXIT_REASONS; reason++) {
		uint64_t count = exits_of(vm, reason);

		if (count != 0 && length < sizeof(line))
			length += hv_format(
				line + length, sizeof(line) - length,
				"%s%lu %s", length ? ", " : "",
				(unsigned long)count,
				arm_vcpu_exit_name(
					(enum arm_vcpu_exit_reason)reason));
	}
	if (length == 0)
		(void)hv_format(line, sizeof(line), "none");
	if (by_guest)
		hv_say(&vm->say, ARM_VCPU_LOG_ERROR, "exits: %s", line);
	else
		hv_printf("%sexits: %s", vm->tag, line);
}

/* Its vCPUs are still in its guest, where hv, without interrupts, does not
 * reach them: a reset is the machine's own. */
static _Noreturn void end_with_machine(enum hv_vm_state how)
{
	if (how == HV_VM_OFF)
		hv_power_off();
	hv_stop_failed();
}

/* A guest that resets its machine can do so again and again; whatever else
 * ends it, the operator has to start it again. */
static void say_end(struct hv_vm *vm, enum hv_vm_state how, bool by_guest)
{
	const bool again = how == HV_VM_RESET && by_guest;

	hv_vuart_end_line(&vm->uart);
	if (again) {
		hv_say(&vm->say, ARM_VCPU_LOG_ERROR, "%s", end_names[how]);
	} else {
		hv_say_rest(&vm->say);
		hv_printf("%s%s", vm->tag, end_names[how]);
	}
	if (vm->options.count_exits)
		report_exits(vm, again);
}

static bool is_wanted(struct hv_vm *vm)
{
	uint64_t daif = hv_lock(&machine.lock);
	bool wanted = vm->wanted != HV_VM_RUNNING;

	hv_unlock(&machine.lock, daif);
	return wanted;
}

static void ended(struct hv_vm *vm, enum hv_vm_state how)
{
	if (vm->delayed) {
		if (end_wait(vm, &how))
			say_end(vm, how, false);
	} else {
		say_end(vm, how, !is_wanted(vm));
		if (vm->hardware)
			end_with_machine(how);
		if (how == HV_VM_RESET && must_wait(vm))
			return;
	}
	if (how == HV_VM_RESET && begin(vm))
		return;
	bury(vm, how != HV_VM_OFF && how != HV_VM_STOPPED);
}

/* Whatever it is doing, it is to end so. Locked. */
static void end_life(struct hv_vm *vm, enum hv_vm_state how)
{
	vm->wanted = how;
	hv_vuart_end(&vm->uart);
	if (vm->delayed)
		hv_sched_post(&vm->sched);
	else
		hv_vm_stop(vm, how);
}

void hv_machine_stop(struct hv_vm *vm, enum hv_vm_state how)
{
	uint64_t daif = hv_lock(&machine.lock);

	if (!vm->gone)
		end_life(vm, how);
	hv_unlock(&machine.lock, daif);
}

void hv_machine_restart(struct hv_vm *vm)
{
	uint64_t daif = hv_lock(&machine.lock);
	bool was_gone = vm->gone && machine.alive != 0;

	vm->backoff = (struct hv_backoff){0};
	if (was_gone) {
		vm->gone = false;
		machine.alive++;
	} else if (!vm->gone) {
		end_life(vm, HV_VM_RESET);
	}
	hv_unlock(&machine.lock, daif);
	if (was_gone && !revive(vm))
		bury(vm, true);
}

static struct hv_vm *new_vm(void)
{
	struct hv_vm *vm = hv_zalloc(sizeof(*vm));

	if (vm)
		return vm;
	hv_fail("no memory for a VM");
}

void hv_machine_make(const struct hv_platform *platform)
{
	if (platform->module_count == 0)
		hv_fail("no guest: the device tree has no VM under /chosen");
	(void)arm_stage2_vmid_pool_init(&machine.vmids, hv_vm_vmid_bits());
	for (uint32_t i = 0; i < platform->module_count; i++) {
		struct hv_vm *vm = new_vm();

		vm->ended = ended;
		machine.vms[machine.count++] = vm;
		if (!hv_vm_create(vm, platform, &platform->modules[i],
				  &machine.vmids))
			hv_stop_failed();
	}
}

bool hv_machine_is_passed_through(void)
{
	return machine.vms[0]->hardware;
}

static void give_cpus(struct hv_vm *vm)
{
	for (uint32_t i = 0; i < vm->options.cpus; i++)
		hv_own_give(i, &vm->vcpus[i].host);
}

void hv_machine_start(void)
{
	machine.alive = machine.count;
	if (hv_machine_is_passed_through())
		give_cpus(machine.vms[0]);
	/* When the last is loaded, nothing can be wrong any more. */
	for (uint32_t i = 0; i < machine.count; i++) {
		if (!hv_vm_load(machine.vms[i]))
			hv_stop_failed();
	}
	for (uint32_t i = 0; i < machine.count; i++) {
		uint64_t daif = hv_lock(&machine.lock);

		machine.vms[i]->starts = 1;
		hv_unlock(&machine.lock, daif);
		hv_vuart_open(&machine.vms[i]->uart);
		hv_vm_start(machine.vms[i]);
	}
}
