/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's life as the others cause it: made, started, woken, stopped. */
#include "sched/sched.h"

#include <stddef.h>

#include "base/percpu.h"
#include "irq/gic.h"
#include "sched/loop.h"
#include "sched/queue.h"
#include "sched/state.h"

static enum hv_vcpu_state state_of(const struct hv_vcpu *vcpu)
{
	return hv_state_of(atomic_load(&vcpu->state));
}

void hv_sched_vm_init(struct hv_sched_vm *vm, const struct hv_sched_ops *ops)
{
	*vm = (struct hv_sched_vm){
		.ops = ops,
		.cpus = UINT64_MAX >> (64u - hv_cpu_count()),
	};
}

bool hv_sched_pin(struct hv_sched_vm *vm, uint64_t cpus)
{
	if (!(vm->cpus & cpus))
		return false;
	vm->cpus &= cpus;
	return true;
}

static uint64_t kind_of(uint32_t cpu)
{
	return arm_pcpu_get_features(&hv_cpu(cpu)->pcpu)->kind;
}

uint32_t hv_sched_pin_like(struct hv_sched_vm *vm)
{
	const uint64_t kind = kind_of((uint32_t)__builtin_ctzll(vm->cpus));
	uint32_t lost = 0;

	for (uint32_t cpu = 0; cpu < hv_cpu_count(); cpu++) {
		if (!(vm->cpus >> cpu & 1) || kind_of(cpu) == kind)
			continue;
		vm->cpus &= ~(UINT64_C(1) << cpu);
		lost++;
	}
	return lost;
}

void hv_sched_vcpu_init(struct hv_vcpu *vcpu, struct hv_sched_vm *vm)
{
	vcpu->vm = vm;
	vcpu->sibling = vm->vcpus;
	if (vm->vcpus == NULL)
		hv_queue_add_vm(vm);
	vm->vcpus = vcpu;
}

bool hv_sched_start(struct hv_vcpu *vcpu)
{
	uint64_t daif = hv_queue_lock();
	bool start = !atomic_load(&vcpu->vm->stopping);

	if (start) {
		vcpu->vm->active++;
		hv_queue_add(vcpu, NULL);
	}
	hv_queue_unlock(daif);
	return start;
}

void hv_sched_wait_off(const struct hv_vcpu *vcpu)
{
	while (state_of(vcpu) != HV_VCPU_OFF)
		hv_cpu_relax();
}

/* One vCPU less, or who stopped them is done. Locked. */
static void deactivate(struct hv_sched_vm *vm)
{
	if (--vm->active == 0) {
		atomic_store(&vm->stopping, true);
		hv_queue_add_ended(vm);
	}
}

void hv_sched_off(struct hv_vcpu *vcpu)
{
	uint64_t daif = hv_queue_lock();

	hv_state_set(vcpu, HV_VCPU_OFF);
	deactivate(vcpu->vm);
	hv_queue_unlock(daif);
}

/* Those on a CPU leave by themselves: they look at vm->stopping, which was
 * written before, whenever they enter the guest or park. */
static void stop(struct hv_vcpu *vcpu)
{
	uint64_t daif = hv_queue_lock();
	enum hv_vcpu_state state = state_of(vcpu);

	if (state == HV_VCPU_READY)
		hv_queue_remove(vcpu);
	if (state == HV_VCPU_READY || state == HV_VCPU_PARKED) {
		hv_state_set(vcpu, HV_VCPU_OFF);
		deactivate(vcpu->vm);
	}
	hv_queue_unlock(daif);
	if (state == HV_VCPU_RUNNING || state == HV_VCPU_PARKING)
		(void)arm_vcpu_kick(&vcpu->arm);
}

void hv_sched_stop(struct hv_sched_vm *vm)
{
	uint64_t daif = hv_queue_lock();
	bool begin = vm->active != 0 && !atomic_load(&vm->stopping);

	if (begin) {
		/* Counted as active itself: the VM is there until the end. */
		vm->active++;
		atomic_store(&vm->stopping, true);
	}
	hv_queue_unlock(daif);
	if (!begin)
		return;
	for (struct hv_vcpu *vcpu = vm->vcpus; vcpu; vcpu = vcpu->sibling)
		stop(vcpu);
	daif = hv_queue_lock();
	deactivate(vm);
	hv_queue_unlock(daif);
}

