/* SPDX-License-Identifier: Apache-2.0 */
/* Words that the cases about the GIC share. */
#include "conformance.h"

static uint64_t base_of(unsigned cpu, uint32_t intid)
{
	return intid < 32 ? gic_redist_of(cpu) + GICR_SGI : GICD_BASE;
}

static uint64_t bitmap(unsigned cpu, uint32_t offset, uint32_t intid)
{
	return base_of(cpu, intid) + offset + intid / 32 * 4;
}

bool bit_of(unsigned cpu, uint32_t offset, uint32_t intid)
{
	return mmio_read32(bitmap(cpu, offset, intid)) >> intid % 32 & 1;
}

void set_bit_of(unsigned cpu, uint32_t offset, uint32_t intid)
{
	mmio_write32(bitmap(cpu, offset, intid), 1u << intid % 32);
}

void disable(unsigned cpu, uint32_t intid)
{
	/* GICR_CTLR.RWP is bit 3, GICD_CTLR.RWP bit 31. */
	uint64_t control = intid < 32 ? gic_redist_of(cpu) : GICD_BASE;
	uint32_t rwp = intid < 32 ? 1u << 3 : RWP;

	set_bit_of(cpu, GICD_ICENABLER, intid);
	EVENTUALLY(!(mmio_read32(control) & rwp));
}

void set_priority(unsigned cpu, uint32_t intid, uint8_t priority)
{
	mmio_write8(base_of(cpu, intid) + GICD_IPRIORITYR + intid, priority);
}

void route(uint32_t intid, uint64_t affinity)
{
	mmio_write64(GICD_BASE + GICD_IROUTER + intid * 8, affinity);
}

void set_edge(uint32_t intid, bool edge)
{
	uint64_t address = GICD_BASE + GICD_ICFGR + intid / 16 * 4;
	uint32_t bit = 2u << intid % 16 * 2;
	uint32_t value = mmio_read32(address) & ~bit;

	mmio_write32(address, edge ? value | bit : value);
}

void use_spi(uint32_t intid, unsigned cpu, uint8_t priority)
{
	gic_enable(intid, priority);
	route(intid, cpu_affinity(cpu));
}

bool signalled(void)
{
	ISB();
	return READ_SYSREG(isr_el1) >> 7 & 1;
}
