/* SPDX-License-Identifier: Apache-2.0 */
/* CPUs off and on again (DEN0022 5.5, 5.6, 6.4). */
#include "conformance.h"

#define AS_32(id)  ((uint64_t)(id) & ~UINT64_C(0x40000000))
#define ON_PENDING (-5)
#define POWER_ON   0
#define POWER_OFF  1
#define INTO_ENTRY UINT64_C(0x0123456789abcdef)

static int64_t power_of(unsigned cpu)
{
	return (int32_t)hvc(PSCI_AFFINITY_INFO, cpu_affinity(cpu), 0, 0);
}

static void again(void)
{
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		for (unsigned n = 0; n < 3; n++) {
			uint64_t entries = cpu_entries[cpu].entries;

			stop_cpu(cpu);
			CHECK_EQ(power_of(cpu), POWER_OFF);
			start_cpu(cpu);
			CHECK_EQ(power_of(cpu), POWER_ON);
			CHECK_EQ(cpu_entries[cpu].entries, entries + 1);
		}
}

/* 6.4.3: context id in x0, the exception level of the caller, MMU and caches
 * off, little-endian as the caller, DAIF masked. */
static void check_entry(unsigned cpu, uint64_t context)
{
	const struct cpu_entry *entry = &cpu_entries[cpu];

	CHECK_EQ(entry->context, context);
	CHECK_EQ(entry->current_el, 4);
	CHECK_EQ(entry->spsel, 1);
	CHECK_EQ(entry->daif, 0x3c0);
	/* M, C, I and EE. */
	CHECK_EQ(entry->sctlr & 0x2001005, 0);
}

static void turn_on(unsigned cpu, uint64_t id, uint64_t context)
{
	uint64_t entries = cpu_entries[cpu].entries;

	CHECK_EQ((int32_t)hvc(id, cpu_affinity(cpu), (uintptr_t)cpu_start,
			      context),
		 0);
	EVENTUALLY(load_acquire(&cpu_entries[cpu].entries) == entries + 1);
	check_entry(cpu, context);
}

static void entry_state(void)
{
	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		stop_cpu(cpu);
		turn_on(cpu, PSCI_CPU_ON, INTO_ENTRY * cpu);
		EVENTUALLY(is_idle(cpu));
		stop_cpu(cpu);
		/* The 32-bit call has a context of 32 bits. */
		turn_on(cpu, AS_32(PSCI_CPU_ON), 0x89abcdef);
		EVENTUALLY(is_idle(cpu));
	}
}

/* What the CPU left behind when it went off is not what it comes back with. */
static void dirty(uint64_t argument)
{
	(void)argument;
	gic_enable(21, 0x80);
	WRITE_SYSREG(ICC_PMR_EL1, 0x40);
	WRITE_SYSREG(cntv_cval_el0, 0);
	WRITE_SYSREG(cntkctl_el1, 3);
	IRQ_ON();
}

static void clean_again(void)
{
	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		on_cpu(cpu, dirty, 0);
		finish(cpu);
		/* PMR is in the way of the order. */
		set_priority(cpu, ORDER, 0x20);
		stop_cpu(cpu);
		turn_on(cpu, PSCI_CPU_ON, 7);
		EVENTUALLY(is_idle(cpu));
		set_priority(cpu, 21, 0x20);
		set_bit_of(cpu, GICD_ISENABLER, 21);
		set_bit_of(cpu, GICD_ISPENDR, 21);
		EVENTUALLY(TAKEN(cpu, 21) == 1);
	}
}

/* 5.6: in whatever order, all together. */
static void all_off_all_on(void)
{
	for (unsigned round = 0; round < 3; round++) {
		for (unsigned cpu = 1; cpu < cpus; cpu++)
			stop_cpu(cpu);
		for (unsigned cpu = 1; cpu < cpus; cpu++)
			CHECK_EQ(power_of(cpu), POWER_OFF);
		for (unsigned cpu = cpus - 1; cpu > 0; cpu--)
			CHECK_EQ(cpu_on(cpu, cpu), 0);
		for (unsigned cpu = 1; cpu < cpus; cpu++) {
			EVENTUALLY(is_idle(cpu));
			check_entry(cpu, cpu);
		}
	}
}

static int64_t answers[MAX_CPUS];
static unsigned victim;
static struct barrier together;

static void race_here(uint64_t argument)
{
	(void)argument;
	barrier_wait(&together, cpus - 1);
	answers[cpu_index()] = cpu_on(victim, 100 + cpu_index());
}

