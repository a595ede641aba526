/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vuart.h"

#include <stddef.h>

#include <arm_vcpu/vgic.h>

#include "irq/uart_rx.h"
#include "vm/board.h"

/* A driver is done with its start within a twentieth of a second. */
#define SETTLE_PER_SECOND 20u

#define UART_INTID (32u + HV_BOARD_UART_SPI)

/* Only notes it: the physical UART may make us wait, and must not do so while
 * the lock is held that its interrupt handler wants. */
static void transmit(void *ctx, uint8_t character)
{
	struct hv_vuart *vuart = ctx;

	vuart->output = (char)character;
	vuart->has_output = true;
}

static void set_line(void *ctx, bool level)
{
	struct hv_vuart *vuart = ctx;

	(void)arm_vgic_set_irq(vuart->vm, UART_INTID, level);
}

static const struct hv_vpl011_ops uart_ops = {
	.transmit = transmit,
	.set_line = set_line,
};

static void settled(struct hv_timer *timer);

/* Look again later whether a driver listens that perhaps does. Locked. */
static void watch(struct hv_vuart *vuart)
{
	if (vuart->settling || !hv_vpl011_unsettled(&vuart->core))
		return;
	vuart->settling = true;
	vuart->settle_changes = vuart->core.changes;
	hv_timer_set(&vuart->settle,
		     hv_counter() + hv_counter_frequency() / SETTLE_PER_SECOND,
		     settled);
}

/* Give the guest what it has room for. Locked. */
static void feed(struct hv_vuart *vuart)
{
	uint8_t part[HV_VPL011_FIFO_DEPTH];
	uint32_t count = hv_vpl011_room(&vuart->core);

	if (vuart->count == 0 || !vuart->open)
		return;
	if (count == 0) {
		watch(vuart);
		return;
	}
	if (count > vuart->count)
		count = vuart->count;
	for (uint32_t i = 0; i < count; i++) {
		part[i] = vuart->ring[vuart->head];
		vuart->head = (vuart->head + 1u) % HV_VUART_RING;
	}
	vuart->count -= count;
	hv_vpl011_receive(&vuart->core, part, count);
}

static void settled(struct hv_timer *timer)
{
	struct hv_vuart *vuart =
		(void *)((char *)timer - offsetof(struct hv_vuart, settle));
	uint64_t flags = hv_lock(&vuart->lock);

	vuart->settling = false;
	if (vuart->settle_changes == vuart->core.changes)
		hv_vpl011_settle(&vuart->core);
	feed(vuart);
	hv_unlock(&vuart->lock, flags);
	hv_uart_rx_resume();
}

void hv_vuart_init(struct hv_vuart *vuart, struct arm_vm *vm)
{
	vuart->vm = vm;
	hv_vpl011_init(&vuart->core, &uart_ops, vuart);
}

void hv_vuart_connect(struct hv_vuart *vuart, const struct hv_vuart_ops *ops,
		      void *ctx)
{
	vuart->ops = ops;
	vuart->ctx = ctx;
}

void hv_vuart_end_line(const struct hv_vuart *vuart)
{
	if (vuart->ops)
		vuart->ops->end_line(vuart->ctx);
}

void hv_vuart_reset(struct hv_vuart *vuart)
{
	uint64_t flags = hv_lock(&vuart->lock);

	hv_vpl011_reset(&vuart->core);
	hv_unlock(&vuart->lock, flags);
}

void hv_vuart_open(struct hv_vuart *vuart)
{
	uint64_t flags = hv_lock(&vuart->lock);

	vuart->open = true;
	hv_unlock(&vuart->lock, flags);
}

void hv_vuart_end(struct hv_vuart *vuart)
{
	uint64_t flags = hv_lock(&vuart->lock);

	if (vuart->open)
		vuart->count = 0;
	vuart->open = false;
	hv_unlock(&vuart->lock, flags);
}

bool hv_vuart_ready(struct hv_vuart *vuart)
{
	uint64_t flags = hv_lock(&vuart->lock);
	bool ready = !vuart->open || vuart->count < HV_VUART_RING;

	hv_unlock(&vuart->lock, flags);
	return ready;
}

void hv_vuart_type(struct hv_vuart *vuart, uint8_t character)
{
	uint64_t flags = hv_lock(&vuart->lock);

	if (vuart->count < HV_VUART_RING) {
		vuart->ring[(vuart->head + vuart->count) % HV_VUART_RING] =
			character;
		vuart->count++;
		feed(vuart);
	}
	hv_unlock(&vuart->lock, flags);
}

/* After an access: pass on what it sent, take what it made room for. */
static void settle(struct hv_vuart *vuart, uint64_t flags)
{
	char output = vuart->output;
	bool has_output = vuart->has_output;
	bool has_room;

	vuart->has_output = false;
	feed(vuart);
	has_room = vuart->count < HV_VUART_RING;
	hv_unlock(&vuart->lock, flags);
	if (has_output && vuart->ops)
		vuart->ops->put(vuart->ctx, output);
	if (has_room)
		hv_uart_rx_resume();
}

uint64_t hv_vuart_read(void *ctx, uint64_t offset, unsigned width)
{
	struct hv_vuart *vuart = ctx;
	uint64_t flags = hv_lock(&vuart->lock);
	uint64_t value = hv_vpl011_read(&vuart->core, offset, width);

	settle(vuart, flags);
	return value;
}

void hv_vuart_write(void *ctx, uint64_t offset, unsigned width, uint64_t value)
{
	struct hv_vuart *vuart = ctx;
	uint64_t flags = hv_lock(&vuart->lock);

	hv_vpl011_write(&vuart->core, offset, width, value);
	settle(vuart, flags);
}
