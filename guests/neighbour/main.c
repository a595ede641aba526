/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMs that share a CPU. By the word role= of the command line this one is
 *   watch  which looks at the counter all the time: what it does not see, it
 *          was away from its CPU. It tells its share, and the longest time;
 *   spin   which keeps all its CPUs busy;
 *   reset  which does nothing but reset its machine, by its last CPU.
 * Each ends when the physical count has reached ms= milliseconds.
 */
#include "smp.h"
#include "words.h"

/* No exit takes as long as this, no time slice is as short: microseconds. */
#define AWAY 200u

static uint64_t count(void)
{
	ISB();
	return READ_SYSREG(cntpct_el0);
}

static uint64_t to_us(uint64_t counts)
{
	return counts * 1000000u / READ_SYSREG(cntfrq_el0);
}

static void watch(uint64_t until)
{
	uint64_t begin = count(), last = begin, away = 0, longest = 0;

	while (last < until) {
		uint64_t now = count(), gap = now - last;

		last = now;
		if (to_us(gap) < AWAY)
			continue;
		away += gap;
		if (gap > longest)
			longest = gap;
	}
	if (last == begin) {
		print("no time was left\n");
		return;
	}
	print("had %lu per cent, away for %lu us at most\n",
	      (unsigned long)(100 - away * 100 / (last - begin)),
	      (unsigned long)to_us(longest));
}

static void spin(uint64_t until)
{
	while (count() < until)
		;
}

/* The others are busy when it happens. */
static void reset(uint64_t until)
{
	if (cpu_index() == cpu_count() - 1)
		(void)hvc(PSCI_SYSTEM_RESET, 0, 0, 0);
	spin(until);
}

static void on_all(void (*work)(uint64_t until), uint64_t until)
{
	cpu_main = work;
	for (unsigned cpu = 1; cpu < cpu_count(); cpu++)
		CHECK_EQ(cpu_on(cpu, until), 0);
	work(until);
}

void payload(uint64_t device_tree)
{
	const char *role;
	uint64_t until;

	mmu_on();
	words_from(device_tree);
	until = word_number("ms=", 0) * (READ_SYSREG(cntfrq_el0) / 1000);
	role = word_text("role=");
	if (role && *role == 'w')
		watch(until);
	else if (role && *role == 's')
		on_all(spin, until);
	else if (count() < until)
		on_all(reset, until);
}
