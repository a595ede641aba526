/* SPDX-License-Identifier: Apache-2.0 */
/* The GIC without list registers: its state, and what CPUs do; see
 * gic_model.h first. */
#include "machine/gic_model.h"

#include <stddef.h>
#include <string.h>

/* ---- State -------------------------------------------------------------- */

static unsigned spis(const struct gic_model *gic)
{
	const unsigned all = (gic->config.spis + 31) / 32 * 32;

	return all < GIC_MODEL_SPIS ? all : GIC_MODEL_SPIS;
}

static struct gic_model_irq *irq_of(struct gic_model *gic, unsigned cpu,
				    uint32_t intid)
{
	if (intid < 32)
		return &gic->cpu[cpu].private[intid];
	return intid - 32 < spis(gic) ? &gic->spi[intid - 32] : NULL;
}

const struct gic_model_irq *gic_model_irq(const struct gic_model *gic,
					  unsigned cpu, uint32_t intid)
{
	if (intid < 32)
		return &gic->cpu[cpu].private[intid];
	return intid - 32 < spis(gic) ? &gic->spi[intid - 32] : NULL;
}

/* BPR<n> cannot be less than what the priority bits allow (12.2.5, 12.2.6). */
static uint8_t least_bpr(const struct gic_model *gic, unsigned group)
{
	return (uint8_t)(7 - gic->config.priority_bits + group);
}

void gic_model_reset_interface(struct gic_model *gic, unsigned number)
{
	struct gic_model_cpu *cpu = &gic->cpu[number];

	cpu->pmr = 0;
	cpu->bpr[0] = least_bpr(gic, 0);
	cpu->bpr[1] = least_bpr(gic, 1);
	cpu->on[0] = cpu->on[1] = cpu->cbpr = cpu->eoimode = false;
	memset(cpu->running, 0, sizeof(cpu->running));
}

void gic_model_reset_cpu(struct gic_model *gic, unsigned number)
{
	struct gic_model_cpu *cpu = &gic->cpu[number];

	memset(cpu->private, 0, sizeof(cpu->private));
	for (unsigned n = 0; n < 16; n++)
		cpu->private[n].edge = true;
	cpu->asleep = true;
	gic_model_reset_interface(gic, number);
}

void gic_model_reset(struct gic_model *gic)
{
	gic->on[0] = gic->on[1] = false;
	memset(gic->spi, 0, sizeof(gic->spi));
	for (unsigned n = 0; n < gic->config.cpus; n++)
		gic_model_reset_cpu(gic, n);
}

void gic_model_make(struct gic_model *gic,
		    const struct gic_model_config *config)
{
	memset(gic, 0, sizeof(*gic));
	gic->config = *config;
	for (unsigned n = 0; n < config->cpus; n++)
		gic->cpu[n].affinity = config->affinity[n] & GIC_MODEL_AFFINITY;
	gic_model_reset(gic);
}

/* ---- Pending --------------------------------------------------------------
 */

void gic_model_line(struct gic_model *gic, unsigned cpu, uint32_t intid,
		    bool level)
{
	struct gic_model_irq *irq = irq_of(gic, cpu, intid);

	irq->line = level;
	if (level && irq->edge)
		irq->latch = true;
}

void gic_model_latch(struct gic_model *gic, unsigned cpu, uint32_t intid)
{
	irq_of(gic, cpu, intid)->latch = true;
}

/* ICC_SGI1R_EL1 and its kin (12.2.24): with one Security state an SGI reaches
 * those that have it in the register's group. */
static void send(struct gic_model *gic, unsigned from, uint64_t value,
		 unsigned group)
{
	const uint64_t first =
		(value >> 48 & 0xff) << 32 | (value >> 32 & 0xff) << 16 |
		(value >> 16 & 0xff) << 8 | (value >> 44 & 0xf) << 4;
	const bool all_others = value >> 40 & 1;

	for (unsigned n = 0; n < gic->config.cpus; n++) {
		struct gic_model_cpu *to = &gic->cpu[n];
		struct gic_model_irq *irq = &to->private[value >> 24 & 0xf];
		const uint64_t place = to->affinity - first;
		const bool listed = to->affinity >= first && place < 16 &&
				    (value >> place & 1);

		if ((all_others ? n != from : listed) && irq->group == group)
			irq->latch = true;
	}
}

