/* SPDX-License-Identifier: Apache-2.0 */
/* What each physical CPU does: run one vCPU after the other. */
#include "sched/loop.h"

#include <arm_vcpu/status.h>

#include "base/percpu.h"
#include "irq/timer.h"
#include "sched/queue.h"

/* A time slice: 10 ms. */
#define SLICES_PER_SECOND 100u
/* Before a VM's end each other VM gets so many at most: only by what it had on
 * other CPUs can the VM be further ahead of them. */
#define END_WAITS_SLICES 10u

/* Armed while somebody else is ready for the CPU. */
static struct hv_timer slices[HV_MAX_CPUS];

/* The VM that each CPU is ending, null when none; what it has had, as others
 * here see it, and since when it has not been charged. */
static struct ending {
	struct hv_sched_vm *vm;
	uint64_t had;
	uint64_t since;
} endings[HV_MAX_CPUS];

static uint64_t slice_length(void)
{
	return hv_counter_frequency() / SLICES_PER_SECOND;
}

static void slice_over(struct hv_timer *timer)
{
	(void)timer;
	atomic_store(&hv_this_cpu()->look, true);
}

/* Somebody waits for this CPU: a vCPU, or the rest of a VM's end. */
static bool is_wanted(const struct hv_cpu *cpu)
{
	return endings[cpu->index].vm || hv_queue_has_ready(cpu);
}

/* A VM waits for a CPU that ends it, and this one has not begun with one. */
static bool has_to_end(const struct hv_cpu *cpu)
{
	return !endings[cpu->index].vm && hv_queue_has_ended(cpu);
}

/*
 * Before the guest is entered: may it wait on the CPU itself, and until when
 * may it run? False: its slice is over, and somebody else is ready.
 */
static bool prepare(struct hv_cpu *cpu, struct hv_vcpu *vcpu)
{
	struct hv_timer *slice = &slices[cpu->index];
	bool shared = is_wanted(cpu);
	uint64_t end = UINT64_MAX;

	if (shared) {
		end = atomic_load_explicit(&vcpu->since, memory_order_relaxed) +
		      slice_length();
		if (hv_counter() >= end)
			return false;
	}
	if (end != hv_timer_deadline(slice))
		hv_timer_set(slice, end, slice_over);
	if (shared != vcpu->traps_waits) {
		(void)arm_vcpu_trap_wait(&vcpu->arm, shared, shared);
		vcpu->traps_waits = shared;
	}
	return true;
}

/* Once into the guest and back. */
static enum hv_sched_next step(struct hv_cpu *cpu, struct hv_vcpu *vcpu)
{
	const struct hv_sched_ops *ops = vcpu->vm->ops;
	enum hv_sched_next next;
	struct arm_vcpu_exit exit;
	int status;

	/* Before the looks: what comes after them sets it again and ends the
	 * guest's run at once. */
	atomic_store(&cpu->look, false);
	if (atomic_load(&vcpu->vm->stopping))
		return HV_SCHED_OFF;
	if (has_to_end(cpu) || !prepare(cpu, vcpu))
		return HV_SCHED_YIELD;
	status = arm_vcpu_run(&vcpu->arm, &exit);
	if (status != ARM_VCPU_OK) {
		ops->failed(vcpu, status, "run");
		return HV_SCHED_OFF;
	}
	hv_sched_count_exit(vcpu, &exit);
	next = ops->serve(vcpu, &exit);
	if (next == HV_SCHED_YIELD && !is_wanted(cpu))
		next = HV_SCHED_RUN;
	if (next == HV_SCHED_PARK && arm_vgic_has_pending(&vcpu->arm))
		next = HV_SCHED_RUN;
	return next;
}

static bool bind(struct hv_cpu *cpu, struct hv_vcpu *vcpu)
{
	int status;

	/* Perhaps on another CPU, where it was parked. */
	hv_timer_set(&vcpu->timer, UINT64_MAX, 0);
	/* That it is RUNNING here was written before; what others injected
	 * before they saw it is looked for from here on. */
	atomic_thread_fence(memory_order_seq_cst);
	cpu->bound = &vcpu->arm;
	status = arm_vcpu_bind(&vcpu->arm, &cpu->pcpu);
	if (status == ARM_VCPU_OK)
		return true;
	cpu->bound = 0;
	vcpu->vm->ops->failed(vcpu, status, "bind");
	return false;
}

static void unbind(struct hv_cpu *cpu, struct hv_vcpu *vcpu)
{
	uint64_t spent = hv_counter() - atomic_load(&vcpu->since);

	(void)arm_vcpu_unbind(&vcpu->arm);
	cpu->bound = 0;
	atomic_store(&vcpu->ticks, atomic_load(&vcpu->ticks) + spent);
	hv_queue_charge(vcpu->vm, spent);
}

static void make_ready(struct hv_cpu *cpu, struct hv_vcpu *vcpu)
{
	uint64_t daif = hv_queue_lock();

	hv_queue_add(vcpu, cpu);
	hv_queue_unlock(daif);
}

static void run(struct hv_cpu *cpu, struct hv_vcpu *vcpu)
{
	enum hv_sched_next next = HV_SCHED_OFF;

	atomic_store(&vcpu->since, hv_counter());
	if (bind(cpu, vcpu)) {
		do {
			next = step(cpu, vcpu);
		} while (next == HV_SCHED_RUN);
		unbind(cpu, vcpu);
	}
	if (next == HV_SCHED_OFF)
		hv_sched_off(vcpu);
	else if (next == HV_SCHED_YIELD || !hv_sched_park(vcpu))
		make_ready(cpu, vcpu);
}

static void charge(struct ending *ending)
{
	uint64_t now = hv_counter(), spent = now - ending->since;

	hv_queue_charge(ending->vm, spent);
	ending->had += spent;
	ending->since = now;
}

void hv_sched_pause(void)
{
	struct hv_cpu *cpu = hv_this_cpu();
	struct ending *ending = &endings[cpu->index];
	struct hv_vcpu *vcpu;

	if (!ending->vm)
		return;
	(void)hv_irqs_mask();
	charge(ending);
	while ((vcpu = hv_queue_take_before(cpu, ending->had)))
		run(cpu, vcpu);
	ending->since = hv_counter();
	hv_irqs_unmask();
}

/* Nothing of the VM's is left to come: neither vCPUs nor their timers. */
static void end(struct hv_cpu *cpu, struct hv_sched_vm *vm)
{
	struct ending *ending = &endings[cpu->index];
	struct hv_vcpu *vcpu;

	*ending = (struct ending){
		.vm = vm,
		.had = hv_queue_had(cpu, vm, slice_length() * END_WAITS_SLICES),
		.since = hv_counter(),
	};
	hv_irqs_unmask();
	for (vcpu = vm->vcpus; vcpu; vcpu = vcpu->sibling)
		hv_timer_stop(&vcpu->timer);
	hv_sched_pause();
	vm->ops->ended(vm);
	(void)hv_irqs_mask();
	charge(ending);
	ending->vm = 0;
}

_Noreturn void hv_sched_loop(void)
{
	struct hv_cpu *cpu = hv_this_cpu();

	for (;;) {
		struct hv_queue_work work = hv_queue_take(cpu);

		if (work.ended) {
			end(cpu, work.ended);
		} else if (work.vcpu) {
			run(cpu, work.vcpu);
		} else {
			/* An interrupt that came since the look ends it. */
			hv_cpu_wait();
			hv_irqs_take();
		}
	}
}
