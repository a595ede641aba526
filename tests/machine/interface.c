/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual CPU interface (IHI 0069 4.8 and 12.4): what the list registers
 * and active priorities signal, and the maintenance interrupt.
 */
#include "machine/interface.h"
#include "arch/gicv3.h"

static uint64_t hcr(const struct machine_cpu *cpu)
{
	return machine_seen(cpu, R_ICH_HCR_EL2);
}

/* The bits that decide about preemption in a group. */
unsigned machine_group_mask(const struct machine_cpu *cpu, unsigned group)
{
	const uint64_t value = machine_vmcr(cpu);

	if (group && !(value & VMCR_VCBPR))
		return 0xffu << BITS_GET(value, VMCR_VBPR1) & 0xffu;
	return 0xffu << (BITS_GET(value, VMCR_VBPR0) + 1) & 0xffu;
}

static unsigned words(void)
{
	return 1u << (machine.config.priority_bits - 5u);
}

/* The highest active priority, and its group; MACHINE_IDLE for none. */
unsigned machine_running_priority(const struct machine_cpu *cpu,
				  unsigned *group)
{
	for (unsigned n = 0; n < words(); n++) {
		const uint32_t ap0 =
			(uint32_t)machine_seen(cpu, R_ICH_AP0R0_EL2 + n);
		const uint32_t ap1 =
			(uint32_t)machine_seen(cpu, R_ICH_AP1R0_EL2 + n);
		const uint32_t both = ap0 | ap1;
		unsigned at;

		if (!both)
			continue;
		at = (unsigned)__builtin_ctz(both);
		*group = !(ap0 >> at & 1);
		return (32 * n + at) << machine_spare();
	}
	return MACHINE_IDLE;
}

/* The pending list register of the highest priority, or negative. */
int machine_best_lr(const struct machine_cpu *cpu)
{
	uint64_t limit = 256;
	int found = -1;

	if (!(hcr(cpu) & ICH_HCR_EN))
		return -1;
	for (unsigned n = 0; n < machine_lrs(); n++) {
		const uint64_t value = machine_lr(cpu, n);

		if ((value & ICH_LR_STATE) != ICH_LR_PENDING ||
		    !machine_group_enabled(cpu, machine_lr_group(value)) ||
		    BITS_GET(value, ICH_LR_PRIORITY) >= limit)
			continue;
		limit = BITS_GET(value, ICH_LR_PRIORITY);
		found = (int)n;
	}
	return found;
}

/* The one that can be taken now, or negative. */
int machine_signalled_lr(const struct machine_cpu *cpu)
{
	const int n = machine_best_lr(cpu);
	unsigned group, priority, now;

	if (n < 0)
		return -1;
	priority = (unsigned)BITS_GET(machine_lr(cpu, (unsigned)n),
				      ICH_LR_PRIORITY);
	if (priority >= BITS_GET(machine_vmcr(cpu), ICH_VMCR_VPMR))
		return -1;
	now = machine_running_priority(cpu, &group);
	group = machine_lr_group(machine_lr(cpu, (unsigned)n));
	if (now != MACHINE_IDLE &&
	    (priority & machine_group_mask(cpu, group)) >= now)
		return -1;
	return n;
}

bool machine_signals(const struct machine_cpu *cpu, unsigned group)
{
	const int n = machine_signalled_lr(cpu);

	return n >= 0 &&
	       machine_lr_group(machine_lr(cpu, (unsigned)n)) == group;
}

bool machine_virq(const struct machine_cpu *cpu)
{
	return machine_signals(cpu, 1);
}

bool machine_vfiq(const struct machine_cpu *cpu)
{
	return machine_signals(cpu, 0);
}

static uint64_t eisr(const struct machine_cpu *cpu)
{
	uint64_t set = 0;

	for (unsigned n = 0; n < machine_lrs(); n++)
		if ((machine_lr(cpu, n) &
		     (ICH_LR_STATE | ICH_LR_HW | ICH_LR_EOI)) == ICH_LR_EOI)
			set |= BIT(n);
	return set;
}

