/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything at once, and the counts are exact: an SGI is sent again only
 * when its target has taken the one before, so none can merge.
 */
#include "conformance.h"

#define STORM_ROUNDS 20u
#define RING_LAPS    40u
#define FLOAT_ROUNDS 2000u

/* [to][sgi], by the handlers of `to`: the SGI tells who sent it. */
static uint64_t got[MAX_CPUS][ORDER];
static uint64_t ticks[MAX_CPUS];
static uint64_t float_want;
static struct barrier together;

/* A millisecond; and more where there are so many CPUs that each could not
 * serve its own ticks in its part of two of the host's. */
static uint64_t period(void)
{
	return READ_SYSREG(cntfrq_el0) * (cpus < 8 ? 8 : cpus) / 8000;
}

static bool storm_irq(uint32_t intid)
{
	unsigned self = cpu_index();

	if (intid == VTIMER) {
		if (READ_SYSREG(cntvct_el0) < READ_SYSREG(cntv_cval_el0))
			CHECK(false && "a tick before its time");
		WRITE_SYSREG(cntv_cval_el0,
			     READ_SYSREG(cntv_cval_el0) + period());
		ISB();
		ticks[self]++;
	} else if (intid < ORDER) {
		store_release(&got[self][intid], got[self][intid] + 1);
	}
	return true;
}

/* There are not more SGIs than that; beyond, CPUs only listen. */
static unsigned senders(void)
{
	return cpus < ORDER ? cpus : ORDER;
}

static void send_to_all(uint64_t round)
{
	unsigned self = cpu_index();
	bool sends = self < senders();

	for (unsigned to = 0; sends && to < cpus; to++)
		send_sgi(to, self);
	CHECK_EQ(float_work(FLOAT_ROUNDS), float_want);
	for (unsigned to = 0; sends && to < cpus; to++)
		EVENTUALLY(load_acquire(&got[to][self]) == round);
}

static void storm_here(uint64_t rounds)
{
	unsigned self = cpu_index();
	uint64_t first = now() + period(), last;

	set_hook(self, storm_irq);
	gic_enable(VTIMER, 0x80);
	barrier_wait(&together, cpus);
	WRITE_SYSREG(cntv_cval_el0, first);
	WRITE_SYSREG(cntv_ctl_el0, 1);
	IRQ_ON();
	for (uint64_t round = 1; round <= rounds; round++)
		send_to_all(round);
	EVENTUALLY(LIVE(ticks[self]) >= 5);
	IRQ_OFF();
	WRITE_SYSREG(cntv_ctl_el0, 0);
	last = READ_SYSREG(cntv_cval_el0);
	/* Each deadline passed has been one tick. */
	CHECK_EQ(last - first, ticks[self] * period());
	gic_disable(VTIMER);
	/* Nobody stops listening before all have been heard. */
	IRQ_ON();
	barrier_wait(&together, cpus);
	IRQ_OFF();
}

static void clear_counts(void)
{
	for (unsigned to = 0; to < cpus; to++) {
		ticks[to] = 0;
		for (uint32_t sgi = 0; sgi < ORDER; sgi++)
			got[to][sgi] = 0;
	}
}

static void storm(void)
{
	clear_counts();
	float_want = float_work(FLOAT_ROUNDS);
	on_all(storm_here, STORM_ROUNDS);
	settle();
	for (unsigned to = 0; to < cpus; to++)
		for (unsigned from = 0; from < senders(); from++) {
			CHECK_EQ(got[to][from], STORM_ROUNDS);
			CHECK_EQ(TAKEN(to, from), STORM_ROUNDS);
		}
}

/* A token goes round; all but its holder sleep, and nobody misses it. Each
 * CPU hears one other only: SGIs may be shared. */
static void ring_here(uint64_t laps)
{
	unsigned self = cpu_index(), next = (self + 1) % cpus;
	unsigned before = (self + cpus - 1) % cpus;

	set_hook(self, storm_irq);
	barrier_wait(&together, cpus);
	for (uint64_t lap = 1; lap <= laps; lap++) {
		if (self == 0)
			send_sgi(next, self % ORDER);
		if (!sleep_until(&got[self][before % ORDER], lap))
			break;
		if (self != 0)
			send_sgi(next, self % ORDER);
	}
	IRQ_OFF();
}

static void ring(void)
{
	clear_counts();
	on_all(ring_here, RING_LAPS);
	settle();
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		CHECK_EQ(got[(cpu + 1) % cpus][cpu % ORDER], RING_LAPS);
}

/* SPIs sent round the CPUs by the handlers themselves. */
static uint64_t hops[MAX_CPUS], all_hops;

static bool hop(uint32_t intid)
{
	unsigned self = cpu_index(), next = (self + 1) % cpus;

	if (intid != SPI)
		return true;
	hops[self]++;
	if (atomic_add(&all_hops, 1) < RING_LAPS * cpus) {
		route(SPI, cpu_affinity(next));
		set_bit_of(0, GICD_ISPENDR, SPI);
	} else {
		send_sgi(0, 1); /* who sleeps until it is over */
	}
	return true;
}

static void hopping(void)
{
	all_hops = 0;
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		hops[cpu] = 0;
		set_hook(cpu, hop);
	}
	use_spi(SPI, 0, 0x80);
	set_edge(SPI, true);
	set_bit_of(0, GICD_ISPENDR, SPI);
	sleep_until(&all_hops, RING_LAPS * cpus);
	settle();
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		CHECK_EQ(hops[cpu], RING_LAPS);
		CHECK_EQ(TAKEN(cpu, SPI), RING_LAPS);
	}
}

/* CPUs go off and on while the rest works. */
static void hotplug(void)
{
	unsigned last = cpus - 1;

	clear_counts();
	float_want = float_work(FLOAT_ROUNDS);
	for (unsigned n = 0; n < 10; n++) {
		uint64_t entries = cpu_entries[last].entries;

		stop_cpu(last);
		for (unsigned cpu = 1; cpu < last; cpu++)
			send_sgi(cpu, 1);
		CHECK_EQ(float_work(FLOAT_ROUNDS), float_want);
		start_cpu(last);
		CHECK_EQ(cpu_entries[last].entries, entries + 1);
		for (unsigned cpu = 1; cpu < last; cpu++)
			EVENTUALLY(TAKEN(cpu, 1) == n + 1);
	}
}

const struct conformance_case stress_cases[] = {
	{{"stress: SGIs to all from all, ticks, FP (IHI 0069 4.1.2)", storm},
	 0},
	{{"stress: a token round sleeping CPUs (DDI 0487 D1.6.2)", ring}, 2},
	{{"stress: an SPI round all CPUs (IHI 0069 12.9.22)", hopping}, 0},
	{{"stress: hotplug (DEN0022 5.5, 5.6)", hotplug}, 2},
};
END_OF_TABLE(stress);
