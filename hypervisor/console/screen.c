/* SPDX-License-Identifier: Apache-2.0 */
#include "console/screen.h"

#include "base/lock.h"
#include "base/power.h"
#include "base/uart.h"
#include "console/terminal.h"
#include "irq/timer.h"
#include "mm/mem.h"
#include "vm/machine.h"

/* A line that has not grown for so long is somebody's prompt. */
#define QUIET_PER_SECOND 10u

static void write_bytes(void *ctx, const char *bytes, size_t count)
{
	(void)ctx;
	hv_uart_write(bytes, count);
}

static void write_line(void *ctx, const char *text)
{
	(void)ctx;
	hv_uart_line(text);
}

static const struct hv_terminal_ops uart_ops = {
	.write = write_bytes,
	.line = write_line,
};

static struct {
	struct hv_lock lock; /* covers all below, and the channels; the UART's
			      * own lock is taken inside */
	struct hv_terminal terminal;
	struct hv_channel *channels; /* of the machine's VMs */
	struct hv_timer quiet;       /* armed while lines wait */
	bool armed;
	uint32_t growth; /* of the terminal, when it was armed */
} screen = {.lock = HV_LOCK(HV_RANK_SCREEN)};

static void quiet(struct hv_timer *timer);

/* Let no line wait for ever. Locked. */
static void watch(void)
{
	if (screen.armed || screen.terminal.waiting == 0)
		return;
	screen.armed = true;
	screen.growth = screen.terminal.growth;
	hv_timer_set(&screen.quiet,
		     hv_counter() + hv_counter_frequency() / QUIET_PER_SECOND,
		     quiet);
}

static void quiet(struct hv_timer *timer)
{
	uint64_t flags = hv_lock(&screen.lock);

	(void)timer;
	screen.armed = false;
	if (screen.growth == screen.terminal.growth)
		hv_terminal_flush(&screen.terminal);
	watch();
	hv_unlock(&screen.lock, flags);
}

static void put(void *ctx, char c)
{
	uint64_t flags = hv_lock(&screen.lock);

	hv_terminal_put(&screen.terminal, ctx, c);
	watch();
	hv_unlock(&screen.lock, flags);
}

static void end_line(void *ctx)
{
	uint64_t flags = hv_lock(&screen.lock);

	hv_terminal_end_line(&screen.terminal, ctx);
	hv_unlock(&screen.lock, flags);
}

static const struct hv_vuart_ops vm_ops = {
	.put = put,
	.end_line = end_line,
};

void hv_screen_init(void)
{
	uint32_t count = hv_machine_count();

	screen.channels = hv_zalloc(count * sizeof(screen.channels[0]));
	if (!screen.channels)
		hv_fail("no memory for the console");
	hv_terminal_init(&screen.terminal, &uart_ops, NULL);
	screen.terminal.raw = count == 1 && hv_machine_vm(0)->options.raw;
	for (uint32_t i = 0; i < count; i++) {
		struct hv_channel *channel = &screen.channels[i];
		struct hv_vm *vm = hv_machine_vm(i);

		channel->name = vm->module->name;
		hv_terminal_add(&screen.terminal, channel);
		hv_vuart_connect(&vm->uart, &vm_ops, channel);
	}
}

void hv_screen_focus(uint32_t index)
{
	uint64_t flags = hv_lock(&screen.lock);

	hv_terminal_focus(&screen.terminal, &screen.channels[index]);
	hv_unlock(&screen.lock, flags);
}
