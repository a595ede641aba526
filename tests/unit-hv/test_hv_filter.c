/* SPDX-License-Identifier: Apache-2.0 */
/* What of a guest's output reaches the terminal: nothing that makes it type. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "console/filter.h"

/* All that appears of size bytes. */
static const char *filtered_bytes(const char *bytes, size_t size)
{
	static char seen[4096];
	struct hv_filter filter = {0};
	size_t length = 0;

	for (size_t i = 0; i < size; i++) {
		unsigned count = hv_filter_put(&filter, bytes[i]);

		assert_true(count <= HV_FILTER_HELD);
		assert_true(length + count < sizeof(seen));
		memcpy(seen + length, filter.held, count);
		length += count;
	}
	seen[length] = '\0';
	return seen;
}

static const char *filtered(const char *text)
{
	return filtered_bytes(text, strlen(text));
}

static void text_and_painting_pass(void **state)
{
	static const char *const silent[] = {
		"plain text, tab\t, return\r\n, bell \a, back\b, \016\017\f\v",
		"Gr\303\274\303\237e \342\202\254 \360\237\230\200 \302\240.",
		"\033[0m\033[1;31mred\033[39;49m\033[38;5;196m\033[4:3m\033[m",
		"\033[H\033[2J\033[J\033[K\033[1K\033[12;40H\033[5A\033[B",
		"\033[3;20r\033[L\033[2M\033[4P\033[@\033[2X\033[S\033[2T",
		"\033[s\033[u\0337\0338\033[?25l\033[?25h\033[?1049h\033[?1l",
		"\033[?7;25h\033[4h\033[4l\033[!p\033[g\033[3g\033[d\033[`",
		"\033=\033>\033M\033D\033E\033H\033c\033(B\033)0\033#8",
		"\033[?J\033[?K",
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(silent) / sizeof(silent[0]); i++)
		assert_string_equal(filtered(silent[i]), silent[i]);
}

static void what_makes_a_terminal_type_does_not(void **state)
{
	static const char *const queries[] = {
		"\033[6n",
		"\033[5n",
		"\033[?6n",
		"\033[?15n",
		"\033[c",
		"\033[0c",
		"\033[>c",
		"\033[>0c",
		"\033[=c",
		"\033Z",
		"\033[x",
		"\033[1x",
		"\033[18t",
		"\033[21t",
		"\033[14;2t",
		"\033[?u",
		"\033[>q",
		"\033[>0q",
		"\033[?2026$p",
		"\033[20$p",
		"\033[1$w",
		"\033[&u",
		"\033[1;1;1;1;1;1*y",
		"\033[?1;1;0S",
		"\033[?4m",
		"\033[>4;2m",
		"\033]11;?\a",
		"\033]4;1;?\033\\",
		"\033]52;c;?\a",
		"\033]0;title\a",
		"\033]0;title\302\234",
		"\033P$qm\033\\",
		"\033P+q544e\033\\",
		"\033_Gi=31,a=q\033\\",
		"\033^x\033\\",
		"\033Xx\033\\",
		"\033ktitle\033\\",
		"\005",
		"\302\2336n",
		"\302\23352t",
		"\302\232",
		"\302\220$qm\302\234",
		"\302\23511;?\a",
		"\302\2360c\033\\",
		"\302\2370c\a",
		"\033[?1000h",
		"\033[?1003h",
		"\033[?1004h",
		"\033[?1006h",
		"\033[?2004h",
		"\033[?25;1004h",
		"\033[20h",
		"\033[1;2;3;4;5T",
		"\033[5i",
		"\033[?1$h",
		"\033[?9999999991h",
		"\033 G",
		"\033%@",
		"\033%G",
		"\033[6\033[6n",
		"\033\033[6n",
		"\033[\033Z",
		"\033]0;\033[6n",
		"\033P\033[c",
		"\2336n",
		"\232",
		"\300\233",
		"\340\202\233",
		"\360\200\202\233",
		"\355\240\200",
		"\364\220\200\200",
		"\377\376\200",
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		const char *seen = filtered(queries[i]);

		/* What is left of a broken one is text. */
		if (strpbrk(seen, "\033\005\302\2233\232"))
			fail_msg("%s", queries[i] + 1);
		for (; *seen; seen++)
			assert_in_range(*seen, ' ', '~');
	}
	assert_string_equal(filtered("a\033[6nb\033Zc\033]11;?\ad"), "abcd");
}

static void a_control_ends_a_sequence(void **state)
{
	(void)state;
	assert_string_equal(filtered("\033[3\r\n1mx"), "\r\n1mx");
	assert_string_equal(filtered("\033\tx"), "\tx");
	assert_string_equal(filtered("\033[3\0301mx"), "\0301mx");
	assert_string_equal(filtered("\033[3\303\2741m"), "\303\2741m");
	assert_string_equal(filtered("\033[3\033[1m"), "\033[1m");
	assert_string_equal(filtered("\303x\303\274"), "x\303\274");
	assert_string_equal(filtered("\342\202\033[mx"), "\033[mx");
}

/* A string that its writer never ends. */
static void a_string_hides_no_further_line(void **state)
{
	(void)state;
	assert_string_equal(filtered("a\033]0;x\r\nb\a"), "a\nb\a");
	assert_string_equal(filtered("a\033P0;x\030b"), "a\030b");
	assert_string_equal(filtered("a\033P0;x\033[1mb"), "a\033[1mb");
}

static void long_sequences_are_dropped_whole(void **state)
{
	char text[1024];

	(void)state;
	for (size_t digits = 1; digits < 900; digits++) {
		bool fits = digits + 3 <= HV_FILTER_HELD;

		memset(text, '1', sizeof(text));
		memcpy(text, "\033[", 2);
		strcpy(text + 2 + digits, "mx");
		assert_string_equal(filtered(text), fits ? text : "x");
	}
	memset(text, '#', sizeof(text));
	text[0] = '\033';
	strcpy(text + 1000, "0x");
	assert_string_equal(filtered(text), "x");
}

/* Whatever is fed in, and however it is broken. */
static void any_bytes(void **state)
{
	static const char alphabet[] = "\033\033\033[[]P?;16nchZ$ \a\n\302\233"
				       "\220\234\\(xm\303";
	uint64_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		char text[24];
		const char *seen;

		for (unsigned i = 0; i < sizeof(text); i++) {
			seed = seed * UINT64_C(6364136223846793005) + 99;
			text[i] =
				alphabet[(seed >> 33) % (sizeof(alphabet) - 1)];
		}
		seen = filtered_bytes(text, sizeof(text));
		assert_null(strstr(seen, "\033[6n"));
		assert_null(strstr(seen, "\033[c"));
		assert_null(strstr(seen, "\033Z"));
		assert_null(strstr(seen, "\033]"));
		assert_null(strstr(seen, "\033P"));
		assert_null(strstr(seen, "\302\233"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(text_and_painting_pass),
		cmocka_unit_test(what_makes_a_terminal_type_does_not),
		cmocka_unit_test(a_control_ends_a_sequence),
		cmocka_unit_test(a_string_hides_no_further_line),
		cmocka_unit_test(long_sequences_are_dropped_whole),
		cmocka_unit_test(any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
