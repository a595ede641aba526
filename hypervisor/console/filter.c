/* SPDX-License-Identifier: Apache-2.0 */
#include "console/filter.h"

#include <stdbool.h>
#include <string.h>

#define ENQ 0x05u
#define BEL 0x07u
#define CAN 0x18u
#define SUB 0x1au
#define ESC 0x1bu
#define DEL 0x7fu

/* C1 controls, which UTF-8 writes as two bytes (ECMA-48 5.3). */
#define C1_DCS 0x90u
#define C1_SOS 0x98u
#define C1_CSI 0x9bu
#define C1_ST  0x9cu
#define C1_OSC 0x9du
#define C1_PM  0x9eu
#define C1_APC 0x9fu

enum state {
	TEXT,
	CHARACTER,     /* in one of several bytes                   */
	ESCAPE,        /* ESC, and perhaps intermediate bytes       */
	CONTROL,       /* ESC [                                     */
	STRING,        /* of OSC, DCS, …: until its terminator      */
	STRING_ESCAPE, /* ESC in a string: its terminator, perhaps  */
	STRING_C1,     /* the first byte of ST as UTF-8, perhaps    */
};

static void begin(struct hv_filter *filter, enum state state)
{
	filter->state = (uint8_t)state;
	filter->length = 0;
}

static void hold(struct hv_filter *filter, uint8_t c)
{
	if (filter->length < HV_FILTER_HELD)
		filter->held[filter->length] = (char)c;
	if (filter->length <= HV_FILTER_HELD)
		filter->length++;
}

static unsigned pass(struct hv_filter *filter)
{
	unsigned length = filter->length;

	begin(filter, TEXT);
	return length <= HV_FILTER_HELD ? length : 0;
}

static unsigned drop(struct hv_filter *filter)
{
	begin(filter, TEXT);
	return 0;
}

/* Bytes that follow the first one of a UTF-8 character (RFC 3629). */
static uint8_t bytes_after(uint8_t c)
{
	if (c >= 0xc2 && c < 0xe0)
		return 1;
	if (c >= 0xe0 && c < 0xf0)
		return 2;
	if (c >= 0xf0 && c < 0xf5)
		return 3;
	return 0;
}

/* The second byte after this first one: no longer form than needed, which
 * could hide a control, and nothing beyond U+10FFFF (RFC 3629 4). */
static bool may_follow(uint8_t first, uint8_t c)
{
	switch (first) {
	case 0xe0:
		return c >= 0xa0 && c <= 0xbf;
	case 0xed:
		return c >= 0x80 && c <= 0x9f;
	case 0xf0:
		return c >= 0x90 && c <= 0xbf;
	case 0xf4:
		return c >= 0x80 && c <= 0x8f;
	default:
		return c >= 0x80 && c <= 0xbf;
	}
}

static unsigned put_text(struct hv_filter *filter, uint8_t c)
{
	begin(filter, TEXT);
	hold(filter, c);
	if (c == ESC) {
		filter->state = ESCAPE;
		return 0;
	}
	if (c >= 0x80) {
		filter->left = bytes_after(c);
		if (filter->left == 0)
			return drop(filter);
		filter->state = CHARACTER;
		return 0;
	}
	return c == ENQ ? drop(filter) : pass(filter);
}

/* A C1 control: what it introduces in seven bits is read like that. */
static unsigned put_c1(struct hv_filter *filter, uint8_t c)
{
	begin(filter, TEXT);
	switch (c) {
	case C1_CSI:
		filter->state = CONTROL;
		hold(filter, ESC);
		hold(filter, '[');
		break;
	case C1_DCS:
	case C1_SOS:
	case C1_OSC:
	case C1_PM:
	case C1_APC:
		filter->state = STRING;
		break;
	default:
		break;
	}
	return 0;
}

