/* SPDX-License-Identifier: Apache-2.0 */
/* What CPUs have in common: the time, and interrupts to each other; and what
 * base/cpu.h and irq/gic.h are here. */
#include <sched.h>
#include <time.h>

#include "arch/spsr.h"
#include "hw/barrier.h"
#include "hw/irq.h"
#include "irq/gic.h"
#include "machine/state.h"
#include "threads.h"

#define SGI_KICK   0u
#define CNTHP_CTL  MACHINE_SYSREG(3, 4, 14, 2, 1)
#define CNTHP_CVAL MACHINE_SYSREG(3, 4, 14, 2, 2)

/* The time is what all CPUs together have done. */
static _Atomic uint64_t now;

static struct slot {
	_Alignas(64) _Atomic bool kicked;
	_Atomic uint64_t alarm; /* while it sleeps */
} slots[TH_CPUS];

static _Atomic uint32_t asleep, wakes;

static _Thread_local uint64_t known; /* now, as of the last step */

static struct slot *here(void)
{
	return &slots[machine_cpu()];
}

/* hv's SGI orders what was stored before it, and the acknowledge what is read
 * after it: hv_gic_kick(), and irq() of irq/irq.c. */
static void take_kick(void)
{
	if (atomic_load_explicit(&here()->kicked, memory_order_relaxed) &&
	    atomic_exchange_explicit(&here()->kicked, false,
				     memory_order_acquire))
		machine_gic_send(machine_cpu(), SGI_KICK);
}

static void delay(void)
{
	const uint32_t chance = machine_random(4096);

	if (chance < 128)
		(void)sched_yield();
	else if (chance == 4095)
		(void)nanosleep(&(struct timespec){.tv_nsec = 20000}, NULL);
}

/* After each step, that is before each access to what is shared, too. */
static void environment(void)
{
	const uint64_t spent = machine.steps - known;

	known = atomic_fetch_add_explicit(&now, spent, memory_order_relaxed) +
		spent;
	machine.steps = known;
	take_kick();
	delay();
}

/* All sleep: nobody is about to send anything. What wakes the first of them is
 * the time, which flies; without that it is over. */
static void fly(void)
{
	const uint32_t before = atomic_load(&wakes);
	uint64_t next = UINT64_MAX, old = atomic_load(&now);

	if (atomic_load(&asleep) != TH_CPUS)
		return;
	for (unsigned n = 0; n < TH_CPUS; n++) {
		const uint64_t alarm = atomic_load(&slots[n].alarm);

		if (atomic_load(&slots[n].kicked))
			return;
		next = alarm < next ? alarm : next;
	}
	if (atomic_load(&asleep) != TH_CPUS || atomic_load(&wakes) != before)
		return;
	if (next == UINT64_MAX && atomic_load(&th.ended) != th.vms)
		th_fail("all CPUs wait, and nothing will wake one");
	if (next > old && next != UINT64_MAX)
		(void)atomic_compare_exchange_strong(&now, &old, next);
}

static void sleep_here(void)
{
	struct machine_cpu *cpu = machine.current;

	while (cpu->life == LIFE_WAITING) {
		atomic_store(&here()->alarm, cpu->timer_next);
		atomic_fetch_add(&asleep, 1);
		do {
			(void)sched_yield();
			fly();
			known = atomic_load_explicit(&now,
						     memory_order_relaxed);
		} while (cpu->timer_next > known &&
			 !atomic_load(&here()->kicked));
		/* Before it takes the kick: others see one or the other. */
		atomic_fetch_add(&wakes, 1);
		atomic_fetch_sub(&asleep, 1);
		machine.steps = known;
		machine_timers_update(cpu);
		take_kick();
	}
}

static struct machine_guest *guest_of(struct arm_vcpu *vcpu)
{
	return &th_vcpu_of(vcpu)->guest;
}

void th_cpu_make(unsigned number, uint64_t seed)
{
	const struct machine_config config = {
		.seed = seed,
		.cpus = TH_CPUS,
		.list_registers = 3,
		.priority_bits = 5,
		.traps_dir = true,
		.guest_of = guest_of,
		.check = environment,
		.sleep = sleep_here,
	};

	machine_make(&config);
	machine_be(number);
	machine.current->life = LIFE_ON;
}

struct hv_cpu *hv_this_cpu(void)
{
	return &th.cpu[machine_cpu()];
}

uint64_t hv_irqs_mask(void)
{
	return arm_hw_irq_mask();
}

void hv_irqs_restore(uint64_t daif)
{
	arm_hw_irq_restore(daif);
}

void hv_irqs_unmask(void)
{
	arm_hw_irq_restore(machine.current->daif & ~(SPSR_I | SPSR_F));
}

void hv_irqs_take(void)
{
	hv_irqs_unmask();
	arm_hw_isb();
	(void)arm_hw_irq_mask();
}

void hv_cpu_wait(void)
{
	machine_wfi();
}

void hv_cpu_relax(void)
{
	(void)sched_yield();
	machine_step();
}

uint64_t hv_counter(void)
{
	machine_step();
	return known;
}

uint64_t hv_counter_frequency(void)
{
	return UINT64_C(200000); /* a time slice of 2,000 steps */
}

void hv_cpu_set_alarm(uint64_t deadline)
{
	if (deadline != UINT64_MAX)
		machine_write(CNTHP_CVAL, deadline);
	machine_write(CNTHP_CTL, deadline != UINT64_MAX);
}

void hv_gic_kick(const struct hv_cpu *cpu)
{
	arm_hw_dsb_ishst();
	atomic_store_explicit(&slots[cpu->index].kicked, true,
			      memory_order_release);
}
