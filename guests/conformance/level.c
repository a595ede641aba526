/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Level-sensitive interrupts (IHI 0069 4.1.1): pending while the line is
 * high, and no longer. The line is the UART's transmit interrupt, an SPI.
 */
#include "conformance.h"

#define UARTFR   (PL011_BASE + 0x18)
#define UARTIMSC (PL011_BASE + 0x38)
#define UARTRIS  (PL011_BASE + 0x3c)
#define UARTICR  (PL011_BASE + 0x44)
#define TX       (1u << 5)

/* DDI 0183 2.8.3: asserted once the transmit FIFO drains to its trigger. */
static void raise(void)
{
	if (!(mmio_read32(UARTRIS) & TX)) {
		print("\r");
		EVENTUALLY(mmio_read32(UARTRIS) & TX);
	}
	mmio_write32(UARTIMSC, TX);
}

static void lower(void)
{
	mmio_write32(UARTIMSC, 0);
}

static void begin(unsigned cpu)
{
	lower();
	set_edge(UART_SPI, false);
	use_spi(UART_SPI, cpu, 0x80);
}

static bool pending(void)
{
	return bit_of(0, GICD_ISPENDR, UART_SPI);
}

static uint32_t lower_at;

static bool lower_late(uint32_t intid)
{
	if (intid == UART_SPI && TAKEN(cpu_index(), UART_SPI) >= lower_at)
		lower();
	return true;
}

/* Taken again after each end of interrupt, until the line falls. */
static void again_on(unsigned cpu)
{
	begin(cpu);
	lower_at = 5;
	set_hook(cpu, lower_late);
	raise();
	for (uint32_t n = 0; cpu == 0 && n < 8; n++)
		take();
	EVENTUALLY(TAKEN(cpu, UART_SPI) == 5);
	settle();
	take();
	CHECK_EQ(TAKEN(cpu, UART_SPI), 5);
	CHECK(!pending());
	CHECK(!bit_of(0, GICD_ISACTIVER, UART_SPI));
}

static void again(void)
{
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		again_on(cpu);
}

static void falls(void)
{
	begin(0);
	for (unsigned n = 0; n < 3; n++) {
		raise();
		EVENTUALLY(signalled());
		CHECK(pending());
		lower();
		EVENTUALLY(!signalled());
		CHECK(!pending());
		take();
		CHECK_EQ(TAKEN(0, UART_SPI), 0);
	}
}

/* Level and active: pending shows the line, and goes with it. */
static bool wiggle(uint32_t intid)
{
	if (intid != UART_SPI)
		return true;
	CHECK(pending());
	CHECK(bit_of(0, GICD_ISACTIVER, UART_SPI));
	CHECK(!signalled());
	lower();
	EVENTUALLY(!pending());
	raise();
	EVENTUALLY(pending());
	lower();
	EVENTUALLY(!pending());
	return true;
}

static void while_active(void)
{
	begin(0);
	set_hook(0, wiggle);
	raise();
	take();
	take();
	CHECK_EQ(TAKEN(0, UART_SPI), 1);
	CHECK(!pending());
}

/* 12.9.8: of a level-sensitive interrupt, ICPENDR clears what ISPENDR set,
 * not the line. */
static void latch(void)
{
	begin(0);
	set_bit_of(0, GICD_ISPENDR, UART_SPI);
	CHECK(pending());
	EVENTUALLY(signalled());
	set_bit_of(0, GICD_ICPENDR, UART_SPI);
	CHECK(!pending());
	EVENTUALLY(!signalled());
	raise();
	EVENTUALLY(pending());
	set_bit_of(0, GICD_ICPENDR, UART_SPI);
	CHECK(pending());
	/* Set by software, it is pending without the line until it is taken. */
	set_bit_of(0, GICD_ISPENDR, UART_SPI);
	lower();
	CHECK(pending());
	take();
	take();
	CHECK_EQ(TAKEN(0, UART_SPI), 1);
	CHECK(!pending());
}

