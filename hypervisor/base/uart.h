/* SPDX-License-Identifier: Apache-2.0 */
/* The physical PL011 (Arm DDI 0183): what hv sends. irq/uart_rx.h receives. */
#ifndef HV_BASE_UART_H
#define HV_BASE_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Send bytes as they are; waits for room in the FIFO. Any CPU and context. */
void hv_uart_write(const char *bytes, size_t count);

/* One line as a whole, on a line of its own, with CR LF. Any CPU. */
void hv_uart_line(const char *text);

/* Boot: take over the UART at base; it does not interrupt. */
void hv_uart_init(uint64_t base);

/* Whether there is one: hv_uart_init() was called. */
bool hv_uart_is_there(void);

/* Wait until the last character has left. */
void hv_uart_drain(void);

/* Print even if another CPU died holding the lock: from here on no lock is
 * taken. Before the machine stops. */
void hv_uart_break_lock(void);

#endif
