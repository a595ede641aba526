/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A virtual PL011 UART (ARM DDI 0183G). The device core is pure: what it
 * transmits and its interrupt line leave through callbacks. Characters take
 * no time: what is written to DR has been transmitted, so the transmit FIFO
 * is always empty and BUSY never set.
 *
 * The caller serialises calls on one device.
 */
#ifndef HV_VM_VPL011_H
#define HV_VM_VPL011_H

#include <stdbool.h>
#include <stdint.h>

#define HV_VPL011_SIZE       UINT64_C(0x1000)
#define HV_VPL011_FIFO_DEPTH 16u

struct hv_vpl011_ops {
	void (*transmit)(void *ctx, uint8_t character);
	/* UARTINTR; called only when the level changes. */
	void (*set_line)(void *ctx, bool level);
};

struct hv_vpl011 {
	const struct hv_vpl011_ops *ops;
	void *ctx;
	uint16_t fifo[HV_VPL011_FIFO_DEPTH]; /* data and error bits, as DR */
	uint8_t fifo_head;
	uint8_t fifo_count;
	uint8_t idle_polls; /* reads of FR in a row that found nothing */
	bool listening;     /* see hv_vpl011_room() */
	bool overrun;
	uint32_t changes; /* writes that could start or stop reception */
	bool line;
	uint32_t rsr;
	uint32_t ilpr;
	uint32_t ibrd;
	uint32_t fbrd;
	uint32_t lcr_h;
	uint32_t cr;
	uint32_t ifls;
	uint32_t imsc;
	uint32_t ris;
	uint32_t dmacr;
};

void hv_vpl011_init(struct hv_vpl011 *uart, const struct hv_vpl011_ops *ops,
		    void *ctx);

/* The reset values of DDI 0183G table 3-1; a raised line falls. */
void hv_vpl011_reset(struct hv_vpl011 *uart);

/* One access by the guest: offset below HV_VPL011_SIZE, width in bytes. */
uint64_t hv_vpl011_read(struct hv_vpl011 *uart, uint64_t offset,
			unsigned width);
void hv_vpl011_write(struct hv_vpl011 *uart, uint64_t offset, unsigned width,
		     uint64_t value);

/*
 * How many characters the guest would take now. It is 0 while nobody listens.
 * Drivers throw away what they find in the FIFO when they start; so characters
 * are held back until one unmasks a receive interrupt with its receiver on, or
 * polls for them.
 */
unsigned hv_vpl011_room(const struct hv_vpl011 *uart);

/*
 * The interrupts were unmasked first and the receiver switched on afterwards,
 * as in the middle of a driver's start, or as all there is to it. When this
 * has been true for a while and uart->changes is the same, it is the latter:
 * hv_vpl011_settle() then takes the driver to be listening.
 */
bool hv_vpl011_unsettled(const struct hv_vpl011 *uart);
void hv_vpl011_settle(struct hv_vpl011 *uart);

/* Receive count characters at once; those beyond the FIFO are an overrun. */
void hv_vpl011_receive(struct hv_vpl011 *uart, const uint8_t *characters,
		       unsigned count);

#endif
