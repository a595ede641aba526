/* SPDX-License-Identifier: Apache-2.0 */
/* The str* functions that libfdt and hv use. */
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t strlen(const char *s)
{
	return strnlen(s, SIZE_MAX);
}

size_t strnlen(const char *s, size_t max)
{
	size_t n = 0;

	while (n < max && s[n])
		n++;
	return n;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t max)
{
	for (; max; max--, a++, b++)
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	return 0;
}

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return 0;
	return (char *)(uintptr_t)s;
}

char *strrchr(const char *s, int c)
{
	const char *last = 0;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)(uintptr_t)last;
}

static unsigned digit(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	if (c >= 'A' && c <= 'F')
		return (unsigned)(c - 'A') + 10;
	return UINT_MAX;
}

unsigned long strtoul(const char *s, char **end, int base)
{
	unsigned long value = 0;
	const char *start = s;
	unsigned radix = (unsigned)base;

	if ((radix == 0 || radix == 16) && s[0] == '0' &&
	    (s[1] == 'x' || s[1] == 'X') && digit(s[2]) < 16) {
		radix = 16;
		s += 2;
	} else if (radix == 0) {
		radix = s[0] == '0' ? 8 : 10;
	}
	for (start = digit(*s) < radix ? 0 : start; digit(*s) < radix; s++) {
		unsigned long next;

		if (__builtin_mul_overflow(value, radix, &next) ||
		    __builtin_add_overflow(next, digit(*s), &next))
			next = ULONG_MAX;
		value = next;
	}
	if (end)
		*end = (char *)(uintptr_t)(start ? start : s);
	return value;
}
