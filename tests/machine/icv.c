/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual CPU interface's registers: what a guest's ICC_*_EL1 do to the
 * list registers and active priorities (IHI 0069 12.2 and 12.4, ICV_*_EL1).
 */
#include "machine/interface.h"

#define NO_INTERRUPT 1023u

/* ICC_CTLR_EL1 */
/* ICH_VMCR_EL2 and ICC_CTLR_EL1 */
#define CTLR_CBPR    BIT(0)
#define CTLR_EOIMODE BIT(1)
#define CTLR_PRIBITS BITS(10, 8)
#define CTLR_A3V     BIT(15)

static uint64_t *lr(struct machine_cpu *cpu, unsigned n)
{
	return &cpu->reg[R_ICH_LR0_EL2 + n];
}

static uint64_t *active_word(struct machine_cpu *cpu, unsigned group,
			     unsigned n)
{
	return &cpu->reg[(group ? R_ICH_AP1R0_EL2 : R_ICH_AP0R0_EL2) + n];
}

static uint32_t acknowledge(struct machine_cpu *cpu, unsigned group)
{
	const int n = machine_signalled_lr(cpu);
	uint64_t *value;
	unsigned bit;

	if (n < 0 || !machine_signals(cpu, group))
		return NO_INTERRUPT;
	value = lr(cpu, (unsigned)n);
	bit = ((unsigned)BITS_GET(*value, ICH_LR_PRIORITY) &
	       machine_group_mask(cpu, group)) >>
	      machine_spare();
	*active_word(cpu, group, bit / 32) |= BIT(bit % 32);
	*value = (*value & ~ICH_LR_STATE) | ICH_LR_ACTIVE;
	return (uint32_t)*value;
}

static int find_active(const struct machine_cpu *cpu, uint32_t intid)
{
	for (unsigned n = 0; n < machine_lrs(); n++)
		if ((machine_lr(cpu, n) & ICH_LR_ACTIVE) &&
		    (uint32_t)machine_lr(cpu, n) == intid)
			return (int)n;
	return -1;
}

static void deactivate(struct machine_cpu *cpu, unsigned n)
{
	uint64_t *value = lr(cpu, n);

	*value &= ~ICH_LR_ACTIVE;
	if (*value & ICH_LR_HW)
		machine_gic_deactivate(
			cpu, (uint32_t)BITS_GET(*value, ICH_LR_PINTID));
}

/* Wraps without a carry into other fields: it is at the top of a word. */
static void count_eoi(struct machine_cpu *cpu)
{
	uint64_t *value = &cpu->reg[R_ICH_HCR_EL2];

	*value = (uint32_t)(*value + BITS_LOWEST(ICH_HCR_EOICOUNT));
}

static void end(struct machine_cpu *cpu, uint32_t intid, unsigned group)
{
	const bool split = machine_vmcr(cpu) & ICH_VMCR_VEOIM;
	unsigned dropped, of = group;
	int n;

	if (intid >= GIC_FIRST_SPECIAL)
		return;
	dropped = machine_running_priority(cpu, &of);
	if (dropped == MACHINE_IDLE)
		return;
	*active_word(cpu, of, dropped >> machine_spare() >> 5) &=
		~BIT((dropped >> machine_spare()) % 32);
	n = find_active(cpu, intid);
	if (n < 0) {
		if (!split || machine.config.eoi_counts)
			count_eoi(cpu);
		return;
	}
	if (split || machine_lr_group(machine_lr(cpu, (unsigned)n)) != group ||
	    (BITS_GET(machine_lr(cpu, (unsigned)n), ICH_LR_PRIORITY) &
	     machine_group_mask(cpu, group)) != dropped)
		return;
	deactivate(cpu, (unsigned)n);
}

static void write_dir(struct machine_cpu *cpu, uint32_t intid)
{
	const int n = find_active(cpu, intid);

	if (intid >= GIC_FIRST_SPECIAL || !(machine_vmcr(cpu) & ICH_VMCR_VEOIM))
		return;
	if (n < 0)
		count_eoi(cpu);
	else
		deactivate(cpu, (unsigned)n);
}

static uint32_t highest(const struct machine_cpu *cpu, unsigned group)
{
	const int n = machine_best_lr(cpu);

	if (n < 0 || machine_lr_group(machine_lr(cpu, (unsigned)n)) != group)
		return NO_INTERRUPT;
	return (uint32_t)machine_lr(cpu, (unsigned)n);
}

