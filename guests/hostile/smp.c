/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What several CPUs can do to the power functions and to the GIC at once; on
 * a machine with one CPU, that one does it alone. Stage 1 is on, interrupts
 * are masked.
 */
#include "smp.h"
#include "hostile.h"

#define ALL_SGIS          0xffffu
#define PSCI_ON_PENDING   (-5)
#define CALLS             4000u
#define CALLS_OF_ONE_LIFE 8u
#define ACCESSES          20000u
#define PATIENCE_SECONDS  100u

/* Numerical Recipes' generator; the upper half is good enough. */
static uint32_t random_below(uint64_t *seed, uint32_t n)
{
	*seed = *seed * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (uint32_t)(*seed >> 33) % n;
}

static bool all_others_off(void)
{
	for (unsigned cpu = 1; cpu < cpu_count(); cpu++)
		if (hvc(PSCI_AFFINITY_INFO, cpu_affinity(cpu), 0, 0) != 1)
			return false;
	return true;
}

static bool wait_for_others(void)
{
	uint64_t start = READ_SYSREG(cntvct_el0);
	uint64_t limit = READ_SYSREG(cntfrq_el0) * PATIENCE_SECONDS;

	while (!all_others_off()) {
		relax();
		if (READ_SYSREG(cntvct_el0) - start > limit)
			return false;
	}
	return true;
}

static uint64_t sgi_frame(unsigned cpu)
{
	return gic_redist_of(cpu) + GICR_SGI;
}

static uint32_t pending_sgis(unsigned cpu)
{
	return mmio_read32(sgi_frame(cpu) + GICD_ISPENDR) & ALL_SGIS;
}

static void clear_sgis(void)
{
	for (unsigned cpu = 0; cpu < cpu_count(); cpu++) {
		uint64_t frame = sgi_frame(cpu);

		mmio_write32(frame + GICD_ICPENDR, 0xffffffff);
		mmio_write32(frame + GICD_ICACTIVER, 0xffffffff);
		mmio_write32(frame + GICD_IGROUPR, 0xffffffff);
	}
}

static void send(unsigned reg, uint64_t value)
{
	switch (reg) {
	case 0:
		WRITE_SYSREG(ICC_SGI1R_EL1, value);
		break;
	case 1:
		WRITE_SYSREG(S3_0_C12_C11_6, value); /* ICC_ASGI1R_EL1 */
		break;
	default:
		WRITE_SYSREG(S3_0_C12_C11_7, value); /* ICC_SGI0R_EL1 */
		break;
	}
}

/*
 * The target list without those that are there. Where ICC_CTLR_EL1.RSS is 0,
 * RS is RES0, and QEMU takes it for 0.
 */
static uint64_t nobody(uint64_t cluster, unsigned rs)
{
	uint64_t list = 0xffff;

	if (is_virtual())
		cluster |= rs << 4;
	for (unsigned cpu = 0; cpu < cpu_count(); cpu++)
		if ((cpu_affinity(cpu) & ~UINT64_C(0xf)) == cluster)
			list &= ~(UINT64_C(1) << (cpu_affinity(cpu) & 0xf));
	return list;
}

/* Every value of each affinity field, with every range (IHI 0069 12.2.22). */
static void sgi_to_nobody(void)
{
	static const struct {
		unsigned in_register, in_affinity;
	} fields[] = {{16, 8}, {32, 16}, {48, 32}};
	uint64_t sent = 0;

	clear_sgis();
	for (size_t f = 0; f < ARRAY_SIZE(fields); f++)
		for (uint64_t v = 0; v < 256; v++)
			for (unsigned rs = 0; rs < 16; rs++, sent++)
				send((unsigned)(sent % 3),
				     v << fields[f].in_register |
					     (uint64_t)rs << 44 |
					     (sent & 0xf) << 24 |
					     nobody(v << fields[f].in_affinity,
						    rs));
	ISB();
	for (unsigned cpu = 0; cpu < cpu_count(); cpu++)
		CHECK_EQ(pending_sgis(cpu), 0);
}

