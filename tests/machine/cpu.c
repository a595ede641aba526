/* SPDX-License-Identifier: Apache-2.0 */
/* The CPUs: steps, who goes on, waiting, and interrupts taken at EL2. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch/spsr.h"
#include "machine/state.h"

/* Before machine_make(), too, words may be shared and locks taken. */
#ifdef MACHINE_THREADS
MACHINE_LOCAL struct machine machine; /* nothing before machine_make() */
#else
struct machine machine = {.current = &machine.cpu[0], .limit = UINT64_MAX};
#endif

/* SplitMix64 (Steele, Lea and Flood, OOPSLA 2014). */
uint64_t machine_random64(void)
{
	uint64_t z = machine.random += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint32_t machine_random(uint32_t bound)
{
	return (uint32_t)((machine_random64() >> 32) * bound >> 32);
}

uint64_t machine_now(void)
{
	return machine.steps;
}

uint64_t machine_made(void)
{
	return machine.made;
}

void machine_be(unsigned cpu)
{
	machine.current = &machine.cpu[cpu];
}

void machine_set_time(uint64_t now)
{
	machine.steps = now;
	for (unsigned n = 0; n < machine.config.cpus; n++)
		machine_timers_update(&machine.cpu[n]);
	machine.next_event = now;
}

unsigned machine_cpu(void)
{
	return machine.current->number;
}

static void print(const char *kind, const char *format, va_list arguments)
{
	const int cpu = machine.current ? (int)machine.current->number : -1;

	fprintf(stderr, "[%" PRIu64 "] cpu %d: %s", machine.steps, cpu, kind);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

void machine_fail(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print("", format, arguments);
	va_end(arguments);
	fprintf(stderr, "machine: failed, seed %" PRIu64 ", step %" PRIu64 "\n",
		machine.config.seed, machine.steps);
	fflush(stdout);
	if (machine.config.failed)
		machine.config.failed();
	abort();
}

void machine_trace(const char *format, ...)
{
	va_list arguments;

	if (!machine.config.trace)
		return;
	va_start(arguments, format);
	print("  ", format, arguments);
	va_end(arguments);
}

/*
 * Runs of all lengths: at times every step is another CPU's, at times one CPU
 * does thousands while another one stands in the middle of something.
 */
static void choose_switch(void)
{
	if (machine_random(64) == 0)
		machine.quantum_bits = machine_random(11);
	machine.next_switch =
		machine.steps + 1 + machine_random(1u << machine.quantum_bits);
}

static void choose_event(void)
{
	uint64_t at = machine_timers_next();

	if (at > machine.next_switch)
		at = machine.next_switch;
	machine.next_event = at < machine.limit ? at : machine.limit;
}

static void stop(enum machine_end end)
{
	struct machine_cpu *cpu = machine.current;

	machine.end = end;
	machine.stopped = cpu;
	fiber_switch(&cpu->fiber, &machine.outside);
}

/* One that can go on, null when all wait. */
static struct machine_cpu *pick(void)
{
	const unsigned count = machine.config.cpus;
	unsigned number = machine_random(count);

	for (unsigned n = 0; n < count; n++) {
		struct machine_cpu *cpu = &machine.cpu[number];

		if (cpu->life == LIFE_ON)
			return cpu;
		number = number + 1 == count ? 0 : number + 1;
	}
	return NULL;
}

static void update_timers(void)
{
	for (unsigned n = 0; n < machine.config.cpus; n++)
		if (machine.cpu[n].timer_next <= machine.steps)
			machine_timers_update(&machine.cpu[n]);
}

static bool all_ended(void)
{
	for (unsigned n = 0; n < machine.config.cpus; n++)
		if (machine.cpu[n].life == LIFE_ON ||
		    machine.cpu[n].life == LIFE_WAITING)
			return false;
	return true;
}

/* Somebody goes on: perhaps another CPU. While all wait, time flies. */
static void reschedule(void)
{
	struct machine_cpu *self = machine.current, *next;

	choose_switch();
	if (!machine.running) {
		choose_event();
		return;
	}
	while (!(next = pick())) {
		const uint64_t at = machine_timers_next();

		if (at == UINT64_MAX || at > machine.limit) {
			if (at != UINT64_MAX)
				machine.steps = machine.limit;
			stop(at != UINT64_MAX ? MACHINE_LIMIT
			     : all_ended()    ? MACHINE_DONE
					      : MACHINE_STUCK);
			continue;
		}
		machine.steps = at > machine.steps ? at : machine.steps;
		update_timers();
		choose_switch();
	}
	choose_event();
	if (next == self)
		return;
	machine.current = next;
	fiber_switch(&self->fiber, &next->fiber);
	/* Whoever came back here has set what is current. */
}

static void event(void)
{
	update_timers();
	if (machine.steps >= machine.limit && machine.running)
		stop(MACHINE_LIMIT);
	if (machine.steps >= machine.next_switch)
		reschedule();
	else
		choose_event();
}

static void check(void)
{
	if (!machine.config.check || machine.checking)
		return;
	machine.checking = true;
	machine.config.check();
	machine.checking = false;
}

static void after_step(void)
{
	struct machine_cpu *cpu = machine.current;

	machine.made++;
	cpu->made++;
	if (machine.steps >= machine.next_event)
		event();
	check();
	cpu = machine.current;
	if (cpu->irq && cpu->el == 2 && !(cpu->daif & SPSR_I))
		machine_serve_irq(cpu);
	if (cpu->serror && cpu->el == 2 && !(cpu->daif & SPSR_A))
		machine_el2_serror(cpu);
}

void machine_step(void)
{
	if (machine.checking)
		return;
	machine.steps += !machine.config.still;
	after_step();
}

void machine_yield(void)
{
	if (machine.running)
		machine.next_switch = machine.next_event = machine.steps;
	machine_step();
}

uint64_t machine_pass(uint64_t steps)
{
	uint64_t chunk = machine.next_event - machine.steps;

	if (machine.next_event <= machine.steps)
		chunk = 1;
	if (chunk > steps)
		chunk = steps;
	machine.steps += chunk;
	after_step();
	return chunk;
}

void machine_wake(struct machine_cpu *cpu)
{
	if (cpu->life != LIFE_WAITING)
		return;
	if (cpu->irq ||
	    (cpu->wakes_virtual && (machine_virq(cpu) || machine_vfiq(cpu))))
		cpu->life = LIFE_ON;
}

/* Only the time can wake a CPU that no machine_run() runs. */
static void sleep_outside(struct machine_cpu *cpu)
{
	const uint64_t at = machine_timers_next();

	if (at == UINT64_MAX)
		machine_fail("CPU %u waits, and nothing will wake it",
			     cpu->number);
	machine.steps = at > machine.steps ? at : machine.steps;
	update_timers();
}

void machine_wait(struct machine_cpu *cpu, bool guest)
{
	cpu->wakes_virtual = guest;
	cpu->life = LIFE_WAITING;
	machine_wake(cpu);
	while (cpu->life == LIFE_WAITING)
		if (machine.running)
			reschedule();
		else if (machine.config.sleep)
			machine.config.sleep();
		else
			sleep_outside(cpu);
}

void machine_wfi(void)
{
	struct machine_cpu *cpu = machine.current;

	machine_step();
	machine_wait(cpu, false);
	cpu->masked_since = cpu->made;
}

void machine_set_daif(struct machine_cpu *cpu, uint64_t daif)
{
	const bool was = cpu->daif & SPSR_I, is = daif & SPSR_I;

	cpu->daif = daif & SPSR_DAIF;
	if (is && !was)
		cpu->masked_since = cpu->made;
	if (was && !is && cpu->made - cpu->masked_since > cpu->longest_masked)
		cpu->longest_masked = cpu->made - cpu->masked_since;
}

uint64_t machine_longest_masked(unsigned cpu)
{
	const struct machine_cpu *of = &machine.cpu[cpu];
	const uint64_t now = of->made - of->masked_since;

	if (of->el == 2 && (of->daif & SPSR_I) && of->life == LIFE_ON &&
	    now > of->longest_masked)
		return now;
	return of->longest_masked;
}

static void cpu_main(void *arg)
{
	struct machine_cpu *cpu = arg;

	cpu->main(cpu->arg);
	machine_halt();
}

void machine_halt(void)
{
	for (;;) {
		machine.current->life = LIFE_ENDED;
		reschedule();
	}
}

void machine_make(const struct machine_config *config)
{
	machine.config = *config;
	machine.random = config->seed;
	machine.current = &machine.cpu[0];
	machine.running = false;
	machine.stopped = NULL;
	machine.steps = 0;
	machine.made = 0;
	machine.limit = UINT64_MAX;
	machine.next_event = 0;
	machine.quantum_bits = 3;
	machine.checking = false;
	memset(machine.spi, 0, sizeof(machine.spi));
	if (!config->cpus || config->cpus > MACHINE_CPUS)
		machine_fail("%u CPUs", config->cpus);
	machine_forget_cpus();
	machine_memory_make();
	machine_registers_make();
	for (unsigned n = 0; n < config->cpus; n++) {
		struct machine_cpu *cpu = &machine.cpu[n];
		const struct fiber fiber = cpu->fiber;

		memset(cpu, 0, sizeof(*cpu));
		cpu->fiber = fiber;
		cpu->number = n;
		cpu->el = 2;
		cpu->daif = SPSR_DAIF;
		machine_registers_reset(cpu);
		machine_timers_update(cpu);
	}
}

void machine_start(unsigned number, void (*main)(void *arg), void *arg)
{
	struct machine_cpu *cpu = &machine.cpu[number];

	cpu->main = main;
	cpu->arg = arg;
	cpu->life = LIFE_ON;
	fiber_make(&cpu->fiber, cpu_main, cpu);
}

enum machine_end machine_run(uint64_t steps)
{
	machine.limit = machine.steps + steps;
	/* Go on where it was left, or where somebody can. */
	if (!machine.stopped || machine.stopped->life == LIFE_OFF)
		machine.stopped = pick();
	if (!machine.stopped)
		return MACHINE_DONE;
	machine.current = machine.stopped;
	machine.running = true;
	choose_switch();
	choose_event();
	fiber_switch(&machine.outside, &machine.current->fiber);
	machine.running = false;
	return machine.end;
}
