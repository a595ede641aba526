/* SPDX-License-Identifier: Apache-2.0 */
/* The vGIC beside its model; see gic_world.h first. */
#include "machine/gic_world_state.h"

#include <string.h>

#include "gic/cpuif.h"
#include "gic/vgic.h"
#include "machine/interface.h"

struct gic_world gic_world;

/* ---- What the host of this VM does --------------- */

static bool is_locked(void)
{
	for (unsigned n = 0; n < ARM_VGIC_BANKS(WORLD_SPIS); n++)
		if (gic_world.banks[n].lock)
			return true;
	for (unsigned n = 0; n < gic_world.count; n++)
		if (gic_world.vcpu[n].vgic.bank.lock)
			return true;
	return false;
}

/* Who is kicked passes through EL2 in the middle of what the other one does,
 * unless it would wait for a lock there, or later. */
static void kick(void *ctx, struct arm_vcpu *vcpu)
{
	const unsigned here = machine_cpu(),
		       there = gic_world.cpu_of[vcpu->index];

	(void)ctx;
	gic_world.kicked[vcpu->index] = true;
	if (machine.running || gic_world.passing || there == WORLD_NOBODY ||
	    there == here || is_locked() || machine_random(2))
		return;
	gic_world.passing = true;
	gic_world.kicked[vcpu->index] = false;
	machine_be(there);
	arm_gic_settle_now(vcpu);
	machine_be(here);
	gic_world.passing = false;
}

static const struct arm_vm_ops vm_ops = {.kick = kick};

/* Physical interrupts are looked at between steps, by gic_world_settle(). */
static enum arm_pcpu_irq_action irq(void *ctx, struct arm_vcpu *vcpu)
{
	(void)ctx;
	(void)vcpu;
	return ARM_PCPU_IRQ_RESUME;
}

static const struct arm_pcpu_ops pcpu_ops = {.irq = irq};

struct machine_cpu *gic_world_be(unsigned vcpu)
{
	machine_be(gic_world.cpu_of[vcpu]);
	return &machine.cpu[gic_world.cpu_of[vcpu]];
}

void gic_world_must(int status)
{
	if (status != ARM_VCPU_OK)
		machine_fail("the library says %d", status);
}

static bool is_taken_cpu(unsigned cpu)
{
	for (unsigned n = 0; n < gic_world.count; n++)
		if (gic_world.cpu_of[n] == cpu)
			return true;
	return false;
}

/* To any CPU that is free; there are as many as vCPUs. */
static void bind(unsigned vcpu)
{
	unsigned cpu = machine_random(gic_world.count);

	while (is_taken_cpu(cpu))
		cpu = (cpu + 1) % gic_world.count;
	gic_world.cpu_of[vcpu] = cpu;
	gic_world_be(vcpu);
	gic_world_must(
		arm_vcpu_bind(&gic_world.vcpu[vcpu], &gic_world.pcpu[cpu]));
	arm_gic_settle_now(&gic_world.vcpu[vcpu]);
}

static void park(unsigned vcpu)
{
	gic_world_be(vcpu);
	gic_world_must(arm_vcpu_unbind(&gic_world.vcpu[vcpu]));
	gic_world.cpu_of[vcpu] = WORLD_NOBODY;
}

static bool asks_for_maintenance(unsigned vcpu)
{
	return machine.cpu[gic_world.cpu_of[vcpu]].private.line >>
		       MACHINE_PPI_MAINTENANCE &
	       1;
}

/* Whoever was kicked passes through EL2, until nobody is. */
void gic_world_settle(void)
{
	bool again = true;

	for (unsigned round = 0; again; round++) {
		again = false;
		if (round == 100)
			machine_fail("the vCPUs kick each other for ever");
		for (unsigned n = 0; n < gic_world.count; n++) {
			const bool kicked = gic_world.kicked[n];

			gic_world.kicked[n] = false;
			if (gic_world.cpu_of[n] == WORLD_NOBODY)
				continue;
			if (asks_for_maintenance(n)) {
				gic_world_be(n);
				gic_world_must(arm_vgic_maintenance(
					&gic_world.vcpu[n]));
			} else if (!kicked) {
				continue;
			}
			gic_world_be(n);
			arm_gic_settle_now(&gic_world.vcpu[n]);
			machine_ich_check(machine.current);
			again = true;
		}
	}
}

