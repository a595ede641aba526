/* SPDX-License-Identifier: Apache-2.0 */
/* Every width at every kind of offset of every frame, and beyond. */
#include "hostile.h"
#include "smp.h"

struct frame {
	uint64_t base;
	uint64_t size;
	uint64_t step; /* odd, so that alignments mix; 1: every offset */
	bool device;   /* answers, rather than aborting                */
};

static const struct frame gicd = {GICD_BASE, 0x10000, 1, true};
static const struct frame uart = {PL011_BASE, 0x1000, 1, true};
static const struct frame nowhere = {NOWHERE, 0x10000, 61, false};

/* A CPU's redistributor, RD and SGI frame; or none, beyond the last CPU's. */
static struct frame redistributor(unsigned cpu)
{
	unsigned count = cpu_count();
	uint64_t step = cpu == 0 || cpu == count - 1 ? 1 : 61;

	return (struct frame){gic_redist_of(cpu), GICR_SIZE,
			      cpu < count ? step : 61, cpu < count};
}

/* Rn = x0; loads to x0, stores from x1; of 1, 2, 4 and 8 bytes. */
static const uint32_t loads[4] = {0x39400000, 0x79400000, 0xb9400000,
				  0xf9400000};
static const uint32_t stores[4] = {0x39000001, 0x79000001, 0xb9000001,
				   0xf9000001};

/* Stub n accesses 2^n bytes. */
static void prepare(const uint32_t insns[4])
{
	for (unsigned n = 0; n < 4; n++) {
		stubs[n][0] = insns[n];
		stubs[n][1] = RET;
	}
	code_sync(stubs, 4 * sizeof(stubs[0]));
}

/*
 * With the MMU off all of this is Device memory, and an unaligned access is an
 * alignment fault of EL1's own (Arm ARM D8.2.10). QEMU lets it through, so
 * that EL2 gets to see it: then it may end either way.
 */
static bool expected(const struct frame *f, bool aligned, enum outcome how)
{
	if (how == OUTCOME_ABORT)
		return ESR_FSC(trap.esr) == FSC_EXTERNAL ||
		       (!aligned && ESR_FSC(trap.esr) == FSC_ALIGNMENT);
	return how == OUTCOME_VALUE && f->device;
}

static void access_at(const struct frame *f, uint64_t address, unsigned n,
		      uint64_t value, uint64_t counts[OUTCOMES])
{
	uint64_t result;
	enum outcome how = attempt_stub(stub_at(n), address, value, &result);

	counts[how]++;
	/* No printing here: the UART may be in any state. */
	if (!expected(f, address % (1u << n) == 0, how))
		counts[OUTCOME_OTHER]++;
}

static void read_frame(const struct frame *f)
{
	uint64_t counts[OUTCOMES] = {0};

	prepare(loads);
	for (unsigned n = 0; n < 4; n++)
		for (uint64_t i = 0; i < f->size; i += f->step)
			access_at(f, f->base + i, n, 0, counts);
	print_counts("loads", counts);
	CHECK_EQ(counts[OUTCOME_OTHER] + counts[OUTCOME_UNDEFINED], 0);
}

static void read_frames(void)
{
	read_frame(&gicd);
	for (unsigned cpu = 0; cpu <= cpu_count(); cpu++) {
		struct frame f = redistributor(cpu);

		read_frame(&f);
	}
	read_frame(&uart);
	read_frame(&nowhere);
}

/* first: offsets below it are left alone (the data register would print). */
static void write_frame(const struct frame *f, uint64_t first,
			uint64_t counts[OUTCOMES])
{
	static const uint64_t values[] = {UINT64_MAX, 0,
					  UINT64_C(0x5a5a5a5a5a5a5a5a)};
	size_t v = 0;

	prepare(stores);
	for (unsigned n = 0; n < 4; n++)
		for (uint64_t i = first; i < f->size; i += f->step)
			access_at(f, f->base + i, n,
				  values[v++ % ARRAY_SIZE(values)], counts);
}

static void report(const uint64_t counts[OUTCOMES])
{
	print_counts("stores", counts);
	CHECK_EQ(counts[OUTCOME_OTHER] + counts[OUTCOME_UNDEFINED], 0);
}

static void write_gic(void)
{
	uint64_t counts[OUTCOMES] = {0};

	for (unsigned cpu = 0; cpu <= cpu_count(); cpu++) {
		struct frame f = redistributor(cpu);

		write_frame(&f, 0, counts);
	}
	write_frame(&gicd, 0, counts);
	report(counts);
	gic_init();
	for (uint32_t sgi = 0; sgi < 16; sgi++)
		gic_send_self(sgi);
	IRQ_ON();
	CHECK(irq_wait(16));
	IRQ_OFF();
	CHECK_EQ(irq_log.count, 16);
}

