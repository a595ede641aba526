/* SPDX-License-Identifier: Apache-2.0 */
#include "sched/own.h"

#include <stddef.h>

#include <arm_vcpu/status.h>

#include "base/percpu.h"
#include "irq/gic.h"
#include "sched/state.h"

static struct {
	struct hv_vcpu *vcpus[HV_MAX_CPUS];
	_Atomic uint32_t gave_up; /* CPUs that do without interrupts */
	_Atomic uint32_t on;      /* vCPUs */
} own;

void hv_own_give(uint32_t cpu, struct hv_vcpu *vcpu)
{
	own.vcpus[cpu] = vcpu;
	atomic_store(&vcpu->state, hv_state(HV_VCPU_OFF, cpu));
}

void hv_own_start(struct hv_vcpu *vcpu)
{
	atomic_fetch_add(&own.on, 1);
	hv_state_set(vcpu, HV_VCPU_READY);
	hv_cpu_send_event();
}

/* Once into the guest and back. */
static enum hv_sched_next step(struct hv_vcpu *vcpu)
{
	const struct hv_sched_ops *ops = vcpu->vm->ops;
	struct arm_vcpu_exit exit;
	enum hv_sched_next next;
	int status = arm_vcpu_run(&vcpu->arm, &exit);

	if (status != ARM_VCPU_OK) {
		ops->failed(vcpu, status, "run");
		return HV_SCHED_OFF;
	}
	hv_sched_count_exit(vcpu, &exit);
	next = ops->serve(vcpu, &exit);
	if (next == HV_SCHED_PARK)
		hv_cpu_wait(); /* for an interrupt, which is the guest's */
	return next;
}

static void run(struct hv_cpu *cpu, struct hv_vcpu *vcpu)
{
	int status;

	hv_state_set(vcpu, HV_VCPU_RUNNING);
	status = arm_vcpu_bind(&vcpu->arm, &cpu->pcpu);
	if (status != ARM_VCPU_OK)
		vcpu->vm->ops->failed(vcpu, status, "bind");
	while (step(vcpu) != HV_SCHED_OFF)
		;
	(void)arm_vcpu_unbind(&vcpu->arm);
	hv_state_set(vcpu, HV_VCPU_OFF);
	if (atomic_fetch_sub(&own.on, 1) == 1)
		vcpu->vm->ops->ended(vcpu->vm);
}

static bool is_ready(const struct hv_vcpu *vcpu)
{
	return hv_state_of(atomic_load(&vcpu->state)) == HV_VCPU_READY;
}

/* The boot CPU is the last: then nobody needs the distributor any more. */
static void give_up_gic(const struct hv_cpu *cpu)
{
	if (cpu->index == 0) {
		while (atomic_load(&own.gave_up) != hv_cpu_count() - 1)
			hv_cpu_relax();
		hv_gic_give_up();
	}
	hv_cpu_set_alarm(UINT64_MAX);
	hv_gic_give_up_cpu();
	/* An interrupt that comes all the same ends the guest's run, and so is
	 * counted. */
	atomic_store(&hv_this_cpu()->look, true);
	atomic_fetch_add(&own.gave_up, 1);
}

_Noreturn void hv_own_loop(void)
{
	struct hv_cpu *cpu = hv_this_cpu();
	struct hv_vcpu *vcpu = own.vcpus[cpu->index];

	give_up_gic(cpu);
	while (!vcpu) /* for ever */
		hv_cpu_wait();
	for (;;) {
		while (!is_ready(vcpu))
			hv_cpu_wait_event();
		run(cpu, vcpu);
	}
}
