/* SPDX-License-Identifier: Apache-2.0 */
/* SPIs by IROUTER (IHI 0069 3.2.2, 12.9.22). */
#include "conformance.h"

static void to_each(void)
{
	set_edge(SPI, true);
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		use_spi(SPI, cpu, 0x80);
		for (uint32_t n = 1; n <= 3; n++) {
			set_bit_of(0, GICD_ISPENDR, SPI);
			take();
			EVENTUALLY(TAKEN(cpu, SPI) == n);
			EVENTUALLY(!bit_of(0, GICD_ISACTIVER, SPI));
		}
	}
	settle();
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		CHECK_EQ(TAKEN(cpu, SPI), 3);
}

/* Many SPIs at once, one CPU each in turn. */
static void spread(void)
{
	uint32_t spis = 32;

	for (uint32_t i = 0; i < spis; i++) {
		use_spi(SPI + i, i % cpus, 0x80);
		set_edge(SPI + i, true);
	}
	for (uint32_t i = 0; i < spis; i++)
		set_bit_of(0, GICD_ISPENDR, SPI + i);
	for (uint32_t i = 0; i < spis; i++) {
		take();
		EVENTUALLY(!bit_of(0, GICD_ISPENDR, SPI + i));
	}
	settle();
	for (uint32_t i = 0; i < spis; i++)
		CHECK(!bit_of(0, GICD_ISACTIVER, SPI + i));
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		for (uint32_t i = 0; i < 64 - SPI; i++)
			CHECK_EQ(TAKEN(cpu, SPI + i), i % cpus == cpu);
}

/* Pending and disabled, then routed elsewhere, then enabled. */
static void changed_while_disabled(void)
{
	set_edge(SPI, true);
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		use_spi(SPI, (cpu + 1) % cpus, 0x80);
		disable(0, SPI);
		set_bit_of(0, GICD_ISPENDR, SPI);
		route(SPI, cpu_affinity(cpu));
		CHECK(bit_of(0, GICD_ISPENDR, SPI));
		set_bit_of(0, GICD_ISENABLER, SPI);
		take();
		EVENTUALLY(TAKEN(cpu, SPI) == 1);
	}
	settle();
	take();
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		CHECK_EQ(TAKEN(cpu, SPI), 1);
}

/* Signalled to CPU 0, which is masked, when its route changes. */
static void changed_while_pending(void)
{
	set_edge(SPI, true);
	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		use_spi(SPI, 0, 0x80);
		set_bit_of(0, GICD_ISPENDR, SPI);
		EVENTUALLY(signalled());
		route(SPI, cpu_affinity(cpu));
		EVENTUALLY(TAKEN(cpu, SPI) == 1);
		EVENTUALLY(!signalled());
		take();
		CHECK_EQ(TAKEN(0, SPI), 0);
		CHECK(!bit_of(0, GICD_ISPENDR, SPI));
	}
	settle();
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		CHECK_EQ(TAKEN(cpu, SPI), 1);
}

static uint64_t holding, released;

static void hold(uint64_t argument)
{
	(void)argument;
	store_release(&holding, 1);
	while (!load_acquire(&released))
		relax();
}

/* Signalled to another CPU, which is masked, and routed back here. */
static void changed_while_pending_there(void)
{
	unsigned there = cpus - 1;

	set_edge(SPI, true);
	for (uint32_t n = 1; n <= 3; n++) {
		holding = released = 0;
		on_cpu(there, hold, 0);
		EVENTUALLY(load_acquire(&holding));
		use_spi(SPI, there, 0x80);
		set_bit_of(0, GICD_ISPENDR, SPI);
		CHECK(bit_of(0, GICD_ISPENDR, SPI));
		route(SPI, cpu_affinity(0));
		EVENTUALLY(signalled());
		take();
		CHECK_EQ(TAKEN(0, SPI), n);
		CHECK(!bit_of(0, GICD_ISPENDR, SPI));
		store_release(&released, 1);
		finish(there);
		settle();
		CHECK_EQ(TAKEN(there, SPI), 0);
	}
}

static unsigned next;

static bool route_on(uint32_t intid)
{
	if (intid != SPI || TAKEN(0, SPI) > 1)
		return true;
	/* Active here; pending again, it is for the CPU of its route. */
	route(SPI, cpu_affinity(next));
	set_bit_of(0, GICD_ISPENDR, SPI);
	return true;
}

/* 3.2.2: active, the interrupt stays with the CPU that acknowledged it; what
 * comes after its end goes the new way. */
