/* SPDX-License-Identifier: Apache-2.0 */
#include "support/virtual_gic.h"

#include <stdlib.h>
#include <string.h>

#include "arch/gicv3.h"
#include "arch/timer.h"
#include "gic/cpuif.h"
#include "gic/vgic.h"
#include "machine/interface.h"
#include "timer/vtimer.h"

#define SGI_FRAME  0x10000u
#define GROUPS_ON  ((uint32_t)(ICH_VMCR_VPMR | ICH_VMCR_VENG0 | ICH_VMCR_VENG1))
#define MAX_ROUNDS 64u /* maintenance without progress is a storm */
#define TIMER      ARM_VTIMER_VIRTUAL_INTID

static struct gic_machine *current;

/* From here on it is this CPU. */
static struct machine_cpu *be(const struct gic_machine *gm, unsigned index)
{
	struct machine_cpu *cpu = &machine.cpu[index];

	machine_be(index);
	cpu->reg[R_ICH_VMCR_EL2] &= ~ICH_VMCR_VEOIM;
	if (gm->cpu[index].eoimode1)
		cpu->reg[R_ICH_VMCR_EL2] |= ICH_VMCR_VEOIM;
	return cpu;
}

void gic_on(const struct arm_vcpu *vcpu)
{
	if (current && vcpu && current->cpu[vcpu->index].vcpu == vcpu)
		be(current, vcpu->index);
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
	gic_timer_at(high ? 0 : UINT64_MAX);
}

void gic_timer_at(uint64_t cval)
{
	for (unsigned n = 0; n < current->machine.vm.vcpu_count; n++) {
		struct machine_cpu *cpu = &machine.cpu[n];

		cpu->reg[R_CNTV_CTL_EL0] = CNT_CTL_ENABLE;
		cpu->reg[R_CNTV_CVAL_EL0] = cval;
		machine_timers_update(cpu);
	}
}

/* A CPU of this vCPU's, with so many list registers. */
static void set_list_registers(struct gic_machine *gm, unsigned count)
{
	gm->machine.pcpu.features.list_registers = (uint8_t)count;
	if (machine.config.list_registers == count)
		return;
	machine.config.list_registers = count;
	machine_registers_make();
}

void gic_bind(struct gic_machine *gm, unsigned index)
{
	struct virtual_gic *cpu = &gm->cpu[index];
	struct machine_cpu *on = be(gm, index);

	set_list_registers(gm, cpu->lr_count);
	for (unsigned n = 0; n < cpu->lr_count; n++)
		on->reg[R_ICH_LR0_EL2 + n] = UINT64_MAX; /* somebody else's */
	cpu->vcpu->pcpu = &gm->machine.pcpu;
	arm_gic_load(cpu->vcpu);
	gic_enter(gm, index);
}

void gic_unbind(struct gic_machine *gm, unsigned index)
{
	struct arm_vcpu *vcpu = gm->cpu[index].vcpu;
	const struct machine_cpu *cpu = be(gm, index);

	vcpu->regs.CNTV_CTL_EL0 = cpu->reg[R_CNTV_CTL_EL0];
	vcpu->regs.CNTV_CVAL_EL0 = cpu->reg[R_CNTV_CVAL_EL0];
	arm_vtimer_put(vcpu);
	arm_gic_put(vcpu);
	vcpu->pcpu = NULL;
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
	fake_cpus_make(vcpus);
	gm->ops = fake_vm_ops;
	gm->ops.kick = kick;
	gm->machine.vm.ops = &gm->ops;
	gm->machine.pcpu.features.gicv3 = true;
	gm->machine.pcpu.features.affinity3 = true;
	gm->machine.pcpu.features.traps_dir = true;
	for (unsigned i = 0; i < vcpus; i++)
		gm->cpu[i].vcpu = fake_vcpu_make(&gm->machine, i);
	if (arm_vgic_init(&gm->vgic, &gm->machine.vm, &config))
		abort();
	for (unsigned i = 0; i < vcpus; i++) {
		gm->cpu[i].lr_count = lr_count;
		arm_vgic_cpu_init(gm->cpu[i].vcpu);
		gm->cpu[i].vcpu->vgic.vmcr = GROUPS_ON;
		machine_gic_enable(i, MACHINE_PPI_MAINTENANCE, 0x40, false);
		machine_gic_enable(i, MACHINE_PPI_VIRTUAL, 0x80, false);
		gic_bind(gm, i);
	}
	gic_dist_write(gm, 0, GICD_CTLR, 3);
}

static uint32_t take(struct machine_cpu *on)
{
	const uint32_t intid = (uint32_t)machine_icc_read(on, R_ICC_IAR1_EL1);

	machine_icc_write(on, R_ICC_EOIR1_EL1, intid);
	return intid;
}

