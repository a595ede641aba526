/* SPDX-License-Identifier: Apache-2.0 */
/* The physical PL011 (Arm DDI 0183). */
#ifndef HV_PLATFORM_UART_H
#define HV_PLATFORM_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Who takes what is received. Called from the interrupt handler on the CPU
 * that the interrupt is routed to (the boot CPU), IRQs masked; may inject into
 * any vCPU.
 */
struct hv_uart_sink {
	/* There is room for a character. When not, nothing comes, and the
	 * UART's own FIFO holds the sender up, until hv_uart_rx_resume(). */
	bool (*ready)(void);
	/* The character. Only after ready() said so. */
	void (*take)(uint8_t c);
};

/* Take the characters from now on. Any CPU. */
void hv_uart_set_sink(const struct hv_uart_sink *sink);

/* There may be room again. Any CPU and context; cheap when nothing was held. */
void hv_uart_rx_resume(void);

/* Send bytes as they are; waits for room in the FIFO. Any CPU and context. */
void hv_uart_write(const char *bytes, size_t count);

/* One line as a whole, on a line of its own, with CR LF. Any CPU. */
void hv_uart_line(const char *text);

/* Boot: take over the UART at base; then let it interrupt. */
void hv_uart_init(uint64_t base);
void hv_uart_enable_irq(uint32_t intid);

/* Wait until the last character has left. */
void hv_uart_drain(void);

/* Print even if another CPU died holding the lock: from here on no lock is
 * taken. Before the machine stops. */
void hv_uart_break_lock(void);

#endif
