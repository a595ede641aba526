/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/uart.h"

#include <stdatomic.h>
#include <string.h>

#include "platform/irq.h"
#include "platform/lock.h"
#include "platform/mmio.h"

/* Registers: DDI 0183 3.2. */
#define UARTDR   0x00u
#define UARTFR   0x18u
#define UARTCR   0x30u
#define UARTIMSC 0x38u

#define FR_BUSY (1u << 3)
#define FR_RXFE (1u << 4)
#define FR_TXFF (1u << 5)

#define CR_ENABLE 0x301u                  /* UARTEN, TXE, RXE */
#define INT_RX    ((1u << 4) | (1u << 6)) /* level, and timeout below it */

static struct {
	struct hv_lock lock; /* transmission */
	uint64_t base;       /* 0: no UART yet, what is printed is lost */
	_Atomic bool broken; /* the machine stops: nobody waits for locks */
	bool in_line;        /* the last byte sent did not end a line */

	struct hv_lock rx_lock;
	const struct hv_uart_sink *sink;
	_Atomic bool held; /* reception waits for hv_uart_rx_resume() */
} uart;

void hv_uart_init(uint64_t base)
{
	/*
	 * Line settings and FIFO stay as the firmware left them: a write to
	 * UARTLCR_H would drop what has been typed already.
	 */
	hv_write32(base + UARTIMSC, 0);
	hv_write32(base + UARTCR, hv_read32(base + UARTCR) | CR_ENABLE);
	uart.base = base;
}

static void send(const char *bytes, size_t count)
{
	size_t i;

	if (!uart.base || !count)
		return;
	for (i = 0; i < count; i++) {
		while (hv_read32(uart.base + UARTFR) & FR_TXFF)
			;
		hv_write32(uart.base + UARTDR, (unsigned char)bytes[i]);
	}
	uart.in_line = bytes[count - 1] != '\n';
}

static uint64_t lock_tx(void)
{
	if (atomic_load_explicit(&uart.broken, memory_order_relaxed))
		return 0;
	return hv_lock(&uart.lock);
}

static void unlock_tx(uint64_t daif)
{
	if (!atomic_load_explicit(&uart.broken, memory_order_relaxed))
		hv_unlock(&uart.lock, daif);
}

void hv_uart_write(const char *bytes, size_t count)
{
	uint64_t daif = lock_tx();

	send(bytes, count);
	unlock_tx(daif);
}

void hv_uart_line(const char *text)
{
	uint64_t daif = lock_tx();

	if (uart.in_line)
		send("\r\n", 2);
	send(text, strlen(text));
	send("\r\n", 2);
	unlock_tx(daif);
}

void hv_uart_drain(void)
{
	while (uart.base && (hv_read32(uart.base + UARTFR) & FR_BUSY))
		;
}

void hv_uart_break_lock(void)
{
	atomic_store(&uart.broken, true);
}

/* Nobody has room, and whoever makes some will see that we wait for it. */
static bool must_wait(void)
{
	if (uart.sink->ready())
		return false;
	atomic_store(&uart.held, true);
	/* The other half of hv_uart_rx_resume()'s: one sees the other. */
	atomic_thread_fence(memory_order_seq_cst);
	if (!uart.sink->ready())
		return true;
	atomic_store(&uart.held, false);
	return false;
}

/* Characters from the FIFO to whoever takes them, while he does. */
static void receive(void)
{
	atomic_store(&uart.held, false);
	while (!(hv_read32(uart.base + UARTFR) & FR_RXFE) && !must_wait())
		uart.sink->take((uint8_t)hv_read32(uart.base + UARTDR));
	/*
	 * Masked while nobody wants more. Reading the FIFO is what lowers
	 * both interrupts; UARTICR could lower one that has just come.
	 */
	hv_write32(uart.base + UARTIMSC, atomic_load(&uart.held) ? 0 : INT_RX);
}

static void uart_irq(void *ctx)
{
	uint64_t daif = hv_lock(&uart.rx_lock);

	(void)ctx;
	if (uart.sink)
		receive();
	else
		hv_write32(uart.base + UARTIMSC, 0);
	hv_unlock(&uart.rx_lock, daif);
}

/* What waits in the FIFO interrupts now, if there is somebody to take it. */
static void unmask(void)
{
	hv_write32(uart.base + UARTIMSC, uart.sink ? INT_RX : 0);
}

void hv_uart_set_sink(const struct hv_uart_sink *sink)
{
	uint64_t daif = hv_lock(&uart.rx_lock);

	uart.sink = sink;
	atomic_store(&uart.held, false);
	unmask();
	hv_unlock(&uart.rx_lock, daif);
}

void hv_uart_rx_resume(void)
{
	uint64_t daif;

	/* What was made room in was unlocked before. */
	atomic_thread_fence(memory_order_seq_cst);
	if (!atomic_load_explicit(&uart.held, memory_order_relaxed))
		return;
	daif = hv_lock(&uart.rx_lock);
	atomic_store(&uart.held, false);
	unmask();
	hv_unlock(&uart.rx_lock, daif);
}

void hv_uart_enable_irq(uint32_t intid)
{
	hv_irq_attach(intid, uart_irq, 0);
}
