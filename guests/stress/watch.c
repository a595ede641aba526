/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A wake-up that is lost, an SGI, a tick or a CPU_ON that never comes leaves
 * a CPU where it is. The others notice, and tell where.
 */
#include "stress.h"

#define LIMIT 60u /* seconds without a move */

static const char *const names[PLACES] = {
	[OFF] = "off",
	[JOINING] = "joining",
	[WORKING] = "between two works",
	[SENDING] = "sending SGIs",
	[FLOATING] = "in FP work",
	[LOCKING] = "locking",
	[SLEEPING] = "in WFI until any interrupt",
	[SLEEPING_ALONE] = "in WFI until one certain interrupt",
	[CATCHING_UP] = "waiting for its ticks",
	[TURNING_ON] = "in CPU_ON",
	[LEAVING] = "leaving",
	[WAITING_FOR_MAIL] = "waiting for its SGIs",
	[GATHERED] = "at the end",
};

struct position {
	uint64_t place, moves;
};
static struct position positions[MAX_CPUS];

/* What a CPU saw of another one, and when it saw that first. */
struct sight {
	uint64_t moves, when;
};
static struct sight sights[MAX_CPUS][MAX_CPUS];
static unsigned next[MAX_CPUS];
static uint64_t told;

void at(enum place place)
{
	struct position *own = &positions[cpu_index()];

	own->place = place;
	store_release(&own->moves, own->moves + 1);
}

bool is_off(unsigned cpu)
{
	return LIVE(positions[cpu].place) == OFF;
}

static void tell_of(unsigned cpu)
{
	uint64_t redist = gic_redist_of(cpu) + GICR_SGI;

	print("  CPU %lu: %s, %lu moves, SGIs under way 0x%lx, pending 0x%lx, "
	      "active 0x%lx, enabled 0x%lx\n",
	      (unsigned long)cpu, names[positions[cpu].place],
	      positions[cpu].moves, mail_pending(cpu),
	      (unsigned long)mmio_read32(redist + GICD_ISPENDR),
	      (unsigned long)mmio_read32(redist + GICD_ISACTIVER),
	      (unsigned long)mmio_read32(redist + GICD_ISENABLER));
}

static _Noreturn void stands_still(unsigned cpu)
{
	IRQ_OFF();
	while (__atomic_exchange_n(&told, 1, __ATOMIC_ACQ_REL))
		relax();
	print("  CPU %lu has not moved for %lu seconds\n", (unsigned long)cpu,
	      (unsigned long)LIMIT);
	for (unsigned each = 0; each < cpus; each++)
		tell_of(each);
	test_abandon();
}

void watch(void)
{
	unsigned self = cpu_index();
	unsigned other = next[self]++ % cpus;
	uint64_t moves = load_acquire(&positions[other].moves);
	struct sight *sight = &sights[self][other];
	uint64_t time = now();

	if (!sight->when || sight->moves != moves) {
		sight->when = time;
		sight->moves = moves;
	} else if (other != self &&
		   time - sight->when > LIMIT * READ_SYSREG(cntfrq_el0)) {
		stands_still(other);
	}
}

void lock(struct spinlock *lock)
{
	while (__atomic_exchange_n(&lock->held, 1, __ATOMIC_ACQUIRE)) {
		relax();
		watch();
	}
}
