/* SPDX-License-Identifier: Apache-2.0 */
/* One terminal for several VMs: whose lines appear, when, and how. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/terminal.h"

static struct {
	struct hv_terminal terminal;
	struct hv_channel a, b, c;
	char seen[65536];
	size_t length;
	bool in_line; /* as base/uart.c has it */
} screen;

static void write_bytes(void *ctx, const char *bytes, size_t count)
{
	(void)ctx;
	assert_true(screen.length + count < sizeof(screen.seen));
	memcpy(screen.seen + screen.length, bytes, count);
	screen.length += count;
	screen.in_line = bytes[count - 1] != '\n';
}

static void write_line(void *ctx, const char *text)
{
	if (screen.in_line)
		write_bytes(ctx, "|\n", 2); /* visible: a line was broken */
	if (*text)
		write_bytes(ctx, text, strlen(text));
	write_bytes(ctx, "\n", 1);
}

static const struct hv_terminal_ops ops = {write_bytes, write_line};

static int setup(void **state)
{
	(void)state;
	memset(&screen, 0, sizeof(screen));
	screen.a.name = "a";
	screen.b.name = "b";
	screen.c.name = "c";
	hv_terminal_init(&screen.terminal, &ops, 0);
	hv_terminal_add(&screen.terminal, &screen.a);
	hv_terminal_add(&screen.terminal, &screen.b);
	hv_terminal_add(&screen.terminal, &screen.c);
	return 0;
}

static void put(struct hv_channel *channel, const char *text)
{
	while (*text)
		hv_terminal_put(&screen.terminal, channel, *text++);
}

/* What has appeared since the last time. */
static const char *seen(void)
{
	screen.seen[screen.length] = 0;
	screen.length = 0;
	return screen.seen;
}

static void the_one_in_focus_writes_as_it_is(void **state)
{
	(void)state;
	put(&screen.a, "login: \033[2J\r");
	assert_string_equal(seen(), "login: \033[2J\r");
}

/* The operator's keyboard is not the guest's. */
static void nobody_makes_the_terminal_type(void **state)
{
	(void)state;
	put(&screen.a, "a\033[6nb\033[cc\033]11;?\ad\033[1me");
	assert_string_equal(seen(), "abcd\033[1me");
	put(&screen.b, "a\033[6nb\033]0;title\ac\n");
	put(&screen.a, "\n");
	assert_string_equal(seen(), "\n[b] abc\n");
	/* What one life has begun is not the next one's. */
	put(&screen.a, "\033]0;");
	hv_terminal_end_line(&screen.terminal, &screen.a);
	put(&screen.a, "up");
	assert_string_equal(seen(), "up");
}

static void the_only_one_may_if_it_is_told(void **state)
{
	(void)state;
	screen.terminal.raw = true;
	put(&screen.a, "\033[6n\033]11;?\a\377\005");
	assert_string_equal(seen(), "\033[6n\033]11;?\a\377\005");
}

static void the_others_write_lines_with_their_names(void **state)
{
	(void)state;
	put(&screen.b, "one\r\ntw");
	assert_string_equal(seen(), "[b] one\n");
	put(&screen.c, "three\n");
	assert_string_equal(seen(), "[c] three\n");
	put(&screen.b, "o\n\n");
	assert_string_equal(seen(), "[b] two\n[b] \n");
}

static void lines_wait_for_the_end_of_the_one_in_focus(void **state)
{
	(void)state;
	put(&screen.a, "hel");
	put(&screen.b, "x\ny\nz");
	put(&screen.c, "w\n");
	put(&screen.a, "lo\r");
	assert_string_equal(seen(), "hello\r");
	put(&screen.a, "\n");
	assert_string_equal(seen(), "\n[b] x\n[b] y\n[c] w\n");
	put(&screen.b, "\n");
	assert_string_equal(seen(), "[b] z\n");
}

static void a_quiet_line_is_broken_and_written_again(void **state)
{
	(void)state;
	put(&screen.a, "# ls");
	put(&screen.b, "x\n");
	assert_int_equal(screen.terminal.waiting, 1);
	assert_string_equal(seen(), "# ls");
	hv_terminal_flush(&screen.terminal);
	assert_string_equal(seen(), "|\n[b] x\n# ls");
	assert_int_equal(screen.terminal.waiting, 0);
	/* Nothing waits: nothing is written again. */
	hv_terminal_flush(&screen.terminal);
	assert_string_equal(seen(), "");
}

/* As a shell's line editing writes it: what is seen comes again, but nothing
 * that asks the terminal for an answer. */
static void what_is_written_again_is_what_is_seen(void **state)
{
	(void)state;
	put(&screen.a, "old\r# \033[6nlsx\b \b");
	seen();
	put(&screen.b, "x\n");
	hv_terminal_flush(&screen.terminal);
	assert_string_equal(seen(), "|\n[b] x\n# ls");
	put(&screen.a, "\r");
	put(&screen.b, "y\n");
	assert_string_equal(seen(), "\r");
	put(&screen.a, "\n\b\b");
	assert_string_equal(seen(), "\n[b] y\n\b\b");
}

