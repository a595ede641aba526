/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/screen.h"

#include "platform/lock.h"
#include "platform/timer.h"
#include "platform/uart.h"

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
	struct hv_timer quiet; /* armed while lines wait */
	bool armed;
	uint32_t growth; /* of the terminal, when it was armed */
} screen;

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

void hv_screen_add(struct hv_channel *channel)
{
	if (screen.terminal.ops == NULL)
		hv_terminal_init(&screen.terminal, &uart_ops, NULL);
	hv_terminal_add(&screen.terminal, channel);
}

void hv_screen_put(struct hv_channel *channel, char c)
{
	uint64_t flags = hv_lock(&screen.lock);

	hv_terminal_put(&screen.terminal, channel, c);
	watch();
	hv_unlock(&screen.lock, flags);
}

void hv_screen_end_line(struct hv_channel *channel)
{
	uint64_t flags = hv_lock(&screen.lock);

	hv_terminal_end_line(&screen.terminal, channel);
	hv_unlock(&screen.lock, flags);
}

void hv_screen_focus(struct hv_channel *channel)
{
	uint64_t flags = hv_lock(&screen.lock);

	hv_terminal_focus(&screen.terminal, channel);
	hv_unlock(&screen.lock, flags);
}
