/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an exit costs the guest, in nanoseconds; under QEMU's
 * `-icount shift=0,sleep=off` that is in instructions. The counter ticks only
 * every 16 ns there, so a batch of 1000 rounds is timed and divided. Printed
 * is `name: N`, the quickest of the batches, and their mean. "net" is less
 * the same loop with a nop, "gross" is with the guest's own instructions.
 */
#include "guest.h"

#define ROUNDS  1000u
#define BATCHES 16u
#define SGI     1u

typedef uint64_t loop(uint64_t rounds, uint64_t a, uint64_t b);

loop loop_nop, loop_hvc, loop_smc, loop_load, loop_store, loop_send, loop_sgi,
	loop_timer, loop_wfi;

struct bench {
	const char *name;
	loop *loop;
	bool net;
	bool needs_virtual; /* the bare board has no SMC */
	uint64_t a, b;
	uint64_t sum; /* of the INTIDs of one round; 0: not checked */
};

struct timing {
	uint64_t best, total;
};

static uint64_t now(void)
{
	ISB();
	return READ_SYSREG(cntvct_el0);
}

static struct timing time_loop(const struct bench *b)
{
	struct timing t = {.best = UINT64_MAX};

	b->loop(ROUNDS, b->a, b->b); /* warm up */
	for (unsigned i = 0; i < BATCHES; i++) {
		uint64_t start = now(), result = b->loop(ROUNDS, b->a, b->b);
		uint64_t ticks = now() - start;

		t.total += ticks;
		if (ticks < t.best)
			t.best = ticks;
		if (b->sum)
			CHECK_EQ(result, b->sum * ROUNDS);
	}
	return t;
}

/* Ticks of so many rounds to nanoseconds of one, rounded. */
static uint64_t each(uint64_t ticks, uint64_t rounds)
{
	uint64_t divisor = rounds * READ_SYSREG(cntfrq_el0);

	return (ticks * 1000000000 + divisor / 2) / divisor;
}

static void report(const char *name, uint64_t best, uint64_t mean)
{
	print("%s: %lu (mean %lu)\n", name, best, mean);
}

static void measure(const struct bench *b)
{
	static const struct bench nop = {.loop = loop_nop};
	struct timing t = time_loop(b), base = {0, 0};

	if (b->net)
		base = time_loop(&nop);
	report(b->name, each(t.best - base.best, ROUNDS),
	       each(t.total - base.total, ROUNDS * BATCHES));
}

static void measure_all(void)
{
	uint64_t aff0 = READ_SYSREG(mpidr_el1) & 15;
	uint64_t send = (uint64_t)SGI << 24 | UINT64_C(1) << aff0;
	const struct bench benches[] = {
		{"HVC PSCI_VERSION net", loop_hvc, true, false, 0, 0, 0},
		{"SMC PSCI_VERSION net", loop_smc, true, true, 0, 0, 0},
		{"GICD_TYPER read net", loop_load, true, false,
		 GICD_BASE + GICD_TYPER, 0, 0},
		{"GICD_IGROUPR1 write net", loop_store, true, false,
		 GICD_BASE + GICD_IGROUPR + 4, 0xffffffff, 0},
		{"ICC_SGI1R_EL1 write, IRQs masked net", loop_send, true, false,
		 0, send, 0},
		{"SGI to self gross", loop_sgi, false, false, 0, send, SGI},
		{"virtual timer gross", loop_timer, false, false, 0, 0, VTIMER},
		{"WFI woken by timer gross", loop_wfi, false, false, 0, 0,
		 VTIMER},
		{"UARTFR read by the host net", loop_load, true, false,
		 PL011_BASE + 0x18, 0, 0},
	};

	for (size_t i = 0; i < ARRAY_SIZE(benches); i++) {
		if (benches[i].needs_virtual && !is_virtual())
			continue;
		measure(&benches[i]);
		/* What the masked loop left pending. */
		mmio_write32(gic_bitmap(GICD_ICPENDR, SGI), 1u << SGI);
	}
}

/*
 * A WFI that has to wait: from the timer's deadline to the next instruction
 * of the guest. A deadline is a whole tick, so is a reading; the mean is low
 * by half a tick.
 */
static void wake_latency(void)
{
	uint64_t best = UINT64_MAX, total = 0;

	for (unsigned i = 0; i < ROUNDS; i++) {
		uint64_t deadline = now() + 2000, late;

		WRITE_SYSREG(cntv_cval_el0, deadline);
		WRITE_SYSREG(cntv_ctl_el0, 1);
		ISB();
		WFI();
		late = now() - deadline;
		CHECK_EQ(READ_SYSREG(ICC_IAR1_EL1), VTIMER);
		WRITE_SYSREG(cntv_ctl_el0, 0);
		WRITE_SYSREG(ICC_EOIR1_EL1, VTIMER);
		ISB();
		total += late;
		if (late < best)
			best = late;
	}
	report("WFI asleep, from deadline", each(best, 1), each(total, ROUNDS));
}

void payload(uint64_t device_tree)
{
	static const struct test tests[] = {
		{"round trips", measure_all},
		{"wake-up", wake_latency},
	};

	(void)device_tree;
	gic_init();
	gic_enable(VTIMER, 0x80);
	run_tests(tests, ARRAY_SIZE(tests));
}
