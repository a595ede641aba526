/* SPDX-License-Identifier: Apache-2.0 */
/* The PL011 (DDI 0183) and its level-sensitive interrupt. */
#include "selftest.h"

#define INTID    33u
#define UARTDR   0x00u
#define UARTFR   0x18u
#define UARTIMSC 0x38u
#define UARTRIS  0x3cu
#define UARTMIS  0x40u
#define UARTICR  0x44u
#define TX       (1u << 5)
#define FR_TXFE  (1u << 7)

static uint32_t uart(uint32_t offset)
{
	return mmio_read32(PL011_BASE + offset);
}

static void uart_set(uint32_t offset, uint32_t value)
{
	mmio_write32(PL011_BASE + offset, value);
}

static void identity(void)
{
	/* PeriphID 0x00?41011, PCellID 0xb105f00d (DDI 0183 3.3.15). */
	CHECK_EQ(uart(0xfe0), 0x11);
	CHECK_EQ(uart(0xfe4), 0x10);
	CHECK_EQ(uart(0xfe8) & 0xf, 0x4);
	CHECK_EQ(uart(0xfec), 0x00);
	CHECK_EQ(uart(0xff0), 0x0d);
	CHECK_EQ(uart(0xff4), 0xf0);
	CHECK_EQ(uart(0xff8), 0x05);
	CHECK_EQ(uart(0xffc), 0xb1);
}

static void make_transmit_interrupt(void)
{
	uart_set(UARTICR, 0x7ff);
	uart_set(UARTIMSC, TX);
	uart_set(UARTDR, '.');
	while (!(uart(UARTFR) & FR_TXFE))
		;
}

/* The cause is removed by the second call only. */
static bool serve_second_time(uint32_t intid)
{
	if (intid == INTID && irq_log.count == 2)
		uart_set(UARTICR, TX);
	return true;
}

static void level(void)
{
	irq_log_clear();
	irq_log.hook = serve_second_time;
	gic_enable(INTID, 0x80);
	make_transmit_interrupt();
	IRQ_ON();
	CHECK(irq_wait(2));
	ISB();
	IRQ_OFF();
	CHECK_EQ(irq_log.count, 2);
	CHECK_EQ(irq_log.last, INTID);
	CHECK_EQ(uart(UARTMIS), 0);
	uart_set(UARTIMSC, 0);
	gic_disable(INTID);
	irq_log_clear();
	print("\n");
}

/* A line that falls before the interrupt is taken takes it away. */
static void withdrawn(void)
{
	irq_log_clear();
	gic_enable(INTID, 0x80);
	make_transmit_interrupt();
	CHECK_EQ(uart(UARTMIS), TX);
	CHECK_EQ(READ_SYSREG(ICC_HPPIR1_EL1), INTID);
	uart_set(UARTIMSC, 0);
	CHECK_EQ(uart(UARTMIS), 0);
	CHECK_EQ(uart(UARTRIS) & TX, TX);
	IRQ_ON();
	ISB();
	IRQ_OFF();
	CHECK_EQ(irq_log.count, 0);
	uart_set(UARTICR, 0x7ff);
	gic_disable(INTID);
	print("\n");
}

void uart_tests(void)
{
	static const struct test tests[] = {
		{"PL011: identification", identity},
		{"PL011: level interrupt", level},
		{"PL011: interrupt withdrawn", withdrawn},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
