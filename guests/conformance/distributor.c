/* SPDX-License-Identifier: Apache-2.0 */
/* The distributor's fields for each SPI. */
#include "conformance.h"

static uint32_t read(uint32_t offset)
{
	return mmio_read32(GICD_BASE + offset);
}

static void write(uint32_t offset, uint32_t value)
{
	mmio_write32(GICD_BASE + offset, value);
}

static uint32_t banks(void)
{
	return read(GICD_TYPER) & 0x1f;
}

/* The last bank may have INTIDs 1020 to 1023, which do not exist. */
static uint32_t existing(uint32_t bank)
{
	return bank == 31 ? 0x0fffffff : 0xffffffff;
}

static void groups(void)
{
	for (uint32_t bank = 1; bank <= banks(); bank++) {
		uint32_t at = GICD_IGROUPR + bank * 4;

		write(at, 0xdeadbeef);
		CHECK_EQ(read(at), 0xdeadbeef & existing(bank));
		write(at, 0xffffffff);
		CHECK_EQ(read(at), existing(bank));
	}
}

/* Ones set or clear, zeros change nothing, both registers read the same. */
static void set_and_clear(uint32_t set, uint32_t clear)
{
	for (uint32_t bank = 1; bank <= banks(); bank++) {
		uint32_t s = set + bank * 4, c = clear + bank * 4;
		uint32_t keep = bank == 1 ? 0xfffffff0 : existing(bank);

		/* INTIDs 32 to 35: lines of devices that may be high. */
		write(c, 0xffffffff);
		CHECK_EQ(read(s) & keep, 0);
		write(s, 0x5a5a5a50);
		CHECK_EQ(read(s) & keep, 0x5a5a5a50 & keep);
		CHECK_EQ(read(c) & keep, 0x5a5a5a50 & keep);
		write(s, 0x81000000);
		CHECK_EQ(read(s) & keep, 0xdb5a5a50 & keep);
		write(c, 0x000fffff);
		CHECK_EQ(read(c) & keep, 0xdb500000 & keep);
		write(s, 0);
		write(c, 0);
		CHECK_EQ(read(s) & keep, 0xdb500000 & keep);
		write(c, 0xffffffff);
		EVENTUALLY(!(read(GICD_CTLR) & RWP));
		CHECK_EQ(read(c) & keep, 0);
	}
}

static void enables(void)
{
	set_and_clear(GICD_ISENABLER, GICD_ICENABLER);
}

static void pending(void)
{
	set_and_clear(GICD_ISPENDR, GICD_ICPENDR);
}

static void active(void)
{
	set_and_clear(GICD_ISACTIVER, GICD_ICACTIVER);
}

/* 4.8: as many upper bits as are implemented, 16 levels at least with one
 * security state; bytes and words. */
static void priorities(void)
{
	uint64_t at = GICD_BASE + GICD_IPRIORITYR + SPI;
	uint8_t mask;

	mmio_write8(at, 0xff);
	mask = mmio_read8(at);
	CHECK_EQ(mask & 0xf0, 0xf0);
	CHECK_EQ((mask | (mask - 1)) & 0xff, 0xff); /* no gaps */
	for (uint32_t bank = 1; bank <= banks(); bank++)
		for (uint32_t i = 0; i < (bank == 31 ? 28 : 32); i += 4) {
			uint32_t offset = GICD_IPRIORITYR + bank * 32 + i;

			write(offset, 0x20406080);
			CHECK_EQ(read(offset), 0x20406080);
			mmio_write8(GICD_BASE + offset + 2, 0xc0);
			CHECK_EQ(read(offset), 0x20c06080);
			CHECK_EQ(mmio_read8(GICD_BASE + offset), 0x80);
			CHECK_EQ(mmio_read8(GICD_BASE + offset + 3), 0x20);
		}
}

/* Bit 0 of each pair is RES0, bit 1 tells edge from level. */
static void configuration(void)
{
	for (uint32_t bank = 1; bank <= banks() && bank < 31; bank++)
		for (uint32_t half = 0; half < 2; half++) {
			uint32_t at = GICD_ICFGR + bank * 8 + half * 4;

			write(at, 0xffffffff);
			CHECK_EQ(read(at) & 0x55555555, 0);
			write(at, 0x22228888);
			CHECK_EQ(read(at), 0x22228888);
			write(at, 0);
			CHECK_EQ(read(at), 0);
		}
	/* SGIs are edge-triggered for ever. */
	mmio_write32(GICR_BASE + GICR_SGI + GICD_ICFGR, 0);
	CHECK_EQ(mmio_read32(GICR_BASE + GICR_SGI + GICD_ICFGR), 0xaaaaaaaa);
}

static void routers(void)
{
	uint64_t last = banks() * 32 + 31, want = UINT64_C(0x1200345678);

	if (last > 1019)
		last = 1019;
	for (uint64_t intid = 32; intid <= last; intid++) {
		uint64_t at = GICD_BASE + GICD_IROUTER + intid * 8;

		mmio_write64(at, want);
		CHECK_EQ(mmio_read64(at), want);
		/* 12.1.3: 32-bit accesses to either half. */
		CHECK_EQ(mmio_read32(at), want & 0xffffffff);
		CHECK_EQ(mmio_read32(at + 4), want >> 32);
		mmio_write32(at, 0x00010203);
		CHECK_EQ(mmio_read64(at), UINT64_C(0x1200010203));
		mmio_write32(at + 4, 0x45);
		CHECK_EQ(mmio_read64(at), UINT64_C(0x4500010203));
		/* The rest is RES0: zero, or what was written. */
		mmio_write64(at, UINT64_MAX);
		CHECK_EQ(mmio_read64(at) & UINT64_C(0xff00ffffff),
			 UINT64_C(0xff00ffffff));
		mmio_write64(at, 0);
	}
	/* Private interrupts have none. */
	CHECK_EQ(mmio_read64(GICD_BASE + GICD_IROUTER + 8 * 31), 0);
}

const struct conformance_case distributor_cases[] = {
	{{"GICD: IGROUPR (IHI 0069 12.9.7)", groups}, 0},
	{{"GICD: ISENABLER, ICENABLER (IHI 0069 12.9.26, 12.9.5)", enables}, 0},
	{{"GICD: ISPENDR, ICPENDR (IHI 0069 12.9.28, 12.9.8)", pending}, 0},
	{{"GICD: ISACTIVER, ICACTIVER (IHI 0069 12.9.25, 12.9.3)", active}, 0},
	{{"GICD: IPRIORITYR (IHI 0069 12.9.20)", priorities}, 0},
	{{"GICD, GICR: ICFGR (IHI 0069 12.9.9, 12.11.7)", configuration}, 0},
	{{"GICD: IROUTER (IHI 0069 12.9.22)", routers}, 0},
};
END_OF_TABLE(distributor);