static void changed_while_active(void)
{
	set_edge(SPI, true);
	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		forget();
		next = cpu;
		set_hook(0, route_on);
		use_spi(SPI, 0, 0x80);
		set_bit_of(0, GICD_ISPENDR, SPI);
		/* The CPU before may have to give it back first. */
		EVENTUALLY(signalled());
		take();
		EVENTUALLY(TAKEN(cpu, SPI) == 1);
		settle();
		CHECK_EQ(TAKEN(0, SPI), 1);
		CHECK_EQ(TAKEN(cpu, SPI), 1);
		CHECK(!bit_of(0, GICD_ISACTIVER, SPI));
		CHECK(!bit_of(0, GICD_ISPENDR, SPI));
	}
}

/* Routed to nobody it stays pending, and comes when it has a target. */
static void to_nobody(void)
{
	set_edge(SPI, true);
	use_spi(SPI, 0, 0x80);
	route(SPI, UINT64_C(0xff00ffff00));
	set_bit_of(0, GICD_ISPENDR, SPI);
	CHECK(bit_of(0, GICD_ISPENDR, SPI));
	take();
	settle();
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		CHECK_EQ(TAKEN(cpu, SPI), 0);
	/* 12.9.25: active is the interrupt, whoever might take it. */
	set_bit_of(0, GICD_ISACTIVER, SPI);
	CHECK(bit_of(0, GICD_ISACTIVER, SPI));
	route(SPI, cpu_affinity(cpus - 1));
	take();
	settle();
	CHECK_EQ(TAKEN(cpus - 1, SPI), 0);
	set_bit_of(0, GICD_ICACTIVER, SPI);
	CHECK(!bit_of(0, GICD_ISACTIVER, SPI));
	take();
	EVENTUALLY(TAKEN(cpus - 1, SPI) == 1);
}

/* 12.9.22: with IRM any participating CPU, but only one, takes each. */
static void to_any(void)
{
	uint32_t taken = 0;

	/* 12.9.38: No1N. */
	if (mmio_read32(GICD_BASE + GICD_TYPER) >> 25 & 1)
		return;
	set_edge(SPI, true);
	use_spi(SPI, 0, 0x80);
	route(SPI, UINT64_C(1) << 31);
	for (uint32_t n = 1; n <= 8; n++) {
		uint64_t start = now();

		set_bit_of(0, GICD_ISPENDR, SPI);
		do {
			taken = 0;
			take();
			for (unsigned cpu = 0; cpu < cpus; cpu++)
				taken += TAKEN(cpu, SPI);
		} while (taken < n && now() - start < patience());
		CHECK_EQ(taken, n);
	}
}

static struct barrier together;

static void enable_all(uint64_t argument)
{
	uint32_t start = SPI + cpu_index() * 2;
	/* With many CPUs there is nothing left for the last ones. */
	uint32_t stop = start + 2 < 64 ? start + 2 : 64;

	(void)argument;
	/* All CPUs write the same registers at once; none undoes another. */
	barrier_wait(&together, cpus);
	for (uint32_t round = 0; round < 200; round++)
		for (uint32_t i = start; i < stop; i++) {
			set_bit_of(0, GICD_ISENABLER, i);
			CHECK(bit_of(0, GICD_ISENABLER, i));
			set_bit_of(0, GICD_ISPENDR, i);
			CHECK(bit_of(0, GICD_ISPENDR, i));
			set_bit_of(0, GICD_ICENABLER, i);
			CHECK(!bit_of(0, GICD_ISENABLER, i));
			set_bit_of(0, GICD_ICPENDR, i);
			CHECK(!bit_of(0, GICD_ISPENDR, i));
		}
	/* Who ends first would take what the others make pending. */
	barrier_wait(&together, cpus);
}

static void at_once(void)
{
	for (uint32_t i = SPI; i < 64; i++) {
		route(i, cpu_affinity(cpus - 1));
		set_edge(i, true);
	}
	on_all(enable_all, 0);
}

const struct conformance_case routing_cases[] = {
	{{"routing: to each CPU (IHI 0069 12.9.22)", to_each}, 0},
	{{"routing: many SPIs, all CPUs (IHI 0069 12.9.22)", spread}, 0},
	{{"routing: changed while disabled (IHI 0069 3.2.2)",
	  changed_while_disabled},
	 0},
	{{"routing: changed while pending here (IHI 0069 3.2.2)",
	  changed_while_pending},
	 2},
	{{"routing: changed while pending there (IHI 0069 3.2.2)",
	  changed_while_pending_there},
	 2},
	{{"routing: changed while active (IHI 0069 3.2.2)",
	  changed_while_active},
	 2},
	{{"routing: to nobody (IHI 0069 12.9.22)", to_nobody}, 0},
	{{"routing: 1 of N (IHI 0069 12.9.22)", to_any}, 0},
	{{"routing: fields of one register from all CPUs (IHI 0069 12.9)",
	  at_once},
	 0},
};
END_OF_TABLE(routing);
