/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The physical GICv3 (IHI 0069): SGIs, PPIs and SPIs, all of group 1, and the
 * CPU interface that EL2 uses by ICC_*_EL1.
 */
#include "arch/gicv3.h"
#include "machine/state.h"

#define NO_INTERRUPT 1023u
#define CTLR_EOIMODE BIT(1)

static struct machine_irqs *irqs_of(struct machine_cpu *cpu, uint32_t intid)
{
	if (intid >= 32 + MACHINE_SPIS)
		machine_fail("physical INTID %u", intid);
	return intid < 32 ? &cpu->private : &machine.spi[intid / 32 - 1];
}

static uint32_t bit(uint32_t intid)
{
	return UINT32_C(1) << intid % 32;
}

static uint32_t ready(const struct machine_irqs *irqs)
{
	return (irqs->latch | (irqs->line & ~irqs->edge)) & irqs->enabled &
	       ~irqs->active;
}

static void look(const struct machine_irqs *irqs, unsigned cpu, uint32_t base,
		 unsigned *limit, uint32_t *best)
{
	for (uint32_t mask = ready(irqs); mask; mask &= mask - 1) {
		const unsigned n = (unsigned)__builtin_ctz(mask);

		if ((base && irqs->target[n] != cpu) ||
		    irqs->priority[n] >= *limit)
			continue;
		*limit = irqs->priority[n];
		*best = base + n;
	}
}

/* The interrupt that the CPU interface signals, NO_INTERRUPT for none. */
static uint32_t signalled(struct machine_cpu *cpu)
{
	unsigned limit = (unsigned)cpu->reg[R_ICC_PMR_EL1];
	uint32_t best = NO_INTERRUPT;

	if (!(cpu->reg[R_ICC_IGRPEN1_EL1] & 1))
		return NO_INTERRUPT;
	if (cpu->depth && cpu->running[cpu->depth - 1] < limit)
		limit = cpu->running[cpu->depth - 1];
	look(&cpu->private, cpu->number, 0, &limit, &best);
	for (unsigned n = 0; n < MACHINE_SPIS / 32; n++)
		look(&machine.spi[n], cpu->number, 32 * (n + 1), &limit, &best);
	return best;
}

void machine_gic_update(struct machine_cpu *cpu)
{
	cpu->irq = signalled(cpu) != NO_INTERRUPT;
	machine_wake(cpu);
}

static void update_for(struct machine_cpu *cpu, uint32_t intid)
{
	machine_gic_update(
		intid < 32 ? cpu
			   : &machine.cpu[irqs_of(cpu, intid)
						  ->target[intid % 32]]);
}

void machine_gic_ppi(struct machine_cpu *cpu, uint32_t intid, bool level)
{
	const uint32_t old = cpu->private.line;

	if (level)
		cpu->private.line |= bit(intid);
	else
		cpu->private.line &= ~bit(intid);
	if (cpu->private.line != old)
		machine_gic_update(cpu);
}

void machine_gic_enable(unsigned cpu, uint32_t intid, uint8_t priority,
			bool edge)
{
	struct machine_irqs *irqs = irqs_of(&machine.cpu[cpu], intid);

	irqs->enabled |= bit(intid);
	if (edge || intid < GIC_FIRST_PPI)
		irqs->edge |= bit(intid);
	irqs->priority[intid % 32] = priority;
	irqs->target[intid % 32] = (uint8_t)cpu;
	machine_gic_update(&machine.cpu[cpu]);
}

void machine_gic_line(uint32_t intid, bool level)
{
	struct machine_irqs *irqs = irqs_of(machine.cpu, intid);

	if (level && !(irqs->line & bit(intid)))
		irqs->latch |= irqs->edge & bit(intid);
	irqs->line = level ? irqs->line | bit(intid) : irqs->line & ~bit(intid);
	update_for(machine.cpu, intid);
}

void machine_gic_send(unsigned cpu, uint32_t intid)
{
	if (cpu >= machine.config.cpus || intid >= GIC_FIRST_PPI)
		machine_fail("SGI %u to CPU %u", intid, cpu);
	machine.cpu[cpu].private.latch |= bit(intid);
	machine_gic_update(&machine.cpu[cpu]);
}

bool machine_gic_active(unsigned cpu, uint32_t intid)
{
	return irqs_of(&machine.cpu[cpu], intid)->active & bit(intid);
}

static uint32_t acknowledge(struct machine_cpu *cpu)
{
	const uint32_t intid = signalled(cpu);
	struct machine_irqs *irqs;

	if (intid == NO_INTERRUPT)
		return intid;
	irqs = irqs_of(cpu, intid);
	irqs->active |= bit(intid);
	irqs->latch &= ~bit(intid);
	if (cpu->depth == sizeof(cpu->running))
		machine_fail("too many active priorities");
	cpu->running[cpu->depth++] = irqs->priority[intid % 32];
	machine_gic_update(cpu);
	machine_trace("physical %u taken", intid);
	return intid;
}

void machine_gic_deactivate(struct machine_cpu *cpu, uint32_t intid)
{
	struct machine_irqs *irqs = irqs_of(cpu, intid);

	if (!(irqs->active & bit(intid)))
		machine_fail("physical %u is deactivated, but not active",
			     intid);
	irqs->active &= ~bit(intid);
	machine_trace("physical %u deactivated", intid);
	update_for(cpu, intid);
}

static void end(struct machine_cpu *cpu, uint32_t intid)
{
	if (intid >= GIC_FIRST_SPECIAL)
		return;
	if (!cpu->depth)
		machine_fail("EOI of physical %u: none is active", intid);
	cpu->depth--;
	if (!(cpu->reg[R_ICC_CTLR_EL1] & CTLR_EOIMODE))
		machine_gic_deactivate(cpu, intid);
	machine_gic_update(cpu);
}

/* ICC_SGI1R_EL1 (IHI 0069 12.2.24); MPIDR_EL1 is the CPU's number. */
static void send(const struct machine_cpu *cpu, uint64_t value)
{
	const uint32_t intid = (uint32_t)BITS_GET(value, ICC_SGIR_INTID);
	const unsigned first = (unsigned)BITS_GET(value, ICC_SGIR_RS) * 16;

	for (unsigned n = 0; n < machine.config.cpus; n++) {
		const bool listed =
			n >= first && n - first < 16 &&
			(value & ICC_SGIR_TARGETS) >> (n - first) & 1;

		if (value & ICC_SGIR_IRM ? n != cpu->number : listed)
			machine_gic_send(n, intid);
	}
}

uint64_t machine_icc_read(struct machine_cpu *cpu, enum machine_reg id)
{
	if (id == R_ICC_IAR1_EL1)
		return acknowledge(cpu);
	if (id == R_ICC_HPPIR1_EL1)
		return signalled(cpu);
	if (id == R_ICC_IAR0_EL1 || id == R_ICC_HPPIR0_EL1)
		return NO_INTERRUPT;
	if (id == R_ICC_RPR_EL1)
		return cpu->depth ? cpu->running[cpu->depth - 1] : 0xff;
	return cpu->reg[id];
}

void machine_icc_write(struct machine_cpu *cpu, enum machine_reg id,
		       uint64_t value)
{
	if (id == R_ICC_EOIR1_EL1) {
		end(cpu, (uint32_t)value);
	} else if (id == R_ICC_DIR_EL1) {
		machine_gic_deactivate(cpu, (uint32_t)value);
	} else if (id == R_ICC_SGI1R_EL1) {
		send(cpu, value);
	} else {
		cpu->reg[id] = value;
		machine_gic_update(cpu);
	}
}