static uint64_t misr(const struct machine_cpu *cpu)
{
	const uint64_t control = hcr(cpu);
	unsigned valid = 0, pending = 0;
	uint64_t set = eisr(cpu) ? ICH_MISR_EOI : 0;

	for (unsigned n = 0; n < machine_lrs(); n++) {
		const uint64_t state = machine_lr(cpu, n) & ICH_LR_STATE;

		valid += state != 0;
		pending += state == ICH_LR_PENDING;
	}
	if ((control & ICH_HCR_UIE) && valid <= 1)
		set |= ICH_MISR_U;
	if ((control & ICH_HCR_LRENPIE) && (control & ICH_HCR_EOICOUNT))
		set |= ICH_MISR_LRENP;
	if ((control & ICH_HCR_NPIE) && !pending)
		set |= ICH_MISR_NP;
	set |= control & (machine_group_enabled(cpu, 0) ? ICH_MISR_VGRP0E
							: ICH_MISR_VGRP0D);
	set |= control & (machine_group_enabled(cpu, 1) ? ICH_MISR_VGRP1E
							: ICH_MISR_VGRP1D);
	return set;
}

void machine_ich_update(struct machine_cpu *cpu)
{
	machine_gic_ppi(cpu, MACHINE_PPI_MAINTENANCE,
			(hcr(cpu) & ICH_HCR_EN) && misr(cpu));
	machine_wake(cpu);
}

/* VBPR1 is at least VBPR0's least value and one (IHI 0069 12.4.11). */
void machine_vmcr_clamp(struct machine_cpu *cpu)
{
	uint64_t *value = &cpu->reg[R_ICH_VMCR_EL2];
	const unsigned least = machine_spare() - 1u;

	if (BITS_GET(*value, VMCR_VBPR0) < least)
		*value = (*value & ~VMCR_VBPR0) | BITS_PUT(VMCR_VBPR0, least);
	if (BITS_GET(*value, VMCR_VBPR1) < least + 1)
		*value = (*value & ~VMCR_VBPR1) |
			 BITS_PUT(VMCR_VBPR1, least + 1);
	*value &= ~BITS_PUT(ICH_VMCR_VPMR, BIT(machine_spare()) - 1);
}

void machine_ich_written(struct machine_cpu *cpu, enum machine_reg id)
{
	if (id == R_ICH_VMCR_EL2)
		machine_vmcr_clamp(cpu);
	machine_ich_update(cpu);
}

uint64_t machine_ich_read(const struct machine_cpu *cpu, enum machine_reg id)
{
	uint64_t empty = 0;

	if (id == R_ICH_MISR_EL2)
		return misr(cpu);
	if (id == R_ICH_EISR_EL2)
		return eisr(cpu);
	if (id != R_ICH_ELRSR_EL2)
		return cpu->reg[id];
	for (unsigned n = 0; n < machine_lrs(); n++)
		if (!(machine_lr(cpu, n) & ICH_LR_STATE) &&
		    ((machine_lr(cpu, n) & ICH_LR_HW) ||
		     !(machine_lr(cpu, n) & ICH_LR_EOI)))
			empty |= BIT(n);
	return empty;
}

/* Two list registers with one interrupt, and an interrupt that is active and
 * pending with HW, are UNPREDICTABLE (IHI 0069 12.4.8). */
void machine_ich_check(const struct machine_cpu *cpu)
{
	if (!(hcr(cpu) & ICH_HCR_EN))
		return;
	for (unsigned n = 0; n < machine_lrs(); n++) {
		const uint64_t value = machine_lr(cpu, n);

		if (!(value & ICH_LR_STATE))
			continue;
		if ((value & ICH_LR_HW) &&
		    (value & ICH_LR_STATE) == ICH_LR_STATE)
			machine_fail("LR %u: HW, active and pending", n);
		for (unsigned m = 0; m < n; m++)
			if ((machine_lr(cpu, m) & ICH_LR_STATE) &&
			    (uint32_t)machine_lr(cpu, m) == (uint32_t)value)
				machine_fail("LRs %u and %u: both have %u", m,
					     n, (uint32_t)value);
	}
}
