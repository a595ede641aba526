/* SPDX-License-Identifier: Apache-2.0 */
#include "irq/uart_rx.h"

#include <stdatomic.h>

#include "base/lock.h"
#include "base/mmio.h"
#include "irq/irq.h"

/* Registers: DDI 0183 3.2. */
#define UARTDR   0x00u
#define UARTFR   0x18u
#define UARTIMSC 0x38u

#define FR_RXFE (1u << 4)
#define INT_RX  ((1u << 4) | (1u << 6)) /* level, and timeout below it */

static struct {
	struct hv_lock lock;
	uint64_t base;
	const struct hv_uart_sink *sink;
	_Atomic bool held; /* reception waits for hv_uart_rx_resume() */
} uart = {.lock = HV_LOCK(HV_RANK_RX)};

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
	uint64_t daif = hv_lock(&uart.lock);

	(void)ctx;
	if (uart.sink)
		receive();
	else
		hv_write32(uart.base + UARTIMSC, 0);
	hv_unlock(&uart.lock, daif);
}

/* What waits in the FIFO interrupts now, if there is somebody to take it. */
static void unmask(void)
{
	if (uart.base)
		hv_write32(uart.base + UARTIMSC, uart.sink ? INT_RX : 0);
}

void hv_uart_set_sink(const struct hv_uart_sink *sink)
{
	uint64_t daif = hv_lock(&uart.lock);

	uart.sink = sink;
	atomic_store(&uart.held, false);
	unmask();
	hv_unlock(&uart.lock, daif);
}

void hv_uart_rx_resume(void)
{
	uint64_t daif;

	/* What was made room in was unlocked before. */
	atomic_thread_fence(memory_order_seq_cst);
	if (!atomic_load_explicit(&uart.held, memory_order_relaxed))
		return;
	daif = hv_lock(&uart.lock);
	atomic_store(&uart.held, false);
	unmask();
	hv_unlock(&uart.lock, daif);
}

void hv_uart_rx_init(uint64_t base, uint32_t intid)
{
	uart.base = base;
	hv_irq_attach(intid, uart_irq, 0);
}
