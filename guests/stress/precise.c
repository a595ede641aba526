/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Very many ticks of one timer on one CPU, at a fixed period: each deadline
 * is taken once, none early, and the last is where the clock says, so that
 * nothing drifts. The first half is spent spinning, the other in WFI.
 */
#include "stress.h"

#define RATE 10000u /* a second */

static struct {
	const struct timer *timer;
	uint64_t period, first, left, taken, early, stray;
} tick;

static bool on_tick(uint32_t intid)
{
	const struct timer *timer = tick.timer;

	if (intid != timer->intid || !tick.left) {
		tick.stray++;
		return true;
	}
	if (timer->count() < timer->cval() ||
	    timer->ctl() != (ENABLE | ISTATUS))
		tick.early++;
	tick.taken++;
	if (--tick.left)
		timer->set_cval(timer->cval() + tick.period);
	else
		timer->set_ctl(0);
	return true;
}

/* With interrupts masked. True: all deadlines up to now have been taken, and
 * are as many as the clock says. */
static bool in_step(void)
{
	uint64_t time = tick.timer->count();

	if (!tick.left || time < tick.first || time >= tick.timer->cval())
		return false;
	CHECK_EQ(tick.taken, (time - tick.first) / tick.period + 1);
	return true;
}

static void run(uint64_t ticks)
{
	uint64_t steps = 0, sleeps = 0, last;

	tick.left = ticks;
	tick.period = READ_SYSREG(cntfrq_el0) / RATE;
	tick.taken = tick.early = tick.stray = 0;
	gic_init();
	irq_log.hook = on_tick;
	gic_enable(tick.timer->intid, 0x80);
	tick.first = tick.timer->count() + tick.period;
	tick.timer->set_cval(tick.first);
	tick.timer->set_ctl(ENABLE);
	while (tick.left) {
		IRQ_OFF();
		steps += in_step();
		if (tick.left && tick.left <= ticks / 2) {
			WFI();
			sleeps++;
		}
		IRQ_ON();
	}
	last = tick.first + (ticks - 1) * tick.period;
	CHECK(tick.timer->count() >= last);
	CHECK_EQ(tick.timer->cval(), last);
	CHECK_EQ(tick.taken, ticks);
	CHECK_EQ(tick.early, 0);
	CHECK_EQ(tick.stray, 0);
	CHECK(steps > 0);
	IRQ_OFF();
	print("%lu ticks, %lu waits in WFI, %lu times in step with the clock\n",
	      tick.taken, sleeps, steps);
}

static uint64_t wanted;

static void virtual_ticks(void)
{
	tick.timer = &timers[0];
	run(wanted);
}

static void physical_ticks(void)
{
	tick.timer = &timers[1];
	run(wanted);
}

void precise(uint64_t ticks)
{
	static const struct test tests[] = {
		{"CNTV: each tick once, none early, no drift", virtual_ticks},
		{"CNTP: each tick once, none early, no drift", physical_ticks},
	};

	wanted = ticks;
	run_tests(tests, ARRAY_SIZE(tests));
}
