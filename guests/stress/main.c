/* SPDX-License-Identifier: Apache-2.0 */
#include "stress.h"
#include "words.h"

unsigned cpus;
static uint64_t seconds, seed;

uint64_t sum_of(size_t offset)
{
	uint64_t sum = 0;

	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		const volatile uint64_t *own = (const void *)&counts[cpu];

		sum += own[offset / sizeof(*own)];
	}
	return sum;
}

static void everything(void)
{
	storm(seconds, seed);
	print("%lu rounds, %lu sleeps in WFI, %lu more with one waker\n",
	      SUM(rounds), SUM(sleeps), SUM(single_wakes));
}

static uint64_t check_sgis(uint32_t first, uint32_t end)
{
	uint64_t sum = 0;

	for (unsigned cpu = 0; cpu < cpus; cpu++)
		for (uint32_t sgi = first; sgi < end; sgi++) {
			CHECK_EQ(taken[cpu][sgi], sent[cpu][sgi]);
			sum += taken[cpu][sgi];
		}
	return sum;
}

static void targeted(void)
{
	uint64_t plain = check_sgis(0, FIRST_BROADCAST);

	print("%lu taken, %lu more to wake\n", plain, check_sgis(WAKE, SGIS));
}

static void to_others(void)
{
	print("%lu taken\n", check_sgis(FIRST_BROADCAST, WAKE));
}

static void nothing_else(void)
{
	CHECK_EQ(SUM(surplus), 0);
	CHECK_EQ(SUM(stray), 0);
}

/* They were compared with the clock whenever they were stopped. */
static void ticks(void)
{
	CHECK(SUM(ticks[0]) > 0);
	CHECK(SUM(ticks[1]) > 0);
	print("%lu of CNTV, %lu of CNTP\n", SUM(ticks[0]), SUM(ticks[1]));
}

static void power(void)
{
	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		CHECK_EQ(cpu_entries[cpu].entries, won[cpu]);
		CHECK_EQ(entered[cpu], won_contexts[cpu]);
	}
	print("%lu CPU_ONs, %lu more while pending, %lu while on\n",
	      SUM(successes), SUM(pending), SUM(refusals));
}

static void registers(void)
{
	CHECK(SUM(float_rounds) > 0);
	print("%lu rounds\n", SUM(float_rounds));
}

static void shared(void)
{
	CHECK_EQ(locked_count, SUM(locked));
	CHECK_EQ(locked_shadow, SUM(locked));
	CHECK_EQ(added_sum, SUM(added));
	print("%lu times locked\n", SUM(locked));
}

void payload(uint64_t device_tree)
{
	static const struct test tests[] = {
		{"everything at once", everything},
		{"each SGI sent is one taken", targeted},
		{"so is each SGI to all others", to_others},
		{"no interrupt besides", nothing_else},
		{"each deadline is one tick", ticks},
		{"each SUCCESS of CPU_ON is one entry", power},
		{"FP and SIMD registers are kept", registers},
		{"a lock and atomics count right", shared},
	};

	words_from(device_tree);
	mmu_on();
	cpus = cpu_count();
	if (word_text("ticks=")) {
		precise(word_number("ticks=", 0));
		return;
	}
	seconds = word_number("seconds=", 5);
	seed = word_number("seed=", 1);
	print("%lu CPUs, %lu seconds, seed %lu\n", (unsigned long)cpus, seconds,
	      seed);
	run_tests(tests, ARRAY_SIZE(tests));
}
