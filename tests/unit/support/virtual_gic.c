/* SPDX-License-Identifier: Apache-2.0 */
#include "support/virtual_gic.h"

#include <stdlib.h>
#include <string.h>

#include "arch/gicv3.h"
#include "arch/timer.h"
#include "gic/vgic.h"

#define SGI_FRAME  0x10000u
#define GROUPS_ON  ((uint32_t)(ICH_VMCR_VPMR | ICH_VMCR_VENG0 | ICH_VMCR_VENG1))
#define MAX_ROUNDS 64u /* maintenance without progress is a storm */
#define TIMER      ARM_VTIMER_VIRTUAL_INTID
#define OUTPUT     (CNT_CTL_ENABLE | CNT_CTL_ISTATUS)

static struct gic_machine *current;

/* The CPU that hw/ reaches. */
static _Thread_local struct virtual_gic *here;

static void go_to(struct virtual_gic *cpu)
{
	here = cpu;
	fake_cpu.lrs = cpu ? cpu->lr : NULL;
	if (!cpu)
		return;
	fake_cpu.hcr = cpu->hcr;
	fake_cpu.vmcr = cpu->vmcr | (cpu->eoimode1 ? ICH_VMCR_VEOIM : 0);
}

void gic_on(const struct arm_vcpu *vcpu)
{
	for (unsigned i = 0; current && i < FAKE_VCPUS; i++)
		if (current->cpu[i].vcpu == vcpu && vcpu)
			go_to(&current->cpu[i]);
}

/* The kicked CPU is in its guest, so it is at EL2 at once; but only a question
 * is asked without a lock held. */
static void kick(void *ctx, struct arm_vcpu *vcpu)
{
	fake_vm_ops.kick(ctx, vcpu);
	if ((atomic_load(&vcpu->vgic.attention) >> 32) && !current->deaf &&
	    vcpu->vgic.resident)
		gic_enter(current, vcpu->index);
}

void gic_timer(bool high)
{
	fake_cpu.reg[ARM_REG_CNTV_CTL_EL0] = high ? OUTPUT : CNT_CTL_ENABLE;
	fake_cpu.reg[ARM_REG_CNTV_CVAL_EL0] = high ? 0 : UINT64_MAX;
}

/* The physical interrupt is taken at EL2 if it can be. */
static bool take_timer(struct virtual_gic *cpu)
{
	if (cpu->physical[TIMER] ||
	    fake_cpu.reg[ARM_REG_CNTV_CTL_EL0] != OUTPUT)
		return false;
	cpu->physical[TIMER] = true;
	if (arm_vtimer_irq(cpu->vcpu, TIMER))
		abort();
	return true;
}

void gic_bind(struct gic_machine *gm, unsigned index)
{
	struct virtual_gic *cpu = &gm->cpu[index];

	memset(cpu->lr, 0xff, sizeof(cpu->lr)); /* somebody else's */
	gic_on(cpu->vcpu);
	cpu->vcpu->pcpu = &gm->machine.pcpu;
	gm->machine.pcpu.features.list_registers = (uint8_t)cpu->lr_count;
	arm_vgic_load(cpu->vcpu);
	gic_enter(gm, index);
}

static void take_retired(struct virtual_gic *cpu)
{
	uint32_t physical;

	while (arm_vgic_take_retired(cpu->vcpu, &physical)) {
		if (!cpu->physical[physical])
			abort(); /* it is not active any more */
		cpu->physical[physical] = false;
	}
}

void gic_unbind(struct gic_machine *gm, unsigned index)
{
	struct virtual_gic *cpu = &gm->cpu[index];
	struct arm_vgic_cpu *vgic = &cpu->vcpu->vgic;

	gic_on(cpu->vcpu);
	for (unsigned n = 0; n < cpu->lr_count; n++)
		if (!(vgic->lr_dirty >> n & 1))
			vgic->lr[n] = cpu->lr[n];
	vgic->vmcr = (uint32_t)fake_cpu.vmcr;
	cpu->vcpu->regs.CNTV_CTL_EL0 =
		fake_cpu.reg[ARM_REG_CNTV_CTL_EL0] & CNT_CTL_ENABLE;
	cpu->vcpu->regs.CNTV_CVAL_EL0 = fake_cpu.reg[ARM_REG_CNTV_CVAL_EL0];
	arm_vgic_put(cpu->vcpu);
	take_retired(cpu);
	cpu->vcpu->pcpu = NULL;
}

