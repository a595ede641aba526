/* SPDX-License-Identifier: Apache-2.0 */
/* The GICv3 a guest has (IHI 0069): distributor, redistributor, interface. */
#include "selftest.h"

#define SPI       40u /* nothing is connected to these two */
#define OTHER_SPI 41u
#define EOI_MODE  2u

static bool bit_of(uint32_t offset, uint32_t intid)
{
	return mmio_read32(gic_bitmap(offset, intid)) >> intid % 32 & 1;
}

static void set_bit_of(uint32_t offset, uint32_t intid)
{
	mmio_write32(gic_bitmap(offset, intid), 1u << intid % 32);
}

/* Let what is pending in, for a few instructions. */
static void take(void)
{
	IRQ_ON();
	ISB();
	IRQ_OFF();
}

static void sgi_to_self(void)
{
	irq_log_clear();
	for (uint32_t sgi = 0; sgi < 16; sgi++) {
		gic_send_self(sgi);
		CHECK(bit_of(GICD_ISPENDR, sgi));
		take();
		CHECK_EQ(irq_log.last, sgi);
		CHECK_EQ(irq_log.count, sgi + 1);
		CHECK(!bit_of(GICD_ISPENDR, sgi));
		CHECK(!bit_of(GICD_ISACTIVER, sgi));
	}
	/* An SGI sent twice before it is taken is one. */
	gic_send_self(5);
	gic_send_self(5);
	take();
	take();
	CHECK_EQ(irq_log.count, 17);
	/* To all but self: there is nobody else. */
	WRITE_SYSREG(ICC_SGI1R_EL1, UINT64_C(1) << 40 | UINT64_C(6) << 24);
	take();
	CHECK_EQ(irq_log.count, 17);
}

static void spi_by_software(void)
{
	irq_log_clear();
	gic_enable(SPI, 0x80);
	CHECK(bit_of(GICD_ISENABLER, SPI));
	CHECK(bit_of(GICD_ICENABLER, SPI));
	set_bit_of(GICD_ISPENDR, SPI);
	CHECK(bit_of(GICD_ISPENDR, SPI));
	CHECK(bit_of(GICD_ICPENDR, SPI));
	take();
	CHECK_EQ(irq_log.count, 1);
	CHECK_EQ(irq_log.last, SPI);
	set_bit_of(GICD_ISPENDR, SPI);
	set_bit_of(GICD_ICPENDR, SPI);
	CHECK(!bit_of(GICD_ISPENDR, SPI));
	take();
	CHECK_EQ(irq_log.count, 1);
	/* Pending while disabled waits for the enable. */
	set_bit_of(GICD_ICENABLER, SPI);
	set_bit_of(GICD_ISPENDR, SPI);
	take();
	CHECK_EQ(irq_log.count, 1);
	set_bit_of(GICD_ISENABLER, SPI);
	take();
	CHECK_EQ(irq_log.count, 2);
	gic_disable(SPI);
}

static void priorities(void)
{
	irq_log_clear();
	gic_enable(SPI, 0xa0);
	gic_enable(OTHER_SPI, 0x40);
	mmio_write8(gic_priority(3), 0x60);
	set_bit_of(GICD_ISPENDR, SPI);
	gic_send_self(3);
	set_bit_of(GICD_ISPENDR, OTHER_SPI);
	CHECK_EQ(READ_SYSREG(ICC_HPPIR1_EL1), OTHER_SPI);
	take();
	CHECK_EQ(irq_log.count, 3);
	CHECK_EQ(irq_log.history[0], OTHER_SPI);
	CHECK_EQ(irq_log.history[1], 3);
	CHECK_EQ(irq_log.history[2], SPI);
	mmio_write8(gic_priority(3), 0xa0);
	gic_disable(SPI);
	gic_disable(OTHER_SPI);
}

static void priority_mask(void)
{
	irq_log_clear();
	gic_enable(SPI, 0xa0);
	gic_enable(OTHER_SPI, 0x40);
	WRITE_SYSREG(ICC_PMR_EL1, 0x80);
	ISB();
	CHECK_EQ(READ_SYSREG(ICC_PMR_EL1), 0x80);
	set_bit_of(GICD_ISPENDR, SPI);
	take();
	CHECK_EQ(irq_log.count, 0);
	set_bit_of(GICD_ISPENDR, OTHER_SPI);
	take();
	CHECK_EQ(irq_log.count, 1);
	CHECK_EQ(irq_log.last, OTHER_SPI);
	WRITE_SYSREG(ICC_PMR_EL1, 0xff);
	ISB();
	take();
	CHECK_EQ(irq_log.count, 2);
	CHECK_EQ(irq_log.last, SPI);
	gic_disable(SPI);
	gic_disable(OTHER_SPI);
}

