/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vpl011.h"

#include <stddef.h>

/* Offsets: DDI 0183G table 3-1. */
enum {
	UARTDR = 0x000,
	UARTRSR = 0x004,
	UARTFR = 0x018,
	UARTILPR = 0x020,
	UARTIBRD = 0x024,
	UARTFBRD = 0x028,
	UARTLCR_H = 0x02c,
	UARTCR = 0x030,
	UARTIFLS = 0x034,
	UARTIMSC = 0x038,
	UARTRIS = 0x03c,
	UARTMIS = 0x040,
	UARTICR = 0x044,
	UARTDMACR = 0x048,
	UART_ID = 0xfe0, /* PeriphID0 to PCellID3 */
};

#define DR_BE 0x400u
#define DR_OE 0x800u
/* DR[11:8] are the character's errors; RSR shows them at [3:0]. */
#define DR_ERROR_SHIFT 8u
#define RSR_OE         0x8u

#define FR_CTS  0x001u
#define FR_DSR  0x002u
#define FR_DCD  0x004u
#define FR_RXFE 0x010u
#define FR_RXFF 0x040u
#define FR_TXFE 0x080u
#define FR_RI   0x100u

#define LCR_H_BRK 0x01u
#define LCR_H_FEN 0x10u

#define CR_UARTEN 0x0001u
#define CR_LBE    0x0080u
#define CR_TXE    0x0100u
#define CR_RXE    0x0200u
#define CR_DTR    0x0400u
#define CR_RTS    0x0800u
#define CR_OUT1   0x1000u
#define CR_OUT2   0x2000u
#define CR_RESET  (CR_RXE | CR_TXE)
#define CR_MASK   0xff87u

#define IFLS_RX_SHIFT 3u
#define IFLS_RESET    0x12u

#define INT_RI  0x001u
#define INT_CTS 0x002u
#define INT_DCD 0x004u
#define INT_DSR 0x008u
#define INT_RX  0x010u
#define INT_TX  0x020u
#define INT_RT  0x040u
#define INT_BE  0x200u
#define INT_OE  0x400u
#define INT_ALL 0x7ffu

/*
 * A driver that polls for input reads FR over and over; one that starts or
 * transmits reads it once or twice between its writes.
 */
#define POLLING 16u

/* PL011 r1p1, whose FIFOs have 16 entries, and PrimeCell (3.3.15, 3.3.16). */
static const uint8_t identification[8] = {0x11, 0x10, 0x14, 0x00,
					  0x0d, 0xf0, 0x05, 0xb1};

static unsigned fifo_depth(const struct hv_vpl011 *uart)
{
	return (uart->lcr_h & LCR_H_FEN) ? HV_VPL011_FIFO_DEPTH : 1u;
}

/* 3.3.11: 1/8, 1/4, 1/2, 3/4, 7/8; other selections are reserved. */
static unsigned rx_trigger(const struct hv_vpl011 *uart)
{
	static const uint8_t level[8] = {2, 4, 8, 12, 14, 14, 14, 14};

	if (!(uart->lcr_h & LCR_H_FEN))
		return 1;
	return level[(uart->ifls >> IFLS_RX_SHIFT) & 7u];
}

static void update_line(struct hv_vpl011 *uart)
{
	bool level = (uart->ris & uart->imsc) != 0;

	if (level == uart->line)
		return;
	uart->line = level;
	uart->ops->set_line(uart->ctx, level);
}

/*
 * Nothing more comes after what is in the FIFO, so that the 32 bit periods of
 * the receive timeout (2.8.4) have always passed.
 */
static void rx_settled(struct hv_vpl011 *uart)
{
	if (uart->fifo_count >= rx_trigger(uart))
		uart->ris |= INT_RX;
	else
		uart->ris &= ~INT_RX;
	if (uart->fifo_count == 0)
		uart->ris &= ~INT_RT;
	else if (uart->lcr_h & LCR_H_FEN)
		uart->ris |= INT_RT;
}

static void rx_push(struct hv_vpl011 *uart, uint16_t entry)
{
	if (uart->fifo_count >= fifo_depth(uart)) {
		uart->overrun = true;
		uart->rsr |= RSR_OE;
		uart->ris |= INT_OE;
		return;
	}
	uart->overrun = false;
	uart->fifo[(uart->fifo_head + uart->fifo_count) %
		   HV_VPL011_FIFO_DEPTH] = entry;
	uart->fifo_count++;
}