static void write_uart(void)
{
	static const uint32_t kept[] = {0x24, 0x28, 0x2c, 0x30, 0x34, 0x38};
	uint64_t counts[OUTCOMES] = {0};
	uint32_t old[ARRAY_SIZE(kept)];

	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		old[i] = mmio_read32(PL011_BASE + kept[i]);
	write_frame(&uart, 4, counts);
	for (size_t i = 0; i < ARRAY_SIZE(kept); i++)
		mmio_write32(PL011_BASE + kept[i], old[i]);
	mmio_write32(PL011_BASE + 0x44, 0x7ff); /* UARTICR */
	report(counts);
}

static void write_nowhere(void)
{
	uint64_t counts[OUTCOMES] = {0};

	write_frame(&nowhere, 0, counts);
	report(counts);
}

/* Instructions whose syndrome does not say what they do. Rn = x0. */
static const uint32_t no_syndrome[] = {
	0x29400801, /* LDP w1, w2, [x0]         */
	0xa9400801, /* LDP x1, x2, [x0]         */
	0x69400801, /* LDPSW x1, x2, [x0]       */
	0xa9000801, /* STP x1, x2, [x0]         */
	0xa9bf0801, /* STP x1, x2, [x0, #-16]!  */
	0xb8404401, /* LDR w1, [x0], #4         */
	0xb8004c01, /* STR w1, [x0, #4]!        */
	0x38401c01, /* LDRB w1, [x0, #1]!       */
	0xb8400801, /* LDTR w1, [x0]            */
	0xb8000801, /* STTR w1, [x0]            */
	0x885f7c01, /* LDXR w1, [x0]            */
	0x885ffc01, /* LDAXR w1, [x0]           */
	0xc87f0801, /* LDXP x1, x2, [x0]        */
	0x88027c01, /* STXR w2, w1, [x0]        */
	0xc8220c01, /* STXP w2, x1, x3, [x0]    */
	0x88dffc01, /* LDAR w1, [x0]            */
	0x889ffc01, /* STLR w1, [x0]            */
	0xb8bfc001, /* LDAPR w1, [x0]           */
	0x3dc00000, /* LDR q0, [x0]             */
	0x3d800000, /* STR q0, [x0]             */
	0xfd400000, /* LDR d0, [x0]             */
	0xbd000000, /* STR s0, [x0]             */
	0xad400400, /* LDP q0, q1, [x0]         */
	0x4c407000, /* LD1 {v0.16b}, [x0]       */
	0x4c400000, /* LD4 {v0.16b-v3.16b}      */
	0x4c007000, /* ST1 {v0.16b}, [x0]       */
	0x0d40c000, /* LD1R {v0.8b}, [x0]       */
	0xb8210002, /* LDADD w1, w2, [x0]       */
	0xb8218002, /* SWP w1, w2, [x0]         */
	0x88a17c02, /* CAS w1, w2, [x0]         */
	0x48207c02, /* CASP x0, x1, x2, x3      */
	0xd50b7420, /* DC ZVA, x0               */
	0xd50b7a20, /* DC CVAC, x0              */
	0xd50b7b20, /* DC CVAU, x0              */
	0xd50b7e20, /* DC CIVAC, x0             */
	0xd5087620, /* DC IVAC, x0              */
	0xd50b7520, /* IC IVAU, x0              */
	0xf9800000, /* PRFM pldl1keep, [x0]     */
	0xd5087800, /* AT S1E1R, x0             */
	0xd5087820, /* AT S1E1W, x0             */
	0xd5087840, /* AT S1E0R, x0             */
	0x85804000, /* LDR z0, [x0]             */
	0xd9200800, /* STG x0, [x0]             */
};

static void try_no_syndrome(uint64_t address, bool aborts)
{
	uint64_t counts[OUTCOMES] = {0};

	for (size_t i = 0; i < ARRAY_SIZE(no_syndrome); i++) {
		uint64_t regs[4] = {address, 0, 0, 0};
		enum outcome how = attempt(no_syndrome[i], regs);

		counts[how]++;
		if (!CHECK(how != OUTCOME_OTHER || !is_virtual()))
			print("    instruction 0x%lx at 0x%lx: ESR 0x%lx\n",
			      (unsigned long)no_syndrome[i], address, trap.esr);
		/* The base register of a failed access is unchanged. */
		if (how == OUTCOME_ABORT)
			CHECK_EQ(regs[0], address);
		/* LDP, the first two, are certain. */
		if (aborts && i < 2)
			CHECK_EQ(how, OUTCOME_ABORT);
	}
	print_counts("no syndrome", counts);
}