static unsigned put_character(struct hv_filter *filter, uint8_t c)
{
	uint8_t first = (uint8_t)filter->held[0];

	if (filter->length == 1 ? !may_follow(first, c) : c < 0x80 || c > 0xbf)
		return put_text(filter, c); /* that was none; this may be */
	if (first == 0xc2 && c < 0xa0)
		return put_c1(filter, c);
	hold(filter, c);
	return --filter->left == 0 ? pass(filter) : 0;
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

/*
 * ESC and one byte: cursor saved and restored, keypad modes, line feeds, tab
 * stop, reset. With a byte between them: character sets, and # for the lines'
 * size. ESC % and ESC SP, which change how all bytes are read, are not there.
 */
static bool is_silent_escape(const struct hv_filter *filter)
{
	const char *held = filter->held;

	if (filter->length == 2)
		return is_one_of(held[1], "78=>DEHMc");
	return filter->length == 3 && is_one_of(held[1], "()*+#");
}

static unsigned put_escape(struct hv_filter *filter, uint8_t c)
{
	bool alone = filter->length == 1;

	if (alone && c == '[') {
		filter->state = CONTROL;
		hold(filter, c);
		return 0;
	}
	/* k: a title, for those who run in screen or tmux. */
	if (alone && is_one_of((char)c, "P]X^_k")) {
		begin(filter, STRING);
		return 0;
	}
	hold(filter, c);
	if (c >= ' ' && c < '0')
		return 0;
	if (filter->length > HV_FILTER_HELD || !is_silent_escape(filter))
		return drop(filter);
	return pass(filter);
}

/* ESC [ ? … h and l: cursor keys, reverse screen, origin, wrap, blinking and
 * visible cursor, and the alternate screen. */
static bool is_silent_mode(uint32_t mode)
{
	static const uint16_t silent[] = {1,  5,  6,    7,    12,
					  25, 47, 1047, 1048, 1049};

	for (unsigned i = 0; i < sizeof(silent) / sizeof(silent[0]); i++) {
		if (silent[i] == mode)
			return true;
	}
	return false;
}

/* Each number of a list between these bytes is such a mode. */
static bool are_silent_modes(const char *at, const char *end)
{
	while (at < end) {
		uint32_t mode = 0;

		for (; at < end && *at != ';'; at++) {
			if (*at < '0' || *at > '9' || mode > 9999)
				return false;
			mode = mode * 10 + (uint32_t)(*at - '0');
		}
		if (!is_silent_mode(mode))
			return false;
		at++;
	}
	return true;
}

/* ESC [, numbers, and the byte that says what it is. */
static bool is_silent_control(const struct hv_filter *filter)
{
	const char *first = filter->held + 2;
	const char *last = filter->held + filter->length - 1;
	bool plain = true;

	for (const char *at = first; at < last; at++)
		plain = plain && ((*at >= '0' && *at <= '9') || *at == ';' ||
				  *at == ':');
	if (plain && (*last == 'h' || *last == 'l')) /* insertion */
		return last - first == 1 && *first == '4';
	if (plain) /* T with several numbers is about the mouse */
		return is_one_of(*last, "@ABCDEFGHIJKLMPSXZ`abdefgmrsu") ||
		       (*last == 'T' &&
			!memchr(first, ';', (size_t)(last - first)));
	if (*first == '?' && (*last == 'h' || *last == 'l'))
		return are_silent_modes(first + 1, last);
	if (last - first == 1 && *first == '?')
		return *last == 'J' || *last == 'K';
	return last - first == 1 && *first == '!' && *last == 'p'; /* reset */
}

static unsigned put_control(struct hv_filter *filter, uint8_t c)
{
	hold(filter, c);
	if (c >= ' ' && c < '@')
		return 0;
	if (filter->length > HV_FILTER_HELD || !is_silent_control(filter))
		return drop(filter);
	return pass(filter);
}

/* Nothing of a string appears. One that never ends hides no further line. */
static unsigned put_string(struct hv_filter *filter, uint8_t c)
{
	if (filter->state == STRING_ESCAPE && c != '\\') {
		begin(filter, TEXT);
		hold(filter, ESC);
		filter->state = ESCAPE;
		return hv_filter_put(filter, (char)c);
	}
	if (c == '\n' || c == CAN || c == SUB)
		return put_text(filter, c);
	if (c == BEL || filter->state == STRING_ESCAPE ||
	    (filter->state == STRING_C1 && c == C1_ST))
		return drop(filter);
	filter->state = c == ESC    ? STRING_ESCAPE
			: c == 0xc2 ? STRING_C1
				    : STRING;
	return 0;
}

unsigned hv_filter_put(struct hv_filter *filter, char byte)
{
	uint8_t c = (uint8_t)byte;

	switch ((enum state)filter->state) {
	case STRING:
	case STRING_ESCAPE:
	case STRING_C1:
		return put_string(filter, c);
	case TEXT:
		return put_text(filter, c);
	case CHARACTER:
		return put_character(filter, c);
	case ESCAPE:
	case CONTROL:
		break;
	}
	/* A control character ends a sequence, of which nothing has appeared.
	 */
	if (c < ' ' || c >= DEL)
		return put_text(filter, c);
	return filter->state == ESCAPE ? put_escape(filter, c)
				       : put_control(filter, c);
}