static uint32_t read_dr(struct hv_vpl011 *uart)
{
	uint32_t entry;

	if (uart->fifo_count == 0)
		return 0;
	entry = uart->fifo[uart->fifo_head];
	uart->fifo_head =
		(uint8_t)((uart->fifo_head + 1u) % HV_VPL011_FIFO_DEPTH);
	uart->fifo_count--;
	/* 3.3.2: RSR shows the errors of the character read last; overrun
	 * stays until ECR is written. */
	uart->rsr = (uart->rsr & RSR_OE) | (entry >> DR_ERROR_SHIFT);
	if (uart->overrun)
		entry |= DR_OE;
	rx_settled(uart);
	update_line(uart);
	return entry;
}

/*
 * Sent whether or not UARTEN and TXE are set: programs that print early rely
 * on a line that their firmware has set up.
 */
static void write_dr(struct hv_vpl011 *uart, uint32_t value)
{
	if (!(uart->cr & CR_LBE)) {
		uart->ops->transmit(uart->ctx, (uint8_t)value);
	} else if (uart->cr & CR_RXE) {
		rx_push(uart, (uint8_t)value);
		rx_settled(uart);
	}
	/* 2.8.3: the FIFO has just drained through its trigger level. */
	uart->ris |= INT_TX;
	update_line(uart);
}

/* The host's characters can be received, and an interrupt tells of them. */
static bool can_interrupt(const struct hv_vpl011 *uart)
{
	const uint32_t on = CR_UARTEN | CR_RXE;

	return (uart->cr & (on | CR_LBE)) == on &&
	       (uart->imsc & (INT_RX | INT_RT)) != 0;
}

/* 3.3.8: in loopback the modem outputs are the inputs; else none is driven. */
static uint32_t modem_inputs(const struct hv_vpl011 *uart)
{
	uint32_t inputs = 0;

	if (!(uart->cr & CR_LBE))
		return 0;
	if (uart->cr & CR_RTS)
		inputs |= FR_CTS;
	if (uart->cr & CR_DTR)
		inputs |= FR_DSR;
	if (uart->cr & CR_OUT1)
		inputs |= FR_DCD;
	if (uart->cr & CR_OUT2)
		inputs |= FR_RI;
	return inputs;
}

static void write_cr(struct hv_vpl011 *uart, uint32_t value)
{
	uint32_t changed = modem_inputs(uart);

	uart->cr = value & CR_MASK;
	uart->changes++;
	uart->listening = uart->listening && can_interrupt(uart);
	changed ^= modem_inputs(uart);
	if (changed & FR_CTS)
		uart->ris |= INT_CTS;
	if (changed & FR_DSR)
		uart->ris |= INT_DSR;
	if (changed & FR_DCD)
		uart->ris |= INT_DCD;
	if (changed & FR_RI)
		uart->ris |= INT_RI;
	update_line(uart);
}

static void write_imsc(struct hv_vpl011 *uart, uint32_t value)
{
	uart->imsc = value & INT_ALL;
	uart->changes++;
	hv_vpl011_settle(uart);
	update_line(uart);
}

static void write_lcr_h(struct hv_vpl011 *uart, uint32_t value)
{
	uint32_t rising = value & ~uart->lcr_h;

	uart->lcr_h = value & 0xffu;
	if ((rising & LCR_H_BRK) && (uart->cr & CR_LBE)) {
		rx_push(uart, DR_BE);
		uart->ris |= INT_BE;
	}
	rx_settled(uart);
	update_line(uart);
}

static uint32_t read_fr(struct hv_vpl011 *uart)
{
	uint32_t fr = FR_TXFE | modem_inputs(uart);

	if (uart->fifo_count == 0) {
		fr |= FR_RXFE;
		if (uart->idle_polls < POLLING)
			uart->idle_polls++;
	}
	if (uart->fifo_count >= fifo_depth(uart))
		fr |= FR_RXFF;
	return fr;
}

