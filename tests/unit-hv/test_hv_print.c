/* SPDX-License-Identifier: Apache-2.0 */
/* The formatter against the C library's, and what becomes a console line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/print.c"

static char printed[2 * HV_LINE_MAX];

void hv_uart_line(const char *text)
{
	assert_true(strlen(text) < HV_LINE_MAX);
	strcpy(printed, text);
}

/* The same text and length as snprintf(). */
#define SAME(...)                                                            \
	do {                                                                 \
		char ours[80], theirs[80];                                   \
		int length = snprintf(theirs, sizeof(theirs), __VA_ARGS__);  \
		assert_int_equal(hv_format(ours, sizeof(ours), __VA_ARGS__), \
				 length);                                    \
		assert_string_equal(ours, theirs);                           \
	} while (0)

static void formats_as_the_c_library_does(void **state)
{
	(void)state;
	SAME("plain %% text");
	SAME("%s|%10s|%-10s|%.2s|%.9s", "abc", "abc", "abc", "abc", "abc");
	SAME("%c%c|%3c|%-3c|", 'x', 'y', 'z', 'z');
	SAME("%d %d %d %i", 0, -1, INT32_MAX, INT32_MIN);
	SAME("%ld %ld", (long)INT64_MAX, (long)INT64_MIN);
	SAME("%u %x %lu %lx", UINT32_MAX, UINT32_MAX, (unsigned long)UINT64_MAX,
	     (unsigned long)UINT64_MAX);
	SAME("%5d|%-5d|%05d|%2d", 42, 42, -42, 12345);
	SAME("%08x|%016lx|%-8x|%8x", 0xbeefu, 0x1234ul, 0xbeefu, 0xbeefu);
	SAME("%zu %zx %llu", (size_t)7, (size_t)255, 8ull);
	SAME("%p", (void *)(uintptr_t)0x40200000);
}

static void cuts_what_does_not_fit(void **state)
{
	char buf[6] = "?????";

	(void)state;
	assert_int_equal(hv_format(buf, sizeof(buf), "%s", "1234567"), 7);
	assert_string_equal(buf, "12345");
	assert_int_equal(hv_format(buf, 1, "%d", 99), 2);
	assert_string_equal(buf, "");
	assert_int_equal(hv_format(0, 0, "abc"), 3);
}

static void a_line_has_its_prefix_and_its_end(void **state)
{
	char longer[HV_LINE_MAX + 50];

	(void)state;
	hv_printf("CPU %u", 3u);
	assert_string_equal(printed, "hv: CPU 3");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	hv_printf("%s", longer);
	assert_int_equal(strlen(printed), HV_LINE_MAX - 1);
}

static void levels_above_the_limit_are_silent(void **state)
{
	(void)state;
	printed[0] = '\0';
	hv_log(ARM_VCPU_LOG_DEBUG, "trace");
	assert_string_equal(printed, "");
	hv_log(ARM_VCPU_LOG_ERROR, "error");
	assert_string_equal(printed, "hv: error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(formats_as_the_c_library_does),
		cmocka_unit_test(cuts_what_does_not_fit),
		cmocka_unit_test(a_line_has_its_prefix_and_its_end),
		cmocka_unit_test(levels_above_the_limit_are_silent),
	};

	return cmocka_run_group_tests(tests, 0, 0);
}
