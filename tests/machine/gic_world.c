/* SPDX-License-Identifier: Apache-2.0 */
/* The vGIC beside its model; see gic_world.h first. */
#include "machine/gic_world.h"

#include <string.h>

#include <arm_vcpu/arm_vcpu.h>

#include "gic/cpuif.h"
#include "gic/vgic.h"
#include "machine/interface.h"

#define DIST    UINT64_C(0x08000000)
#define REDIST  UINT64_C(0x080a0000)
#define SPIS    64u
#define VCPUS   4u
#define NESTED  64u
#define NOBODY  MACHINE_CPUS
#define TIMER_V 27u
#define TIMER_P 30u

/* What a guest remembers of its interrupts. */
struct taken {
	uint32_t intid;
	unsigned group;
};

static struct gic_world {
	struct arm_vm vm;
	struct arm_vgic vgic;
	struct arm_vgic_bank banks[ARM_VGIC_BANKS(SPIS)];
	struct arm_vcpu vcpu[VCPUS];
	struct arm_vcpu *vcpus[VCPUS];
	struct arm_pcpu pcpu[VCPUS];
	struct gic_model model;
	unsigned count;
	unsigned cpu_of[VCPUS]; /* NOBODY: it is parked */
	bool kicked[VCPUS];
	bool passing; /* somebody, in the middle of a step of another */
	struct taken nested[VCPUS][NESTED];
	unsigned depth[VCPUS];
	uint32_t undone[NESTED]; /* ended, to be deactivated; SPIs or .. */
	unsigned undone_of[NESTED], undone_count; /* .. this vCPU's */
	uint64_t steps;
} world;

/* ---- What the host of this VM does ----------------------------------------
 */

static bool is_locked(void)
{
	for (unsigned n = 0; n < ARM_VGIC_BANKS(SPIS); n++)
		if (world.banks[n].lock)
			return true;
	for (unsigned n = 0; n < world.count; n++)
		if (world.vcpu[n].vgic.bank.lock)
			return true;
	return false;
}

/* Who is kicked passes through EL2 in the middle of what the other one does,
 * unless it would wait for a lock there, or later. */
static void kick(void *ctx, struct arm_vcpu *vcpu)
{
	const unsigned here = machine_cpu(), there = world.cpu_of[vcpu->index];

	(void)ctx;
	world.kicked[vcpu->index] = true;
	if (machine.running || world.passing || there == NOBODY ||
	    there == here || is_locked() || machine_random(2))
		return;
	world.passing = true;
	world.kicked[vcpu->index] = false;
	machine_be(there);
	arm_gic_settle_now(vcpu);
	machine_be(here);
	world.passing = false;
}

static const struct arm_vm_ops vm_ops = {.kick = kick};

/* Physical interrupts are looked at between steps, by settle(). */
static enum arm_pcpu_irq_action irq(void *ctx, struct arm_vcpu *vcpu)
{
	(void)ctx;
	(void)vcpu;
	return ARM_PCPU_IRQ_RESUME;
}

static const struct arm_pcpu_ops pcpu_ops = {.irq = irq};

static struct machine_cpu *be(unsigned vcpu)
{
	machine_be(world.cpu_of[vcpu]);
	return &machine.cpu[world.cpu_of[vcpu]];
}

static void must(int status)
{
	if (status != ARM_VCPU_OK)
		machine_fail("the library says %d", status);
}

static bool is_taken_cpu(unsigned cpu)
{
	for (unsigned n = 0; n < world.count; n++)
		if (world.cpu_of[n] == cpu)
			return true;
	return false;
}

/* To any CPU that is free; there are as many as vCPUs. */
static void bind(unsigned vcpu)
{
	unsigned cpu = machine_random(world.count);

	while (is_taken_cpu(cpu))
		cpu = (cpu + 1) % world.count;
	world.cpu_of[vcpu] = cpu;
	be(vcpu);
	must(arm_vcpu_bind(&world.vcpu[vcpu], &world.pcpu[cpu]));
	arm_gic_settle_now(&world.vcpu[vcpu]);
}

