/* SPDX-License-Identifier: Apache-2.0 */
#include "console/terminal.h"

#include <string.h>

/* What is printed of a line: name in brackets, text, terminator. */
#define NAME_MAX  32u
#define PRINT_MAX (NAME_MAX + HV_TERMINAL_ROOM + 4u)

void hv_terminal_init(struct hv_terminal *terminal,
		      const struct hv_terminal_ops *ops, void *ctx)
{
	*terminal = (struct hv_terminal){.ops = ops, .ctx = ctx};
}

void hv_terminal_add(struct hv_terminal *terminal, struct hv_channel *channel)
{
	struct hv_channel **link = &terminal->first;

	while (*link != NULL)
		link = &(*link)->next;
	*link = channel;
	if (terminal->focus == NULL)
		terminal->focus = channel;
}

/* The cursor stands behind something that the VM in focus has written. */
static bool in_line(const struct hv_terminal *terminal)
{
	return terminal->focus->length != 0 || terminal->focus->forgotten;
}

/*
 * Text without what could move the cursor or make the terminal answer: so no
 * VM writes over another's lines or has something typed into it. It is read
 * once more as a whole, for some of it may have been deleted since it came.
 * The length of what is left.
 */
static size_t copy_printable(char *to, const char *text, uint32_t from,
			     uint32_t end)
{
	struct hv_filter filter = {0};
	size_t length = 0;

	for (uint32_t i = from; i < end; i++) {
		unsigned count = hv_filter_put(&filter, text[i]);
		uint8_t first = (uint8_t)filter.held[0];

		if (first != '\t' && (first < ' ' || first == 0x7f))
			continue;
		memcpy(to + length, filter.held, count);
		length += count;
	}
	return length;
}

static void print_line(struct hv_terminal *terminal,
		       const struct hv_channel *channel, uint32_t from,
		       uint32_t end)
{
	char line[PRINT_MAX];
	size_t length = strnlen(channel->name, NAME_MAX);

	line[0] = '[';
	memcpy(line + 1, channel->name, length);
	length++;
	line[length++] = ']';
	line[length++] = ' ';
	length += copy_printable(line + length, channel->text, from, end);
	line[length] = '\0';
	terminal->ops->line(terminal->ctx, line);
}

/* Print the first end bytes, each of their lines, and forget them. */
static void print_lines(struct hv_terminal *terminal,
			struct hv_channel *channel, uint32_t end)
{
	uint32_t from = 0;

	while (from < end) {
		uint32_t to = from;

		while (to < end && channel->text[to] != '\n')
			to++;
		print_line(terminal, channel, from, to);
		from = to + 1;
	}
	if (channel->complete != 0)
		terminal->waiting--;
	channel->complete = 0;
	channel->length -= end;
	memmove(channel->text, channel->text + end, channel->length);
}

/* The line in focus once more, after others came in between. */
static void rewrite(struct hv_terminal *terminal)
{
	const struct hv_channel *focus = terminal->focus;
	char line[HV_TERMINAL_ROOM];
	size_t length = 0;

	if (!focus->forgotten)
		length = copy_printable(line, focus->text, 0, focus->length);
	if (length != 0)
		terminal->ops->write(terminal->ctx, line, length);
}

static void print_waiting(struct hv_terminal *terminal)
{
	struct hv_channel *channel;

	for (channel = terminal->first; channel; channel = channel->next) {
		if (channel->complete != 0)
			print_lines(terminal, channel, channel->complete);
	}
}

void hv_terminal_flush(struct hv_terminal *terminal)
{
	if (terminal->waiting == 0)
		return;
	print_waiting(terminal);
	rewrite(terminal);
}

/* Not the first byte of a character (RFC 3629 3). */
static bool continues(char c)
{
	return ((uint8_t)c & 0xc0) == 0x80;
}

/* What stands in the line in focus, as far as it can be told. */
static void remember(struct hv_channel *channel, char c)
{
	if (c == '\r') {
		channel->returned = true;
		return;
	}
	if (channel->returned)
		channel->length = 0;
	channel->returned = false;
	if (channel->length == HV_TERMINAL_ROOM) {
		channel->length = 0;
		channel->forgotten = true;
	} else if (c == '\b' && channel->length != 0) {
		while (--channel->length != 0 &&
		       continues(channel->text[channel->length])) {
		}
	} else if (!channel->forgotten) {
		channel->text[channel->length++] = c;
	}
}

static void end_focused(struct hv_terminal *terminal,
			struct hv_channel *channel)
{
	channel->length = 0;
	channel->returned = false;
	channel->forgotten = false;
	hv_terminal_flush(terminal);
}

static void put_focused(struct hv_terminal *terminal,
			struct hv_channel *channel, char c)
{
	if (c == '\n')
		end_focused(terminal, channel);
	else
		remember(channel, c);
}

/* It begins a new line where the rest of this one has no room for it. */
static void put_other(struct hv_terminal *terminal, struct hv_channel *channel,
		      const char *bytes, unsigned count)
{
	while (channel->length + count > HV_TERMINAL_ROOM) {
		print_lines(terminal, channel,
			    channel->complete != 0 ? channel->complete
						   : channel->length);
		rewrite(terminal);
	}
	memcpy(channel->text + channel->length, bytes, count);
	channel->length += count;
	if (bytes[0] != '\n')
		return;
	if (channel->complete == 0)
		terminal->waiting++;
	channel->complete = channel->length;
	if (!in_line(terminal))
		hv_terminal_flush(terminal);
}

/* These belong together: a character, or a whole sequence. */
static void put(struct hv_terminal *terminal, struct hv_channel *channel,
		const char *bytes, unsigned count)
{
	if (channel != terminal->focus) {
		put_other(terminal, channel, bytes, count);
		return;
	}
	terminal->growth++;
	terminal->ops->write(terminal->ctx, bytes, count);
	for (unsigned i = 0; i < count; i++)
		put_focused(terminal, channel, bytes[i]);
}

void hv_terminal_put(struct hv_terminal *terminal, struct hv_channel *channel,
		     char c)
{
	unsigned count;

	if (terminal->raw) {
		put(terminal, channel, &c, 1);
		return;
	}
	count = hv_filter_put(&channel->filter, c);
	if (count != 0)
		put(terminal, channel, channel->filter.held, count);
}

void hv_terminal_end_line(struct hv_terminal *terminal,
			  struct hv_channel *channel)
{
	channel->filter = (struct hv_filter){0};
	if (channel == terminal->focus) {
		end_focused(terminal, channel);
	} else if (channel->length != 0) {
		print_lines(terminal, channel, channel->length);
		rewrite(terminal);
	}
}

void hv_terminal_focus(struct hv_terminal *terminal, struct hv_channel *channel)
{
	char line[PRINT_MAX] = "hv: the console is ";
	size_t length = strlen(line);

	if (channel == terminal->focus)
		return;
	/* What the one before has of its line waits from here on for the rest
	 * of it. */
	terminal->focus->forgotten = false;
	terminal->focus->returned = false;
	terminal->focus = channel;
	terminal->growth++;
	print_waiting(terminal);
	line[length++] = '[';
	memcpy(line + length, channel->name, strnlen(channel->name, NAME_MAX));
	length += strnlen(channel->name, NAME_MAX);
	line[length++] = ']';
	line[length] = '\0';
	terminal->ops->line(terminal->ctx, line);
	rewrite(terminal);
}