/* A parked vCPU is found to have what it would have to take. */
static void check_parked(void)
{
	for (unsigned n = 0; n < gic_world.count; n++) {
		if (gic_world.cpu_of[n] != WORLD_NOBODY ||
		    gic_model_signalled(&gic_world.model, n) == GIC_MODEL_NONE)
			continue;
		if (!arm_vgic_has_pending(&gic_world.vcpu[n]))
			machine_fail("vCPU %u sleeps on %u", n,
				     gic_model_signalled(&gic_world.model, n));
	}
}

/* ---- Steps ------------------------------------------------------------ */

static void guest_step(unsigned vcpu, const struct gic_world_step *step)
{
	const enum gic_world_op op = step->op % GIC_WORLD_OPS;

	if (gic_world.cpu_of[vcpu] == WORLD_NOBODY)
		bind(vcpu);
	if (op == GIC_WORLD_ACKNOWLEDGE) {
		gic_world_acknowledge(vcpu, step->value & 1);
	} else if (op == GIC_WORLD_END) {
		gic_world_eoi(vcpu);
	} else if (op == GIC_WORLD_DEACTIVATE) {
		gic_world_deactivate(vcpu, step->value);
	} else if (op == GIC_WORLD_CONTROL) {
		gic_world_control(vcpu, step->offset, step->value);
	} else {
		/* These trap. */
		if (op == GIC_WORLD_SGI)
			gic_world_sgi(vcpu, step->offset, step->value);
		else
			gic_world_access(vcpu, step);
		gic_world.kicked[vcpu] = true;
	}
}

/* What the guest of this vCPU knew of its interrupts is gone. */
static void forget(unsigned vcpu, bool private_too)
{
	gic_world.depth[vcpu] = 0;
	for (unsigned n = gic_world.undone_count; private_too && n-- > 0;) {
		if (gic_world.undone_of[n] != vcpu || gic_world.undone[n] >= 32)
			continue;
		gic_world.undone_count--;
		gic_world.undone[n] = gic_world.undone[gic_world.undone_count];
		gic_world.undone_of[n] =
			gic_world.undone_of[gic_world.undone_count];
	}
}

static void reset(unsigned vcpu, bool interface_only)
{
	struct arm_vcpu *of = &gic_world.vcpu[vcpu];

	if (gic_world.cpu_of[vcpu] != WORLD_NOBODY)
		park(vcpu);
	machine_trace("vCPU %u: reset, %u", vcpu, interface_only);
	forget(vcpu, !interface_only);
	if (interface_only) {
		gic_world_must(arm_vcpu_power_on(of, 0, 0));
		gic_model_reset_interface(&gic_world.model, vcpu);
	} else {
		gic_world_must(arm_vcpu_reset(of));
		gic_model_reset_cpu(&gic_world.model, vcpu);
	}
}

void gic_world_step(const struct gic_world_step *step)
{
	const unsigned vcpu = step->vcpu % gic_world.count;
	const enum gic_world_op op = step->op % GIC_WORLD_OPS;

	gic_world.steps++;
	if (op == GIC_WORLD_LINE)
		gic_world_line(vcpu, step->offset, step->value & 1);
	else if (op == GIC_WORLD_INJECT)
		gic_world_inject(vcpu, step->offset);
	else if (op == GIC_WORLD_RESET)
		reset(vcpu, step->value & 1);
	else if (op != GIC_WORLD_PARK)
		guest_step(vcpu, step);
	else if (gic_world.cpu_of[vcpu] != WORLD_NOBODY)
		park(vcpu);
	gic_world_settle();
	check_parked();
}

/* ---- From the beginning to the end --------------- */

static struct machine_guest *guest_of(struct arm_vcpu *vcpu)
{
	(void)vcpu;
	return NULL;
}