static uint64_t read_ctlr(const struct machine_cpu *cpu)
{
	return (machine_vmcr(cpu) & VMCR_VCBPR ? CTLR_CBPR : 0) |
	       (machine_vmcr(cpu) & ICH_VMCR_VEOIM ? CTLR_EOIMODE : 0) |
	       BITS_PUT(CTLR_PRIBITS, machine.config.priority_bits - 1) |
	       CTLR_A3V;
}

static uint64_t read_bpr1(const struct machine_cpu *cpu)
{
	const uint64_t value = machine_vmcr(cpu);

	if (!(value & VMCR_VCBPR))
		return BITS_GET(value, VMCR_VBPR1);
	return BITS_GET(value, VMCR_VBPR0) < 7 ? BITS_GET(value, VMCR_VBPR0) + 1
					       : 7;
}

static uint64_t read(struct machine_cpu *cpu, enum machine_reg id)
{
	unsigned group;

	if (id == R_ICC_IAR0_EL1 || id == R_ICC_IAR1_EL1)
		return acknowledge(cpu, id == R_ICC_IAR1_EL1);
	if (id == R_ICC_HPPIR0_EL1 || id == R_ICC_HPPIR1_EL1)
		return highest(cpu, id == R_ICC_HPPIR1_EL1);
	if (id == R_ICC_PMR_EL1)
		return BITS_GET(machine_vmcr(cpu), ICH_VMCR_VPMR);
	if (id == R_ICC_BPR0_EL1)
		return BITS_GET(machine_vmcr(cpu), VMCR_VBPR0);
	if (id == R_ICC_BPR1_EL1)
		return read_bpr1(cpu);
	if (id == R_ICC_AP0R0_EL1)
		return cpu->reg[R_ICH_AP0R0_EL2];
	if (id == R_ICC_AP1R0_EL1)
		return cpu->reg[R_ICH_AP1R0_EL2];
	if (id == R_ICC_RPR_EL1)
		return machine_running_priority(cpu, &group);
	if (id == R_ICC_CTLR_EL1)
		return read_ctlr(cpu);
	if (id == R_ICC_IGRPEN0_EL1 || id == R_ICC_IGRPEN1_EL1)
		return machine_group_enabled(cpu, id == R_ICC_IGRPEN1_EL1);
	machine_fail("no virtual %s to read", machine_reg_name(id));
}

static void set(struct machine_cpu *cpu, uint64_t field, uint64_t value)
{
	uint64_t *reg = &cpu->reg[R_ICH_VMCR_EL2];

	*reg = (*reg & ~field) | BITS_PUT(field, value);
	machine_vmcr_clamp(cpu);
}

static void write(struct machine_cpu *cpu, enum machine_reg id, uint64_t value)
{
	if (id == R_ICC_EOIR0_EL1 || id == R_ICC_EOIR1_EL1) {
		end(cpu, (uint32_t)value & 0xffffffu, id == R_ICC_EOIR1_EL1);
	} else if (id == R_ICC_DIR_EL1) {
		write_dir(cpu, (uint32_t)value & 0xffffffu);
	} else if (id == R_ICC_PMR_EL1) {
		set(cpu, ICH_VMCR_VPMR, value & 0xff);
	} else if (id == R_ICC_BPR0_EL1) {
		set(cpu, VMCR_VBPR0, value & 7);
	} else if (id == R_ICC_BPR1_EL1) {
		if (!(machine_vmcr(cpu) & VMCR_VCBPR))
			set(cpu, VMCR_VBPR1, value & 7);
	} else if (id == R_ICC_CTLR_EL1) {
		set(cpu, VMCR_VCBPR, value & CTLR_CBPR ? 1 : 0);
		set(cpu, ICH_VMCR_VEOIM, value & CTLR_EOIMODE ? 1 : 0);
	} else if (id == R_ICC_IGRPEN0_EL1) {
		set(cpu, ICH_VMCR_VENG0, value & 1);
	} else if (id == R_ICC_IGRPEN1_EL1) {
		set(cpu, ICH_VMCR_VENG1, value & 1);
	} else if (id == R_ICC_AP0R0_EL1) {
		cpu->reg[R_ICH_AP0R0_EL2] = (uint32_t)value;
	} else if (id == R_ICC_AP1R0_EL1) {
		cpu->reg[R_ICH_AP1R0_EL2] = (uint32_t)value;
	} else {
		machine_fail("no virtual %s to write", machine_reg_name(id));
	}
}

uint64_t machine_icv_read(struct machine_cpu *cpu, enum machine_reg id)
{
	const uint64_t value = read(cpu, id);

	machine_ich_update(cpu);
	return value;
}

void machine_icv_write(struct machine_cpu *cpu, enum machine_reg id,
		       uint64_t value)
{
	write(cpu, id, value);
	machine_ich_update(cpu);
}