void hv_sched_post(struct hv_sched_vm *vm)
{
	uint64_t daif = hv_queue_lock();

	if (vm->active == 0 && !atomic_load(&vm->stopping)) {
		atomic_store(&vm->stopping, true);
		hv_queue_add_ended(vm);
	}
	hv_queue_unlock(daif);
}

void hv_sched_vm_restart(struct hv_sched_vm *vm)
{
	atomic_store(&vm->stopping, false);
}

static void wake(struct hv_vcpu *vcpu)
{
	uint64_t daif = hv_queue_lock();

	if (state_of(vcpu) == HV_VCPU_PARKED)
		hv_queue_add(vcpu, NULL);
	hv_queue_unlock(daif);
}

void hv_sched_kick(struct hv_vcpu *vcpu)
{
	uint32_t word;

	/* What the vCPU is to see comes before the look at where it is; it
	 * says where it is before it looks (hv_sched_park(), and run() in
	 * loop.c): one of the two sees the other. */
	atomic_thread_fence(memory_order_seq_cst);
	word = atomic_load(&vcpu->state);
	while (hv_state_of(word) == HV_VCPU_PARKING) {
		if (atomic_compare_exchange_weak(
			    &vcpu->state, &word,
			    hv_state(HV_VCPU_RUNNING, hv_state_cpu(word))))
			return;
	}
	if (hv_state_of(word) == HV_VCPU_PARKED)
		wake(vcpu);
	else if (hv_state_of(word) == HV_VCPU_RUNNING &&
		 hv_state_cpu(word) != hv_this_cpu()->index)
		hv_gic_kick(hv_cpu(hv_state_cpu(word)));
}

static struct hv_vcpu *timer_owner(struct hv_timer *timer)
{
	return (void *)((char *)timer - offsetof(struct hv_vcpu, timer));
}

static void wake_fired(struct hv_timer *timer)
{
	hv_sched_kick(timer_owner(timer));
}

static void guest_fired(struct hv_timer *timer)
{
	arm_vcpu_timer_expired(&timer_owner(timer)->arm);
}

static struct hv_vcpu *outer(struct arm_vcpu *vcpu)
{
	_Static_assert(offsetof(struct hv_vcpu, arm) == 0, "the first member");
	return (struct hv_vcpu *)vcpu;
}

void hv_sched_op_kick(void *ctx, struct arm_vcpu *vcpu)
{
	(void)ctx;
	hv_sched_kick(outer(vcpu));
}

void hv_sched_op_set_timer(void *ctx, struct arm_vcpu *vcpu, uint64_t deadline)
{
	(void)ctx;
	hv_timer_set(&outer(vcpu)->timer, deadline, guest_fired);
}

bool hv_sched_park(struct hv_vcpu *vcpu)
{
	uint32_t cpu = hv_state_cpu(atomic_load(&vcpu->state));
	uint32_t parking = hv_state(HV_VCPU_PARKING, cpu);
	uint64_t deadline;

	atomic_store(&vcpu->state, parking);
	/* The other half of hv_sched_kick()'s. */
	atomic_thread_fence(memory_order_seq_cst);
	deadline = arm_vcpu_next_deadline(&vcpu->arm);
	if (atomic_load(&vcpu->vm->stopping) ||
	    arm_vgic_has_pending(&vcpu->arm) || deadline <= hv_counter())
		return false;
	/* Before it is PARKED: then it belongs to whoever wakes it. */
	hv_timer_set(&vcpu->timer, deadline, wake_fired);
	return atomic_compare_exchange_strong(&vcpu->state, &parking,
					      hv_state(HV_VCPU_PARKED, cpu));
}

static const char *const state_names[] = {
	[HV_VCPU_OFF] = "off",         [HV_VCPU_READY] = "ready",
	[HV_VCPU_RUNNING] = "running", [HV_VCPU_PARKING] = "running",
	[HV_VCPU_PARKED] = "waiting",
};

void hv_sched_stats(const struct hv_vcpu *vcpu, struct hv_sched_stats *stats)
{
	uint32_t word = atomic_load(&vcpu->state);
	uint64_t now = hv_counter(), since = atomic_load(&vcpu->since);

	*stats = (struct hv_sched_stats){
		.state = state_names[hv_state_of(word)],
		.cpu = hv_state_cpu(word),
		.ticks = atomic_load(&vcpu->ticks),
	};
	for (unsigned i = 0; i < HV_EXIT_REASONS; i++)
		stats->exits += atomic_load(&vcpu->exits[i]);
	if (hv_state_of(word) == HV_VCPU_RUNNING && now > since)
		stats->ticks += now - since;
}
