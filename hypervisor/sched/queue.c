/* SPDX-License-Identifier: Apache-2.0 */
#include "sched/queue.h"

#include <stddef.h>

#include "base/lock.h"
#include "irq/gic.h"
#include "sched/ready.h"
#include "sched/state.h"

static struct {
	struct hv_lock lock;
	struct hv_ready ready;
	uint64_t tell;          /* CPUs to be told when the lock is free   */
	uint64_t idle;          /* CPUs without work that nobody has told  */
	_Atomic uint64_t aware; /* CPUs that look at the queues themselves */
	struct hv_sched_vm *ended;
	_Atomic uint64_t ending; /* CPUs that may end one of them */
} queues;

static uint64_t bit(const struct hv_cpu *cpu)
{
	return UINT64_C(1) << cpu->index;
}

uint64_t hv_queue_lock(void)
{
	return hv_lock(&queues.lock);
}

/*
 * After the lock is free: an interrupt takes longer to send than all that is
 * done under it. The calling CPU is told, too: what wakes a vCPU may happen
 * while the library serves its guest, which then leaves for an interrupt only.
 */
void hv_queue_unlock(uint64_t daif)
{
	uint64_t tell = queues.tell;

	queues.tell = 0;
	hv_unlock(&queues.lock, daif);
	for (; tell; tell &= tell - 1) {
		struct hv_cpu *cpu = hv_cpu((uint32_t)__builtin_ctzll(tell));

		atomic_store(&cpu->look, true);
		hv_gic_kick(cpu);
	}
}

void hv_queue_add_vm(struct hv_sched_vm *vm)
{
	uint64_t daif = hv_queue_lock();

	hv_ready_add_vm(&queues.ready, vm);
	hv_queue_unlock(daif);
}

/* An idle CPU of these, if there is one; best the one that is preferred. */
static bool tell_idle(uint64_t cpus, uint32_t preferred)
{
	uint64_t idle = queues.idle & cpus;
	uint32_t cpu;

	if (!idle)
		return false;
	cpu = idle >> preferred & 1 ? preferred
				    : (uint32_t)__builtin_ctzll(idle);
	queues.idle &= ~(UINT64_C(1) << cpu);
	queues.tell |= UINT64_C(1) << cpu;
	return true;
}

/* Those that do not look at the queues: their guests run, or wait, natively. */
static void tell_unaware(uint64_t cpus)
{
	uint64_t left = cpus & ~atomic_load(&queues.aware);

	atomic_fetch_or(&queues.aware, left);
	queues.tell |= left;
}

void hv_queue_add(struct hv_vcpu *vcpu, const struct hv_cpu *here)
{
	uint64_t cpus = vcpu->vm->cpus;
	uint32_t last_cpu = hv_state_cpu(atomic_load(&vcpu->state));

	hv_ready_add(&queues.ready, vcpu);
	hv_state_set(vcpu, HV_VCPU_READY);
	if (!tell_idle(cpus, last_cpu))
		tell_unaware(cpus & ~(here ? bit(here) : 0));
}

void hv_queue_remove(struct hv_vcpu *vcpu)
{
	hv_ready_remove(vcpu);
}

void hv_queue_add_ended(struct hv_sched_vm *vm)
{
	const struct hv_cpu *here = hv_this_cpu();

	hv_ready_begin(&queues.ready, vm);
	vm->next_ended = queues.ended;
	queues.ended = vm;
	atomic_fetch_or(&queues.ending, vm->cpus);
	if (tell_idle(vm->cpus, here->index))
		return;
	queues.tell |=
		vm->cpus & bit(here) ? bit(here) : vm->cpus & (0 - vm->cpus);
}

/* The one of those this CPU may end that has had least. */
static struct hv_sched_vm *take_ended(const struct hv_cpu *cpu)
{
	struct hv_sched_vm **best = NULL, *vm;
	uint64_t left = 0;

	for (struct hv_sched_vm **at = &queues.ended; *at;
	     at = &(*at)->next_ended) {
		if (((*at)->cpus & bit(cpu)) &&
		    (!best || (*at)->had < (*best)->had))
			best = at;
	}
	if (!best)
		return NULL;
	vm = *best;
	*best = vm->next_ended;
	for (const struct hv_sched_vm *at = queues.ended; at;
	     at = at->next_ended)
		left |= at->cpus;
	atomic_store(&queues.ending, left);
	return vm;
}

/* Whose turn it is on this CPU: RUNNING there from now on. */
static struct hv_vcpu *take_vcpu(const struct hv_cpu *cpu, uint64_t limit)
{
	struct hv_vcpu *vcpu = hv_ready_take(&queues.ready, cpu->index, limit);

	if (vcpu)
		atomic_store(&vcpu->state,
			     hv_state(HV_VCPU_RUNNING, cpu->index));
	return vcpu;
}

/* Whether the CPU must be told when somebody becomes ready. */
static void note_aware(const struct hv_cpu *cpu)
{
	if (hv_ready_any(&queues.ready, cpu->index))
		atomic_fetch_or(&queues.aware, bit(cpu));
	else
		atomic_fetch_and(&queues.aware, ~bit(cpu));
}

struct hv_queue_work hv_queue_take(const struct hv_cpu *cpu)
{
	uint64_t daif = hv_queue_lock();
	struct hv_queue_work work = {.ended = take_ended(cpu)};

	queues.idle &= ~bit(cpu);
	if (!work.ended) {
		work.vcpu = take_vcpu(cpu, UINT64_MAX);
		if (!work.vcpu)
			queues.idle |= bit(cpu);
	}
	note_aware(cpu);
	hv_queue_unlock(daif);
	return work;
}

uint64_t hv_queue_had(const struct hv_cpu *cpu, const struct hv_sched_vm *vm,
		      uint64_t lead)
{
	uint64_t daif = hv_queue_lock();
	uint64_t had = hv_ready_had(&queues.ready, vm, cpu->index, lead);

	hv_queue_unlock(daif);
	return had;
}

struct hv_vcpu *hv_queue_take_before(const struct hv_cpu *cpu, uint64_t had)
{
	uint64_t daif = hv_queue_lock();
	struct hv_vcpu *vcpu = take_vcpu(cpu, had);

	note_aware(cpu);
	hv_queue_unlock(daif);
	return vcpu;
}

bool hv_queue_has_ended(const struct hv_cpu *cpu)
{
	return atomic_load(&queues.ending) & bit(cpu);
}

bool hv_queue_has_ready(const struct hv_cpu *cpu)
{
	uint64_t daif;
	bool ready;

	/* Set under the lock before the interrupt that then ends the guest's
	 * run: a no that is too early does not last. */
	if (!(atomic_load(&queues.aware) & bit(cpu)))
		return false;
	if (hv_ready_any(&queues.ready, cpu->index))
		return true;
	daif = hv_queue_lock();
	ready = hv_ready_any(&queues.ready, cpu->index);
	if (!ready)
		atomic_fetch_and(&queues.aware, ~bit(cpu));
	hv_queue_unlock(daif);
	return ready;
}

void hv_queue_charge(struct hv_sched_vm *vm, uint64_t counts)
{
	uint64_t daif = hv_queue_lock();

	vm->had += counts;
	hv_queue_unlock(daif);
}
