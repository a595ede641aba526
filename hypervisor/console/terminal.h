/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One terminal for all VMs. What the VM in focus writes appears as it comes.
 * The others' output appears in whole lines that carry their names, and only
 * where the line of the VM in focus has ended, or has not grown for a while:
 * then it is written once more behind them, so that it is whole, too. A line
 * that waits is lost to nobody: when its room is used up it no longer waits.
 *
 * Nothing that a VM writes makes the terminal type (console/filter.h), unless
 * the terminal is raw.
 *
 * The core is pure: where text goes is the caller's, who serialises calls.
 */
#ifndef HV_CONSOLE_TERMINAL_H
#define HV_CONSOLE_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/filter.h"

/* Longer lines of a VM that is not in focus are broken. */
#define HV_TERMINAL_ROOM 512u

/* A VM's end of the terminal: its line so far, and lines that wait. */
struct hv_channel {
	const char *name;
	struct hv_channel *next;
	uint32_t length;   /* bytes in text                              */
	uint32_t complete; /* of these, in lines that have their newline */
	bool forgotten;    /* in focus: the line's beginning had no room */
	bool returned;     /* in focus: the cursor is at its beginning */
	struct hv_filter filter;
	char text[HV_TERMINAL_ROOM];
};

struct hv_terminal_ops {
	/* Bytes as they are. */
	void (*write)(void *ctx, const char *bytes, size_t count);
	/* A line of its own; one that has been begun ends before it. */
	void (*line)(void *ctx, const char *text);
};

struct hv_terminal {
	const struct hv_terminal_ops *ops;
	void *ctx;
	struct hv_channel *first;
	struct hv_channel *focus;
	uint32_t waiting; /* channels with lines that wait */
	uint32_t growth;  /* changes when the line in focus grows */
	bool raw;         /* the only VM writes whatever it likes */
};

void hv_terminal_init(struct hv_terminal *terminal,
		      const struct hv_terminal_ops *ops, void *ctx);

/* Add a channel that is all zero but for its name; the first is in focus. */
void hv_terminal_add(struct hv_terminal *terminal, struct hv_channel *channel);

/* A character that a VM wrote. */
void hv_terminal_put(struct hv_terminal *terminal, struct hv_channel *channel,
		     char c);

/* Lines that wait, wait no longer: the line in focus has not grown for a
 * while. */
void hv_terminal_flush(struct hv_terminal *terminal);

/* What the VM has written so far is all of its line: it has ended. */
void hv_terminal_end_line(struct hv_terminal *terminal,
			  struct hv_channel *channel);

void hv_terminal_focus(struct hv_terminal *terminal,
		       struct hv_channel *channel);

#endif