/* ---- The CPU interface ----------------------------------------------------
 */

/* The bits of a priority that decide about preemption (4.8.2). */
static unsigned group_mask(const struct gic_model_cpu *cpu, unsigned group)
{
	if (!group || cpu->cbpr)
		return 0xff << (cpu->bpr[0] + 1) & 0xff;
	return 0xff << cpu->bpr[1] & 0xff;
}

/* The highest active priority; whose group. */
static unsigned running(const struct gic_model_cpu *cpu, unsigned *group)
{
	for (unsigned n = 0; n < GIC_MODEL_LEVELS; n++)
		for (*group = 0; *group < 2; ++*group)
			if (cpu->running[*group][n])
				return n << 1;
	return GIC_MODEL_IDLE;
}

bool gic_model_ready(const struct gic_model *gic, unsigned cpu, uint32_t intid)
{
	const struct gic_model_irq *irq = gic_model_irq(gic, cpu, intid);

	return irq && gic_model_pending(irq) && irq->enabled && !irq->active &&
	       gic->on[irq->group] &&
	       (intid < 32 || irq->route == gic->cpu[cpu].affinity);
}

/* It takes part: its group is enabled at the CPU interface, too. */
static bool competes(const struct gic_model *gic, unsigned cpu, uint32_t intid)
{
	return gic_model_ready(gic, cpu, intid) &&
	       gic->cpu[cpu].on[gic_model_irq(gic, cpu, intid)->group];
}

bool gic_model_may_take(const struct gic_model *gic, unsigned number,
			uint32_t intid)
{
	const struct gic_model_cpu *cpu = &gic->cpu[number];
	const struct gic_model_irq *irq = gic_model_irq(gic, number, intid);
	unsigned group;

	return competes(gic, number, intid) && irq->priority < cpu->pmr &&
	       (irq->priority & group_mask(cpu, irq->group)) <
		       running(cpu, &group);
}

/* The highest priority that competes, above 255 for none. */
static unsigned highest(const struct gic_model *gic, unsigned cpu)
{
	unsigned best = 256;

	for (uint32_t intid = 0; intid < 32 + spis(gic); intid++)
		if (competes(gic, cpu, intid) &&
		    gic_model_irq(gic, cpu, intid)->priority < best)
			best = gic_model_irq(gic, cpu, intid)->priority;
	return best;
}

/* Only the highest priority counts, though a lower one of the other group
 * might preempt where it may not. Among equals the GIC chooses. */
uint32_t gic_model_signalled(const struct gic_model *gic, unsigned cpu)
{
	const unsigned best = highest(gic, cpu);
	uint32_t found = GIC_MODEL_NONE;

	for (uint32_t intid = 0; intid < 32 + spis(gic); intid++) {
		if (!competes(gic, cpu, intid) ||
		    gic_model_irq(gic, cpu, intid)->priority != best)
			continue;
		if (!gic_model_may_take(gic, cpu, intid))
			return GIC_MODEL_NONE;
		found = intid;
	}
	return found;
}

/* Whether IAR<group> may say that there is nothing. */
static bool may_be_none(const struct gic_model *gic, unsigned cpu,
			unsigned group)
{
	const unsigned best = highest(gic, cpu);

	if (gic_model_signalled(gic, cpu) == GIC_MODEL_NONE)
		return true;
	for (uint32_t intid = 0; intid < 32 + spis(gic); intid++)
		if (competes(gic, cpu, intid) &&
		    gic_model_irq(gic, cpu, intid)->priority == best &&
		    gic_model_irq(gic, cpu, intid)->group != group)
			return true;
	return false;
}