/* A physical interrupt of EL2's, and what it does then. */
static void serve(struct virtual_gic *cpu, struct machine_cpu *on)
{
	const uint32_t intid = take(on);

	if (intid == MACHINE_PPI_MAINTENANCE) {
		cpu->maintenance++;
		arm_vgic_maintenance(cpu->vcpu);
		machine_icc_write(on, R_ICC_DIR_EL1, intid);
	} else if (intid != TIMER || arm_vtimer_irq(cpu->vcpu, TIMER)) {
		abort();
	}
}

void gic_take_physical(struct gic_machine *gm, unsigned index, uint32_t intid)
{
	struct machine_cpu *on = be(gm, index);

	machine_gic_enable(index, intid, 0x20, false);
	for (unsigned high = 2; high-- > 0;) {
		if (intid < 32)
			machine_gic_ppi(on, intid, high);
		else
			machine_gic_line(intid, high);
		if (high && take(on) != intid)
			abort();
	}
}

static void enter(struct gic_machine *gm, unsigned index)
{
	struct virtual_gic *cpu = &gm->cpu[index];

	for (unsigned round = 0; round < MAX_ROUNDS; round++) {
		struct machine_cpu *on = be(gm, index);

		arm_gic_settle(cpu->vcpu);
		machine_ich_check(on);
		machine_ich_update(on);
		if (!on->irq)
			return;
		serve(cpu, on);
	}
	abort();
}

void gic_enter(struct gic_machine *gm, unsigned index)
{
	/* A kicked CPU is one of its own. */
	const unsigned before = machine_cpu();

	enter(gm, index);
	be(gm, before);
}

unsigned gic_highest(const struct gic_machine *gm, unsigned index)
{
	const struct machine_cpu *cpu = &machine.cpu[index];
	const int n = machine_signalled_lr(cpu);

	(void)gm;
	return n < 0 ? NO_INTERRUPT : (uint32_t)machine_lr(cpu, (unsigned)n);
}

unsigned gic_running(const struct gic_machine *gm, unsigned index)
{
	unsigned group, running;

	(void)gm;
	running = machine_running_priority(&machine.cpu[index], &group);
	return running == MACHINE_IDLE ? 256 : running;
}

uint64_t gic_lr(const struct gic_machine *gm, unsigned index, unsigned n)
{
	(void)gm;
	return machine_lr(&machine.cpu[index], n);
}

uint64_t gic_hcr(const struct gic_machine *gm, unsigned index)
{
	(void)gm;
	return machine.cpu[index].reg[R_ICH_HCR_EL2];
}

void gic_set_group0(struct gic_machine *gm, unsigned index, bool on)
{
	machine_icv_write(be(gm, index), R_ICC_IGRPEN0_EL1, on);
}

void gic_drop_all(struct gic_machine *gm, unsigned index)
{
	struct machine_cpu *cpu = be(gm, index);

	for (unsigned n = 0; n < 4; n++) {
		cpu->reg[R_ICH_AP0R0_EL2 + n] = 0;
		cpu->reg[R_ICH_AP1R0_EL2 + n] = 0;
	}
}

unsigned gic_ack(struct gic_machine *gm, unsigned index)
{
	struct machine_cpu *cpu = be(gm, index);
	const bool group1 = !machine_vfiq(cpu);
	const unsigned intid = (unsigned)machine_icv_read(
		cpu, group1 ? R_ICC_IAR1_EL1 : R_ICC_IAR0_EL1);

	gic_enter(gm, index);
	return intid;
}

void gic_end(struct gic_machine *gm, unsigned index, unsigned intid)
{
	struct machine_cpu *cpu = be(gm, index);
	unsigned group = 1;

	/* A CPU that can trap ICC_DIR_EL1 alone is QEMU 7.2's here: it counts
	 * with EOImode 1, too, although nothing ends. */
	machine.config.eoi_counts = gm->machine.pcpu.features.traps_dir;
	machine_running_priority(cpu, &group);
	machine_icv_write(cpu, group ? R_ICC_EOIR1_EL1 : R_ICC_EOIR0_EL1,
			  intid);
}

void gic_eoi(struct gic_machine *gm, unsigned index, unsigned intid)
{
	gic_end(gm, index, intid);
	gic_enter(gm, index);
}

void gic_dir(struct gic_machine *gm, unsigned index, unsigned intid)
{
	struct virtual_gic *cpu = &gm->cpu[index];
	struct machine_cpu *on = be(gm, index);

	if ((gic_hcr(gm, index) & ICH_HCR_TDIR) &&
	    gm->machine.pcpu.features.traps_dir) {
		cpu->traps++;
		arm_vgic_deactivate(cpu->vcpu, intid);
	} else {
		machine_icv_write(on, R_ICC_DIR_EL1, intid);
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
