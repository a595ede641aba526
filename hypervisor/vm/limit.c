/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/limit.h"

#include <string.h>

#define LINES_AT_ONCE    96u
#define LINES_PER_SECOND 4u
#define SAME_AT_ONCE     8u
#define SAME_SECONDS     10u

#define RESETS_AT_ONCE  8u
#define DELAYS_A_SECOND 128u /* the first delay is so much of a second */
#define DELAYS          11u  /* it doubles so often           */
#define DELAY_SECONDS   10u  /* and is so much at most        */

/*
 * A bucket of at_once tokens, one of which comes back each interval: due is
 * when it will be full again (the generic cell rate algorithm of ATM).
 */
static bool take(uint64_t *due, uint64_t now, uint64_t interval,
		 uint32_t at_once)
{
	uint64_t from = *due > now ? *due : now;

	if (from - now > interval * (at_once - 1))
		return false;
	*due = from + interval;
	return true;
}

bool hv_limit_line(struct hv_limit *limit, const char *line, uint64_t now,
		   uint64_t second)
{
	size_t length;
	bool same = strncmp(limit->last, line, sizeof(limit->last) - 1) == 0;

	if (!same)
		limit->same = 0;
	if ((same &&
	     !take(&limit->same, now, second * SAME_SECONDS, SAME_AT_ONCE)) ||
	    !take(&limit->any, now, second / LINES_PER_SECOND, LINES_AT_ONCE)) {
		if (same)
			limit->repeats++;
		else
			limit->others++;
		return false;
	}
	if (!same)
		(void)take(&limit->same, now, second * SAME_SECONDS,
			   SAME_AT_ONCE);
	length = strnlen(line, sizeof(limit->last) - 1);
	memcpy(limit->last, line, length);
	limit->last[length] = '\0';
	return true;
}

uint64_t hv_backoff_reset(struct hv_backoff *backoff, uint64_t now,
			  uint64_t second)
{
	uint64_t most = second * DELAY_SECONDS, delay = 0;

	if (now > backoff->since && now - backoff->since > most)
		backoff->resets = 0;
	if (backoff->resets >= RESETS_AT_ONCE)
		delay = second / DELAYS_A_SECOND
			<< (backoff->resets - RESETS_AT_ONCE);
	if (delay > most)
		delay = most;
	if (backoff->resets < RESETS_AT_ONCE + DELAYS)
		backoff->resets++;
	backoff->since = now + delay;
	return delay;
}
