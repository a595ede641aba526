/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>

#include "guest.h"

#define PL011_DR   0x00
#define PL011_FR   0x18
#define PL011_TXFF (1u << 5)

static void put_char(char c)
{
	while (mmio_read32(PL011_BASE + PL011_FR) & PL011_TXFF)
		;
	mmio_write32(PL011_BASE + PL011_DR, (uint8_t)c);
}

static void put_string(const char *s)
{
	while (*s)
		put_char(*s++);
}

static void put_number(uint64_t value, unsigned base)
{
	char digits[20];
	unsigned n = 0;

	do {
		digits[n++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	while (n)
		put_char(digits[--n]);
}

static void put_signed(int64_t value)
{
	if (value < 0) {
		put_char('-');
		put_number(-(uint64_t)value, 10);
	} else {
		put_number((uint64_t)value, 10);
	}
}

static const char *put_conversion(const char *p, va_list *args)
{
	if (*p == 's') {
		put_string(va_arg(*args, const char *));
		return p;
	}
	if (*p == '%') {
		put_char('%');
		return p;
	}
	p++; /* 'l' */
	if (*p == 'd')
		put_signed(va_arg(*args, long));
	else
		put_number(va_arg(*args, unsigned long), *p == 'x' ? 16 : 10);
	return p;
}

void print(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	for (const char *p = format; *p; p++) {
		if (*p == '%')
			p = put_conversion(p + 1, &args);
		else
			put_char(*p);
	}
	va_end(args);
}