void gic_machine_make(struct gic_machine *gm, unsigned vcpus, unsigned lr_count)
{
	struct arm_vgic_config config = {
		.spi_banks = gm->banks,
		.spi_count = VIRTUAL_GIC_SPIS,
		.dist_base = VIRTUAL_GIC_DIST,
		.redist_base = VIRTUAL_GIC_REDIST,
	};

	memset(gm, 0, sizeof(*gm));
	current = gm;
	fake_machine_make(&gm->machine);
	here = NULL;
	gm->ops = fake_vm_ops;
	gm->ops.kick = kick;
	gm->machine.vm.ops = &gm->ops;
	gm->machine.pcpu.features.affinity3 = true;
	gm->machine.pcpu.features.traps_dir = true;
	for (unsigned i = 0; i < vcpus; i++)
		gm->cpu[i].vcpu = fake_vcpu_make(&gm->machine, i);
	if (arm_vgic_init(&gm->vgic, &gm->machine.vm, &config))
		abort();
	for (unsigned i = 0; i < vcpus; i++) {
		gm->cpu[i].lr_count = lr_count;
		gm->cpu[i].vmcr = GROUPS_ON;
		arm_vgic_cpu_init(gm->cpu[i].vcpu);
		gic_bind(gm, i);
	}
	gic_dist_write(gm, 0, GICD_CTLR, 3);
}

static uint32_t misr(const struct virtual_gic *cpu)
{
	unsigned valid = 0, pending = 0, eoi = 0;
	uint32_t set = 0;

	for (unsigned n = 0; n < cpu->lr_count; n++) {
		uint64_t lr = cpu->lr[n];

		valid += (lr & ICH_LR_STATE) != 0;
		pending += (lr & ICH_LR_STATE) == ICH_LR_PENDING;
		eoi += !(lr & (ICH_LR_STATE | ICH_LR_HW)) && (lr & ICH_LR_EOI);
	}
	set |= eoi ? ICH_MISR_EOI : 0;
	set |= (cpu->hcr & ICH_HCR_UIE) && valid <= 1 ? ICH_MISR_U : 0;
	set |= (cpu->hcr & ICH_HCR_NPIE) && !pending ? ICH_MISR_NP : 0;
	set |= (cpu->hcr & ICH_HCR_LRENPIE) && (cpu->hcr & ICH_HCR_EOICOUNT)
		       ? ICH_MISR_LRENP
		       : 0;
	set |= cpu->vmcr & ICH_VMCR_VENG0 ? cpu->hcr & ICH_HCR_VGRP0EIE
					  : cpu->hcr & ICH_HCR_VGRP0DIE;
	set |= cpu->vmcr & ICH_VMCR_VENG1 ? cpu->hcr & ICH_HCR_VGRP1EIE
					  : cpu->hcr & ICH_HCR_VGRP1DIE;
	return set;
}

static void push(struct virtual_gic *cpu)
{
	struct arm_vgic_cpu *vgic = &cpu->vcpu->vgic;

	for (unsigned n = 0; n < cpu->lr_count; n++)
		if (vgic->lr_dirty >> n & 1)
			cpu->lr[n] = vgic->lr[n];
	vgic->lr_dirty = 0;
	if (vgic->hcr_dirty)
		cpu->hcr = vgic->hcr;
	vgic->hcr_dirty = false;
}

/* Two LRs with one interrupt, or HW pending and active, are UNPREDICTABLE. */
static void check_lrs(const struct virtual_gic *cpu)
{
	for (unsigned n = 0; n < cpu->lr_count; n++) {
		uint64_t lr = cpu->lr[n];

		if (!(lr & ICH_LR_STATE))
			continue;
		if ((lr & ICH_LR_HW) && (lr & ICH_LR_STATE) == ICH_LR_STATE)
			abort();
		for (unsigned m = 0; m < n; m++)
			if ((cpu->lr[m] & ICH_LR_STATE) &&
			    (uint32_t)cpu->lr[m] == (uint32_t)lr)
				abort();
	}
}

