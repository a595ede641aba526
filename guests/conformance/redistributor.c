/* SPDX-License-Identifier: Apache-2.0 */
/* Each CPU's redistributor, from its own CPU and from CPU 0. */
#include "conformance.h"

static uint64_t sgi_frame(unsigned cpu)
{
	return gic_redist_of(cpu) + GICR_SGI;
}

static void bitmaps_of(unsigned cpu)
{
	uint64_t frame = sgi_frame(cpu);

	mmio_write32(frame + GICD_IGROUPR, 0xdeadbeef);
	CHECK_EQ(mmio_read32(frame + GICD_IGROUPR), 0xdeadbeef);
	mmio_write32(frame + GICD_IGROUPR, 0xffffffff);
	mmio_write32(frame + GICD_ICENABLER, 0xffff0000);
	mmio_write32(frame + GICD_ISENABLER, 0x00200000);
	CHECK_EQ(mmio_read32(frame + GICD_ISENABLER), 0x0020ffff);
	CHECK_EQ(mmio_read32(frame + GICD_ICENABLER), 0x0020ffff);
	mmio_write32(frame + GICD_ICENABLER, 0x00200000);
	CHECK_EQ(mmio_read32(frame + GICD_ISENABLER), 0x0000ffff);
	/* INTID 21, a PPI that nothing is connected to. */
	mmio_write32(frame + GICD_ISPENDR, 0x00200000);
	CHECK_EQ(mmio_read32(frame + GICD_ISPENDR) & 0x00200000, 0x00200000);
	mmio_write32(frame + GICD_ICPENDR, 0x00200000);
	CHECK_EQ(mmio_read32(frame + GICD_ISPENDR) & 0x00200000, 0);
	mmio_write32(frame + GICD_ISACTIVER, 0x00200000);
	CHECK_EQ(mmio_read32(frame + GICD_ICACTIVER), 0x00200000);
	mmio_write32(frame + GICD_ICACTIVER, 0x00200000);
	CHECK_EQ(mmio_read32(frame + GICD_ISACTIVER), 0);
}

static void priorities_of(unsigned cpu)
{
	uint64_t frame = sgi_frame(cpu);

	for (uint32_t i = 0; i < 32; i += 4) {
		uint64_t at = frame + GICD_IPRIORITYR + i;

		mmio_write32(at, 0x10305070);
		CHECK_EQ(mmio_read32(at), 0x10305070);
		mmio_write8(at + 1, 0xe0);
		CHECK_EQ(mmio_read32(at), 0x1030e070);
		CHECK_EQ(mmio_read8(at + 1), 0xe0);
		mmio_write32(at, 0xa0a0a0a0);
	}
	/* 12.11: the registers of the SGI frame are those of 32 INTIDs. */
	mmio_write32(frame + GICD_IPRIORITYR + 32, 0xffffffff);
	CHECK_EQ(mmio_read32(frame + GICD_IPRIORITYR + 32), 0);
}

static void own_fields(uint64_t argument)
{
	(void)argument;
	bitmaps_of(cpu_index());
	priorities_of(cpu_index());
}

static void own(void)
{
	on_all(own_fields, 0);
}

static void others(void)
{
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		bitmaps_of(cpu);
		priorities_of(cpu);
	}
}

/* Banked: what one CPU's frame gets, no other shows. */
static void separate(void)
{
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		set_priority(cpu, 20, (uint8_t)(cpu * 16));
		set_bit_of(cpu, cpu % 2 ? GICD_ISENABLER : GICD_ICENABLER, 20);
	}
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		CHECK_EQ(mmio_read8(sgi_frame(cpu) + GICD_IPRIORITYR + 20),
			 (cpu * 16) & 0xff);
		CHECK_EQ(bit_of(cpu, GICD_ISENABLER, 20), cpu % 2);
	}
}

/* 11.1: ChildrenAsleep follows ProcessorSleep. */
static void sleep_of(uint64_t argument)
{
	uint64_t waker = gic_redist_of(cpu_index()) + GICR_WAKER;

	(void)argument;
	CHECK_EQ(mmio_read32(waker) & 6, 0);
	WRITE_SYSREG(ICC_IGRPEN1_EL1, 0);
	ISB();
	mmio_write32(waker, 2);
	EVENTUALLY((mmio_read32(waker) & 6) == 6);
	mmio_write32(waker, 0);
	EVENTUALLY((mmio_read32(waker) & 6) == 0);
	WRITE_SYSREG(ICC_IGRPEN1_EL1, 1);
	ISB();
}

static void waker(void)
{
	on_all(sleep_of, 0);
}

/* 12.10: reserved, and no LPIs without TYPER.PLPIS. */
static void reserved(void)
{
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		uint64_t rd = gic_redist_of(cpu);
		bool lpis = mmio_read64(rd + GICR_TYPER) & 1;

		CHECK_EQ(mmio_read32(rd) & 0x80000008, 0); /* UWP, RWP */
		if (!lpis) {
			mmio_write32(rd, 1);
			CHECK_EQ(mmio_read32(rd) & 1, 0);
		}
		mmio_write32(rd + 0x24, 0xffffffff);
		CHECK_EQ(mmio_read32(rd + 0x24), 0);
		mmio_write32(rd + GICR_SGI + 0x40, 0xffffffff);
		CHECK_EQ(mmio_read32(rd + GICR_SGI + 0x40), 0);
	}
}

const struct conformance_case redistributor_cases[] = {
	{{"GICR: fields of the own CPU (IHI 0069 12.11)", own}, 0},
	{{"GICR: fields of any CPU (IHI 0069 12.11)", others}, 0},
	{{"GICR: each CPU has its own fields (IHI 0069 12.11)", separate}, 2},
	{{"GICR: WAKER (IHI 0069 11.1)", waker}, 0},
	{{"GICR: reserved offsets, no LPIs (IHI 0069 12.10)", reserved}, 0},
};
END_OF_TABLE(redistributor);
