/* SPDX-License-Identifier: Apache-2.0 */
/* Interrupts of the timers: never early, never lost, exactly as many. */
#include "timer.h"

struct ticks {
	const struct timer *timer;
	uint64_t period;
	uint64_t left;
	uint64_t taken;
	uint64_t early;
};
static struct ticks ticks[MAX_CPUS][2];

static struct ticks *ticks_of(uint32_t intid)
{
	struct ticks *own = ticks[cpu_index()];

	if (intid == VTIMER)
		return &own[0];
	return intid == PTIMER ? &own[1] : NULL;
}

/* The next one a period after this one, however late this one came. */
static bool tick(uint32_t intid)
{
	struct ticks *t = ticks_of(intid);

	if (!t)
		return true;
	/* D11.2.4: the interrupt is asserted from CVAL on. */
	if (t->timer->count() < t->timer->cval() ||
	    t->timer->ctl() != (ENABLE | ISTATUS))
		t->early++;
	if (--t->left)
		t->timer->set_cval(t->timer->cval() + t->period);
	else
		t->timer->set_ctl(0);
	store_release(&t->taken, t->taken + 1);
	return true;
}

static struct ticks *start(uint64_t which, uint64_t period, uint64_t count)
{
	struct ticks *t = &ticks[cpu_index()][which];

	*t = (struct ticks){
		.timer = &timers[which], .period = period, .left = count};
	set_hook(cpu_index(), tick);
	gic_enable(t->timer->intid, 0x80);
	t->timer->set_cval(t->timer->count() + period);
	t->timer->set_ctl(ENABLE);
	return t;
}

/* Bounded by patience for each tick; in WFI, or spinning. */
static void wait_for(struct ticks *t, uint64_t count, bool asleep)
{
	uint64_t begin = now();

	while (load_acquire(&t->taken) < count && now() - begin < patience()) {
		IRQ_OFF();
		if (asleep && load_acquire(&t->taken) < count)
			WFI();
		IRQ_ON();
	}
	IRQ_OFF();
}

static void finish_ticks(struct ticks *t, uint64_t count)
{
	CHECK_EQ(t->taken, count);
	CHECK_EQ(t->early, 0);
	/* Not one more. */
	take();
	CHECK_EQ(t->taken, count);
	CHECK_EQ(TAKEN(cpu_index(), t->timer->intid), count);
	gic_disable(t->timer->intid);
}

static uint64_t period_of(uint64_t per_second)
{
	return READ_SYSREG(cntfrq_el0) / per_second;
}

static void spinning(uint64_t which)
{
	struct ticks *t = start(which, period_of(4000), 300);

	wait_for(t, 300, false);
	finish_ticks(t, 300);
}

static void sleeping(uint64_t which)
{
	struct ticks *t = start(which, period_of(1000), 100);

	wait_for(t, 100, true);
	finish_ticks(t, 100);
}

/* Faster than they can be served: each tick is late, and none is lost. */
static void behind(uint64_t which)
{
	struct ticks *t = start(which, 1, 500);

	wait_for(t, 500, false);
	finish_ticks(t, 500);
}

/* By TVAL: zero and the past fire at once. */
static void at_once(uint64_t which)
{
	const struct timer *timer = &timers[which];
	uint32_t intid = timer->intid;
	unsigned self = cpu_index();
	struct ticks *t = &ticks[self][which];

	for (uint32_t n = 1; n <= 20; n++) {
		*t = (struct ticks){.timer = timer, .left = 1};
		set_hook(self, tick);
		gic_enable(intid, 0x80);
		timer->set_tval(n % 2 ? 0 : (uint64_t)-100);
		timer->set_ctl(ENABLE);
		wait_for(t, 1, n % 3 == 0);
		CHECK_EQ(t->early, 0);
		CHECK_EQ(TAKEN(self, intid), n);
	}
	gic_disable(intid);
}

/* IMASK holds the interrupt back, not ISTATUS; unmasked, it comes. */
static void masked(uint64_t which)
{
	const struct timer *timer = &timers[which];
	unsigned self = cpu_index();
	struct ticks *t = &ticks[self][which];

	*t = (struct ticks){.timer = timer, .left = 1};
	set_hook(self, tick);
	gic_enable(timer->intid, 0x80);
	timer->set_cval(timer->count() + 100);
	timer->set_ctl(ENABLE | IMASK);
	EVENTUALLY(timer->ctl() == (ENABLE | IMASK | ISTATUS));
	take();
	CHECK(!bit_of(self, GICD_ISPENDR, timer->intid));
	CHECK_EQ(TAKEN(self, timer->intid), 0);
	timer->set_ctl(ENABLE);
	wait_for(t, 1, true);
	CHECK_EQ(TAKEN(self, timer->intid), 1);
	gic_disable(timer->intid);
}