enum gic_model_answer gic_model_acknowledge(struct gic_model *gic,
					    unsigned number, unsigned group,
					    uint32_t intid)
{
	struct gic_model_cpu *cpu = &gic->cpu[number];
	const unsigned best = highest(gic, number);
	struct gic_model_irq *irq;

	if (intid == GIC_MODEL_NONE)
		return may_be_none(gic, number, group) ? GIC_MODEL_EXACT
						       : GIC_MODEL_LATE;
	if (!gic_model_may_take(gic, number, intid))
		return GIC_MODEL_WRONG;
	irq = irq_of(gic, number, intid);
	if (irq->group != group)
		return GIC_MODEL_WRONG;
	irq->active = true;
	irq->latch = false;
	cpu->running[group][(irq->priority & group_mask(cpu, group)) >> 1] =
		true;
	return irq->priority == best ? GIC_MODEL_EXACT : GIC_MODEL_LATE;
}

static void end(struct gic_model *gic, unsigned number, uint32_t intid)
{
	struct gic_model_cpu *cpu = &gic->cpu[number];
	struct gic_model_irq *irq = irq_of(gic, number, intid);
	unsigned group, level = running(cpu, &group);

	if (!irq || level == GIC_MODEL_IDLE)
		return;
	cpu->running[group][level >> 1] = false;
	if (!cpu->eoimode)
		irq->active = false;
}

uint64_t gic_model_icc_read(const struct gic_model *gic, unsigned number,
			    enum gic_model_icc reg)
{
	const struct gic_model_cpu *cpu = &gic->cpu[number];
	unsigned group;

	if (reg == GIC_MODEL_PMR)
		return cpu->pmr;
	if (reg == GIC_MODEL_BPR1 && cpu->cbpr)
		return cpu->bpr[0] < 7 ? cpu->bpr[0] + 1u : 7;
	if (reg == GIC_MODEL_BPR0 || reg == GIC_MODEL_BPR1)
		return cpu->bpr[reg == GIC_MODEL_BPR1];
	if (reg == GIC_MODEL_CTLR)
		return (uint64_t)cpu->cbpr | (uint64_t)cpu->eoimode << 1;
	if (reg == GIC_MODEL_IGRPEN0 || reg == GIC_MODEL_IGRPEN1)
		return cpu->on[reg == GIC_MODEL_IGRPEN1];
	return reg == GIC_MODEL_RPR ? running(cpu, &group) : 0;
}

static void write_bpr(const struct gic_model *gic, struct gic_model_cpu *cpu,
		      unsigned group, uint8_t value)
{
	/* With CBPR a write of BPR1 is ignored. */
	if (group && cpu->cbpr)
		return;
	cpu->bpr[group] =
		value < least_bpr(gic, group) ? least_bpr(gic, group) : value;
}

void gic_model_icc_write(struct gic_model *gic, unsigned number,
			 enum gic_model_icc reg, uint64_t value)
{
	struct gic_model_cpu *cpu = &gic->cpu[number];
	struct gic_model_irq *irq;

	if (reg == GIC_MODEL_PMR) {
		cpu->pmr =
			(uint8_t)(value &
				  (0xffu << (8 - gic->config.priority_bits)));
	} else if (reg == GIC_MODEL_BPR0 || reg == GIC_MODEL_BPR1) {
		write_bpr(gic, cpu, reg == GIC_MODEL_BPR1, value & 7);
	} else if (reg == GIC_MODEL_CTLR) {
		cpu->cbpr = value & 1;
		cpu->eoimode = value & 2;
	} else if (reg == GIC_MODEL_IGRPEN0 || reg == GIC_MODEL_IGRPEN1) {
		cpu->on[reg == GIC_MODEL_IGRPEN1] = value & 1;
	} else if (reg == GIC_MODEL_EOIR0 || reg == GIC_MODEL_EOIR1) {
		end(gic, number, (uint32_t)value & 0xffffff);
	} else if (reg == GIC_MODEL_DIR) {
		irq = irq_of(gic, number, (uint32_t)value & 0xffffff);
		if (irq && cpu->eoimode)
			irq->active = false;
	} else if (reg != GIC_MODEL_RPR) {
		/* ASGI1R is the other Security state's: group 0 here. */
		send(gic, number, value, reg == GIC_MODEL_SGI1R);
	}
}