static void enter(struct virtual_gic *cpu)
{
	for (unsigned round = 0; round < MAX_ROUNDS; round++) {
		go_to(cpu);
		if (cpu->vcpu->vgic.watch)
			arm_vgic_watch(cpu->vcpu);
		while (atomic_load(&cpu->vcpu->vgic.attention))
			arm_vgic_flush(cpu->vcpu);
		take_retired(cpu);
		push(cpu);
		check_lrs(cpu);
		if (take_timer(cpu))
			continue;
		if (!misr(cpu))
			return;
		cpu->maintenance++;
		arm_vgic_maintenance(cpu->vcpu);
	}
	abort();
}

void gic_enter(struct gic_machine *gm, unsigned index)
{
	/* A kicked CPU is one of its own. */
	struct virtual_gic *before = here;

	enter(&gm->cpu[index]);
	go_to(before ? before : &gm->cpu[index]);
}

static int best_lr(const struct virtual_gic *cpu)
{
	unsigned limit = cpu->depth ? cpu->running[cpu->depth - 1] : 256;
	int best = -1;

	for (unsigned n = 0; n < cpu->lr_count; n++) {
		uint64_t lr = cpu->lr[n];
		unsigned priority = (unsigned)BITS_GET(lr, ICH_LR_PRIORITY);

		if ((lr & ICH_LR_STATE) != ICH_LR_PENDING || priority >= limit)
			continue;
		if (!(cpu->vmcr &
		      (lr & ICH_LR_GROUP ? ICH_VMCR_VENG1 : ICH_VMCR_VENG0)))
			continue;
		limit = priority;
		best = (int)n;
	}
	return best;
}

unsigned gic_highest(const struct gic_machine *gm, unsigned index)
{
	int n = best_lr(&gm->cpu[index]);

	return n < 0 ? NO_INTERRUPT : (unsigned)(uint32_t)gm->cpu[index].lr[n];
}

unsigned gic_ack(struct gic_machine *gm, unsigned index)
{
	struct virtual_gic *cpu = &gm->cpu[index];
	int n = best_lr(cpu);
	unsigned intid;

	if (n < 0)
		return NO_INTERRUPT;
	intid = (unsigned)(uint32_t)cpu->lr[n];
	cpu->running[cpu->depth++] =
		(uint8_t)BITS_GET(cpu->lr[n], ICH_LR_PRIORITY);
	cpu->lr[n] = (cpu->lr[n] & ~ICH_LR_STATE) | ICH_LR_ACTIVE;
	gic_enter(gm, index);
	return intid;
}

/* dropped: the priority that an EOI has to find, or negative. */
static void deactivate(struct virtual_gic *cpu, unsigned intid, int dropped)
{
	for (unsigned n = 0; n < cpu->lr_count; n++) {
		uint64_t lr = cpu->lr[n];

		if (!(lr & ICH_LR_ACTIVE) || (uint32_t)lr != intid)
			continue;
		if (dropped >= 0 &&
		    BITS_GET(lr, ICH_LR_PRIORITY) != (unsigned)dropped)
			return;
		cpu->lr[n] = lr & ~ICH_LR_ACTIVE;
		if (lr & ICH_LR_HW)
			cpu->physical[BITS_GET(lr, ICH_LR_PINTID)] = false;
		return;
	}
	cpu->hcr += (uint32_t)BITS_LOWEST(ICH_HCR_EOICOUNT);
}

void gic_eoi(struct gic_machine *gm, unsigned index, unsigned intid)
{
	struct virtual_gic *cpu = &gm->cpu[index];
	int dropped = -1;
	bool listed = false;

	if (cpu->depth)
		dropped = cpu->running[--cpu->depth];
	for (unsigned n = 0; n < cpu->lr_count; n++)
		listed |= (cpu->lr[n] & ICH_LR_ACTIVE) &&
			  (uint32_t)cpu->lr[n] == intid;
	if (!cpu->eoimode1)
		deactivate(cpu, intid, dropped);
	else if (!listed && gm->machine.pcpu.features.traps_dir)
		/* As QEMU 7.2 does, although nothing ends. */
		cpu->hcr += (uint32_t)BITS_LOWEST(ICH_HCR_EOICOUNT);
	gic_enter(gm, index);
}