/* Pairs of words and of doublewords, over whole frames: where a machine's
 * GIC may answer, the library's never can. */
static void pairs_at(const struct frame *f, uint64_t counts[OUTCOMES])
{
	uint64_t result;

	for (unsigned n = 0; n < 4; n++)
		for (uint64_t i = 0; i < f->size; i += 7)
			counts[attempt_stub(stub_at(n), f->base + i, i,
					    &result)]++;
}

static void pairs(void)
{
	static const uint32_t insns[4] = {
		0x29400801, /* LDP w1, w2, [x0] */
		0xa9400801, /* LDP x1, x2, [x0] */
		0x29000801, /* STP w1, w2, [x0] */
		0xa9000801, /* STP x1, x2, [x0] */
	};
	uint64_t counts[OUTCOMES] = {0};
	struct frame first = redistributor(0), last;

	last = redistributor(cpu_count() - 1);
	prepare(insns);
	pairs_at(&first, counts);
	pairs_at(&last, counts);
	pairs_at(&gicd, counts);
	gic_init();
	print_counts("pairs", counts);
	CHECK_EQ(counts[OUTCOME_OTHER] + counts[OUTCOME_UNDEFINED], 0);
	if (is_virtual())
		CHECK_EQ(counts[OUTCOME_VALUE], 0);
}

static void without_syndrome(void)
{
	try_no_syndrome(GICD_BASE + GICD_IPRIORITYR + 32, is_virtual());
	try_no_syndrome(GICR_BASE + GICR_TYPER, is_virtual());
	try_no_syndrome(PL011_BASE + 0x40, is_virtual());
	try_no_syndrome(NOWHERE + 0x40, true);
}

/* Addresses outside every frame, up to where no IPA can be. */
static void far_away(void)
{
	prepare(loads);
	for (unsigned bit = 34; bit < 64; bit++) {
		uint64_t result;
		enum outcome how = attempt_stub(stub_at(2), UINT64_C(1) << bit,
						0, &result);

		/* The board has a window to PCI at 512 GiB. */
		CHECK(how == OUTCOME_ABORT ||
		      (how == OUTCOME_VALUE && !is_virtual()));
	}
}

void device_tests(void)
{
	static const struct test tests[] = {
		{"load from every frame", read_frames},
		{"store to the GIC", write_gic},
		{"store to the PL011", write_uart},
		{"store where nothing is", write_nowhere},
		{"pairs of registers to the GIC", pairs},
		{"accesses without syndrome", without_syndrome},
		{"addresses far away", far_away},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}

/*
 * Devices mapped as cacheable memory by the guest: unaligned accesses and
 * such as cross the end of a frame reach stage 2.
 */
static void frame_as_memory(const struct frame *f, uint64_t counts[OUTCOMES])
{
	uint64_t base = NORMAL_ALIAS + f->base, end = base + f->size, result;

	for (uint64_t i = 0; i < f->size; i += 97)
		counts[attempt_stub(stub_at(i % 4), base + i, 0, &result)]++;
	for (uint64_t i = 0; i < 8; i++) {
		counts[attempt_stub(stub_at(3), end - i, 0, &result)]++;
		counts[attempt_stub(stub_at(3), base - i, 0, &result)]++;
	}
}

static void as_memory(void)
{
	uint64_t counts[OUTCOMES] = {0};

	prepare(loads);
	frame_as_memory(&uart, counts);
	frame_as_memory(&nowhere, counts);
	for (unsigned store = 0; store < 2; store++) {
		prepare(store ? stores : loads);
		frame_as_memory(&gicd, counts);
		for (unsigned cpu = 0; cpu <= cpu_count(); cpu++) {
			struct frame f = redistributor(cpu);

			frame_as_memory(&f, counts);
		}
	}
	gic_init();
	print_counts("accesses", counts);
	CHECK_EQ(counts[OUTCOME_OTHER] + counts[OUTCOME_UNDEFINED], 0);
	CHECK(counts[OUTCOME_ABORT] != 0);
	CHECK(counts[OUTCOME_VALUE] != 0);
}

static void as_memory_without_syndrome(void)
{
	try_no_syndrome(NORMAL_ALIAS + GICD_BASE + GICD_IPRIORITYR + 32, false);
	try_no_syndrome(NORMAL_ALIAS + PL011_BASE + 0x43, false);
	try_no_syndrome(NORMAL_ALIAS + NOWHERE + 0xfff, true);
}

void alias_tests(void)
{
	static const struct test tests[] = {
		{"devices mapped as memory", as_memory},
		{"and without syndrome", as_memory_without_syndrome},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
