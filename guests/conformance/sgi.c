/* SPDX-License-Identifier: Apache-2.0 */
/* SGIs: ICC_SGI1R_EL1 by target list, range and to all others. */
#include "conformance.h"

/* Exactly these counts of an SGI, on every CPU. */
static void expect(uint32_t sgi, unsigned cpu, uint32_t there,
		   uint32_t elsewhere)
{
	for (unsigned i = 0; i < cpus; i++)
		CHECK_EQ(TAKEN(i, sgi), i == cpu ? there : elsewhere);
}

static void targeted(void)
{
	for (uint32_t sgi = 0; sgi < 15; sgi++)
		for (unsigned cpu = 0; cpu < cpus; cpu++) {
			send_sgi(cpu, sgi);
			if (cpu == 0)
				take();
			EVENTUALLY(TAKEN(cpu, sgi) == 1);
		}
	settle();
	take();
	for (uint32_t sgi = 0; sgi < 15; sgi++)
		expect(sgi, 0, 1, 1);
}

/* SGI 15 is an order only for who has one. */
static void the_last(void)
{
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		send_sgi(cpu, 15);
	take();
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		EVENTUALLY(TAKEN(cpu, 15) == 1);
}

static void to_others(void)
{
	for (uint32_t sgi = 0; sgi < 15; sgi++) {
		send_sgi_others(sgi);
		take();
		for (unsigned cpu = 1; cpu < cpus; cpu++)
			EVENTUALLY(TAKEN(cpu, sgi) == 1);
	}
	settle();
	take();
	for (uint32_t sgi = 0; sgi < 15; sgi++)
		expect(sgi, 0, 0, 1);
}

static void send_to_others(uint64_t sgi)
{
	send_sgi_others((uint32_t)sgi);
	take();
}

/* Of the CPUs 1 to last, but not the CPU itself, those that send this SGI:
 * each one by its number, as far as that is no order. */
static uint32_t heard(unsigned cpu, uint32_t sgi, unsigned last)
{
	uint32_t count = 0;

	for (unsigned from = 1; from <= last; from++)
		count += from != cpu && from % ORDER == sgi;
	return count;
}

static void others_from_each(void)
{
	for (unsigned from = 1; from < cpus; from++) {
		uint32_t sgi = from % ORDER;

		on_cpu(from, send_to_others, sgi);
		finish(from);
		take();
		for (unsigned cpu = 0; cpu < cpus; cpu++)
			EVENTUALLY(TAKEN(cpu, sgi) == heard(cpu, sgi, from));
	}
	settle();
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		for (uint32_t sgi = 0; sgi < ORDER; sgi++)
			CHECK_EQ(TAKEN(cpu, sgi), heard(cpu, sgi, cpus - 1));
}

static void lists_of_cluster(unsigned first, uint64_t *expected)
{
	unsigned count = cpus - first < CLUSTER ? cpus - first : CLUSTER;
	uint64_t all = (UINT64_C(1) << count) - 1;
	uint64_t step = all / 7 + 1; /* each CPU is in some, and not in some */

	for (uint64_t list = 0; list <= all; list += list < 8 ? 1 : step) {
		send_sgi_list(affinity_of(first), list, 2);
		take();
		for (unsigned cpu = 0; cpu < count; cpu++)
			expected[first + cpu] += list >> cpu & 1;
		for (unsigned cpu = 0; cpu < cpus; cpu++)
			EVENTUALLY(TAKEN(cpu, 2) == expected[cpu]);
	}
}

/* One write, several targets, all of one cluster. */
static void lists(void)
{
	uint64_t expected[MAX_CPUS] = {0};

	for (unsigned first = 0; first < cpus; first += CLUSTER)
		lists_of_cluster(first, expected);
	settle();
	take();
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		CHECK_EQ(TAKEN(cpu, 2), expected[cpu]);
}

/* Targets that do not exist are ignored (12.2.22), and nothing else comes of
 * them: other ranges, other clusters, bits of the list beyond the CPUs. */
static void to_nobody(void)
{
	static const uint64_t affinities[] = {
		UINT64_C(0xff00),       UINT64_C(0x10000),
		UINT64_C(0xff0000),     UINT64_C(0x100000000),
		UINT64_C(0xff00000000),
	};
	/* 12.9.38, 12.2.6: RES0 unless both say that ranges exist. */
	bool ranges = mmio_read32(GICD_BASE + GICD_TYPER) >> 26 & 1 &&
		      READ_SYSREG(ICC_CTLR_EL1) >> 18 & 1;

	for (uint64_t range = 1; ranges && range < 16; range++)
		send_sgi_list(range << 4, 0xffff, 4);
	for (size_t i = 0; i < ARRAY_SIZE(affinities); i++)
		send_sgi_list(affinities[i], 0xffff, 4);
	for (unsigned n = cpus; n < NUMBERS; n++)
		send_sgi_list(affinity_of(n), UINT64_C(1) << n % CLUSTER, 4);
	send_sgi_list(0, 0, 4);
	take();
	settle();
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		CHECK_EQ(TAKEN(cpu, 4), 0);
		CHECK(!bit_of(cpu, GICD_ISPENDR, 4));
	}
}

