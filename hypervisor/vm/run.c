/* SPDX-License-Identifier: Apache-2.0 */
/* A VM on the scheduler: how it starts, how it stops. */
#include "vm/vm.h"

#include <stddef.h>

#include "base/cpu.h"

static struct hv_vm *vm_of(struct hv_sched_vm *sched)
{
	return (void *)((char *)sched - offsetof(struct hv_vm, sched));
}

static struct hv_vm_vcpu *vcpu_of(struct hv_vcpu *host)
{
	_Static_assert(offsetof(struct hv_vm_vcpu, host) == 0, "the first");
	return (struct hv_vm_vcpu *)host;
}

/* The first to say how it ends is heard: true. */
static bool note_end(struct hv_vm *vm, enum hv_vm_state how)
{
	uint32_t running = HV_VM_RUNNING;

	return atomic_compare_exchange_strong(&vm->state, &running, how);
}

/* With the machine. */
static _Noreturn void end_alone(struct hv_vm *vm, enum hv_vm_state how)
{
	if (note_end(vm, how))
		vm->ended(vm, how);
	for (;;) /* another CPU is about to end it */
		hv_cpu_wait();
}

void hv_vm_stop(struct hv_vm *vm, enum hv_vm_state how)
{
	if (vm->hardware)
		end_alone(vm, how);
	(void)note_end(vm, how);
	hv_sched_stop(&vm->sched);
}

void hv_vm_start(struct hv_vm *vm)
{
	atomic_store(&vm->state, HV_VM_RUNNING);
	hv_sched_vm_restart(&vm->sched);
	hv_vm_start_vcpu(&vm->vcpus[0]);
}

static enum hv_sched_next serve(struct hv_vcpu *host,
				const struct arm_vcpu_exit *exit)
{
	struct hv_vm_vcpu *vcpu = vcpu_of(host);
	struct hv_verdict verdict = hv_vm_serve(vcpu, exit);

	if (verdict.end != HV_VM_RUNNING)
		hv_vm_stop(vcpu->vm, verdict.end);
	return verdict.next;
}

static void failed(struct hv_vcpu *host, int status, const char *what)
{
	struct hv_vm *vm = vcpu_of(host)->vm;

	hv_vm_stop(vm, hv_vm_refused(vm, status, what).end);
}

static void ended(struct hv_sched_vm *sched)
{
	struct hv_vm *vm = vm_of(sched);

	/* A machine whose CPUs are all off can do nothing any more. */
	if (vm->hardware)
		end_alone(vm, HV_VM_OFF);
	(void)note_end(vm, HV_VM_OFF);
	vm->ended(vm, (enum hv_vm_state)atomic_load(&vm->state));
}

const struct hv_sched_ops hv_vm_sched_ops = {
	.serve = serve,
	.failed = failed,
	.ended = ended,
};