static void park(unsigned vcpu)
{
	be(vcpu);
	must(arm_vcpu_unbind(&world.vcpu[vcpu]));
	world.cpu_of[vcpu] = NOBODY;
}

static bool asks_for_maintenance(unsigned vcpu)
{
	return machine.cpu[world.cpu_of[vcpu]].private.line >>
		       MACHINE_PPI_MAINTENANCE &
	       1;
}

/* Whoever was kicked passes through EL2, until nobody is. */
static void settle(void)
{
	bool again = true;

	for (unsigned round = 0; again; round++) {
		again = false;
		if (round == 100)
			machine_fail("the vCPUs kick each other for ever");
		for (unsigned n = 0; n < world.count; n++) {
			const bool kicked = world.kicked[n];

			world.kicked[n] = false;
			if (world.cpu_of[n] == NOBODY)
				continue;
			if (asks_for_maintenance(n)) {
				be(n);
				must(arm_vgic_maintenance(&world.vcpu[n]));
			} else if (!kicked) {
				continue;
			}
			be(n);
			arm_gic_settle_now(&world.vcpu[n]);
			machine_ich_check(machine.current);
			again = true;
		}
	}
}

/* A parked vCPU is found to have what it would have to take. */
static void check_parked(void)
{
	for (unsigned n = 0; n < world.count; n++) {
		if (world.cpu_of[n] != NOBODY ||
		    gic_model_signalled(&world.model, n) == GIC_MODEL_NONE)
			continue;
		if (!arm_vgic_has_pending(&world.vcpu[n]))
			machine_fail("vCPU %u sleeps on %u", n,
				     gic_model_signalled(&world.model, n));
	}
}

/* ---- What its guest does --------------------------------------------------
 */

static bool runs_somewhere(uint32_t intid, unsigned owner)
{
	for (unsigned n = 0; n < world.count; n++)
		for (unsigned i = 0; i < world.depth[n]; i++)
			if (world.nested[n][i].intid == intid &&
			    (intid >= 32 || n == owner))
				return true;
	return false;
}

/* Nothing that a CPU has taken and not ended is deactivated by a write: its
 * EOI would be for nothing (IHI 0069 12.2.10, UNPREDICTABLE). */
static uint64_t harmless(const struct gic_world_step *step, unsigned owner,
			 unsigned offset, uint64_t value)
{
	if (offset < 0x380 || offset >= 0x400 || step->width != 4)
		return value;
	for (unsigned n = 0; n < 32; n++)
		if (runs_somewhere((offset - 0x380) * 8 + n, owner))
			value &= ~(UINT64_C(1) << n);
	return value;
}

static uint64_t frame_base(enum gic_model_frame frame, unsigned owner)
{
	const uint64_t redist = REDIST + owner * ARM_VGIC_REDIST_SIZE;

	return frame == GIC_MODEL_DIST ? DIST
	       : frame == GIC_MODEL_RD ? redist
				       : redist + 0x10000;
}