static void group_enables(void)
{
	irq_log_clear();
	gic_enable(SPI, 0x80);
	WRITE_SYSREG(ICC_IGRPEN1_EL1, 0);
	ISB();
	set_bit_of(GICD_ISPENDR, SPI);
	take();
	CHECK_EQ(irq_log.count, 0);
	WRITE_SYSREG(ICC_IGRPEN1_EL1, 1);
	ISB();
	take();
	CHECK_EQ(irq_log.count, 1);
	mmio_write32(GICD_BASE + GICD_CTLR, 0x10);
	set_bit_of(GICD_ISPENDR, SPI);
	take();
	CHECK_EQ(irq_log.count, 1);
	mmio_write32(GICD_BASE + GICD_CTLR, 0x12);
	take();
	CHECK_EQ(irq_log.count, 2);
	gic_disable(SPI);
}

/* A more urgent interrupt comes in while one is active. */
static bool preempt(uint32_t intid)
{
	if (intid != SPI)
		return true;
	CHECK_EQ(READ_SYSREG(ICC_RPR_EL1), 0xa0);
	CHECK(bit_of(GICD_ISACTIVER, SPI));
	set_bit_of(GICD_ISPENDR, OTHER_SPI);
	/* EL1's exception registers are not saved by this runtime. */
	CHECK_EQ(READ_SYSREG(ICC_HPPIR1_EL1), OTHER_SPI);
	CHECK_EQ(READ_SYSREG(ICC_IAR1_EL1), OTHER_SPI);
	CHECK_EQ(READ_SYSREG(ICC_RPR_EL1), 0x40);
	WRITE_SYSREG(ICC_EOIR1_EL1, OTHER_SPI);
	CHECK_EQ(READ_SYSREG(ICC_RPR_EL1), 0xa0);
	return true;
}

static void preemption(void)
{
	irq_log_clear();
	irq_log.hook = preempt;
	gic_enable(SPI, 0xa0);
	gic_enable(OTHER_SPI, 0x40);
	set_bit_of(GICD_ISPENDR, SPI);
	take();
	CHECK_EQ(irq_log.count, 1);
	CHECK_EQ(READ_SYSREG(ICC_RPR_EL1), 0xff);
	CHECK_EQ(READ_SYSREG(ICC_IAR1_EL1), 1023);
	gic_disable(SPI);
	gic_disable(OTHER_SPI);
	irq_log_clear();
}

/* EOImode 1 (IHI 0069 4.5.4): EOIR drops the priority, DIR deactivates. */
static void split_eoi_of(uint32_t intid)
{
	irq_log_clear();
	if (intid >= 32)
		set_bit_of(GICD_ISPENDR, intid);
	else
		gic_send_self(intid);
	take();
	CHECK_EQ(irq_log.count, 1);
	CHECK_EQ(READ_SYSREG(ICC_RPR_EL1), 0xff);
	CHECK(bit_of(GICD_ISACTIVER, intid));
	/* Active: pending again, it waits. */
	if (intid >= 32)
		set_bit_of(GICD_ISPENDR, intid);
	else
		gic_send_self(intid);
	take();
	CHECK_EQ(irq_log.count, 1);
	WRITE_SYSREG(ICC_DIR_EL1, intid);
	ISB();
	CHECK(!bit_of(GICD_ISACTIVER, intid));
	take();
	CHECK_EQ(irq_log.count, 2);
	WRITE_SYSREG(ICC_DIR_EL1, intid);
	ISB();
	CHECK(!bit_of(GICD_ISACTIVER, intid));
	CHECK(!bit_of(GICD_ISPENDR, intid));
}

static void split_eoi(void)
{
	WRITE_SYSREG(ICC_CTLR_EL1, EOI_MODE);
	ISB();
	CHECK_EQ(READ_SYSREG(ICC_CTLR_EL1) & EOI_MODE, EOI_MODE);
	gic_enable(SPI, 0x80);
	split_eoi_of(SPI);
	split_eoi_of(4);
	gic_disable(SPI);
	WRITE_SYSREG(ICC_CTLR_EL1, 0);
	ISB();
}

/* More at once than any CPU has list registers. */
static void many(void)
{
	irq_log_clear();
	for (uint32_t sgi = 0; sgi < 16; sgi++)
		mmio_write8(gic_priority(sgi), (uint8_t)(0xf0 - sgi * 8));
	for (uint32_t spi = 36; spi < 56; spi++) {
		gic_enable(spi, 0x10);
		set_bit_of(GICD_ISPENDR, spi);
	}
	for (uint32_t sgi = 0; sgi < 16; sgi++)
		gic_send_self(sgi);
	IRQ_ON();
	CHECK(irq_wait(36));
	IRQ_OFF();
	CHECK_EQ(irq_log.count, 36);
	CHECK(irq_log.history[0] >= 36);
	CHECK_EQ(irq_log.last, 0);
	for (uint32_t spi = 36; spi < 56; spi++)
		gic_disable(spi);
	for (uint32_t sgi = 0; sgi < 16; sgi++)
		mmio_write8(gic_priority(sgi), 0xa0);
}