static uint32_t late[MAX_CPUS];

/* Its condition still met, the timer interrupts again after each end. */
static bool stop_late(uint32_t intid)
{
	unsigned self = cpu_index();

	if (intid != VTIMER && intid != PTIMER)
		return true;
	if (++late[self] == 4)
		timers[intid == PTIMER].set_ctl(0);
	return true;
}

static void level(uint64_t which)
{
	const struct timer *timer = &timers[which];
	unsigned self = cpu_index();
	uint64_t begin = now();

	late[self] = 0;
	set_hook(self, stop_late);
	gic_enable(timer->intid, 0x80);
	timer->set_cval(0);
	timer->set_ctl(ENABLE);
	while (LIVE(late[self]) < 4 && now() - begin < patience())
		take();
	take();
	take();
	CHECK_EQ(late[self], 4);
	CHECK(!bit_of(self, GICD_ISPENDR, timer->intid));
	gic_disable(timer->intid);
}

/* WFI ends for a timer that is masked at the CPU, too (D1.6.2). */
static void wakes(uint64_t which)
{
	const struct timer *timer = &timers[which];
	unsigned self = cpu_index();

	gic_enable(timer->intid, 0x80);
	for (unsigned n = 0; n < 10; n++) {
		uint64_t deadline = timer->count() + period_of(500);

		timer->set_cval(deadline);
		timer->set_ctl(ENABLE);
		while (!(timer->ctl() & ISTATUS))
			WFI();
		CHECK(timer->count() >= deadline);
		EVENTUALLY(READ_SYSREG(ICC_HPPIR1_EL1) == timer->intid);
		timer->set_ctl(0);
		EVENTUALLY(!bit_of(self, GICD_ISPENDR, timer->intid));
	}
	take();
	CHECK_EQ(TAKEN(self, timer->intid), 0);
	gic_disable(timer->intid);
}

/* A deadline moved away in time does not come. */
static void moved(uint64_t which)
{
	const struct timer *timer = &timers[which];
	unsigned self = cpu_index();
	struct ticks *t = &ticks[self][which];

	*t = (struct ticks){.timer = timer, .left = 1};
	set_hook(self, tick);
	gic_enable(timer->intid, 0x80);
	timer->set_cval(0);
	timer->set_ctl(ENABLE);
	for (unsigned n = 0; n < 20; n++) {
		timer->set_cval(n % 2 ? 0 : timer->count() + 2 * long_time());
		ISB();
	}
	timer->set_cval(timer->count() + period_of(100));
	EVENTUALLY(!signalled() || timer->ctl() & ISTATUS);
	wait_for(t, 1, true);
	CHECK_EQ(t->early, 0);
	CHECK_EQ(TAKEN(self, timer->intid), 1);
	gic_disable(timer->intid);
}

static void both_here(uint64_t argument)
{
	struct ticks *v = start(0, period_of(2000), 200);
	struct ticks *p = start(1, period_of(1500), 150);

	(void)argument;
	wait_for(v, 200, true);
	wait_for(p, 150, true);
	finish_ticks(v, 200);
	finish_ticks(p, 150);
}

static void both(void)
{
	on_all(both_here, 0);
}

ON_ALL_CPUS(spinning)
ON_ALL_CPUS(sleeping)
ON_ALL_CPUS(behind)
ON_ALL_CPUS(at_once)
ON_ALL_CPUS(masked)
ON_ALL_CPUS(level)
ON_ALL_CPUS(wakes)
ON_ALL_CPUS(moved)

#define BOTH(name, text)                            \
	{{"CNTV: " text, virtual_##name}, 0},       \
	{                                           \
		{"CNTP: " text, physical_##name}, 0 \
	}

const struct conformance_case ticking_cases[] = {
	BOTH(at_once, "TVAL in the past (DDI 0487 D11.2.4)"),
	BOTH(masked, "IMASK (DDI 0487 D11.2.4)"),
	BOTH(level, "interrupts while the condition holds (DDI 0487 D11.2.4)"),
	BOTH(moved, "CVAL moved (DDI 0487 D11.2.4)"),
	BOTH(wakes, "ends WFI (DDI 0487 D1.6.2)"),
	BOTH(spinning, "300 ticks while spinning (DDI 0487 D11.2.4)"),
	BOTH(sleeping, "100 ticks in WFI (DDI 0487 D11.2.4)"),
	BOTH(behind, "500 ticks that are late (DDI 0487 D11.2.4)"),
	{{"CNTV and CNTP at once (DDI 0487 D11.2)", both}, 0},
};
END_OF_TABLE(ticking);
