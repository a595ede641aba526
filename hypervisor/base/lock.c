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

#ifdef HV_LOCK_RANKS
#include "base/percpu.h"
#endif

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

#ifdef HV_LOCK_RANKS

static uint32_t bit_of(const struct hv_lock *lock)
{
	return lock->rank == HV_RANK_LAST ? UINT32_C(1) << 31
					  : UINT32_C(1) << lock->rank;
}

/* Null until all CPUs have come up: before that there is none to ask. */
static struct hv_cpu *this_cpu(void)
{
	return hv_cpu_count() ? hv_this_cpu() : 0;
}

/* A wrong order is a mistake of hv's own, wherever it is: an exception here,
 * whose report has the address, and no lock that could be the wrong one. */
void hv_lock_taken(const struct hv_lock *lock)
{
	struct hv_cpu *cpu = this_cpu();

	if (!cpu)
		return;
	if (cpu->held >= bit_of(lock))
		__builtin_trap();
	cpu->held |= bit_of(lock);
}

void hv_lock_given(const struct hv_lock *lock)
{
	struct hv_cpu *cpu = this_cpu();

	if (cpu)
		cpu->held &= ~bit_of(lock);
}

#endif
