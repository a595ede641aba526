/* SPDX-License-Identifier: Apache-2.0 */
/* Exclusives, atomics, locks and ordering across CPUs that come and go. */
#include "conformance.h"

#define ROUNDS 3000u

static struct barrier together;
static struct spinlock lock;
static uint64_t counter, shadow;

static void locked_here(uint64_t rounds)
{
	barrier_wait(&together, cpus);
	for (uint64_t i = 0; i < rounds; i++) {
		spin_lock(&lock);
		/* Not atomic: only the lock keeps these two the same. */
		LIVE(counter);
		counter = counter + 1;
		shadow = shadow + 1;
		if (LIVE(counter) != LIVE(shadow))
			CHECK(false && "two in the lock");
		spin_unlock(&lock);
	}
}

static void locked(void)
{
	counter = shadow = 0;
	on_all(locked_here, ROUNDS);
	CHECK_EQ(counter, (uint64_t)ROUNDS * cpus);
	CHECK_EQ(shadow, (uint64_t)ROUNDS * cpus);
}

static void exclusive_here(uint64_t rounds)
{
	barrier_wait(&together, cpus);
	for (uint64_t i = 0; i < rounds; i++)
		atomic_add(&counter, cpu_index() + 1);
}

/* B2.9: a store-exclusive fails if another observer wrote in between. */
static void exclusive(void)
{
	uint64_t want = 0;

	counter = 0;
	on_all(exclusive_here, ROUNDS * 4);
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		want += (uint64_t)ROUNDS * 4 * (cpu + 1);
	CHECK_EQ(counter, want);
}

static void lse_here(uint64_t rounds)
{
	barrier_wait(&together, cpus);
	for (uint64_t i = 0; i < rounds; i++)
		lse_add(&counter, cpu_index() + 1);
}

static void lse(void)
{
	uint64_t want = 0;

	/* ID_AA64ISAR0_EL1.Atomic. */
	if (!(READ_SYSREG(id_aa64isar0_el1) >> 20 & 0xf))
		return;
	counter = 0;
	on_all(lse_here, ROUNDS * 4);
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		want += (uint64_t)ROUNDS * 4 * (cpu + 1);
	CHECK_EQ(counter, want);
}

/* Locks taken by programs and by the handlers that interrupt them. */
static uint64_t handled[MAX_CPUS];

static bool count_locked(uint32_t intid)
{
	if (intid != VTIMER)
		return true;
	spin_lock(&lock);
	counter = counter + 1;
	shadow = shadow + 1;
	spin_unlock(&lock);
	handled[cpu_index()]++;
	WRITE_SYSREG(cntv_cval_el0, READ_SYSREG(cntv_cval_el0) +
					    READ_SYSREG(cntfrq_el0) / 3000);
	ISB();
	return true;
}

static void interrupted_here(uint64_t rounds)
{
	unsigned self = cpu_index();

	handled[self] = 0;
	set_hook(self, count_locked);
	gic_enable(VTIMER, 0x80);
	barrier_wait(&together, cpus);
	WRITE_SYSREG(cntv_cval_el0, now());
	WRITE_SYSREG(cntv_ctl_el0, 1);
	for (uint64_t i = 0; i < rounds; i++) {
		IRQ_OFF();
		spin_lock(&lock);
		counter = counter + 1;
		shadow = shadow + 1;
		spin_unlock(&lock);
		IRQ_ON();
	}
	EVENTUALLY(LIVE(handled[self]) > 20);
	IRQ_OFF();
	WRITE_SYSREG(cntv_ctl_el0, 0);
	gic_disable(VTIMER);
}

static void interrupted(void)
{
	uint64_t want = (uint64_t)ROUNDS * cpus;

	counter = shadow = 0;
	on_all(interrupted_here, ROUNDS);
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		want += handled[cpu];
	CHECK_EQ(counter, want);
	CHECK_EQ(shadow, want);
}

/* B2.3: what was written before a store-release is seen after the
 * load-acquire that sees it. */
static uint64_t message[8], flag;

static void pass_on_here(uint64_t laps)
{
	unsigned self = cpu_index();

	for (uint64_t lap = 0; lap < laps; lap++) {
		uint64_t turn = lap * cpus + self;

		while (load_acquire(&flag) != turn)
			relax();
		for (unsigned i = 0; i < 8; i++) {
			CHECK_EQ(message[i], turn * (i + 1));
			message[i] = (turn + 1) * (i + 1);
		}
		store_release(&flag, turn + 1);
	}
}

static void passed_on(void)
{
	flag = 0;
	for (unsigned i = 0; i < 8; i++)
		message[i] = 0;
	/* The turn comes as slowly as the host lends its CPUs. */
	on_all(pass_on_here, 64 / cpus);
	CHECK_EQ(flag, 64 / cpus * cpus);
}

/* SEV wakes who waits in WFE on another CPU (D1.6.1). */
static uint64_t rung;

static void wait_here(uint64_t rounds)
{
	for (uint64_t n = 1; n <= rounds; n++) {
		while (load_acquire(&rung) < n)
			__asm__ volatile("wfe" ::: "memory");
		barrier_wait(&together, cpus);
	}
}

static void ring(void)
{
	rung = 0;
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		on_cpu(cpu, wait_here, 10);
	for (uint64_t n = 1; n <= 10; n++) {
		store_release(&rung, n);
		DSB();
		__asm__ volatile("sev" ::: "memory");
		barrier_wait(&together, cpus);
	}
	for (unsigned cpu = 1; cpu < cpus; cpu++)
		finish(cpu);
}

const struct conformance_case sync_cases[] = {
	{{"sync: spin lock (DDI 0487 B2.9)", locked}, 0},
	{{"sync: exclusives (DDI 0487 B2.9)", exclusive}, 0},
	{{"sync: LSE atomics (DDI 0487 C6.2)", lse}, 0},
	{{"sync: a lock shared with handlers (DDI 0487 B2.9)", interrupted}, 0},
	{{"sync: release and acquire (DDI 0487 B2.3)", passed_on}, 0},
	{{"sync: WFE and SEV (DDI 0487 D1.6.1)", ring}, 2},
};
END_OF_TABLE(sync);
