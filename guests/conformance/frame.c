/* SPDX-License-Identifier: Apache-2.0 */
/* The distributor's frame: what is fixed, what is reserved. */
#include "conformance.h"

static uint32_t read(uint32_t offset)
{
	return mmio_read32(GICD_BASE + offset);
}

static void write(uint32_t offset, uint32_t value)
{
	mmio_write32(GICD_BASE + offset, value);
}

static void control(void)
{
	/* One security state with system registers: DS and ARE are RAO/WI. */
	static const uint32_t enables[] = {0, 1, 2, 3};

	for (size_t i = 0; i < ARRAY_SIZE(enables); i++) {
		write(GICD_CTLR, 0x50 | enables[i]);
		EVENTUALLY(!(read(GICD_CTLR) & RWP));
		CHECK_EQ(read(GICD_CTLR) & 0x53, 0x50 | enables[i]);
	}
	write(GICD_CTLR, 0x52);
}

static void type(void)
{
	uint32_t typer = read(GICD_TYPER);

	/* ITLinesNumber counts banks of 32; 31 is the most. */
	CHECK((typer & 0x1f) >= 1);
	/* SecurityExtn is 0 where DS is RAO. */
	CHECK_EQ(typer >> 10 & 1, 0);
	/* IDbits: 10 bits or more. */
	CHECK((typer >> 19 & 0x1f) >= 9);
	/* A3V: what the CPU interface says in ICC_CTLR_EL1 (12.2.6). */
	CHECK_EQ(typer >> 24 & 1, READ_SYSREG(ICC_CTLR_EL1) >> 15 & 1);
	write(GICD_TYPER, ~typer);
	CHECK_EQ(read(GICD_TYPER), typer);
}

static void identification(void)
{
	uint32_t iidr = read(GICD_IIDR);

	/* ArchRev 3 (GICv3) or 4. */
	CHECK_EQ(read(GICD_PIDR2) >> 4 & 0xf, 3);
	CHECK_EQ(mmio_read32(GICR_BASE + GICD_PIDR2) >> 4 & 0xf, 3);
	write(GICD_IIDR, ~iidr);
	CHECK_EQ(read(GICD_IIDR), iidr);
}

/* 12.8: what the register map does not list is reserved, and RES0. */
static void reserved(void)
{
	static const uint32_t holes[] = {0x0014, 0x0018, 0x001c, 0x0060, 0x007c,
					 0x0f30, 0x0f40, 0x2000, 0x5ffc};

	for (size_t i = 0; i < ARRAY_SIZE(holes); i++) {
		write(holes[i], 0xffffffff);
		CHECK_EQ(read(holes[i]), 0);
	}
}

/* 12.9: with affinity routing the private interrupts are the
 * redistributors', and these registers are RES0. */
static void no_private(void)
{
	static const uint32_t offsets[] = {
		GICD_IGROUPR,   GICD_ISENABLER,  GICD_ICENABLER,
		GICD_ISPENDR,   GICD_ICPENDR,    GICD_ISACTIVER,
		GICD_ICACTIVER, GICD_IPRIORITYR, GICD_IPRIORITYR + 28,
		GICD_ICFGR,     GICD_ICFGR + 4,
	};

	CHECK(bit_of(0, GICD_ISENABLER, 3));
	for (size_t i = 0; i < ARRAY_SIZE(offsets); i++) {
		write(offsets[i], 0xffffffff);
		CHECK_EQ(read(offsets[i]), 0);
	}
	CHECK(bit_of(0, GICD_ISENABLER, 3));
	CHECK(!bit_of(0, GICD_ISPENDR, 3));
	CHECK(!bit_of(0, GICD_ISACTIVER, 3));
}

/* 12.9.42, 12.9.37: of GICv2, and RES0 with affinity routing. */
static void no_targets(void)
{
	write(0x0820, 0xffffffff);
	CHECK_EQ(read(0x0820), 0);
	mmio_write8(GICD_BASE + 0x0824, 0xff);
	CHECK_EQ(mmio_read8(GICD_BASE + 0x0824), 0);
	/* GICD_SGIR to all, and to this one. */
	write(0x0f00, 3u << 24 | 5);
	write(0x0f00, 1u << 25 | 5);
	take();
	settle();
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		CHECK_EQ(TAKEN(cpu, 5), 0);
}

/* 12.9.36: message-based SPIs, only where TYPER.MBIS says so. */
static void messages(void)
{
	bool exist = read(GICD_TYPER) >> 16 & 1;

	use_spi(SPI, 0, 0x80);
	set_edge(SPI, true);
	write(0x0040, SPI);
	CHECK_EQ(bit_of(0, GICD_ISPENDR, SPI), exist);
	write(0x0048, SPI);
	CHECK(!bit_of(0, GICD_ISPENDR, SPI));
	set_edge(SPI, false);
}

/* Beyond the banks that TYPER tells, up to the 1020 that can be. QEMU 7.2
 * tells one bank less than it has. */
static void beyond(void)
{
	uint32_t lines = read(GICD_TYPER) & 0x1f;
	static const uint32_t bitmaps[] = {
		GICD_IGROUPR, GICD_ISENABLER, GICD_ICENABLER, GICD_ISPENDR,
		GICD_ICPENDR, GICD_ISACTIVER, GICD_ICACTIVER,
	};

	for (uint32_t bank = lines + (is_virtual() ? 1 : 2); bank < 32;
	     bank++) {
		for (size_t i = 0; i < ARRAY_SIZE(bitmaps); i++) {
			write(bitmaps[i] + bank * 4, 0xffffffff);
			CHECK_EQ(read(bitmaps[i] + bank * 4), 0);
		}
		write(GICD_IPRIORITYR + bank * 32, 0xffffffff);
		CHECK_EQ(read(GICD_IPRIORITYR + bank * 32), 0);
		write(GICD_ICFGR + bank * 8, 0xffffffff);
		CHECK_EQ(read(GICD_ICFGR + bank * 8), 0);
	}
}

const struct conformance_case frame_cases[] = {
	{{"GICD: CTLR (IHI 0069 12.9.4)", control}, 0},
	{{"GICD: TYPER (IHI 0069 12.9.38)", type}, 0},
	{{"GICD, GICR: IIDR, PIDR2 (IHI 0069 12.9.10, 12.9.34)",
	  identification},
	 0},
	{{"GICD: reserved offsets (IHI 0069 12.8)", reserved}, 0},
	{{"GICD: no private interrupts (IHI 0069 12.9)", no_private}, 0},
	{{"GICD: ITARGETSR, SGIR (IHI 0069 12.9.21)", no_targets}, 0},
	{{"GICD: SETSPI_NSR, CLRSPI_NSR (IHI 0069 12.9.36)", messages}, 0},
	{{"GICD: interrupts that do not exist (IHI 0069 12.9)", beyond}, 0},
};
END_OF_TABLE(frame);
