/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What each CPU does, by its own dice: those that stay tick from the beginning
 * to the end, the others come and go, and may wait for somebody's SGI.
 */
#include "stress.h"

enum phase { RUNNING, GATHERING, ENDING };

struct counts counts[MAX_CPUS];
static uint64_t dice[MAX_CPUS];
static uint64_t phase, gathered, ended;

/* xorshift64 (Marsaglia): never 0. */
static uint64_t roll(void)
{
	uint64_t *x = &dice[cpu_index()];

	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x >> 8;
}

static bool on_irq(uint32_t intid)
{
	if (intid < SGIS)
		mail_taken(intid);
	else if (!rhythm_tick(intid))
		counts[cpu_index()].stray++;
	else if (intid == VTIMER)
		work_locked_in_handler();
	return true;
}

static void send_some(uint64_t most)
{
	at(SENDING);
	for (uint64_t n = roll() % (most + 1); n; n--) {
		uint32_t sgi = (uint32_t)(roll() % WAKE);

		if (sgi >= FIRST_BROADCAST)
			post_to_others(sgi);
		else
			post((unsigned)(roll() % cpus), sgi);
	}
	post_wake((unsigned)(roll() % cpus));
}

/* Whatever comes ends each wait: a tick at the latest. */
static void sleep(uint64_t waits)
{
	at(SLEEPING);
	IRQ_OFF();
	while (waits--) {
		WFI();
		IRQ_ON();
		IRQ_OFF();
	}
	IRQ_ON();
	counts[cpu_index()].sleeps++;
}

/*
 * Until one certain interrupt, the only one that can come: an alarm of one of
 * the timers, or the SGI of who finds this CPU waiting. If that does not wake
 * it, nothing does.
 */
static void sleep_alone(unsigned what)
{
	struct counts *own = &counts[cpu_index()];
	const uint64_t *woken = what < 2 ? &own->ticks[what] : &own->woken;
	uint64_t before;

	rhythm_stop();
	stop_listening();
	at(SLEEPING_ALONE);
	IRQ_OFF();
	before = LIVE(*woken);
	if (what < 2)
		rhythm_alarm(what, roll() % (READ_SYSREG(cntfrq_el0) / 500));
	else
		want_wake();
	while (LIVE(*woken) == before) {
		WFI();
		IRQ_ON();
		IRQ_OFF();
	}
	if (what < 2)
		rhythm_alarm_off(what);
	IRQ_ON();
	own->single_wakes++;
	listen_again();
	rhythm_start();
}

static _Noreturn void leave(void)
{
	at(LEAVING);
	rhythm_stop();
	stop_listening();
	IRQ_OFF();
	at(OFF);
	cpu_off();
}

/* For some time all look for the same one first: several find it off, and
 * race. Some calls are for any CPU, on, off or leaving. */
static void turn_on_another(void)
{
	uint64_t first = now() / (READ_SYSREG(cntfrq_el0) / 100);

	if (roll() % 8 == 0) {
		turn_on((unsigned)(roll() % cpus));
		return;
	}
	for (unsigned n = 0; n < cpus; n++) {
		unsigned cpu = (unsigned)((first + n) % cpus);

		if (is_off(cpu)) {
			turn_on(cpu);
			return;
		}
	}
}

/* Every other half second most CPUs sleep, and so do those under them. */
static bool is_calm(void)
{
	return now() / (READ_SYSREG(cntfrq_el0) / 2) & 1;
}

/* Two if there are more: if one of them is not woken, the other tells. */
static bool stays(unsigned cpu)
{
	return cpu == 0 || (cpu == 1 && cpus > 2);
}

static void do_round(void)
{
	unsigned self = cpu_index();
	bool calm = is_calm();
	uint64_t what = calm ? 8 + roll() % 4 : roll() % 16;

	send_some(calm ? 1 : 16);
	if (what < 4)
		work_float(roll());
	else if (what < 6)
		work_locked();
	else if (what < 8)
		work_added(roll());
	else if (what < 11)
		sleep(1 + roll() % 4);
	else if (what == 11)
		sleep_alone((unsigned)(roll() % (stays(self) ? 2 : 4)));
	else if (what == 12 && !stays(self) && roll() % 4 == 0)
		leave();
	else
		turn_on_another();
	at(WORKING);
	watch();
	counts[self].rounds++;
}

static void join(void)
{
	at(JOINING);
	start_listening();
	irq_log.hook = on_irq;
	rhythm_start();
	IRQ_ON();
}

/* All are here, nobody sends any more: what is left is taken. */
static void end_here(void)
{
	wait_for_mail();
	rhythm_stop();
	at(GATHERED);
}

static void entry(uint64_t context)
{
	turned_on(context);
	join();
	while (load_acquire(&phase) == RUNNING)
		do_round();
	at(GATHERED);
	atomic_add(&gathered, 1);
	while (load_acquire(&phase) != ENDING) {
		relax();
		watch();
	}
	end_here();
	IRQ_OFF();
	atomic_add(&ended, 1);
}

/* Those that are off come back, and those that sleep are woken. */
static void gather(void)
{
	store_release(&phase, GATHERING);
	while (load_acquire(&gathered) != cpus - 1) {
		turn_on_another();
		post_wake((unsigned)(roll() % cpus));
		at(GATHERED);
		relax();
		watch();
	}
	store_release(&phase, ENDING);
	end_here();
	while (load_acquire(&ended) != cpus - 1) {
		relax();
		watch();
	}
	IRQ_OFF();
}

static void tell(uint64_t seconds)
{
	uint64_t sgis = 0;

	for (unsigned cpu = 0; cpu < cpus; cpu++)
		for (unsigned sgi = 0; sgi < SGIS; sgi++)
			sgis += LIVE(taken[cpu][sgi]);
	print("%lu s: %lu SGIs, %lu ticks, %lu CPU_ONs\n", seconds, sgis,
	      SUM(ticks[0]) + SUM(ticks[1]), SUM(successes));
}

void storm(uint64_t seconds, uint64_t seed)
{
	uint64_t frequency = READ_SYSREG(cntfrq_el0), start = now();

	for (unsigned cpu = 0; cpu < cpus; cpu++)
		dice[cpu] = (seed * MAX_CPUS + cpu + 1) *
			    UINT64_C(0x9e3779b97f4a7c15);
	work_init();
	power_init();
	cpu_main = entry;
	gic_init();
	join();
	for (uint64_t minute = 60; now() - start < seconds * frequency;) {
		do_round();
		if (now() - start >= minute * frequency) {
			tell(minute);
			minute += 60;
		}
	}
	gather();
}
