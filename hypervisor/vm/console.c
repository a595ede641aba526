/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/console.h"

#include <stddef.h>

#include <arm_vcpu/vgic.h>

#include "platform/uart.h"
#include "vm/board.h"
#include "vm/screen.h"

/* A driver is done with its start within a twentieth of a second. */
#define SETTLE_PER_SECOND 20u

#define UART_INTID (32u + HV_BOARD_UART_SPI)

/* Only notes it: the physical UART may make us wait, and must not do so while
 * the lock is held that its interrupt handler wants. */
static void transmit(void *ctx, uint8_t character)
{
	struct hv_console *console = ctx;

	console->output = (char)character;
	console->has_output = true;
}

static void set_line(void *ctx, bool level)
{
	struct hv_console *console = ctx;

	(void)arm_vgic_set_irq(console->vm, UART_INTID, level);
}

static const struct hv_vpl011_ops uart_ops = {
	.transmit = transmit,
	.set_line = set_line,
};

static void settled(struct hv_timer *timer);

/* Look again later whether a driver listens that perhaps does. Locked. */
static void watch(struct hv_console *console)
{
	if (console->settling || !hv_vpl011_unsettled(&console->uart))
		return;
	console->settling = true;
	console->settle_changes = console->uart.changes;
	hv_timer_set(&console->settle,
		     hv_counter() + hv_counter_frequency() / SETTLE_PER_SECOND,
		     settled);
}

/* Give the guest what it has room for. Locked. */
static void feed(struct hv_console *console)
{
	uint8_t part[HV_VPL011_FIFO_DEPTH];
	uint32_t count = hv_vpl011_room(&console->uart);

	if (console->count == 0 || !console->open)
		return;
	if (count == 0) {
		watch(console);
		return;
	}
	if (count > console->count)
		count = console->count;
	for (uint32_t i = 0; i < count; i++) {
		part[i] = console->ring[console->head];
		console->head = (console->head + 1u) % HV_CONSOLE_RING;
	}
	console->count -= count;
	hv_vpl011_receive(&console->uart, part, count);
}

static void settled(struct hv_timer *timer)
{
	struct hv_console *console =
		(void *)((char *)timer - offsetof(struct hv_console, settle));
	uint64_t flags = hv_lock(&console->lock);

	console->settling = false;
	if (console->settle_changes == console->uart.changes)
		hv_vpl011_settle(&console->uart);
	feed(console);
	hv_unlock(&console->lock, flags);
	hv_uart_rx_resume();
}

void hv_console_init(struct hv_console *console, struct arm_vm *vm,
		     const char *name)
{
	console->vm = vm;
	console->channel.name = name;
	hv_vpl011_init(&console->uart, &uart_ops, console);
	hv_screen_add(&console->channel);
}

void hv_console_reset(struct hv_console *console)
{
	uint64_t flags = hv_lock(&console->lock);

	hv_vpl011_reset(&console->uart);
	hv_unlock(&console->lock, flags);
}

void hv_console_open(struct hv_console *console)
{
	uint64_t flags = hv_lock(&console->lock);

	console->open = true;
	hv_unlock(&console->lock, flags);
}

void hv_console_end(struct hv_console *console)
{
	uint64_t flags = hv_lock(&console->lock);

	if (console->open)
		console->count = 0;
	console->open = false;
	hv_unlock(&console->lock, flags);
}

bool hv_console_ready(struct hv_console *console)
{
	uint64_t flags = hv_lock(&console->lock);
	bool ready = !console->open || console->count < HV_CONSOLE_RING;

	hv_unlock(&console->lock, flags);
	return ready;
}

void hv_console_type(struct hv_console *console, uint8_t character)
{
	uint64_t flags = hv_lock(&console->lock);

	if (console->count < HV_CONSOLE_RING) {
		console->ring[(console->head + console->count) %
			      HV_CONSOLE_RING] = character;
		console->count++;
		feed(console);
	}
	hv_unlock(&console->lock, flags);
}

/* After an access: pass on what it sent, take what it made room for. */
static void settle(struct hv_console *console, uint64_t flags)
{
	char output = console->output;
	bool has_output = console->has_output;
	bool has_room;

	console->has_output = false;
	feed(console);
	has_room = console->count < HV_CONSOLE_RING;
	hv_unlock(&console->lock, flags);
	if (has_output)
		hv_screen_put(&console->channel, output);
	if (has_room)
		hv_uart_rx_resume();
}

uint64_t hv_console_read(struct hv_console *console, uint64_t offset,
			 unsigned width)
{
	uint64_t flags = hv_lock(&console->lock);
	uint64_t value = hv_vpl011_read(&console->uart, offset, width);

	settle(console, flags);
	return value;
}

void hv_console_write(struct hv_console *console, uint64_t offset,
		      unsigned width, uint64_t value)
{
	uint64_t flags = hv_lock(&console->lock);

	hv_vpl011_write(&console->uart, offset, width, value);
	settle(console, flags);
}
