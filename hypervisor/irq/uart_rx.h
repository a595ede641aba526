/* SPDX-License-Identifier: Apache-2.0 */
/* What the physical PL011 (Arm DDI 0183) receives. */
#ifndef HV_IRQ_UART_RX_H
#define HV_IRQ_UART_RX_H

#include <stdbool.h>
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

/* Boot: the UART at base, which base/uart.h has, interrupts with intid. */
void hv_uart_rx_init(uint64_t base, uint32_t intid);

#endif