void gic_dir(struct gic_machine *gm, unsigned index, unsigned intid)
{
	struct virtual_gic *cpu = &gm->cpu[index];

	if ((cpu->hcr & ICH_HCR_TDIR) && gm->machine.pcpu.features.traps_dir) {
		cpu->traps++;
		arm_vgic_deactivate(cpu->vcpu, intid);
	} else {
		deactivate(cpu, intid, -1);
	}
	gic_enter(gm, index);
}

static uint64_t access(struct gic_machine *gm, unsigned index, uint64_t ipa,
		       bool write, uint64_t value)
{
	if (!arm_vgic_mmio(gm->cpu[index].vcpu, ipa, 4, write, &value))
		abort();
	gic_enter(gm, index);
	return value;
}

uint64_t gic_dist_read(struct gic_machine *gm, unsigned index, unsigned offset)
{
	return access(gm, index, VIRTUAL_GIC_DIST + offset, false, 0);
}

void gic_dist_write(struct gic_machine *gm, unsigned index, unsigned offset,
		    uint64_t value)
{
	access(gm, index, VIRTUAL_GIC_DIST + offset, true, value);
}

static uint64_t redist(unsigned index)
{
	return VIRTUAL_GIC_REDIST + index * ARM_VGIC_REDIST_SIZE;
}

uint64_t gic_redist_read(struct gic_machine *gm, unsigned index,
			 unsigned offset)
{
	return access(gm, index, redist(index) + offset, false, 0);
}

void gic_redist_write(struct gic_machine *gm, unsigned index, unsigned offset,
		      uint64_t value)
{
	access(gm, index, redist(index) + offset, true, value);
}

static uint64_t frame_of(unsigned index, unsigned intid)
{
	return intid < 32 ? redist(index) + SGI_FRAME : VIRTUAL_GIC_DIST;
}

void gic_write_bit(struct gic_machine *gm, unsigned index, unsigned reg,
		   unsigned intid)
{
	access(gm, index, frame_of(index, intid) + reg + intid / 32 * 4, true,
	       1u << intid % 32);
}

bool gic_read_bit(struct gic_machine *gm, unsigned index, unsigned reg,
		  unsigned intid)
{
	return access(gm, index, frame_of(index, intid) + reg + intid / 32 * 4,
		      false, 0) >>
		       intid % 32 &
	       1;
}

void gic_write_priority(struct gic_machine *gm, unsigned index, unsigned intid,
			uint8_t priority)
{
	uint64_t value = priority;

	arm_vgic_mmio(gm->cpu[index].vcpu,
		      frame_of(index, intid) + GIC_IPRIORITYR + intid, 1, true,
		      &value);
	gic_enter(gm, index);
}

void gic_enable(struct gic_machine *gm, unsigned index, unsigned intid,
		uint8_t priority)
{
	uint64_t group = frame_of(index, intid) + GIC_IGROUPR + intid / 32 * 4;

	access(gm, index, group, true,
	       access(gm, index, group, false, 0) | 1u << intid % 32);
	gic_write_priority(gm, index, intid, priority);
	gic_write_bit(gm, index, GIC_ISENABLER, intid);
}

void gic_set_edge(struct gic_machine *gm, unsigned index, unsigned intid)
{
	unsigned reg = GIC_ICFGR + intid / 16 * 4;

	gic_dist_write(gm, index, reg,
		       gic_dist_read(gm, index, reg) | 2u << intid % 16 * 2);
}

uint64_t gic_sgi_to(unsigned aff0, unsigned intid)
{
	return BITS_PUT(ICC_SGIR_INTID, intid) |
	       BITS_PUT(ICC_SGIR_RS, aff0 >> 4) | BIT(aff0 & 15);
}
