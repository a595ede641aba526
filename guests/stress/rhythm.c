/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Both timers of a CPU with a fixed period: each deadline is the one before
 * and the period, however late its interrupt comes, so that a tick that is
 * lost or comes twice shows in the count.
 */
#include "stress.h"

/* Ticks per second of all CPUs together: few enough for any machine. */
static const uint64_t rates[2] = {2000, 1500};

struct rhythm {
	uint64_t first, period, ticks;
};
static struct rhythm rhythms[MAX_CPUS][2];

static void begin(unsigned which, uint64_t from_now, uint64_t period)
{
	const struct timer *timer = &timers[which];
	struct rhythm *own = &rhythms[cpu_index()][which];

	*own = (struct rhythm){
		.first = timer->count() + from_now,
		.period = period,
	};
	gic_enable(timer->intid, 0x80);
	timer->set_cval(own->first);
	timer->set_ctl(ENABLE);
}

void rhythm_start(void)
{
	for (unsigned i = 0; i < 2; i++) {
		uint64_t period = READ_SYSREG(cntfrq_el0) * cpus / rates[i];

		begin(i, period, period);
	}
}

/* The next one would come in days. */
void rhythm_alarm(unsigned which, uint64_t from_now)
{
	begin(which, from_now, READ_SYSREG(cntfrq_el0) * 1000000);
}

void rhythm_alarm_off(unsigned which)
{
	CHECK_EQ(rhythms[cpu_index()][which].ticks, 1);
	timers[which].set_ctl(0);
	gic_disable(timers[which].intid);
}

/* Interrupts are masked afterwards, and the next deadline lies ahead. Time. */
static uint64_t catch_up(const struct timer *timer, const struct rhythm *own)
{
	uint64_t seen = UINT64_MAX;

	for (;;) {
		uint64_t time;

		IRQ_OFF();
		time = timer->count();
		if (time < timer->cval())
			return time;
		IRQ_ON();
		if (LIVE(own->ticks) != seen)
			at(CATCHING_UP);
		seen = LIVE(own->ticks);
		relax();
		watch();
	}
}

void rhythm_stop(void)
{
	for (unsigned i = 0; i < 2; i++) {
		const struct timer *timer = &timers[i];
		const struct rhythm *own = &rhythms[cpu_index()][i];
		uint64_t time = catch_up(timer, own), want = 0;

		if (time >= own->first)
			want = (time - own->first) / own->period + 1;
		CHECK_EQ(own->ticks, want);
		CHECK_EQ(timer->cval(), own->first + want * own->period);
		timer->set_ctl(0);
		gic_disable(timer->intid);
		IRQ_ON();
	}
}

bool rhythm_tick(uint32_t intid)
{
	unsigned self = cpu_index(), i = intid == PTIMER;
	const struct timer *timer = &timers[i];
	struct rhythm *own = &rhythms[self][i];

	if (intid != VTIMER && intid != PTIMER)
		return false;
	/* DDI 0487 D11.2.4: the interrupt is asserted from CVAL on. */
	CHECK_EQ(timer->ctl(), ENABLE | ISTATUS);
	CHECK(timer->count() >= timer->cval());
	timer->set_cval(timer->cval() + own->period);
	own->ticks++;
	counts[self].ticks[i]++;
	return true;
}