/* IRM set: the rest of the targets does not count (12.2.22). */
static void mode_wins(void)
{
	DSB();
	WRITE_SYSREG(ICC_SGI1R_EL1, UINT64_C(1) << 40 | 6 << 24 | 1);
	take();
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		EVENTUALLY(TAKEN(cpu, 6) == 1);
	settle();
	expect(6, 0, 0, 1);
}

/* Sent again while it is pending it is still one (4.1.2). */
static void merged(void)
{
	send_sgi(0, 7);
	send_sgi(0, 7);
	CHECK(bit_of(0, GICD_ISPENDR, 7));
	take();
	take();
	CHECK_EQ(TAKEN(0, 7), 1);
	CHECK(!bit_of(0, GICD_ISPENDR, 7));
	CHECK(!bit_of(0, GICD_ISACTIVER, 7));
	send_sgi(0, 7);
	take();
	CHECK_EQ(TAKEN(0, 7), 2);
}

/* A disabled SGI stays pending at its target until it is enabled. */
static void disabled(void)
{
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		disable(cpu, 8);
		send_sgi(cpu, 8);
		EVENTUALLY(bit_of(cpu, GICD_ISPENDR, 8));
	}
	take();
	settle();
	expect(8, 0, 0, 0);
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		set_bit_of(cpu, GICD_ISENABLER, 8);
		take();
		EVENTUALLY(TAKEN(cpu, 8) == 1);
		EVENTUALLY(!bit_of(cpu, GICD_ISPENDR, 8));
	}
}

/* SGI1R reaches group 1 only, SGI0R group 0 only (12.2.21, 12.2.22): with one
 * security state both are accessible. */
static void other_group(void)
{
	DSB();
	WRITE_SYSREG(ICC_SGI0R_EL1, UINT64_C(9) << 24 | 1);
	take();
	CHECK(!bit_of(0, GICD_ISPENDR, 9));
	mmio_write32(GICR_BASE + GICR_SGI + GICD_IGROUPR, ~(1u << 9));
	send_sgi(0, 9);
	CHECK(!bit_of(0, GICD_ISPENDR, 9));
	DSB();
	WRITE_SYSREG(ICC_SGI0R_EL1, UINT64_C(9) << 24 | 1);
	ISB();
	EVENTUALLY(bit_of(0, GICD_ISPENDR, 9));
	take();
	CHECK_EQ(TAKEN(0, 9), 0);
	set_bit_of(0, GICD_ICPENDR, 9);
	CHECK(!bit_of(0, GICD_ISPENDR, 9));
}

/* Set pending through a redistributor, an SGI is an SGI (12.11.24). */
static void by_register(void)
{
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		set_bit_of(cpu, GICD_ISPENDR, 10);
		take();
		EVENTUALLY(TAKEN(cpu, 10) == 1);
	}
	settle();
	expect(10, 0, 1, 1);
}

const struct conformance_case sgi_cases[] = {
	{{"SGI: to each CPU (IHI 0069 12.2.22)", targeted}, 0},
	{{"SGI: the last INTID (IHI 0069 2.2.1)", the_last}, 0},
	{{"SGI: to all but self (IHI 0069 12.2.22)", to_others}, 0},
	{{"SGI: to all but self, from each CPU (IHI 0069 12.2.22)",
	  others_from_each},
	 2},
	{{"SGI: every target list (IHI 0069 12.2.22)", lists}, 0},
	{{"SGI: to nobody (IHI 0069 12.2.22)", to_nobody}, 0},
	{{"SGI: IRM overrides the list (IHI 0069 12.2.22)", mode_wins}, 0},
	{{"SGI: twice before it is taken (IHI 0069 4.1.2)", merged}, 0},
	{{"SGI: disabled at its target (IHI 0069 4.1.2)", disabled}, 0},
	{{"SGI: of the other group (IHI 0069 12.2.21)", other_group}, 0},
	{{"SGI: by GICR_ISPENDR0 (IHI 0069 12.11.24)", by_register}, 0},
};
END_OF_TABLE(sgi);
