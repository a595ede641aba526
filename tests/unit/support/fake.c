/* SPDX-License-Identifier: Apache-2.0 */
#include "support/fake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "machine/state.h"
#include "support/fake_s2.h"

#define MANY_STEPS 10000000u

struct fake_smc fake_smc;
bool (*fake_denied)(uint64_t va);

static void host_log(void *ctx, enum arm_vcpu_log_level level, const char *line)
{
	struct fake_machine *fake = ctx;
	unsigned slot = fake->log_count++ % FAKE_LINES;

	fake->log_level[slot] = level;
	snprintf(fake->log[slot], FAKE_LINE_MAX, "%s", line);
}

static enum arm_pcpu_irq_action host_irq(void *ctx, struct arm_vcpu *vcpu)
{
	(void)ctx;
	(void)vcpu;
	return ARM_PCPU_IRQ_EXIT;
}

static void host_kick(void *ctx, struct arm_vcpu *vcpu)
{
	struct fake_machine *fake = ctx;

	fake->kicks++;
	fake->kicks_of[vcpu->index]++;
}

static void host_set_timer(void *ctx, struct arm_vcpu *vcpu, uint64_t deadline)
{
	struct fake_machine *fake = ctx;

	(void)vcpu;
	fake->timer_calls++;
	fake->timer_deadline = deadline;
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

static void answer_smc(uint64_t regs[18])
{
	fake_smc.calls++;
	memcpy(fake_smc.args, regs, sizeof(fake_smc.args));
	memcpy(regs, fake_smc.results, sizeof(fake_smc.results));
}

uint64_t *fake_cpu_reg(unsigned key)
{
	const enum machine_reg id = machine_reg_of(key);

	if (id == R_NONE)
		machine_fail("a test names a register that does not exist");
	return &machine.current->reg[id];
}

/* What src/vcpu/pcpu.c and a host's GIC driver set up. */
static void start(struct machine_cpu *cpu)
{
	static const enum machine_reg kept[] = {
		R_MIDR_EL1,    R_MPIDR_EL1,  R_CURRENTEL, R_OSLSR_EL1,
		R_ICH_VTR_EL2, R_CNTFRQ_EL0, R_CTR_EL0};
	uint64_t value[R_COUNT];

	memcpy(value, cpu->reg, sizeof(value));
	memset(cpu->reg, 0, sizeof(cpu->reg));
	for (unsigned n = 0; n < sizeof(kept) / sizeof(kept[0]); n++)
		cpu->reg[kept[n]] = value[kept[n]];
	cpu->reg[R_ICC_SRE_EL2] = 0xf;
	cpu->reg[R_ICC_PMR_EL1] = 0xff;
	cpu->reg[R_ICC_CTLR_EL1] = 2; /* EOImode: split */
	cpu->reg[R_ICC_IGRPEN1_EL1] = 1;
	machine_timers_update(cpu);
}

static bool denied(uint64_t va)
{
	return fake_denied && fake_denied(va);
}

void fake_cpus_make(unsigned cpus)
{
	const struct machine_config config = {
		.seed = 1,
		.cpus = cpus,
		.list_registers = 16,
		.priority_bits = 7,
		.vmid16 = true,
		.ras = true,
		.fgt = true,
		.hcx = true,
		.lor = true,
		.aarch32 = true,
		.pmu = true,
		.traps_dir = true,
		.eoi_counts = true,
		.still = true,
		.smc = answer_smc,
		.maintenance = fake_s2_maintenance,
		.denied = denied,
	};

	memset(&fake_smc, 0, sizeof(fake_smc));
	fake_denied = NULL;
	machine_make(&config);
	for (unsigned n = 0; n < cpus; n++)
		start(&machine.cpu[n]);
}

void fake_cpus_run(uint64_t seed, unsigned cpus, void (*main)(void *number))
{
	static unsigned number[MACHINE_CPUS];

	machine.config.still = false;
	machine.random = seed;
	machine.stopped = NULL;
	for (unsigned n = 0; n < cpus; n++) {
		number[n] = n;
		machine_start(n, main, &number[n]);
	}
	if (machine_run(MANY_STEPS) != MACHINE_DONE)
		machine_fail("seed %u: CPUs wait for each other",
			     (unsigned)seed);
	machine.config.still = true;
	machine_be(0);
}

void fake_machine_make(struct fake_machine *fake)
{
	memset(fake, 0, sizeof(*fake));
	fake_cpus_make(FAKE_VCPUS);
	fake->pages_limit = 1u << 16;
	fake->vm.ops = &fake_vm_ops;
	fake->vm.ctx = fake;
	fake->vm.vcpus = fake->vcpus;
	fake->vm.vcpu_capacity = FAKE_VCPUS;
	fake->pcpu.ops = &pcpu_ops;
	fake->pcpu.ctx = fake;
	fake->pcpu.enabled = true;
	memset(fake->pcpu.workaround, -1, sizeof(fake->pcpu.workaround));
}

struct arm_vcpu *fake_vcpu_make(struct fake_machine *fake, uint64_t mpidr)
{
	uint32_t index = fake->vm.vcpu_count++;

	if (index >= FAKE_VCPUS)
		abort();
	struct arm_vcpu *vcpu = &fake->vcpu[index];

	fake->vcpus[index] = vcpu;
	vcpu->vm = &fake->vm;
	vcpu->index = index;
	vcpu->mpidr = mpidr;
	vcpu->frame.spsr = 0x3c5; /* EL1h, DAIF masked */
	vcpu->regs.VTCR_EL2 = 24; /* T0SZ: 64 - 40 */
	vcpu->regs.VMPIDR_EL2 = mpidr | UINT64_C(0x80000000);
	vcpu->timer.deadline = UINT64_MAX;
	vcpu->timer.virtual_due = vcpu->timer.physical_due = UINT64_MAX;
	vcpu->is_setup = true;
	vcpu->has_root = true;
	vcpu->virtual_interrupts = true;
	vcpu->virtual_timers = true;
	vcpu->power = ARM_VCPU_POWER_ON;
	return vcpu;
}

static const unsigned keys[ARM_REG_COUNT] = {
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) \
	[ARM_REG_##name] = MACHINE_SYSREG(op0, op1, crn, crm, op2),
#define ORDERED_REG GUEST_REG
#define CONTROL_REG GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
};

void fake_vcpu_bind(struct fake_machine *fake, struct arm_vcpu *vcpu)
{
	const uint64_t *regs = (const uint64_t *)&vcpu->regs;

	for (unsigned id = 0; id < ARM_REG_COUNT; id++)
		*fake_cpu_reg(keys[id]) = regs[id];
	machine_timers_update(machine.current);
	vcpu->pcpu = &fake->pcpu;
	fake->pcpu.bound = vcpu;
}

void fake_vcpu_unbind(struct arm_vcpu *vcpu)
{
	uint64_t *regs = (uint64_t *)&vcpu->regs;

	for (unsigned id = 0; id < ARM_REG_COUNT; id++)
		regs[id] = *fake_cpu_reg(keys[id]);
	vcpu->pcpu->bound = NULL;
	vcpu->pcpu = NULL;
}

const char *fake_last_log(const struct fake_machine *fake)
{
	if (!fake->log_count)
		return "";
	return fake->log[(fake->log_count - 1) % FAKE_LINES];
}
