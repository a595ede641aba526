/* SPDX-License-Identifier: Apache-2.0 */
#include "sched/queue.h"

#include "platform/gic.h"
#include "platform/lock.h"
#include "sched/ready.h"
#include "sched/state.h"

static struct {
	struct hv_lock lock;
	struct hv_ready ready;
	uint64_t tell;          /* CPUs to be told when the lock is free   */
	uint64_t idle;          /* CPUs without work that nobody has told  */
	_Atomic uint64_t aware; /* CPUs that look at the queues themselves */
	struct hv_sched_vm *_Atomic ended;
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
	vm->next_ended = atomic_load(&queues.ended);
	atomic_store(&queues.ended, vm);
	if (!tell_idle(UINT64_MAX, hv_this_cpu()->index))
		queues.tell |= bit(hv_this_cpu());
}

struct hv_queue_work hv_queue_take(const struct hv_cpu *cpu)
{
	uint64_t daif = hv_queue_lock();
	struct hv_queue_work work = {.ended = atomic_load(&queues.ended)};

	queues.idle &= ~bit(cpu);
	if (work.ended) {
		atomic_store(&queues.ended, work.ended->next_ended);
	} else {
		work.vcpu = hv_ready_take(&queues.ready, cpu->index);
		if (!work.vcpu)
			queues.idle |= bit(cpu);
	}
	if (work.vcpu)
		atomic_store(&work.vcpu->state,
			     hv_state(HV_VCPU_RUNNING, cpu->index));
	if (hv_ready_any(&queues.ready, cpu->index))
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