static void growth_tells_whether_a_line_is_quiet(void **state)
{
	uint32_t before = screen.terminal.growth;

	(void)state;
	put(&screen.b, "x");
	assert_int_equal(screen.terminal.growth, before);
	put(&screen.a, "x");
	assert_int_not_equal(screen.terminal.growth, before);
}

static void no_room_is_no_reason_to_wait_for_ever(void **state)
{
	(void)state;
	put(&screen.a, "# ");
	put(&screen.b, "x\n");
	for (unsigned i = 0; i < HV_TERMINAL_ROOM - 2; i++)
		put(&screen.b, "y");
	assert_string_equal(seen(), "# ");
	put(&screen.b, "z");
	assert_string_equal(seen(), "|\n[b] x\n# ");
	assert_int_equal(screen.terminal.waiting, 0);
}

static void a_line_without_end_is_broken(void **state)
{
	char expected[HV_TERMINAL_ROOM + 8] = "[b] ";

	(void)state;
	memset(expected + 4, 'x', HV_TERMINAL_ROOM);
	expected[HV_TERMINAL_ROOM + 4] = '\n';
	for (unsigned i = 0; i < HV_TERMINAL_ROOM; i++)
		put(&screen.b, "x");
	assert_string_equal(seen(), "");
	put(&screen.b, "y");
	assert_string_equal(seen(), expected);
	put(&screen.b, "\n");
	assert_string_equal(seen(), "[b] y\n");
}

/* Half a character, and a control after it, may be read as one by a terminal:
 * c2 before what begins a line, 9b without its first byte. */
static void a_character_is_never_broken(void **state)
{
	char expected[HV_TERMINAL_ROOM + 64] = "[b] ";

	(void)state;
	memset(expected + 4, 'x', HV_TERMINAL_ROOM - 2);
	strcat(expected, "\n[b] \xe2\x82\xacy\n");
	for (unsigned i = 0; i < HV_TERMINAL_ROOM - 2; i++)
		put(&screen.b, "x");
	put(&screen.b, "\xe2\x82\xacy\n");
	assert_string_equal(seen(), expected);

	/* Nor where a line waits before it, and less than it is freed. */
	put(&screen.a, "# ");
	put(&screen.b, "\n");
	memset(expected, 0, sizeof(expected));
	strcpy(expected, "# |\n[b] \n# |\n[b] ");
	memset(expected + strlen(expected), 'x', HV_TERMINAL_ROOM - 1);
	strcat(expected, "\n");
	for (unsigned i = 0; i < HV_TERMINAL_ROOM - 1; i++)
		put(&screen.b, "x");
	put(&screen.b, "\xe2\x82\xac");
	assert_memory_equal(seen(), expected, strlen(expected));
}

/* The cursor goes back over a whole one. */
static void nor_is_one_that_is_deleted(void **state)
{
	(void)state;
	put(&screen.a, "a\xe2\x82\xac\b");
	put(&screen.b, "y\n");
	seen();
	hv_terminal_flush(&screen.terminal);
	assert_string_equal(seen(), "|\n[b] y\na");
	/* Deleted to its ESC, a sequence is none; the text after it is. */
	put(&screen.a, "\0337\b\xe2\x82\xac");
	put(&screen.b, "y\n");
	seen();
	hv_terminal_flush(&screen.terminal);
	assert_string_equal(seen(), "|\n[b] y\na\xe2\x82\xac");
}

static void a_very_long_line_in_focus_is_not_repeated(void **state)
{
	(void)state;
	for (unsigned i = 0; i < HV_TERMINAL_ROOM + 1; i++)
		put(&screen.a, "x");
	put(&screen.b, "y\n");
	seen();
	hv_terminal_flush(&screen.terminal);
	assert_string_equal(seen(), "|\n[b] y\n");
	/* It is still a line that has not ended. */
	put(&screen.b, "z\n");
	assert_string_equal(seen(), "");
	put(&screen.a, "\nab");
	put(&screen.b, "w\n");
	hv_terminal_flush(&screen.terminal);
	assert_string_equal(seen(), "\n[b] z\nab|\n[b] w\nab");
}

/* A VM must not reach beyond its lines, nor make the terminal type. */
static void no_control_gets_through_from_the_others(void **state)
{
	(void)state;
	put(&screen.b, "\rfake\033[6n \033[1;31mred\033c\a\b\177 t\tab\n");
	assert_string_equal(seen(), "[b] fake red t\tab\n");
	put(&screen.b, "caf\xc3\xa9 \xc2\x9b"
		       "6n \xc2\xa0\n");
	assert_string_equal(seen(), "[b] caf\xc3\xa9  \xc2\xa0\n");
	put(&screen.b, "cut \033\nshort \033[1;\n");
	assert_string_equal(seen(), "[b] cut \n[b] short \n");
}

