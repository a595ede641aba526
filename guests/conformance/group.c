/* SPDX-License-Identifier: Apache-2.0 */
/* Interrupt groups and their enables (IHI 0069 4.6). */
#include "conformance.h"

static void control(uint32_t enables)
{
	mmio_write32(GICD_BASE + GICD_CTLR, 0x50 | enables);
	EVENTUALLY(!(mmio_read32(GICD_BASE + GICD_CTLR) & RWP));
}

static void pend(uint32_t intid)
{
	set_bit_of(0, GICD_ISPENDR, intid);
}

static void interface_here(uint64_t argument)
{
	unsigned self = cpu_index();
	uint32_t taken = TAKEN(self, 1);

	(void)argument;
	WRITE_SYSREG(ICC_IGRPEN1_EL1, 0);
	ISB();
	CHECK_EQ(READ_SYSREG(ICC_IGRPEN1_EL1) & 1, 0);
	send_sgi(self, 1);
	take();
	CHECK(!signalled());
	CHECK_EQ(READ_SYSREG(ICC_IAR1_EL1), NO_IRQ);
	CHECK_EQ(TAKEN(self, 1), taken);
	CHECK(bit_of(self, GICD_ISPENDR, 1));
	WRITE_SYSREG(ICC_IGRPEN1_EL1, 1);
	ISB();
	EVENTUALLY(signalled());
	/* Disabled once more while it is signalled. */
	WRITE_SYSREG(ICC_IGRPEN1_EL1, 0);
	ISB();
	CHECK(!signalled());
	take();
	WRITE_SYSREG(ICC_IGRPEN1_EL1, 1);
	ISB();
	EVENTUALLY(signalled());
	take();
	CHECK_EQ(TAKEN(self, 1), taken + 1);
}

static void interface(void)
{
	on_all(interface_here, 0);
}

/* GICD_CTLR holds back SPIs and private interrupts alike. */
static void distributor(void)
{
	use_spi(SPI, 0, 0x80);
	set_edge(SPI, true);
	control(0);
	pend(SPI);
	send_sgi(0, 1);
	take();
	CHECK(!signalled());
	CHECK_EQ(COUNT(0), 0);
	CHECK(bit_of(0, GICD_ISPENDR, SPI));
	CHECK(bit_of(0, GICD_ISPENDR, 1));
	control(2);
	EVENTUALLY(signalled());
	control(0);
	EVENTUALLY(!signalled());
	take();
	CHECK_EQ(COUNT(0), 0);
	CHECK(bit_of(0, GICD_ISPENDR, SPI));
	control(1); /* the other group's enable does not help */
	CHECK(!signalled());
	control(2);
	EVENTUALLY(signalled());
	take();
	take();
	CHECK_EQ(COUNT(0), 2);
	CHECK_EQ(TAKEN(0, SPI), 1);
}

/* One for each CPU: 32 to 63 are enough. */
static uint32_t spi_of(unsigned cpu)
{
	return 32 + cpu;
}

/* And so it does for all the others. */
static void distributor_for_all(void)
{
	control(0);
	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		use_spi(spi_of(cpu), cpu, 0x80);
		set_edge(spi_of(cpu), true);
		pend(spi_of(cpu));
		send_sgi(cpu, 1);
	}
	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		EVENTUALLY(bit_of(cpu, GICD_ISPENDR, 1));
		CHECK(bit_of(0, GICD_ISPENDR, spi_of(cpu)));
		CHECK_EQ(COUNT(cpu), 0);
	}
	control(2);
	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		EVENTUALLY(TAKEN(cpu, 1) == 1);
		EVENTUALLY(TAKEN(cpu, spi_of(cpu)) == 1);
	}
	settle();
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		CHECK_EQ(TAKEN(cpu, 1) + TAKEN(cpu, spi_of(cpu)), 2);
}

static bool disable_all(uint32_t intid)
{
	if (TAKEN(0, intid) > 1)
		return true;
	control(0);
	CHECK(bit_of(0, GICD_ISACTIVER, intid));
	pend(intid);
	return true;
}

static void while_active(void)
{
	use_spi(SPI, 0, 0x80);
	set_edge(SPI, true);
	set_hook(0, disable_all);
	pend(SPI);
	take();
	take();
	CHECK_EQ(TAKEN(0, SPI), 1);
	CHECK(!bit_of(0, GICD_ISACTIVER, SPI));
	CHECK(bit_of(0, GICD_ISPENDR, SPI));
	control(2);
	take();
	CHECK_EQ(TAKEN(0, SPI), 2);
}

/* An SPI in group 0: an FIQ, by the registers of group 0 (4.6.2). */
static bool fiq_signalled(void)
{
	ISB();
	return READ_SYSREG(isr_el1) >> 6 & 1;
}

