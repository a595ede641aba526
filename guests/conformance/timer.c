/* SPDX-License-Identifier: Apache-2.0 */
/* What the registers of both generic timers do (DDI 0487 D11.2). */
#include "timer.h"

/* D19.12.11, D19.12.16: ISTATUS is read-only, and 0 with ENABLE clear where
 * it is not UNKNOWN; the other bits are RES0. */
static void control(uint64_t which)
{
	const struct timer *t = &timers[which];

	t->set_cval(t->count() + long_time());
	t->set_ctl(ENABLE);
	CHECK_EQ(t->ctl(), ENABLE);
	t->set_ctl(ENABLE | IMASK);
	CHECK_EQ(t->ctl(), ENABLE | IMASK);
	t->set_ctl(~UINT64_C(0));
	CHECK_EQ(t->ctl(), ENABLE | IMASK);
	t->set_ctl(IMASK);
	CHECK_EQ(t->ctl() & ~(uint64_t)ISTATUS, IMASK);
	t->set_ctl(0);
	CHECK_EQ(t->ctl() & ~(uint64_t)ISTATUS, 0);
}

/* D11.2.4: the condition is met from CVAL on, for as long as it is so. */
static void condition(uint64_t which)
{
	const struct timer *t = &timers[which];

	for (uint64_t mask = 0; mask <= IMASK; mask += IMASK) {
		t->set_ctl(ENABLE | mask);
		t->set_cval(0);
		CHECK_EQ(t->ctl(), ENABLE | mask | ISTATUS);
		t->set_cval(t->count());
		CHECK_EQ(t->ctl(), ENABLE | mask | ISTATUS);
		t->set_cval(t->count() + long_time());
		CHECK_EQ(t->ctl(), ENABLE | mask);
		t->set_cval(t->count() + 1000);
		EVENTUALLY(t->ctl() & ISTATUS);
		CHECK(t->count() >= t->cval());
	}
	t->set_ctl(0);
}

/* Whatever is written to CVAL is read back, enabled or not. */
static void compare_value(uint64_t which)
{
	static const uint64_t values[] = {
		0,
		1,
		UINT64_C(0x0123456789abcdef),
		INT64_MAX,
		UINT64_C(0x8000000000000000),
		UINT64_MAX,
	};
	const struct timer *t = &timers[which];

	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		t->set_ctl(0);
		t->set_cval(values[i]);
		CHECK_EQ(t->cval(), values[i]);
		/* The value is the difference, modulo 2^32. */
		CHECK(((t->tval() + t->count() - values[i]) & 0xffffffff) <
		      long_time());
	}
}

/*
 * The largest values are never reached. QEMU 7.2 adds CNTVOFF_EL2 to CVAL
 * modulo 2^64 to know when to look again, and with an offset it would look
 * for ever at 2^64 - 1; so under a hypervisor the virtual timer stays below.
 */
static void far_away(uint64_t which)
{
	const struct timer *t = &timers[which];
	uint64_t last = which == 0 && is_virtual() ? INT64_MAX : UINT64_MAX;

	t->set_cval(last);
	t->set_ctl(ENABLE);
	CHECK_EQ(t->ctl(), ENABLE);
	gic_enable(t->intid, 0x80);
	for (unsigned n = 0; n < 100; n++)
		take();
	CHECK_EQ(t->ctl(), ENABLE);
	CHECK_EQ(t->cval(), last);
	CHECK(!bit_of(cpu_index(), GICD_ISPENDR, t->intid));
	CHECK_EQ(TAKEN(cpu_index(), t->intid), 0);
	/* And back: the past is always there. */
	t->set_cval(0);
	CHECK_EQ(t->ctl(), ENABLE | ISTATUS);
	t->set_ctl(0);
	gic_disable(t->intid);
}

/* CVAL becomes the count plus the sign-extended lower half. */
static void written(const struct timer *t, uint64_t tval)
{
	uint64_t extended = (uint64_t)(int64_t)(int32_t)tval;
	uint64_t before = t->count(), after;

	t->set_tval(tval);
	after = t->count();
	CHECK(t->cval() - extended - before <= after - before);
}

static void timer_value(uint64_t which)
{
	static const uint64_t values[] = {
		0,
		1,
		0x10000000,
		0x7fffffff,
		0x80000000,
		0xffffffff,
		UINT64_C(0xffffffff00001000),
		UINT64_C(0x0000000180000001),
	};
	const struct timer *t = &timers[which];
	uint64_t value;

	t->set_ctl(0);
	for (size_t i = 0; i < ARRAY_SIZE(values); i++)
		written(t, values[i]);
	t->set_tval(0x7fffffff);
	/* It counts down, past zero, in 32 bits that read zero-extended. */
	value = t->tval();
	CHECK(value <= 0x7fffffff);
	CHECK(value > 0x40000000);
	EVENTUALLY(t->tval() < value);
	t->set_tval(500);
	EVENTUALLY(t->tval() >> 31 == 1);
	CHECK(t->tval() <= 0xffffffff);
	t->set_ctl(ENABLE | IMASK);
	CHECK_EQ(t->ctl(), ENABLE | IMASK | ISTATUS);
	t->set_tval(0xffffff00);
	CHECK_EQ(t->ctl(), ENABLE | IMASK | ISTATUS);
	t->set_ctl(0);
}

/* Each CPU has its own: nothing of one is another's. */
static struct barrier together;

static void own(uint64_t which)
{
	const struct timer *t = &timers[which];
	uint64_t value = UINT64_C(0x1000000000000) * (cpu_index() + 1);

	t->set_ctl(0);
	t->set_cval(value);
	t->set_ctl(cpu_index() % 2 ? ENABLE | IMASK : IMASK);
	barrier_wait(&together, cpus);
	CHECK_EQ(t->cval(), value);
	CHECK_EQ(t->ctl() & 3, cpu_index() % 2 ? ENABLE | IMASK : IMASK);
	barrier_wait(&together, cpus);
	t->set_ctl(0);
}

/* The counts advance, never backwards, and not by leaps that no host makes. */
static void counts(uint64_t which)
{
	const struct timer *t = &timers[which];
	uint64_t last = t->count(), start = last;

	for (unsigned n = 0; n < 1000; n++) {
		uint64_t next = t->count();

		CHECK(next >= last);
		last = next;
	}
	CHECK(last - start < long_time());
	EVENTUALLY(t->count() > start);
}

ON_ALL_CPUS(control)
ON_ALL_CPUS(condition)
ON_ALL_CPUS(compare_value)
ON_ALL_CPUS(far_away)
ON_ALL_CPUS(timer_value)
ON_ALL_CPUS(own)
ON_ALL_CPUS(counts)

#define BOTH(name, text)                            \
	{{"CNTV: " text, virtual_##name}, 0},       \
	{                                           \
		{"CNTP: " text, physical_##name}, 0 \
	}

const struct conformance_case timer_cases[] = {
	BOTH(counts, "the counter (DDI 0487 D11.1.2)"),
	BOTH(control, "CTL (DDI 0487 D19.12.16)"),
	BOTH(condition, "ISTATUS (DDI 0487 D11.2.4)"),
	BOTH(compare_value, "CVAL (DDI 0487 D19.12.17)"),
	BOTH(far_away, "CVAL never reached (DDI 0487 D11.2.4)"),
	BOTH(timer_value, "TVAL (DDI 0487 D11.2.4)"),
	BOTH(own, "each CPU has its own (DDI 0487 D11.2)"),
};
END_OF_TABLE(timer);