static void one_race(void)
{
	uint64_t entries = cpu_entries[victim].entries;
	unsigned won = 0, winner = 0;

	stop_cpu(victim);
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		if (cpu != victim)
			on_cpu(cpu, race_here, 0);
	race_here(0);
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		if (cpu != victim)
			finish(cpu);
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		if (cpu == victim)
			continue;
		if (answers[cpu] == 0) {
			won++;
			winner = cpu;
		} else {
			CHECK(answers[cpu] == PSCI_ALREADY_ON ||
			      answers[cpu] == ON_PENDING);
		}
	}
	CHECK_EQ(won, 1);
	EVENTUALLY(is_idle(victim));
	/* It started once, and for the one who was told so. */
	CHECK_EQ(cpu_entries[victim].entries, entries + 1);
	check_entry(victim, 100 + winner);
}

/* 5.6.2: of several callers at once exactly one has SUCCESS. QEMU 7.2 tells
 * it to all who call before the CPU is there, and starts it for each. */
static void race(void)
{
	if (!is_virtual())
		return;
	for (unsigned round = 0; round < 12; round++) {
		victim = 1 + round % (cpus - 1);
		one_race();
	}
}

/* ON_PENDING and ON are all that can be seen on the way. QEMU 7.2 shows OFF
 * until the CPU is there. */
static void observed(void)
{
	if (!is_virtual())
		return;
	for (unsigned round = 0; round < 5; round++) {
		unsigned cpu = 1 + round % (cpus - 1);
		int64_t last = POWER_OFF, state;

		stop_cpu(cpu);
		CHECK_EQ(cpu_on(cpu, 0), 0);
		do {
			int64_t answer = cpu_on(cpu, 0);

			CHECK(answer == PSCI_ALREADY_ON ||
			      answer == ON_PENDING);
			state = power_of(cpu);
			/* 2 is ON_PENDING; ON never goes back to it. */
			CHECK(state == POWER_ON || state == 2);
			CHECK(last != POWER_ON || state == POWER_ON);
			last = state;
		} while (state != POWER_ON);
		EVENTUALLY(is_idle(cpu));
	}
}

/* 5.5: the interrupts of a CPU that is off wait for it, and disturb nobody. */
static void asleep(void)
{
	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		stop_cpu(cpu);
		forget();
		send_sgi(cpu, 2);
		use_spi(SPI, cpu, 0x80);
		set_edge(SPI, true);
		set_bit_of(0, GICD_ISPENDR, SPI);
		CHECK(bit_of(0, GICD_ISPENDR, SPI));
		CHECK_EQ(power_of(cpu), POWER_OFF);
		start_cpu(cpu);
		EVENTUALLY(TAKEN(cpu, SPI) == 1);
		for (unsigned other = 0; other < cpus; other++)
			CHECK_EQ(TAKEN(other, SPI), other == cpu);
	}
}

/* 5.6.2: an entry point that cannot be is refused. QEMU 7.2 starts there. */
static void bad_entry(void)
{
	static const uint64_t entries[] = {
		UINT64_C(0x40080002), UINT64_C(0x40080001), UINT64_C(1) << 52,
		UINT64_C(0xffff000040080000)};

	if (!is_virtual())
		return;
	stop_cpu(1);
	for (size_t i = 0; i < ARRAY_SIZE(entries); i++) {
		int32_t answer = (int32_t)hvc(PSCI_CPU_ON, cpu_affinity(1),
					      entries[i], 0);

		CHECK(answer == PSCI_INVALID_ADDRESS ||
		      answer == PSCI_INVALID_PARAMETERS);
		CHECK_EQ(power_of(1), POWER_OFF);
	}
	start_cpu(1);
}

const struct conformance_case power_cases[] = {
	{{"power: CPU_OFF and on again (DEN0022 5.5, 5.6)", again}, 2},
	{{"power: state of a started CPU (DEN0022 6.4)", entry_state}, 2},
	{{"power: nothing is left from before (DEN0022 6.4)", clean_again}, 2},
	{{"power: all off, all on (DEN0022 5.6)", all_off_all_on}, 2},
	{{"power: race for one CPU (DEN0022 5.6.2)", race}, 3},
	{{"power: ON_PENDING, then ON (DEN0022 5.7)", observed}, 2},
	{{"power: interrupts of a CPU that is off (DEN0022 5.5)", asleep}, 2},
	{{"power: INVALID_ADDRESS (DEN0022 5.6.2)", bad_entry}, 2},
};
END_OF_TABLE(power);