/* With IRM all the rest means nothing, and this CPU is not among them. */
static void sgi_to_others(void)
{
	uint64_t seed = 1;

	clear_sgis();
	for (uint64_t sgi = 0; sgi < 16; sgi++)
		for (unsigned n = 0; n < 100; n++)
			send(0, UINT64_C(1) << 40 | sgi << 24 |
					(uint64_t)random_below(&seed, 1u << 16)
						<< 44 |
					random_below(&seed, 1u << 24));
	ISB();
	CHECK_EQ(pending_sgis(0), 0);
	for (unsigned cpu = 1; cpu < cpu_count(); cpu++)
		CHECK_EQ(pending_sgis(cpu), ALL_SGIS);
	clear_sgis();
}

static struct {
	uint64_t calls, successes, strange;
} storm;

/* DEN0022 5.6.2: one of those who turn a CPU on has success, and only one. */
static void turn_anybody_on(uint64_t *seed)
{
	unsigned cpu = random_below(seed, cpu_count());
	uint64_t entry = (uintptr_t)cpu_start;
	int32_t answer;

	/* QEMU would start it even there. */
	if (is_virtual() && random_below(seed, 4) == 0)
		entry = random_below(seed, 2) ? UINT64_MAX : entry + 2;
	answer = (int32_t)hvc(PSCI_CPU_ON, cpu_affinity(cpu), entry, *seed | 1);
	if (answer == 0 && entry == (uintptr_t)cpu_start)
		atomic_add(&storm.successes, 1);
	else if (answer != PSCI_ALREADY_ON && answer != PSCI_ON_PENDING &&
		 !(answer == PSCI_INVALID_ADDRESS &&
		   entry != (uintptr_t)cpu_start))
		atomic_add(&storm.strange, 1);
}

static void short_life(uint64_t context)
{
	uint64_t seed = context;

	for (unsigned n = 0; n < CALLS_OF_ONE_LIFE; n++) {
		if (atomic_add(&storm.calls, 1) > CALLS)
			return;
		turn_anybody_on(&seed);
	}
}

static uint64_t lives(void)
{
	uint64_t sum = 0;

	for (unsigned cpu = 0; cpu < cpu_count(); cpu++)
		sum += load_acquire(&cpu_entries[cpu].entries);
	return sum;
}

/* Let others have the physical CPU: WFI, for 50 microseconds. CPU 0. */
static void rest(void)
{
	gic_enable(VTIMER, 0x80);
	WRITE_SYSREG(cntv_tval_el0, READ_SYSREG(cntfrq_el0) / 20000);
	WRITE_SYSREG(cntv_ctl_el0, 1);
	ISB();
	WFI();
	WRITE_SYSREG(cntv_ctl_el0, 0);
	ISB();
	gic_disable(VTIMER);
}

static void cpu_on_storm(void)
{
	uint64_t seed = 2, before = lives();

	cpu_main = short_life;
	while (atomic_add(&storm.calls, 1) <= CALLS) {
		turn_anybody_on(&seed);
		rest();
	}
	CHECK(wait_for_others());
	CHECK_EQ(storm.strange, 0);
	/* QEMU 7.2 tells several callers of success for one start. */
	CHECK(lives() - before == storm.successes ||
	      (lives() - before < storm.successes && !is_virtual()));
	CHECK(cpu_count() == 1 || storm.successes != 0);
	print("  %lu calls, %lu successes\n", (uint64_t)CALLS, storm.successes);
}

