/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/format.h"

static void put(struct arm_line *line, char c)
{
	if (line->length < ARM_LINE_MAX) {
		line->text[line->length++] = c;
		line->text[line->length] = '\0';
	}
}

void arm_line_start(struct arm_line *line)
{
	line->length = 0;
	line->text[0] = '\0';
}

void arm_line_text(struct arm_line *line, const char *text)
{
	while (*text)
		put(line, *text++);
}

static void put_number(struct arm_line *line, uint64_t value, unsigned base,
		       unsigned digits)
{
	char reversed[20]; /* 2^64 has 20 decimal digits */
	unsigned count = 0;

	do {
		reversed[count++] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value || (count < digits && count < 16));
	while (count)
		put(line, reversed[--count]);
}

void arm_line_hex(struct arm_line *line, uint64_t value, unsigned digits)
{
	put_number(line, value, 16, digits);
}

void arm_line_decimal(struct arm_line *line, uint64_t value)
{
	put_number(line, value, 10, 1);
}
