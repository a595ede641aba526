/* SPDX-License-Identifier: Apache-2.0 */
/* How many lines and resets a guest can cause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "vm/limit.h"

#define SECOND UINT64_C(62500000)

static void the_same_line_is_coalesced(void **state)
{
	struct hv_limit limit = {0};
	uint64_t now = 5 * SECOND;
	unsigned printed = 0, lines = 0;

	(void)state;
	/* 30 seconds of a reset each 2 ms, as it was. */
	for (unsigned i = 0; i < 15000; i++, now += SECOND / 500) {
		printed += hv_limit_line(&limit, "guest reset", now, SECOND);
		lines++;
	}
	assert_in_range(printed, 8, 12);
	assert_int_equal(limit.repeats, lines - printed);
	assert_int_equal(limit.others, 0);
	/* Another line is another matter. */
	assert_true(hv_limit_line(&limit, "guest stopped", now, SECOND));
	assert_true(hv_limit_line(&limit, "guest reset", now, SECOND));
}

static void a_dump_is_printed_whole(void **state)
{
	struct hv_limit limit = {0};

	(void)state;
	for (unsigned i = 0; i < 64; i++) {
		char line[32];

		snprintf(line, sizeof(line), "line %u", i);
		assert_true(hv_limit_line(&limit, line, 0, SECOND));
	}
}

static void different_lines_are_limited_too(void **state)
{
	static const char *const lines[] = {"one", "two"};
	struct hv_limit limit = {0};
	unsigned printed = 0, total = 60000;

	(void)state;
	for (unsigned i = 0; i < total; i++)
		printed += hv_limit_line(&limit, lines[i % 2],
					 i * (SECOND / 1000), SECOND);
	assert_in_range(printed, 60 * 4, 60 * 4 + 100);
	assert_int_equal(limit.repeats + limit.others, total - printed);
}

static void rare_lines_always_come(void **state)
{
	struct hv_limit limit = {0};

	(void)state;
	for (uint64_t i = 0; i < 1000; i++)
		assert_true(hv_limit_line(&limit, "guest reset",
					  i * 10 * SECOND, SECOND));
	assert_int_equal(limit.repeats, 0);
}

static void lines_as_long_as_they_can_be(void **state)
{
	struct hv_limit limit = {0};
	char line[HV_LINE_MAX];

	(void)state;
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\0';
	for (unsigned i = 0; i < 20; i++)
		assert_int_equal(hv_limit_line(&limit, line, 0, SECOND), i < 8);
	assert_string_equal(limit.last, line);
}

static void resets_take_longer_and_longer(void **state)
{
	struct hv_backoff backoff = {0};
	uint64_t now = 3 * SECOND, before = 0;
	unsigned immediate = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		uint64_t delay = hv_backoff_reset(&backoff, now, SECOND);

		assert_true(delay >= before && delay <= 10 * SECOND);
		immediate += delay == 0;
		if (i >= 20)
			assert_int_equal(delay, 10 * SECOND);
		before = delay;
		now += delay + SECOND / 1000;
	}
	assert_int_equal(immediate, 8);
	/* One that has run well is not blamed for what was before. */
	now += 11 * SECOND;
	assert_int_equal(hv_backoff_reset(&backoff, now, SECOND), 0);
}

static void nothing_depends_on_the_clock_being_any_good(void **state)
{
	struct hv_backoff backoff = {0};
	struct hv_limit limit = {0};

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		assert_int_equal(hv_backoff_reset(&backoff, 0, 0), 0);
		(void)hv_limit_line(&limit, "x", 0, 0);
		(void)hv_backoff_reset(&backoff, UINT64_MAX, SECOND);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_line_is_coalesced),
		cmocka_unit_test(a_dump_is_printed_whole),
		cmocka_unit_test(different_lines_are_limited_too),
		cmocka_unit_test(rare_lines_always_come),
		cmocka_unit_test(lines_as_long_as_they_can_be),
		cmocka_unit_test(resets_take_longer_and_longer),
		cmocka_unit_test(nothing_depends_on_the_clock_being_any_good),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
