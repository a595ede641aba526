/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest writes, without what makes a terminal type: a terminal answers
 * queries (ESC [ 6 n, ESC [ c, ESC Z, DCS and OSC strings, ENQ …) as if its
 * user had typed the answer, and types by itself when its mouse or its focus
 * is reported. So only sequences that are known to be silent pass (ECMA-48,
 * and those of VT100 to xterm that programs use to paint); everything else,
 * and what is no UTF-8, is dropped.
 *
 * A sequence passes as a whole, when it is complete: nothing can come between
 * its bytes.
 */
#ifndef HV_CONSOLE_FILTER_H
#define HV_CONSOLE_FILTER_H

#include <stdint.h>

#define HV_FILTER_HELD 32u /* longer sequences are dropped */

/* All zero at first, and after the writer's end. */
struct hv_filter {
	uint8_t state;
	uint8_t length; /* bytes held; more than there is room for: dropped */
	uint8_t left;   /* bytes to come of a UTF-8 character */
	char held[HV_FILTER_HELD];
};

/*
 * One byte more. How many bytes may appear now, in filter->held, until the
 * next call: often this one, or a whole sequence that it ends; 0: none yet.
 */
unsigned hv_filter_put(struct hv_filter *filter, char c);

#endif
