/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A line of text for dumps, built piece by piece. It is always terminated;
 * what does not fit is cut off.
 */
#ifndef LIB_FORMAT_H
#define LIB_FORMAT_H

#include <stdint.h>

#define ARM_LINE_MAX 100u /* characters */

struct arm_line {
	char text[ARM_LINE_MAX + 1];
	unsigned length;
};

/* An empty line. */
void arm_line_start(struct arm_line *line);

void arm_line_text(struct arm_line *line, const char *text);

/* Lower case without prefix: at least digits of them (up to 16), more where
 * the value needs more. */
void arm_line_hex(struct arm_line *line, uint64_t value, unsigned digits);

void arm_line_decimal(struct arm_line *line, uint64_t value);

#endif
