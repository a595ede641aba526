/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vuart.h"

#include <stddef.h>

#include <arm_vcpu/vgic.h>

#include "base/print.h"
#include "irq/uart_rx.h"
#include "vm/board.h"

/* A driver is done with its start within a twentieth of a second. */
#define SETTLE_PER_SECOND 20u

/* For so long, all in all, a full ring may keep the physical UART from being
 * read, until it has been empty again. */
#define PATIENCE_SECONDS 1u

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

/* The ring is empty: all that was typed has been taken, but for what was
 * dropped. Locked. */
static void be_patient(struct hv_vuart *vuart)
{
	vuart->patience = hv_counter_frequency() * PATIENCE_SECONDS;
	vuart->tell_dropped += vuart->dropped;
	vuart->dropped = 0;
}

/* Reading may go on, if it was this VM that kept it from that. Locked. */
static void release(struct hv_vuart *vuart)
{
	uint64_t spent = hv_counter() - vuart->held_since;

	if (!vuart->held)
		return;
	vuart->held = false;
	vuart->resume = true;
	vuart->patience -= spent < vuart->patience ? spent : vuart->patience;
	hv_timer_set(&vuart->hurry, UINT64_MAX, NULL);
}

/* Unlock, and do what takes its time, or other locks. */
static void leave(struct hv_vuart *vuart, uint64_t flags)
{
	uint64_t dropped = vuart->tell_dropped;
	bool resume = vuart->resume, drop = vuart->tell_drop;

	vuart->tell_dropped = 0;
	vuart->tell_drop = false;
	vuart->resume = false;
	hv_unlock(&vuart->lock, flags);
	if (drop)
		hv_printf("%snobody reads its input: what is typed is dropped",
			  vuart->tag);
	if (dropped != 0)
		hv_printf("%s%lu characters of its input were dropped",
			  vuart->tag, (unsigned long)dropped);
	if (resume)
		hv_uart_rx_resume();
}

static void out_of_patience(struct hv_timer *timer)
{
	struct hv_vuart *vuart =
		(void *)((char *)timer - offsetof(struct hv_vuart, hurry));
	uint64_t flags = hv_lock(&vuart->lock);

	release(vuart);
	leave(vuart, flags);
}

/* Give the guest what it has room for. Reading goes on for half a ring at
 * once, not for a character. Locked. */
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
	if (vuart->count <= HV_VUART_RING / 2)
		release(vuart);
	if (vuart->count == 0)
		be_patient(vuart);
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
	leave(vuart, flags);
}

void hv_vuart_init(struct hv_vuart *vuart, struct arm_vm *vm, const char *tag)
{
	vuart->lock = (struct hv_lock)HV_LOCK(HV_RANK_VUART);
	vuart->vm = vm;
	vuart->tag = tag;
	be_patient(vuart);
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

	if (vuart->open) {
		vuart->count = 0;
		be_patient(vuart);
	}
	vuart->open = false;
	release(vuart);
	vuart->resume = false; /* the caller's to do: it holds a lock */
	leave(vuart, flags);
}

bool hv_vuart_ready(struct hv_vuart *vuart)
{
	uint64_t flags = hv_lock(&vuart->lock);
	bool ready = !vuart->open || vuart->count < HV_VUART_RING ||
		     vuart->patience == 0;

	if (!ready && !vuart->held) {
		vuart->held = true;
		vuart->held_since = hv_counter();
		hv_timer_set(&vuart->hurry, vuart->held_since + vuart->patience,
			     out_of_patience);
	}
	if (ready) {
		release(vuart);
		vuart->resume = false; /* it does go on */
	}
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
	} else {
		vuart->tell_drop = vuart->dropped++ == 0;
	}
	leave(vuart, flags);
}

/* After an access: pass on what it sent, take what it made room for. */
static void settle(struct hv_vuart *vuart, uint64_t flags)
{
	char output = vuart->output;
	bool has_output = vuart->has_output;

	vuart->has_output = false;
	feed(vuart);
	leave(vuart, flags);
	if (has_output && vuart->ops)
		vuart->ops->put(vuart->ctx, output);
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
