/* SPDX-License-Identifier: Apache-2.0 */
#include "base/print.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/uart.h"

enum arm_vcpu_log_level hv_log_level = ARM_VCPU_LOG_INFO;

/* Where text goes; counts what did not fit, too. */
struct sink {
	char *buf;
	size_t size;
	size_t length;
};

/* One conversion: %[-0][width][.precision][l|ll|z]type */
struct spec {
	bool left;
	bool zero;
	unsigned width;
	unsigned precision; /* UINT_MAX: none */
	bool wide;
	char type;
};

static void put(struct sink *sink, char c)
{
	if (sink->length + 1 < sink->size)
		sink->buf[sink->length] = c;
	sink->length++;
}

/* A sign, padding and text in the order that the flags ask for. */
static void put_field(struct sink *sink, const struct spec *spec,
		      const char *sign, const char *text, size_t length)
{
	size_t total = length + strlen(sign);
	size_t pad = total < spec->width ? spec->width - total : 0;
	size_t i;

	for (i = 0; i < pad && !spec->left && !spec->zero; i++)
		put(sink, ' ');
	for (; *sign; sign++)
		put(sink, *sign);
	for (i = 0; i < pad && !spec->left && spec->zero; i++)
		put(sink, '0');
	for (i = 0; i < length; i++)
		put(sink, text[i]);
	for (i = 0; i < pad && spec->left; i++)
		put(sink, ' ');
}

static void put_number(struct sink *sink, const struct spec *spec,
		       const char *sign, uint64_t value, unsigned base)
{
	char text[20]; /* 2^64 has 20 decimal digits */
	size_t at = sizeof(text);

	do {
		text[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	put_field(sink, spec, sign, text + at, sizeof(text) - at);
}

static unsigned parse_number(const char **at)
{
	unsigned n = 0;

	for (; **at >= '0' && **at <= '9'; (*at)++)
		n = (n * 10 + (unsigned)(**at - '0')) % 1000;
	return n;
}

static struct spec parse_spec(const char **at)
{
	struct spec spec = {.precision = HV_LINE_MAX};

	for (; **at == '-' || **at == '0'; (*at)++) {
		spec.left |= **at == '-';
		spec.zero |= **at == '0';
	}
	spec.width = parse_number(at);
	if (**at == '.') {
		(*at)++;
		spec.precision = parse_number(at);
	}
	for (; **at == 'l' || **at == 'z'; (*at)++)
		spec.wide = true;
	spec.type = **at;
	if (spec.type)
		(*at)++;
	return spec;
}

static void put_signed(struct sink *sink, const struct spec *spec, int64_t n)
{
	uint64_t magnitude = n < 0 ? -(uint64_t)n : (uint64_t)n;

	put_number(sink, spec, n < 0 ? "-" : "", magnitude, 10);
}

/* The conversions that take an argument; va_list by pointer, as it moves. */
static void convert(struct sink *sink, const struct spec *spec, va_list *args)
{
	const char *text;
	char c;

	switch (spec->type) {
	case 's':
		text = va_arg(*args, const char *);
		if (!text)
			text = "(null)";
		put_field(sink, spec, "", text, strnlen(text, spec->precision));
		break;
	case 'c':
		c = (char)va_arg(*args, int);
		put_field(sink, spec, "", &c, 1);
		break;
	case 'd':
	case 'i':
		put_signed(sink, spec,
			   spec->wide ? va_arg(*args, int64_t)
				      : va_arg(*args, int));
		break;
	case 'u':
	case 'x':
		put_number(sink, spec, "",
			   spec->wide ? va_arg(*args, uint64_t)
				      : va_arg(*args, unsigned),
			   spec->type == 'x' ? 16 : 10);
		break;
	case 'p':
		put_number(sink, spec, "0x", (uintptr_t)va_arg(*args, void *),
			   16);
		break;
	default: /* %% and whatever is no conversion */
		put(sink, spec->type);
	}
}

size_t hv_vformat(char *buf, size_t size, const char *format, va_list args)
{
	struct sink sink = {.buf = buf, .size = size};
	va_list copy;

	va_copy(copy, args);
	while (*format) {
		struct spec spec;

		if (*format != '%') {
			put(&sink, *format++);
			continue;
		}
		format++;
		spec = parse_spec(&format);
		if (spec.type)
			convert(&sink, &spec, &copy);
	}
	va_end(copy);
	if (size)
		buf[sink.length < size ? sink.length : size - 1] = '\0';
	return sink.length;
}

size_t hv_format(char *buf, size_t size, const char *format, ...)
{
	va_list args;
	size_t length;

	va_start(args, format);
	length = hv_vformat(buf, size, format, args);
	va_end(args);
	return length;
}

static void print(const char *format, va_list args)
{
	char line[HV_LINE_MAX] = "hv: ";
	size_t prefix = strlen(line);

	hv_vformat(line + prefix, sizeof(line) - prefix, format, args);
	hv_uart_line(line);
}

void hv_printf(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(format, args);
	va_end(args);
}

void hv_log(enum arm_vcpu_log_level level, const char *format, ...)
{
	va_list args;

	if (level > hv_log_level)
		return;
	va_start(args, format);
	print(format, args);
	va_end(args);
}
