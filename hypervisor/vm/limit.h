/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How much a guest can make hv do by itself: lines on the console, and resets
 * of its machine. Pure: the time is the caller's, in counts of hv_counter(),
 * of which a second has so many.
 */
#ifndef HV_VM_LIMIT_H
#define HV_VM_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/print.h"

/* All zero: nothing was said. */
struct hv_limit {
	uint64_t any;  /* when as many lines will be due as have come */
	uint64_t same; /* the same of lines like the last one         */
	/* Since one was printed: */
	uint32_t repeats; /* lines that were the last one once more */
	uint32_t others;  /* and that were not                      */
	char last[HV_LINE_MAX];
};

/*
 * Whether a line may be printed: so many at once, a dump and more, and a few a
 * second from then on; of the same ones a few, and one every ten seconds from
 * then on. When not, it is counted.
 */
bool hv_limit_line(struct hv_limit *limit, const char *line, uint64_t now,
		   uint64_t second);

/* All zero: the machine was not reset yet. */
struct hv_backoff {
	uint64_t since;  /* when its present life began */
	uint32_t resets; /* one soon after the other    */
};

/*
 * Its guest has reset it: how long to wait before it starts again, in counts.
 * The first few times 0; then longer each time, up to ten seconds, until a
 * life lasts longer than that.
 */
uint64_t hv_backoff_reset(struct hv_backoff *backoff, uint64_t now,
			  uint64_t second);

#endif