static void access(unsigned vcpu, const struct gic_world_step *step)
{
	const enum gic_model_frame frame = step->frame % 3;
	const unsigned owner = step->owner % world.count;
	const unsigned offset = step->offset % 0x10000;
	const unsigned width = 1u << (step->width & 3);
	const bool write = step->op == GIC_WORLD_WRITE;
	const struct gic_world_step exact = {.width = (uint8_t)width};
	uint64_t value = harmless(&exact, owner, offset, step->value);
	uint64_t seen = value, sure;

	value &= width == 8 ? UINT64_MAX : (UINT64_C(1) << width * 8) - 1;
	seen = value;
	world.vcpu[vcpu].frame.elr = 0x1000 + 4 * world.steps;
	for (unsigned n = 0;; n++) {
		be(vcpu);
		switch (arm_vgic_mmio(&world.vcpu[vcpu],
				      frame_base(frame, owner) + offset, width,
				      write, &seen)) {
		case ARM_VGIC_DONE:
			break;
		case ARM_VGIC_AGAIN:
			if (n == 100)
				machine_fail("a read without an answer");
			world.kicked[vcpu] = true;
			settle();
			continue;
		case ARM_VGIC_NOT_HERE:
			machine_fail("no frame at %#x", offset);
		}
		break;
	}
	machine_trace("vCPU %u: %s frame %u of %u, %#x, %u bytes: %#llx", vcpu,
		      write ? "write" : "read", frame, owner, offset, width,
		      (unsigned long long)seen);
	if (write) {
		gic_model_write(&world.model, frame, owner, offset, width,
				value);
		return;
	}
	value = gic_model_read(&world.model, frame, owner, offset, width,
			       &sure);
	if ((value ^ seen) & sure)
		machine_fail("vCPU %u, frame %u of %u, %#x, %u bytes: %#llx, "
			     "the model has %#llx",
			     vcpu, frame, owner, offset, width,
			     (unsigned long long)seen,
			     (unsigned long long)value);
}

static void acknowledge(unsigned vcpu, unsigned group)
{
	struct machine_cpu *cpu = be(vcpu);
	const uint32_t must_be = gic_model_signalled(&world.model, vcpu);
	uint32_t intid;

	if (world.depth[vcpu] == NESTED)
		return;
	intid = (uint32_t)machine_icv_read(cpu, group ? R_ICC_IAR1_EL1
						      : R_ICC_IAR0_EL1);
	machine_trace("vCPU %u: IAR%u is %u", vcpu, group, intid);
	if (gic_model_acknowledge(&world.model, vcpu, group, intid) !=
	    GIC_MODEL_EXACT)
		machine_fail("vCPU %u: IAR%u is %u, the model has %u", vcpu,
			     group, intid, must_be);
	if (intid != GIC_MODEL_NONE)
		world.nested[vcpu][world.depth[vcpu]++] =
			(struct taken){intid, group};
}

static void end(unsigned vcpu)
{
	struct machine_cpu *cpu = be(vcpu);
	struct taken last;

	if (!world.depth[vcpu] || world.undone_count == NESTED)
		return;
	last = world.nested[vcpu][--world.depth[vcpu]];
	machine_trace("vCPU %u: EOIR%u %u", vcpu, last.group, last.intid);
	machine_icv_write(cpu, last.group ? R_ICC_EOIR1_EL1 : R_ICC_EOIR0_EL1,
			  last.intid);
	gic_model_icc_write(&world.model, vcpu,
			    last.group ? GIC_MODEL_EOIR1 : GIC_MODEL_EOIR0,
			    last.intid);
	if (world.model.cpu[vcpu].eoimode) {
		world.undone[world.undone_count] = last.intid;
		world.undone_of[world.undone_count++] = vcpu;
	}
}

static void deactivate(unsigned vcpu, uint64_t which)
{
	unsigned n = (unsigned)(which % NESTED);
	struct machine_cpu *cpu;
	uint32_t intid;

	if (!world.undone_count || !world.model.cpu[vcpu].eoimode)
		return;
	n %= world.undone_count;
	intid = world.undone[n];
	if ((intid < 32 && world.undone_of[n] != vcpu) ||
	    runs_somewhere(intid, vcpu))
		return;
	world.undone_count--;
	world.undone[n] = world.undone[world.undone_count];
	world.undone_of[n] = world.undone_of[world.undone_count];
	machine_trace("vCPU %u: DIR %u", vcpu, intid);
	cpu = be(vcpu);
	if (cpu->reg[R_ICH_HCR_EL2] & ICH_HCR_TDIR) {
		arm_vgic_deactivate(&world.vcpu[vcpu], intid);
		world.kicked[vcpu] = true;
	} else {
		machine_icv_write(cpu, R_ICC_DIR_EL1, intid);
	}
	gic_model_icc_write(&world.model, vcpu, GIC_MODEL_DIR, intid);
}