static uint32_t read_register(struct hv_vpl011 *uart, uint64_t offset)
{
	if (offset >= UART_ID)
		return identification[(offset - UART_ID) / 4];
	switch (offset) {
	case UARTDR:
		return read_dr(uart);
	case UARTRSR:
		return uart->rsr;
	case UARTFR:
		return read_fr(uart);
	case UARTILPR:
		return uart->ilpr;
	case UARTIBRD:
		return uart->ibrd;
	case UARTFBRD:
		return uart->fbrd;
	case UARTLCR_H:
		return uart->lcr_h;
	case UARTCR:
		return uart->cr;
	case UARTIFLS:
		return uart->ifls;
	case UARTIMSC:
		return uart->imsc;
	case UARTRIS:
		return uart->ris;
	case UARTMIS:
		return uart->ris & uart->imsc;
	case UARTDMACR:
		return uart->dmacr;
	default:
		return 0;
	}
}

static void write_register(struct hv_vpl011 *uart, uint64_t offset,
			   uint32_t value)
{
	switch (offset) {
	case UARTDR:
		write_dr(uart, value);
		break;
	case UARTRSR: /* ECR: any value clears the errors */
		uart->rsr = 0;
		break;
	case UARTILPR:
		uart->ilpr = value & 0xffu;
		break;
	case UARTIBRD:
		uart->ibrd = value & 0xffffu;
		break;
	case UARTFBRD:
		uart->fbrd = value & 0x3fu;
		break;
	case UARTLCR_H:
		write_lcr_h(uart, value);
		break;
	case UARTCR:
		write_cr(uart, value);
		break;
	case UARTIFLS:
		uart->ifls = value & 0x3fu;
		break;
	case UARTIMSC:
		write_imsc(uart, value);
		break;
	case UARTICR:
		uart->ris &= ~value;
		update_line(uart);
		break;
	case UARTDMACR:
		uart->dmacr = value & 0x7u;
		break;
	default:
		break;
	}
}

void hv_vpl011_init(struct hv_vpl011 *uart, const struct hv_vpl011_ops *ops,
		    void *ctx)
{
	*uart = (struct hv_vpl011){
		.ops = ops,
		.ctx = ctx,
		.cr = CR_RESET,
		.ifls = IFLS_RESET,
	};
}

void hv_vpl011_reset(struct hv_vpl011 *uart)
{
	if (uart->line)
		uart->ops->set_line(uart->ctx, false);
	hv_vpl011_init(uart, uart->ops, uart->ctx);
}

/* The registers hang on a 32-bit bus without byte lanes: an access is of a
 * register's lowest bytes or of nothing. */
static bool reaches_register(uint64_t offset, unsigned width)
{
	return offset < HV_VPL011_SIZE && (offset & 3u) == 0 && width <= 4;
}

static uint32_t cut(uint32_t value, unsigned width)
{
	return width == 4 ? value : value & ((1u << (width * 8u)) - 1u);
}

uint64_t hv_vpl011_read(struct hv_vpl011 *uart, uint64_t offset, unsigned width)
{
	if (!reaches_register(offset, width))
		return 0;
	return cut(read_register(uart, offset), width);
}

void hv_vpl011_write(struct hv_vpl011 *uart, uint64_t offset, unsigned width,
		     uint64_t value)
{
	uart->idle_polls = 0;
	if (reaches_register(offset, width))
		write_register(uart, offset, cut((uint32_t)value, width));
}

bool hv_vpl011_unsettled(const struct hv_vpl011 *uart)
{
	return !uart->listening && can_interrupt(uart);
}

void hv_vpl011_settle(struct hv_vpl011 *uart)
{
	uart->listening = can_interrupt(uart);
}

unsigned hv_vpl011_room(const struct hv_vpl011 *uart)
{
	bool polls = uart->idle_polls >= POLLING &&
		     (uart->cr & (CR_RXE | CR_LBE)) == CR_RXE;
	unsigned depth = fifo_depth(uart);

	if ((!uart->listening && !polls) || uart->fifo_count >= depth)
		return 0;
	return depth - uart->fifo_count;
}

void hv_vpl011_receive(struct hv_vpl011 *uart, const uint8_t *characters,
		       unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		rx_push(uart, characters[i]);
	rx_settled(uart);
	update_line(uart);
}