static void to_group_0(uint32_t intid)
{
	uint64_t group = gic_bitmap(GICD_IGROUPR, intid);

	mmio_write32(group, mmio_read32(group) & ~(1u << intid % 32));
}

static void group_0_one(uint32_t intid)
{
	gic_enable(intid, 0x80);
	to_group_0(intid);
	pend(intid);
	EVENTUALLY(fiq_signalled());
	CHECK(!signalled());
	CHECK_EQ(READ_SYSREG(ICC_IAR1_EL1), NO_IRQ);
	CHECK_EQ(READ_SYSREG(ICC_HPPIR0_EL1), intid);
	/* With the group disabled at the interface it is not signalled. */
	WRITE_SYSREG(ICC_IGRPEN0_EL1, 0);
	ISB();
	CHECK(!fiq_signalled());
	CHECK_EQ(READ_SYSREG(ICC_IAR0_EL1), NO_IRQ);
	WRITE_SYSREG(ICC_IGRPEN0_EL1, 1);
	ISB();
	EVENTUALLY(fiq_signalled());
	CHECK_EQ(READ_SYSREG(ICC_IAR0_EL1), intid);
	DSB();
	CHECK_EQ(READ_SYSREG(ICC_RPR_EL1), 0x80);
	CHECK(bit_of(0, GICD_ISACTIVER, intid));
	WRITE_SYSREG(ICC_EOIR0_EL1, intid);
	ISB();
	EVENTUALLY(!bit_of(0, GICD_ISACTIVER, intid));
	CHECK_EQ(READ_SYSREG(ICC_RPR_EL1), 0xff);
}

static void group_0(void)
{
	set_edge(SPI, true);
	control(3);
	WRITE_SYSREG(ICC_IGRPEN0_EL1, 1);
	ISB();
	group_0_one(SPI);
	group_0_one(3);
	WRITE_SYSREG(ICC_IGRPEN0_EL1, 0);
	control(2);
}

/* Group changed while it is pending: signalled as what it is now. */
static void changed_while_pending(void)
{
	use_spi(SPI, 0, 0x80);
	set_edge(SPI, true);
	control(3);
	WRITE_SYSREG(ICC_IGRPEN0_EL1, 1);
	ISB();
	pend(SPI);
	EVENTUALLY(signalled());
	to_group_0(SPI);
	EVENTUALLY(!signalled());
	EVENTUALLY(fiq_signalled());
	CHECK_EQ(READ_SYSREG(ICC_IAR1_EL1), NO_IRQ);
	mmio_write32(gic_bitmap(GICD_IGROUPR, SPI), 0xffffffff);
	EVENTUALLY(!fiq_signalled());
	EVENTUALLY(signalled());
	take();
	CHECK_EQ(TAKEN(0, SPI), 1);
	WRITE_SYSREG(ICC_IGRPEN0_EL1, 0);
	control(2);
}

/* Group 0 before group 1, where it is the more urgent: one has the CPU. */
static void both(void)
{
	use_spi(SPI, 0, 0x80);
	use_spi(OTHER_SPI, 0, 0x40);
	set_edge(SPI, true);
	set_edge(OTHER_SPI, true);
	to_group_0(OTHER_SPI);
	control(3);
	WRITE_SYSREG(ICC_IGRPEN0_EL1, 1);
	ISB();
	pend(SPI);
	pend(OTHER_SPI);
	EVENTUALLY(fiq_signalled());
	CHECK(!signalled());
	CHECK_EQ(READ_SYSREG(ICC_IAR0_EL1), OTHER_SPI);
	DSB();
	CHECK(!signalled());
	WRITE_SYSREG(ICC_EOIR0_EL1, OTHER_SPI);
	ISB();
	EVENTUALLY(signalled());
	take();
	CHECK_EQ(TAKEN(0, SPI), 1);
	WRITE_SYSREG(ICC_IGRPEN0_EL1, 0);
	mmio_write32(gic_bitmap(GICD_IGROUPR, SPI), 0xffffffff);
	control(2);
}

const struct conformance_case group_cases[] = {
	{{"group: ICC_IGRPEN1_EL1 (IHI 0069 12.2.17)", interface}, 0},
	{{"group: GICD_CTLR, one CPU (IHI 0069 12.9.4)", distributor}, 0},
	{{"group: GICD_CTLR, all CPUs (IHI 0069 12.9.4)", distributor_for_all},
	 2},
	{{"group: disabled while active (IHI 0069 12.9.4)", while_active}, 0},
	{{"group: group 0 (IHI 0069 4.6.2)", group_0}, 0},
	{{"group: changed while pending (IHI 0069 12.9.7)",
	  changed_while_pending},
	 0},
	{{"group: both groups pending (IHI 0069 4.8)", both}, 0},
};
END_OF_TABLE(group);