static bool may_change_mode(unsigned vcpu)
{
	if (world.depth[vcpu])
		return false;
	for (unsigned n = 0; n < world.undone_count; n++)
		if (world.undone_of[n] == vcpu)
			return false;
	return true;
}

static void control(unsigned vcpu, unsigned which, uint64_t value)
{
	static const enum machine_reg reg[] = {
		[GIC_MODEL_PMR] = R_ICC_PMR_EL1,
		[GIC_MODEL_BPR0] = R_ICC_BPR0_EL1,
		[GIC_MODEL_BPR1] = R_ICC_BPR1_EL1,
		[GIC_MODEL_CTLR] = R_ICC_CTLR_EL1,
		[GIC_MODEL_IGRPEN0] = R_ICC_IGRPEN0_EL1,
		[GIC_MODEL_IGRPEN1] = R_ICC_IGRPEN1_EL1,
		[GIC_MODEL_RPR] = R_ICC_RPR_EL1,
	};
	const unsigned n = which % (GIC_MODEL_RPR + 1);
	struct machine_cpu *cpu = be(vcpu);
	uint64_t seen;

	/* How priorities are grouped, and what EOI means, changes while
	 * nothing is active. */
	if (n != GIC_MODEL_RPR &&
	    ((n != GIC_MODEL_BPR0 && n != GIC_MODEL_BPR1 &&
	      n != GIC_MODEL_CTLR) ||
	     may_change_mode(vcpu))) {
		machine_trace("vCPU %u: control %u := %#llx", vcpu, n,
			      (unsigned long long)value);
		machine_icv_write(cpu, reg[n], value);
		gic_model_icc_write(&world.model, vcpu, n, value);
	}
	seen = machine_icv_read(cpu, reg[n]);
	if (n == GIC_MODEL_CTLR)
		seen &= 3;
	if (seen != gic_model_icc_read(&world.model, vcpu, n))
		machine_fail("vCPU %u, control %u: %#llx, the model has %#llx",
			     vcpu, n, (unsigned long long)seen,
			     (unsigned long long)gic_model_icc_read(
				     &world.model, vcpu, n));
}

/* ---- What devices and other vCPUs do ---------------------------------------
 */

static void line(unsigned vcpu, uint32_t number, bool level)
{
	const uint32_t intid = 16 + number % (SPIS + 16);

	if (intid == TIMER_V || intid == TIMER_P)
		return;
	machine_trace("line %u of vCPU %u: %u", intid, vcpu, level);
	if (intid < 32)
		must(arm_vgic_set_ppi(&world.vcpu[vcpu], intid, level));
	else
		must(arm_vgic_set_irq(&world.vm, intid, level));
	gic_model_line(&world.model, vcpu, intid, level);
}

static void inject(unsigned vcpu, uint32_t number)
{
	const uint32_t intid = number % (SPIS + 32);

	machine_trace("inject %u into vCPU %u", intid, vcpu);
	must(arm_vcpu_inject_interrupt(&world.vcpu[vcpu], intid));
	gic_model_latch(&world.model, vcpu, intid);
}

static void sgi(unsigned vcpu, uint32_t which, uint64_t value)
{
	const enum gic_model_icc reg = GIC_MODEL_SGI0R + which % 3;

	machine_trace("vCPU %u: SGI register %u := %#llx", vcpu, which % 3,
		      (unsigned long long)value);
	be(vcpu);
	arm_vgic_send_sgi(&world.vcpu[vcpu], value, reg == GIC_MODEL_SGI1R);
	gic_model_icc_write(&world.model, vcpu, reg, value);
}

static void guest_step(unsigned vcpu, const struct gic_world_step *step)
{
	const enum gic_world_op op = step->op % GIC_WORLD_OPS;

	if (world.cpu_of[vcpu] == NOBODY)
		bind(vcpu);
	if (op == GIC_WORLD_ACKNOWLEDGE) {
		acknowledge(vcpu, step->value & 1);
	} else if (op == GIC_WORLD_END) {
		end(vcpu);
	} else if (op == GIC_WORLD_DEACTIVATE) {
		deactivate(vcpu, step->value);
	} else if (op == GIC_WORLD_CONTROL) {
		control(vcpu, step->offset, step->value);
	} else {
		/* These trap. */
		if (op == GIC_WORLD_SGI)
			sgi(vcpu, step->offset, step->value);
		else
			access(vcpu, step);
		world.kicked[vcpu] = true;
	}
}

