/* SPDX-License-Identifier: Apache-2.0 */
#include "sched/ready.h"

#include <stddef.h>

void hv_ready_add_vm(struct hv_ready *ready, struct hv_sched_vm *vm)
{
	vm->next_vm = atomic_load(&ready->vms);
	/* Complete before readers that hold no lock can find it. */
	atomic_store_explicit(&ready->vms, vm, memory_order_release);
}

void hv_ready_begin(const struct hv_ready *ready, struct hv_sched_vm *vm)
{
	/* Of several CPUs the highest: one that has run on an idle CPU all the
	 * time would wait for ever behind one that begins lower. */
	for (uint64_t cpus = vm->cpus; cpus; cpus &= cpus - 1) {
		uint64_t there = ready->had[__builtin_ctzll(cpus)];

		if (vm->had < there)
			vm->had = there;
	}
}

uint64_t hv_ready_had(const struct hv_ready *ready,
		      const struct hv_sched_vm *vm, uint32_t cpu, uint64_t lead)
{
	uint64_t most = ready->had[cpu] + lead;

	return vm->had < most ? vm->had : most;
}

void hv_ready_add(struct hv_ready *ready, struct hv_vcpu *vcpu)
{
	struct hv_sched_vm *vm = vcpu->vm;

	hv_ready_begin(ready, vm);
	vcpu->next = NULL;
	vcpu->previous = atomic_load(&vm->ready) ? vm->last_ready : NULL;
	if (vcpu->previous)
		vcpu->previous->next = vcpu;
	else
		atomic_store(&vm->ready, vcpu);
	vm->last_ready = vcpu;
}

void hv_ready_remove(struct hv_vcpu *vcpu)
{
	struct hv_sched_vm *vm = vcpu->vm;

	if (vcpu->previous)
		vcpu->previous->next = vcpu->next;
	else
		atomic_store(&vm->ready, vcpu->next);
	if (vcpu->next)
		vcpu->next->previous = vcpu->previous;
	else
		vm->last_ready = vcpu->previous;
}

static bool waits_for(const struct hv_sched_vm *vm, uint32_t cpu)
{
	return (vm->cpus >> cpu & 1) && atomic_load(&vm->ready);
}

struct hv_vcpu *hv_ready_take(struct hv_ready *ready, uint32_t cpu,
			      uint64_t limit)
{
	struct hv_sched_vm *best = NULL;
	struct hv_vcpu *vcpu;

	for (struct hv_sched_vm *vm = atomic_load(&ready->vms); vm;
	     vm = vm->next_vm) {
		if (waits_for(vm, cpu) && (!best || vm->had < best->had))
			best = vm;
	}
	if (!best || best->had >= limit)
		return NULL;
	if (ready->had[cpu] < best->had)
		ready->had[cpu] = best->had;
	vcpu = atomic_load(&best->ready);
	hv_ready_remove(vcpu);
	return vcpu;
}

bool hv_ready_any(const struct hv_ready *ready, uint32_t cpu)
{
	const struct hv_sched_vm *vm =
		atomic_load_explicit(&ready->vms, memory_order_acquire);

	while (vm && !waits_for(vm, cpu))
		vm = vm->next_vm;
	return vm;
}
