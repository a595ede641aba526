/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

_Thread_local struct fake_cpu fake_cpu;

static void host_log(void *ctx, enum arm_vcpu_log_level level, const char *line)
{
	struct fake_machine *machine = ctx;
	unsigned slot = machine->log_count++ % FAKE_LINES;

	machine->log_level[slot] = level;
	snprintf(machine->log[slot], FAKE_LINE_MAX, "%s", line);
}

static enum arm_pcpu_irq_action host_irq(void *ctx, struct arm_vcpu *vcpu)
{
	(void)ctx;
	(void)vcpu;
	return ARM_PCPU_IRQ_EXIT;
}

static void host_kick(void *ctx, struct arm_vcpu *vcpu)
{
	struct fake_machine *machine = ctx;

	machine->kicks++;
	machine->kicks_of[vcpu->index]++;
}

static void host_set_timer(void *ctx, struct arm_vcpu *vcpu, uint64_t deadline)
{
	struct fake_machine *machine = ctx;

	(void)vcpu;
	machine->timer_calls++;
	machine->timer_deadline = deadline;
}

static void host_fatal(void *ctx)
{
	(void)ctx;
	abort();
}

const struct arm_vm_ops fake_vm_ops = {
	.kick = host_kick,
	.set_timer = host_set_timer,
	.log = host_log,
};

static const struct arm_pcpu_ops pcpu_ops = {
	.irq = host_irq,
	.fatal = host_fatal,
	.log = host_log,
};

void fake_machine_make(struct fake_machine *machine)
{
	memset(machine, 0, sizeof(*machine));
	memset(&fake_cpu, 0, sizeof(fake_cpu));
	machine->pages_limit = 1u << 16;
	machine->vm.ops = &fake_vm_ops;
	machine->vm.ctx = machine;
	machine->vm.vcpus = machine->vcpus;
	machine->vm.vcpu_capacity = FAKE_VCPUS;
	machine->pcpu.ops = &pcpu_ops;
	machine->pcpu.ctx = machine;
	machine->pcpu.enabled = true;
}

struct arm_vcpu *fake_vcpu_make(struct fake_machine *machine, uint64_t mpidr)
{
	uint32_t index = machine->vm.vcpu_count++;

	if (index >= FAKE_VCPUS)
		abort();
	struct arm_vcpu *vcpu = &machine->vcpu[index];

	machine->vcpus[index] = vcpu;
	vcpu->vm = &machine->vm;
	vcpu->index = index;
	vcpu->mpidr = mpidr;
	vcpu->frame.spsr = 0x3c5; /* EL1h, DAIF masked */
	vcpu->regs.VTCR_EL2 = 24; /* T0SZ: 64 - 40 */
	vcpu->regs.VMPIDR_EL2 = mpidr | UINT64_C(0x80000000);
	vcpu->timer.deadline = UINT64_MAX;
	vcpu->is_setup = true;
	vcpu->has_root = true;
	vcpu->virtual_interrupts = true;
	vcpu->virtual_timers = true;
	vcpu->power = ARM_VCPU_POWER_ON;
	return vcpu;
}

void fake_vcpu_bind(struct fake_machine *machine, struct arm_vcpu *vcpu)
{
	memcpy(fake_cpu.reg, &vcpu->regs, sizeof(fake_cpu.reg));
	vcpu->pcpu = &machine->pcpu;
	machine->pcpu.bound = vcpu;
}

void fake_vcpu_unbind(struct arm_vcpu *vcpu)
{
	memcpy(&vcpu->regs, fake_cpu.reg, sizeof(fake_cpu.reg));
	vcpu->pcpu->bound = NULL;
	vcpu->pcpu = NULL;
}

const char *fake_last_log(const struct fake_machine *machine)
{
	if (!machine->log_count)
		return "";
	return machine->log[(machine->log_count - 1) % FAKE_LINES];
}