void gic_world_step(const struct gic_world_step *step)
{
	const unsigned vcpu = step->vcpu % world.count;
	const enum gic_world_op op = step->op % GIC_WORLD_OPS;

	world.steps++;
	if (op == GIC_WORLD_LINE)
		line(vcpu, step->offset, step->value & 1);
	else if (op == GIC_WORLD_INJECT)
		inject(vcpu, step->offset);
	else if (op != GIC_WORLD_PARK)
		guest_step(vcpu, step);
	else if (world.cpu_of[vcpu] != NOBODY)
		park(vcpu);
	settle();
	check_parked();
}

/* ---- From the beginning to the end -----------------------------------------
 */

static struct machine_guest *guest_of(struct arm_vcpu *vcpu)
{
	(void)vcpu;
	return NULL;
}

static void make_vm(const uint64_t affinity[VCPUS])
{
	const struct arm_vm_config vm = {
		.ops = &vm_ops,
		.vcpus = world.vcpus,
		.vcpu_capacity = VCPUS,
	};
	const struct arm_vgic_config vgic = {
		.spi_banks = world.banks,
		.spi_count = SPIS,
		.dist_base = DIST,
		.redist_base = REDIST,
	};
	/* 40 bits from level 1; nobody walks it. */
	const struct arm_vcpu_ept_root root = {
		.root = 0x10000000, .vtcr = (64 - 40) | 1 << 6, .vmid = 1};

	must(arm_vm_init(&world.vm, &vm));
	must(arm_vgic_init(&world.vgic, &world.vm, &vgic));
	for (unsigned n = 0; n < world.count; n++) {
		const struct arm_vcpu_config config = {
			.vm = &world.vm,
			.mpidr = affinity[n],
			.powered_on = true,
		};

		must(arm_vcpu_init(&world.vcpu[n], &config));
		must(arm_vcpu_setup(&world.vcpu[n], NULL));
		must(arm_vcpu_set_ept_root(&world.vcpu[n], &root));
	}
}

void gic_world_make(const struct gic_world_config *config)
{
	struct gic_model_config model = {
		.cpus = config->vcpus,
		.spis = SPIS,
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

	memset(&world, 0, sizeof(world));
	world.count = config->vcpus;
	machine_make(&machine_config);
	for (unsigned n = 0; n < world.count; n++) {
		world.cpu_of[n] = NOBODY;
		machine_be(n);
		must(arm_pcpu_init(&world.pcpu[n], &pcpu_ops, NULL));
		must(arm_pcpu_hardware_enable(&world.pcpu[n]));
	}
	make_vm(model.affinity);
	gic_model_make(&world.model, &model);
}

void gic_world_end(void)
{
	for (unsigned n = 0; n < world.count; n++)
		if (world.cpu_of[n] != NOBODY)
			park(n);
	check_parked();
}

/* ---- Two CPUs at the same time ---------------------------------------------
 */

unsigned gic_world_cpu(unsigned vcpu)
{
	return world.cpu_of[vcpu];
}

void gic_world_answer(unsigned vcpu)
{
	machine_step();
	if (!world.kicked[vcpu])
		return;
	world.kicked[vcpu] = false;
	arm_gic_settle_now(&world.vcpu[vcpu]);
}

uint64_t gic_world_load(unsigned vcpu, unsigned offset)
{
	uint64_t value;

	world.vcpu[vcpu].frame.elr = 0x1000 + 4 * ++world.steps;
	while (arm_vgic_mmio(&world.vcpu[vcpu], DIST + offset, 4, false,
			     &value) == ARM_VGIC_AGAIN)
		gic_world_answer(vcpu);
	return value;
}
