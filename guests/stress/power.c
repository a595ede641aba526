/* SPDX-License-Identifier: Apache-2.0 */
/* CPU_ON of CPUs that may be off, leaving, or just turned on by another. */
#include "stress.h"

#define SUCCESS    0
#define ON_PENDING (-5)

uint64_t won[MAX_CPUS], won_contexts[MAX_CPUS], entered[MAX_CPUS];
static uint64_t tries[MAX_CPUS];

/*
 * QEMU 7.2 tells SUCCESS to all who call before the CPU is there, and starts
 * it for each, perhaps when it has long been running: on the bare board only
 * one calls, and nobody else until the CPU has come.
 */
static bool bare;
static uint64_t alone[MAX_CPUS], callers[MAX_CPUS];

void power_init(void)
{
	bare = !is_virtual();
}

void turned_on(uint64_t context)
{
	unsigned self = cpu_index();

	entered[self] += context;
	store_release(&alone[self], 0);
}

/* Wait a little for another CPU that turns on the same one: both then call
 * in the same moment. */
static void meet(unsigned cpu)
{
	uint64_t came = atomic_add(&callers[cpu], 1);
	uint64_t end = now() + READ_SYSREG(cntfrq_el0) / 1000;

	while (came % 2 && load_acquire(&callers[cpu]) == came && now() < end)
		;
}

static bool call(unsigned cpu)
{
	unsigned self = cpu_index();
	/* No two calls have the same. */
	uint64_t context = ++tries[self] * MAX_CPUS + self;
	int64_t answer;

	answer = cpu_on(cpu, context);
	if (answer == SUCCESS) {
		atomic_add(&won[cpu], 1);
		atomic_add(&won_contexts[cpu], context);
		counts[self].successes++;
	} else if (answer == ON_PENDING) {
		counts[self].pending++;
	} else {
		CHECK_EQ(answer, PSCI_ALREADY_ON);
		counts[self].refusals++;
	}
	return answer == SUCCESS;
}

void turn_on(unsigned cpu)
{
	at(TURNING_ON);
	if (!bare)
		meet(cpu);
	else if (__atomic_exchange_n(&alone[cpu], 1, __ATOMIC_ACQ_REL))
		return;
	if (!call(cpu))
		store_release(&alone[cpu], 0);
}
