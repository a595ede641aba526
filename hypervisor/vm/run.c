/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vm.h"

#include "platform/print.h"
#include "platform/smp.h"

/* The VM is over, if nobody said so before: everybody leaves the guest. */
static void end(struct hv_vm *vm, enum hv_vm_state how)
{
	uint32_t running = HV_VM_RUNNING;

	if (!atomic_compare_exchange_strong(&vm->state, &running, how))
		return;
	for (uint32_t i = 0; i < vm->options.cpus; i++)
		(void)arm_vcpu_kick(&vm->vcpus[i].host.arm);
}

static bool is_over(struct hv_vm *vm)
{
	return atomic_load(&vm->state) != HV_VM_RUNNING;
}

/* A machine whose CPUs are all off can do nothing any more. */
static void switch_off(struct hv_vm_vcpu *vcpu)
{
	struct hv_vm *vm = vcpu->vm;

	(void)arm_vcpu_set_power(&vcpu->host.arm, ARM_POWER_OFF);
	for (uint32_t i = 0; i < vm->options.cpus; i++) {
		if (arm_vcpu_power(&vm->vcpus[i].host.arm) != ARM_POWER_OFF)
			return;
	}
	end(vm, HV_VM_OFF);
}

static bool failed(struct hv_vm *vm, int status, const char *what)
{
	if (status == ARM_OK)
		return false;
	hv_log(ARM_LOG_ERROR, "guest stopped: %s: %s", what,
	       arm_strerror(status));
	end(vm, HV_VM_FAILED);
	return true;
}

/* From power on to power off, or to the end of the VM. */
static void run_powered(struct hv_vm_vcpu *vcpu)
{
	struct hv_vm *vm = vcpu->vm;
	bool down = false;

	if (failed(vm, hv_vcpu_bind(&vcpu->host), "bind"))
		return;
	while (!down && !is_over(vm)) {
		struct arm_vcpu_exit exit;
		enum hv_vm_state state;

		if (failed(vm, arm_vcpu_run(&vcpu->host.arm, &exit), "run"))
			break;
		state = hv_vm_serve(vcpu, &exit, &down);
		if (state != HV_VM_RUNNING)
			end(vm, state);
	}
	(void)failed(vm, hv_vcpu_unbind(&vcpu->host), "unbind");
	if (down)
		switch_off(vcpu);
}

static void run_vcpu(void *arg)
{
	struct hv_vm_vcpu *vcpu = arg;
	struct hv_vm *vm = vcpu->vm;

	atomic_store(&vcpu->host.home, hv_this_cpu());
	while (!is_over(vm)) {
		if (arm_vcpu_power(&vcpu->host.arm) == ARM_POWER_ON) {
			run_powered(vcpu);
		} else {
			hv_cpu_wait();
			hv_irq_window();
		}
	}
	atomic_fetch_sub(&vm->running, 1);
}

enum hv_vm_state hv_vm_run(struct hv_vm *vm)
{
	uint32_t cpus = vm->options.cpus;

	atomic_store(&vm->state, HV_VM_RUNNING);
	atomic_store(&vm->running, cpus);
	for (uint32_t i = 1; i < cpus; i++) {
		/* After a reset it may still be on its way to idle. */
		while (!hv_cpu_start(hv_cpu(i), run_vcpu, &vm->vcpus[i]))
			__asm__ volatile("yield");
	}
	run_vcpu(&vm->vcpus[0]);
	while (atomic_load(&vm->running) != 0)
		__asm__ volatile("yield");
	return (enum hv_vm_state)atomic_load(&vm->state);
}
