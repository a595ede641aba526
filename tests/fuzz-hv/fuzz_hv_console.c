/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any accesses to a virtual PL011, of which the output goes to a terminal with
 * other writers: the device's state is consistent, its line is what its
 * registers say, nothing received is lost or made up, and nothing that makes
 * a terminal type comes out.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/terminal.h"
#include "vm/vpl011.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RULE(condition)                                      \
	do {                                                 \
		if (!(condition)) {                          \
			fprintf(stderr, "%s\n", #condition); \
			abort();                             \
		}                                            \
	} while (0)

#define VMS 3u

static struct {
	struct hv_terminal terminal;
	struct hv_channel channels[VMS];
	struct hv_vpl011 uart;
	bool line;
	/* The terminal's own reading of what comes: ECMA-48, no more. */
	enum { TEXT, ESCAPE, CONTROL } state;
	bool after_c2;
	bool private;
} run;

/* What is not answered: ESC alone, ESC [ … with these. */
static void show(char byte)
{
	uint8_t c = (uint8_t)byte;

	RULE(c != 0x05);
	RULE(!(run.after_c2 && c < 0xa0));
	run.after_c2 = c == 0xc2;
	switch (run.state) {
	case TEXT:
		if (c == 0x1b)
			run.state = ESCAPE;
		break;
	case ESCAPE:
		RULE(!strchr("Z]PX^_k%", c) || c == 0);
		run.private = false;
		run.state = c == '[' ? CONTROL : TEXT;
		break;
	case CONTROL:
		if (c >= '<' && c <= '?')
			run.private = true;
		if (c >= '@' && c <= '~') {
			RULE(!strchr("cnxtqiyzw", c));
			RULE(!run.private || strchr("hlJK", c));
			run.state = TEXT;
		}
		break;
	}
}

static void write_bytes(void *ctx, const char *bytes, size_t count)
{
	(void)ctx;
	RULE(count != 0);
	for (size_t i = 0; i < count; i++)
		show(bytes[i]);
}

static void write_line(void *ctx, const char *text)
{
	(void)ctx;
	for (; *text; text++) {
		RULE(*text == '\t' || (uint8_t)*text >= ' ');
		show(*text);
	}
	show('\n');
}

static void transmit(void *ctx, uint8_t c)
{
	(void)ctx;
	hv_terminal_put(&run.terminal, &run.channels[0], (char)c);
}

static void set_line(void *ctx, bool level)
{
	(void)ctx;
	RULE(level != run.line);
	run.line = level;
}

static const struct hv_terminal_ops terminal_ops = {write_bytes, write_line};
static const struct hv_vpl011_ops uart_ops = {transmit, set_line};

static void check(void)
{
	const struct hv_terminal *t = &run.terminal;
	uint32_t waiting = 0;

	RULE(run.uart.fifo_count <= HV_VPL011_FIFO_DEPTH);
	RULE(run.uart.fifo_head < HV_VPL011_FIFO_DEPTH);
	RULE(hv_vpl011_room(&run.uart) + run.uart.fifo_count <=
	     HV_VPL011_FIFO_DEPTH);
	RULE(run.line == ((run.uart.ris & run.uart.imsc) != 0));
	for (unsigned i = 0; i < VMS; i++) {
		const struct hv_channel *c = &run.channels[i];

		RULE(c->length <= HV_TERMINAL_ROOM);
		RULE(c->complete <= c->length);
		waiting += c->complete != 0;
	}
	RULE(t->waiting == waiting);
}

static void access(uint8_t what, uint8_t where, uint8_t value)
{
	uint64_t offset = (uint64_t)(where & 0x3f) * 4 + (what & 0x40 ? 2 : 0);
	unsigned width = 1u << (what >> 4 & 3);
	uint64_t read;

	if (where & 0x40)
		offset += 0xf00;
	if (what & 0x80) {
		hv_vpl011_write(&run.uart, offset, width,
				value * UINT64_C(0x0101010101010101));
		return;
	}
	read = hv_vpl011_read(&run.uart, offset, width);
	RULE(width == 8 || read >> (width * 8) == 0);
}

/* Up to what there is room for, which then is less by so much. */
static void receive(const uint8_t *bytes, uint8_t count)
{
	unsigned room = hv_vpl011_room(&run.uart);
	unsigned before = run.uart.fifo_count;

	if (count > 8 || count > room)
		count = (uint8_t)(room < 8 ? room : 8);
	hv_vpl011_receive(&run.uart, bytes, count);
	RULE(run.uart.fifo_count == before + count);
	RULE(!run.uart.overrun || count == 0);
}

static void step(const uint8_t *at)
{
	struct hv_channel *channel = &run.channels[at[1] % VMS];

	switch (at[0] & 0xf) {
	case 0:
		hv_vpl011_reset(&run.uart);
		break;
	case 1:
		receive(at + 2, at[1]);
		break;
	case 2:
		if (hv_vpl011_unsettled(&run.uart))
			hv_vpl011_settle(&run.uart);
		break;
	case 3:
		hv_terminal_flush(&run.terminal);
		break;
	case 4:
		hv_terminal_end_line(&run.terminal, channel);
		break;
	case 5:
		hv_terminal_focus(&run.terminal, channel);
		break;
	case 6:
	case 7:
	case 8:
	case 9:
	case 10:
		for (unsigned i = 2; i < 10; i++)
			hv_terminal_put(&run.terminal, channel, (char)at[i]);
		break;
	case 11: /* its output, one by one */
		for (unsigned i = 2; i < 10; i++)
			hv_vpl011_write(&run.uart, 0, 4, at[i]);
		break;
	default:
		for (unsigned i = 1; i + 2 < 10; i += 3)
			access(at[i], at[i + 1], at[i + 2]);
		break;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[VMS] = {
		"a", "b", "a-name-of-thirty-one-characters"};

	memset(&run, 0, sizeof(run));
	hv_terminal_init(&run.terminal, &terminal_ops, NULL);
	hv_vpl011_init(&run.uart, &uart_ops, NULL);
	for (unsigned i = 0; i < VMS; i++) {
		run.channels[i].name = names[i];
		hv_terminal_add(&run.terminal, &run.channels[i]);
	}
	for (; size >= 10; size -= 10, data += 10) {
		step(data);
		check();
	}
	return 0;
}