/* 4.1.1: of an edge-triggered interrupt, only the rise of the line counts. */
static void edge(void)
{
	begin(0);
	set_edge(UART_SPI, true);
	set_bit_of(0, GICD_ICPENDR, UART_SPI);
	for (uint32_t n = 1; n <= 3; n++) {
		raise();
		EVENTUALLY(pending());
		take();
		CHECK_EQ(TAKEN(0, UART_SPI), n);
		CHECK(!pending());
		take();
		lower();
		take();
		CHECK_EQ(TAKEN(0, UART_SPI), n);
	}
	/* Its fall does not take back what its rise gave. */
	raise();
	EVENTUALLY(pending());
	lower();
	CHECK(pending());
	take();
	CHECK_EQ(TAKEN(0, UART_SPI), 4);
	set_edge(UART_SPI, false);
}

/* High while it is disabled, or routed elsewhere. */
static void enabled_late(void)
{
	begin(0);
	disable(0, UART_SPI);
	raise();
	EVENTUALLY(pending());
	take();
	CHECK_EQ(TAKEN(0, UART_SPI), 0);
	lower_at = 1;
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		set_hook(cpu, lower_late);
	set_bit_of(0, GICD_ISENABLER, UART_SPI);
	take();
	EVENTUALLY(TAKEN(0, UART_SPI) == 1);
	if (cpus == 1)
		return;
	raise();
	EVENTUALLY(signalled());
	route(UART_SPI, cpu_affinity(cpus - 1));
	EVENTUALLY(TAKEN(cpus - 1, UART_SPI) == 1);
	take();
	settle();
	CHECK_EQ(TAKEN(0, UART_SPI), 1);
	CHECK_EQ(TAKEN(cpus - 1, UART_SPI), 1);
}

/* The timers' PPIs are level-sensitive, too. */
static void timers(uint64_t argument)
{
	unsigned self = cpu_index();

	(void)argument;
	gic_enable(VTIMER, 0x80);
	gic_enable(PTIMER, 0x80);
	for (unsigned n = 0; n < 3; n++) {
		WRITE_SYSREG(cntv_cval_el0, 0);
		WRITE_SYSREG(cntv_ctl_el0, 1);
		EVENTUALLY(bit_of(self, GICD_ISPENDR, VTIMER));
		WRITE_SYSREG(cntp_cval_el0, 0);
		WRITE_SYSREG(cntp_ctl_el0, 1);
		EVENTUALLY(bit_of(self, GICD_ISPENDR, PTIMER));
		EVENTUALLY(signalled());
		WRITE_SYSREG(cntv_ctl_el0, 3);
		EVENTUALLY(!bit_of(self, GICD_ISPENDR, VTIMER));
		CHECK(signalled());
		WRITE_SYSREG(cntp_cval_el0, now() + long_time());
		EVENTUALLY(!bit_of(self, GICD_ISPENDR, PTIMER));
		EVENTUALLY(!signalled());
		take();
	}
	WRITE_SYSREG(cntv_ctl_el0, 0);
	WRITE_SYSREG(cntp_ctl_el0, 0);
	CHECK_EQ(TAKEN(self, VTIMER), 0);
	CHECK_EQ(TAKEN(self, PTIMER), 0);
}

static void private_lines(void)
{
	on_all(timers, 0);
}

const struct conformance_case level_cases[] = {
	{{"level: taken until the line falls (IHI 0069 4.1.1)", again}, 0},
	{{"level: the line falls before it is taken (IHI 0069 4.1.1)", falls},
	 0},
	{{"level: the line while active (IHI 0069 4.1.2)", while_active}, 0},
	{{"level: ISPENDR, ICPENDR (IHI 0069 12.9.8, 12.9.28)", latch}, 0},
	{{"level: edge-triggered instead (IHI 0069 12.9.9)", edge}, 0},
	{{"level: enabled or routed late (IHI 0069 4.1.1)", enabled_late}, 0},
	{{"level: PPIs of the timers (DDI 0487 D11.2.4)", private_lines}, 0},
};
END_OF_TABLE(level);