static void make_vm(const uint64_t affinity[WORLD_VCPUS])
{
	const struct arm_vm_config vm = {
		.ops = &vm_ops,
		.vcpus = gic_world.vcpus,
		.vcpu_capacity = WORLD_VCPUS,
	};
	const struct arm_vgic_config vgic = {
		.spi_banks = gic_world.banks,
		.spi_count = WORLD_SPIS,
		.dist_base = WORLD_DIST,
		.redist_base = WORLD_REDIST,
	};
	/* 40 bits from level 1; nobody walks it. */
	const struct arm_vcpu_ept_root root = {
		.root = 0x10000000, .vtcr = (64 - 40) | 1 << 6, .vmid = 1};

	gic_world_must(arm_vm_init(&gic_world.vm, &vm));
	gic_world_must(arm_vgic_init(&gic_world.vgic, &gic_world.vm, &vgic));
	for (unsigned n = 0; n < gic_world.count; n++) {
		const struct arm_vcpu_config config = {
			.vm = &gic_world.vm,
			.mpidr = affinity[n],
			.powered_on = true,
		};

		gic_world_must(arm_vcpu_init(&gic_world.vcpu[n], &config));
		gic_world_must(arm_vcpu_setup(&gic_world.vcpu[n], NULL));
		gic_world_must(
			arm_vcpu_set_ept_root(&gic_world.vcpu[n], &root));
	}
}

void gic_world_make(const struct gic_world_config *config)
{
	struct gic_model_config model = {
		.cpus = config->vcpus,
		.spis = WORLD_SPIS,
		.priority_bits = config->priority_bits,
		.affinity = {0, 1, 0x12, UINT64_C(0x300010205)},
	};
	const struct machine_config machine_config = {
		.seed = config->seed,
		.cpus = config->vcpus,
		.list_registers = config->list_registers,
		.priority_bits = config->priority_bits,
		.traps_dir = true,
		.eoi_counts = config->eoi_counts,
		.trace = config->trace,
		.failed = config->failed,
		.guest_of = guest_of,
	};

	memset(&gic_world, 0, sizeof(gic_world));
	gic_world.count = config->vcpus;
	machine_make(&machine_config);
	for (unsigned n = 0; n < gic_world.count; n++) {
		gic_world.cpu_of[n] = WORLD_NOBODY;
		machine_be(n);
		gic_world_must(
			arm_pcpu_init(&gic_world.pcpu[n], &pcpu_ops, NULL));
		gic_world_must(arm_pcpu_hardware_enable(&gic_world.pcpu[n]));
	}
	make_vm(model.affinity);
	gic_model_make(&gic_world.model, &model);
}

void gic_world_open(void)
{
	static const struct gic_world_step steps[] = {
		{.op = GIC_WORLD_WRITE, .width = 2, .value = 3},
		{.op = GIC_WORLD_CONTROL,
		 .offset = GIC_MODEL_PMR,
		 .value = 255},
		{.op = GIC_WORLD_CONTROL,
		 .offset = GIC_MODEL_IGRPEN1,
		 .value = 1},
		{.op = GIC_WORLD_CONTROL,
		 .offset = GIC_MODEL_IGRPEN0,
		 .value = 1},
	};

	for (unsigned vcpu = 0; vcpu < gic_world.count; vcpu++)
		for (unsigned n = 0; n < 4; n++) {
			struct gic_world_step step = steps[n];

			step.vcpu = (uint8_t)vcpu;
			gic_world_step(&step);
		}
}

void gic_world_end(void)
{
	for (unsigned n = 0; n < gic_world.count; n++)
		if (gic_world.cpu_of[n] != WORLD_NOBODY)
			park(n);
	check_parked();
}

/* ---- Two CPUs at the same time --------------- */

unsigned gic_world_cpu(unsigned vcpu)
{
	return gic_world.cpu_of[vcpu];
}

void gic_world_answer(unsigned vcpu)
{
	machine_step();
	if (!gic_world.kicked[vcpu])
		return;
	gic_world.kicked[vcpu] = false;
	arm_gic_settle_now(&gic_world.vcpu[vcpu]);
}

uint64_t gic_world_load(unsigned vcpu, unsigned offset)
{
	uint64_t value;

	gic_world.vcpu[vcpu].frame.elr = 0x1000 + 4 * ++gic_world.steps;
	while (arm_vgic_mmio(&gic_world.vcpu[vcpu], WORLD_DIST + offset, 4,
			     false, &value) == ARM_VGIC_AGAIN)
		gic_world_answer(vcpu);
	return value;
}
