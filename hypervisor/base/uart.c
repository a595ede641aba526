/* SPDX-License-Identifier: Apache-2.0 */
#include "base/uart.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "base/lock.h"
#include "base/mmio.h"

/* Registers: DDI 0183 3.2. */
#define UARTDR   0x00u
#define UARTFR   0x18u
#define UARTCR   0x30u
#define UARTIMSC 0x38u

#define FR_BUSY (1u << 3)
#define FR_TXFF (1u << 5)

#define CR_ENABLE 0x301u /* UARTEN, TXE, RXE */

static struct {
	struct hv_lock lock; /* transmission */
	uint64_t base;       /* 0: no UART yet, what is printed is lost */
	_Atomic bool broken; /* the machine stops: nobody waits for locks */
	bool in_line;        /* the last byte sent did not end a line */
} uart;

bool hv_uart_is_there(void)
{
	return uart.base;
}

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