/* Any register, most of all those that have a field for each interrupt. */
static uint64_t any_register(uint64_t *seed)
{
	uint64_t base = GICD_BASE;

	if (random_below(seed, 2))
		base = gic_redist_of(random_below(seed, cpu_count())) +
		       (random_below(seed, 8) ? GICR_SGI : 0);
	switch (random_below(seed, 8)) {
	case 0:
		return base + random_below(seed, 0x10000);
	case 1:
		return base + GICD_IROUTER + random_below(seed, 0x400);
	case 2:
		return base + GICD_IPRIORITYR + random_below(seed, 0x80);
	default: /* a bitmap of INTID 0 to 127 */
		return base + (random_below(seed, 16) << 7) +
		       random_below(seed, 16);
	}
}

static void access_any(uint64_t *seed)
{
	uint64_t address = any_register(seed);
	uint64_t value = (uint64_t)random_below(seed, UINT32_MAX) << 1;

	switch (random_below(seed, 8)) {
	case 0:
		mmio_write8(address, (uint8_t)value);
		break;
	case 1:
		mmio_write64(address & ~UINT64_C(7), value);
		break;
	case 2:
		(void)mmio_read8(address);
		break;
	case 3:
		(void)mmio_read64(address & ~UINT64_C(7));
		break;
	case 4:
	case 5:
		(void)mmio_read32(address & ~UINT64_C(3));
		break;
	default:
		mmio_write32(address & ~UINT64_C(3), (uint32_t)value);
		break;
	}
}

/* What it takes it ends, so that its running priority stays idle; and it ends
 * what others took. */
static void interface_any(uint64_t *seed)
{
	uint64_t intid;

	switch (random_below(seed, 4)) {
	case 0:
		intid = READ_SYSREG(ICC_IAR1_EL1);
		if (intid < 1020)
			WRITE_SYSREG(ICC_EOIR1_EL1, intid);
		break;
	case 1:
		WRITE_SYSREG(ICC_DIR_EL1, random_below(seed, 1024));
		break;
	case 2:
		WRITE_SYSREG(ICC_PMR_EL1, random_below(seed, 256));
		break;
	default:
		send(random_below(seed, 3),
		     (uint64_t)random_below(seed, 16) << 24 |
			     random_below(seed, 1u << 16));
		break;
	}
}

static void scribble(uint64_t context)
{
	uint64_t seed = context;

	WRITE_SYSREG(ICC_SRE_EL1, 7);
	ISB();
	WRITE_SYSREG(ICC_IGRPEN1_EL1, 1);
	for (unsigned n = 0; n < ACCESSES; n++) {
		access_any(&seed);
		if (n % 4 == 0)
			interface_any(&seed);
	}
}

static void wait_for_sgi(uint64_t sgi)
{
	gic_cpu_init();
	gic_send_self((uint32_t)sgi);
	IRQ_ON();
	(void)irq_wait(1);
	IRQ_OFF();
}

static void gic_at_once(void)
{
	/* What QEMU's GIC has beyond ours would write to memory. */
	if (!is_virtual())
		return;
	cpu_main = scribble;
	for (unsigned cpu = 1; cpu < cpu_count(); cpu++)
		CHECK_EQ(cpu_on(cpu, cpu + 1), 0);
	scribble(1);
	CHECK(wait_for_others());
	/* And it is a GIC still, for each of them. */
	gic_init();
	cpu_main = wait_for_sgi;
	for (unsigned cpu = 1; cpu < cpu_count(); cpu++)
		CHECK_EQ(cpu_on(cpu, cpu % 16), 0);
	wait_for_sgi(0);
	CHECK(wait_for_others());
	for (unsigned cpu = 0; cpu < cpu_count(); cpu++) {
		CHECK_EQ(irq_logs[cpu].count, 1);
		CHECK_EQ(irq_logs[cpu].last, cpu % 16);
	}
}

void smp_tests(void)
{
	static const struct test tests[] = {
		{"SGIs to nobody", sgi_to_nobody},
		{"SGIs to all others", sgi_to_others},
		{"a storm of CPU_ON", cpu_on_storm},
		{"all CPUs write to the GIC", gic_at_once},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
