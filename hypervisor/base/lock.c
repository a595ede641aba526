/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lock when it is not free. Those who wait take tickets. The word:
 *
 *   [7:0]    taken, 0 or 1
 *   [19:8]   the ticket whose turn it is
 *   [31:20]  the next ticket
 *
 * While nobody waits both tickets are 0. So a lock that is 0 is free and nobody
 * waits for it: who finds it so takes it in one exchange, and overtakes nobody.
 * To give it back is to store one byte.
 */
#include "base/lock.h"

#define TAKEN       1u
#define TURN_SHIFT  8u
#define NEXT_SHIFT  20u
#define TICKET_MASK UINT32_C(0xfff)

void hv_lock_queue(struct hv_lock *lock)
{
	const uint32_t one = UINT32_C(1) << NEXT_SHIFT;
	uint32_t seen = atomic_fetch_add(&lock->word, one);
	const uint32_t mine = seen >> NEXT_SHIFT;
	const uint32_t after = (mine + 1) & TICKET_MASK;

	seen += one;
	for (;;) {
		uint32_t taken = TAKEN;

		/* All below the next ticket: my turn, and it is free. */
		if ((seen & (one - 1)) != mine << TURN_SHIFT) {
			seen = hv_cpu_wait_write(&lock->word, seen);
			continue;
		}
		/* The last one in the queue leaves no tickets. */
		if (seen >> NEXT_SHIFT != after)
			taken |= (seen & ~(one - 1)) | after << TURN_SHIFT;
		if (atomic_compare_exchange_strong(&lock->word, &seen, taken))
			return;
	}
}