static void active_by_software(void)
{
	irq_log_clear();
	gic_enable(SPI, 0x80);
	set_bit_of(GICD_ISACTIVER, SPI);
	CHECK(bit_of(GICD_ISACTIVER, SPI));
	set_bit_of(GICD_ISPENDR, SPI);
	take();
	CHECK_EQ(irq_log.count, 0);
	set_bit_of(GICD_ICACTIVER, SPI);
	CHECK(!bit_of(GICD_ISACTIVER, SPI));
	take();
	CHECK_EQ(irq_log.count, 1);
	gic_disable(SPI);
}

static void check_register(uint64_t address, uint32_t write, uint32_t want)
{
	uint32_t old = mmio_read32(address);

	mmio_write32(address, write);
	CHECK_EQ(mmio_read32(address), want);
	mmio_write32(address, old);
}

static void distributor(void)
{
	uint32_t typer = mmio_read32(GICD_BASE + GICD_TYPER);

	/* IHI 0069 12.9.38: at least one bank of SPIs, 10 or more bits. */
	CHECK((typer & 0x1f) >= 1);
	CHECK((typer >> 19 & 0x1f) >= 9);
	check_register(GICD_BASE + GICD_TYPER, ~typer, typer);
	/* One security state: ARE and DS read as one. */
	CHECK_EQ(mmio_read32(GICD_BASE + GICD_CTLR) & 0x52, 0x52);
	/* 12.9.34: architecture revision 3. */
	CHECK_EQ(mmio_read32(GICD_BASE + GICD_PIDR2) >> 4 & 0xf, 3);
	CHECK_EQ(mmio_read32(GICR_BASE + GICD_PIDR2) >> 4 & 0xf, 3);
	CHECK_EQ(mmio_read32(GICR_BASE + GICR_WAKER) & 6, 0);
	check_register(gic_bitmap(GICD_IGROUPR, 32), 0xdeadbeef, 0xdeadbeef);
	check_register(gic_bitmap(GICD_IGROUPR, 0), 0xdeadbeef, 0xdeadbeef);
	mmio_write32(gic_bitmap(GICD_ISENABLER, 32), 0x0f0f0000);
	CHECK_EQ(mmio_read32(gic_bitmap(GICD_ISENABLER, 32)), 0x0f0f0000);
	mmio_write32(gic_bitmap(GICD_ICENABLER, 32), 0x000f0000);
	CHECK_EQ(mmio_read32(gic_bitmap(GICD_ICENABLER, 32)), 0x0f000000);
	mmio_write32(gic_bitmap(GICD_ICENABLER, 32), 0xffffffff);
	CHECK_EQ(mmio_read32(gic_bitmap(GICD_ISENABLER, 32)), 0);
	check_register(GICD_BASE + GICD_IPRIORITYR + 32, 0x20406080,
		       0x20406080);
	/* 12.9.9: only bit 1 of each pair is meaningful. */
	check_register(GICD_BASE + GICD_ICFGR + 8, 0xaaaaaaaa, 0xaaaaaaaa);
	check_register(GICD_BASE + GICD_ICFGR + 8, 0, 0);
	/* SGIs are edge-triggered for ever. */
	check_register(GICR_BASE + GICR_SGI + GICD_ICFGR, 0, 0xaaaaaaaa);
	/* ITARGETSR is RES0 with affinity routing. */
	CHECK_EQ(mmio_read32(GICD_BASE + 0x820), 0);
}

static void interface(void)
{
	CHECK_EQ(READ_SYSREG(ICC_SRE_EL1) & 1, 1);
	WRITE_SYSREG(ICC_SRE_EL1, 0); /* RAO/WI: no memory-mapped interface */
	ISB();
	CHECK_EQ(READ_SYSREG(ICC_SRE_EL1) & 1, 1);
	CHECK_EQ(READ_SYSREG(ICC_IAR1_EL1), 1023);
	CHECK_EQ(READ_SYSREG(ICC_HPPIR1_EL1), 1023);
	CHECK_EQ(READ_SYSREG(ICC_RPR_EL1), 0xff);
	WRITE_SYSREG(ICC_EOIR1_EL1, 1023);
	WRITE_SYSREG(ICC_BPR1_EL1, 4);
	ISB();
	CHECK_EQ(READ_SYSREG(ICC_BPR1_EL1), 4);
	WRITE_SYSREG(ICC_BPR1_EL1, 0);
	ISB();
}

void gic_tests(void)
{
	static const struct test tests[] = {
		{"GIC: registers read back", distributor},
		{"GIC: CPU interface", interface},
		{"GIC: SGIs to self", sgi_to_self},
		{"GIC: SPI by GICD_ISPENDR", spi_by_software},
		{"GIC: priorities", priorities},
		{"GIC: priority mask", priority_mask},
		{"GIC: group enables", group_enables},
		{"GIC: preemption", preemption},
		{"GIC: EOImode 1", split_eoi},
		{"GIC: more interrupts than list registers", many},
		{"GIC: active by GICD_ISACTIVER", active_by_software},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
