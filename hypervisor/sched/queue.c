/* SPDX-License-Identifier: Apache-2.0 */
#include "sched/queue.h"

#include <stddef.h>

#include "platform/gic.h"
#include "platform/lock.h"
#include "sched/state.h"

/* 64 VMs, each with a mask of its own, and some more. */
#define MAX_QUEUES 128u

struct queue {
	uint64_t cpus;
	/* Written under the lock; whether there is any is read without. */
	struct hv_vcpu *_Atomic first;
	struct hv_vcpu *last;
};

static struct {
	struct hv_lock lock;
	uint64_t tickets;
	uint64_t tell;          /* CPUs to be told when the lock is free   */
	uint64_t idle;          /* CPUs without work that nobody has told  */
	_Atomic uint64_t aware; /* CPUs that look at the queues themselves */
	struct hv_sched_vm *_Atomic ended;
	_Atomic uint32_t count;
	struct queue queue[MAX_QUEUES];
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

bool hv_queue_find(uint64_t cpus, uint32_t *index)
{
	uint64_t daif = hv_queue_lock();
	uint32_t count = atomic_load(&queues.count), i = 0;

	while (i < count && queues.queue[i].cpus != cpus)
		i++;
	if (i == count && count < MAX_QUEUES) {
		queues.queue[i].cpus = cpus;
		/* Readers without the lock find it complete. */
		atomic_store(&queues.count, ++count);
	}
	hv_queue_unlock(daif);
	*index = i;
	return i < count;
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
	struct queue *queue = &queues.queue[vcpu->queue];
	uint32_t last_cpu = hv_state_cpu(atomic_load(&vcpu->state));

	vcpu->ticket = queues.tickets++;
	vcpu->next = NULL;
	vcpu->previous = atomic_load(&queue->first) ? queue->last : NULL;
	if (vcpu->previous)
		vcpu->previous->next = vcpu;
	else
		atomic_store(&queue->first, vcpu);
	queue->last = vcpu;
	hv_state_set(vcpu, HV_VCPU_READY);
	if (!tell_idle(queue->cpus, last_cpu))
		tell_unaware(queue->cpus & ~(here ? bit(here) : 0));
}

void hv_queue_remove(struct hv_vcpu *vcpu)
{
	struct queue *queue = &queues.queue[vcpu->queue];

	if (vcpu->previous)
		vcpu->previous->next = vcpu->next;
	else
		atomic_store(&queue->first, vcpu->next);
	if (vcpu->next)
		vcpu->next->previous = vcpu->previous;
	else
		queue->last = vcpu->previous;
}

void hv_queue_add_ended(struct hv_sched_vm *vm)
{
	vm->next_ended = atomic_load(&queues.ended);
	atomic_store(&queues.ended, vm);
	if (!tell_idle(UINT64_MAX, hv_this_cpu()->index))
		queues.tell |= bit(hv_this_cpu());
}

static bool any_ready(const struct hv_cpu *cpu)
{
	uint32_t count = atomic_load(&queues.count);

	for (uint32_t i = 0; i < count; i++) {
		if ((queues.queue[i].cpus & bit(cpu)) &&
		    atomic_load(&queues.queue[i].first))
			return true;
	}
	return false;
}

/* Whose turn it is on this CPU; null when nobody waits for it. */
static struct hv_vcpu *next_for(const struct hv_cpu *cpu)
{
	uint32_t count = atomic_load(&queues.count);
	struct hv_vcpu *best = NULL;

	for (uint32_t i = 0; i < count; i++) {
		struct hv_vcpu *first = atomic_load(&queues.queue[i].first);

		if (first && (queues.queue[i].cpus & bit(cpu)) &&
		    (!best || first->ticket < best->ticket))
			best = first;
	}
	return best;
}

struct hv_queue_work hv_queue_take(const struct hv_cpu *cpu)
{
	uint64_t daif = hv_queue_lock();
	struct hv_queue_work work = {.ended = atomic_load(&queues.ended)};

	queues.idle &= ~bit(cpu);
	if (work.ended) {
		atomic_store(&queues.ended, work.ended->next_ended);
	} else {
		work.vcpu = next_for(cpu);
		if (!work.vcpu)
			queues.idle |= bit(cpu);
	}
	if (work.vcpu) {
		hv_queue_remove(work.vcpu);
		atomic_store(&work.vcpu->state,
			     hv_state(HV_VCPU_RUNNING, cpu->index));
	}
	if (any_ready(cpu))
		atomic_fetch_or(&queues.aware, bit(cpu));
	else
		atomic_fetch_and(&queues.aware, ~bit(cpu));
	hv_queue_unlock(daif);
	return work;
}

bool hv_queue_has_ended(void)
{
	return atomic_load(&queues.ended);
}

bool hv_queue_has_ready(const struct hv_cpu *cpu)
{
	uint64_t daif;
	bool ready;

	/* Set under the lock before the interrupt that then ends the guest's
	 * run: a no that is too early does not last. */
	if (!(atomic_load(&queues.aware) & bit(cpu)))
		return false;
	if (any_ready(cpu))
		return true;
	daif = hv_queue_lock();
	ready = any_ready(cpu);
	if (!ready)
		atomic_fetch_and(&queues.aware, ~bit(cpu));
	hv_queue_unlock(daif);
	return ready;
}