static void focus_takes_its_line_along(void **state)
{
	(void)state;
	put(&screen.b, "# ");
	put(&screen.a, "half a");
	seen();
	hv_terminal_focus(&screen.terminal, &screen.b);
	assert_string_equal(seen(), "|\nhv: the console is [b]\n# ");
	put(&screen.b, "ls\n");
	assert_string_equal(seen(), "ls\n");
	/* What a had of its line comes with the rest of it. */
	put(&screen.a, " line\n");
	assert_string_equal(seen(), "[a] half a line\n");
	hv_terminal_focus(&screen.terminal, &screen.b);
	assert_string_equal(seen(), "");
}

static void what_waits_comes_before_a_new_focus(void **state)
{
	(void)state;
	put(&screen.a, "# ");
	put(&screen.b, "old\nnew");
	put(&screen.c, "other\n");
	seen();
	hv_terminal_focus(&screen.terminal, &screen.b);
	assert_string_equal(seen(), "|\n[b] old\n[c] other\n"
				    "hv: the console is [b]\nnew");
	assert_int_equal(screen.terminal.waiting, 0);
}

static void the_end_of_a_vm_ends_its_line(void **state)
{
	(void)state;
	put(&screen.b, "bye\nno newline");
	assert_string_equal(seen(), "[b] bye\n");
	hv_terminal_end_line(&screen.terminal, &screen.b);
	assert_string_equal(seen(), "[b] no newline\n");
	put(&screen.a, "last");
	put(&screen.b, "x\n");
	hv_terminal_end_line(&screen.terminal, &screen.a);
	assert_string_equal(seen(), "last|\n[b] x\n");
	hv_terminal_end_line(&screen.terminal, &screen.b);
	assert_string_equal(seen(), "");
}

/*
 * Three VMs write lines of their own in any order and with any interruption:
 * every line appears once and whole, in its VM's order, behind its name; what
 * is not whole is the beginning of a line in focus that comes again.
 */
/* Marsaglia's xorshift; the same sequence in every run. */
static unsigned next_random(void)
{
	static uint64_t state = 7;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 33);
}

static void lines_never_mix(void **state)
{
	struct hv_channel *channels[] = {&screen.a, &screen.b, &screen.c};
	uint32_t line[3] = {0}, at[3] = {0}, next[3] = {0};
	char text[32];
	char *save = 0;

	(void)state;
	for (unsigned step = 0; step < 20000; step++) {
		unsigned i = next_random() % 3;

		if (next_random() % 500 == 0)
			hv_terminal_flush(&screen.terminal);
		snprintf(text, sizeof(text), "<%c:%u>\n", "abc"[i], line[i]);
		hv_terminal_put(&screen.terminal, channels[i], text[at[i]++]);
		if (text[at[i]] == 0) {
			line[i]++;
			at[i] = 0;
		}
	}
	hv_terminal_flush(&screen.terminal);
	for (char *l = strtok_r((char *)(uintptr_t)seen(), "\n", &save); l;
	     l = strtok_r(0, "\n", &save)) {
		unsigned i = l[0] == '[' ? (unsigned)(l[1] - 'a') : 0;

		if (l[strlen(l) - 1] == '|')
			continue;
		if (i)
			snprintf(text, sizeof(text), "[%c] <%c:%u>", "abc"[i],
				 "abc"[i], next[i]);
		else
			snprintf(text, sizeof(text), "<a:%u>", next[0]);
		if (i == 0 && next[0] == line[0])
			break; /* the one in focus has not ended */
		assert_string_equal(l, text);
		next[i]++;
	}
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(next[i], line[i]);
}

#define SCREEN_TEST(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SCREEN_TEST(nobody_makes_the_terminal_type),
		SCREEN_TEST(the_only_one_may_if_it_is_told),
		SCREEN_TEST(the_one_in_focus_writes_as_it_is),
		SCREEN_TEST(the_others_write_lines_with_their_names),
		SCREEN_TEST(lines_wait_for_the_end_of_the_one_in_focus),
		SCREEN_TEST(a_quiet_line_is_broken_and_written_again),
		SCREEN_TEST(what_is_written_again_is_what_is_seen),
		SCREEN_TEST(growth_tells_whether_a_line_is_quiet),
		SCREEN_TEST(no_room_is_no_reason_to_wait_for_ever),
		SCREEN_TEST(a_line_without_end_is_broken),
		SCREEN_TEST(a_character_is_never_broken),
		SCREEN_TEST(nor_is_one_that_is_deleted),
		SCREEN_TEST(a_very_long_line_in_focus_is_not_repeated),
		SCREEN_TEST(no_control_gets_through_from_the_others),
		SCREEN_TEST(focus_takes_its_line_along),
		SCREEN_TEST(what_waits_comes_before_a_new_focus),
		SCREEN_TEST(the_end_of_a_vm_ends_its_line),
		SCREEN_TEST(lines_never_mix),
	};

	return cmocka_run_group_tests(tests, 0, 0);
}
