/* SPDX-License-Identifier: Apache-2.0 */
/* The reference model of the GIC by hand, and the library's vGIC against it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "machine/gic_world.h"
#include "machine/machine.h"

static struct gic_model gic;

static uint64_t read_of(enum gic_model_frame frame, unsigned owner,
			unsigned offset, unsigned width)
{
	uint64_t sure;

	return gic_model_read(&gic, frame, owner, offset, width, &sure) & sure;
}

static void write_to(enum gic_model_frame frame, unsigned offset,
		     uint64_t value)
{
	gic_model_write(&gic, frame, 0, offset, 4, value);
}

/* Two CPUs, 64 SPIs; everything is of group 1, enabled and let through. */
static int setup(void **state)
{
	const struct gic_model_config config = {
		.cpus = 2,
		.spis = 64,
		.priority_bits = 5,
		.affinity = {0, UINT64_C(0x100000102)},
	};

	(void)state;
	gic_model_make(&gic, &config);
	write_to(GIC_MODEL_DIST, 0, 2);
	for (unsigned n = 0; n < 2; n++) {
		gic_model_write(&gic, GIC_MODEL_SGI, n, 0x80, 4, UINT32_MAX);
		gic_model_write(&gic, GIC_MODEL_SGI, n, 0x100, 4, UINT32_MAX);
		gic_model_icc_write(&gic, n, GIC_MODEL_PMR, 0xf8);
		gic_model_icc_write(&gic, n, GIC_MODEL_IGRPEN1, 1);
	}
	write_to(GIC_MODEL_DIST, 0x84, UINT32_MAX);
	write_to(GIC_MODEL_DIST, 0x104, UINT32_MAX);
	return 0;
}

static void takes(unsigned cpu, uint32_t intid)
{
	assert_int_equal(gic_model_signalled(&gic, cpu), intid);
	assert_int_equal(gic_model_acknowledge(&gic, cpu, 1, intid),
			 GIC_MODEL_EXACT);
}

static void ends(unsigned cpu, uint32_t intid)
{
	gic_model_icc_write(&gic, cpu, GIC_MODEL_EOIR1, intid);
}

/* Pending, active, active and pending (IHI 0069 4.1.2). */
static void test_states(void **state)
{
	(void)state;
	gic_model_line(&gic, 0, 40, true);
	assert_int_equal(read_of(GIC_MODEL_DIST, 0, 0x204, 4), 1u << 8);
	takes(0, 40);
	assert_int_equal(read_of(GIC_MODEL_DIST, 0, 0x304, 4), 1u << 8);
	/* A level that is high still; no interrupt preempts itself. */
	assert_int_equal(read_of(GIC_MODEL_DIST, 0, 0x284, 4), 1u << 8);
	assert_int_equal(gic_model_signalled(&gic, 0), GIC_MODEL_NONE);
	ends(0, 40);
	takes(0, 40);
	gic_model_line(&gic, 0, 40, false);
	ends(0, 40);
	assert_int_equal(gic_model_signalled(&gic, 0), GIC_MODEL_NONE);
	/* An edge comes once, however often the line rose before. */
	write_to(GIC_MODEL_DIST, 0xc08, 2u << 16);
	gic_model_line(&gic, 0, 40, true);
	gic_model_line(&gic, 0, 40, true);
	takes(0, 40);
	ends(0, 40);
	assert_int_equal(gic_model_acknowledge(&gic, 0, 1, 40),
			 GIC_MODEL_WRONG);
}

static void test_priorities(void **state)
{
	(void)state;
	write_to(GIC_MODEL_DIST, 0x420, 0x20405f80);
	assert_int_equal(read_of(GIC_MODEL_DIST, 0, 0x420, 4), 0x20405880);
	assert_int_equal(read_of(GIC_MODEL_DIST, 0, 0x423, 1), 0x20);
	gic_model_latch(&gic, 0, 33);
	takes(0, 33); /* 0x58 */
	gic_model_latch(&gic, 0, 32);
	assert_int_equal(gic_model_signalled(&gic, 0), GIC_MODEL_NONE);
	gic_model_latch(&gic, 0, 34);
	gic_model_latch(&gic, 0, 35);
	assert_int_equal(gic_model_signalled(&gic, 0), 35);
	assert_int_equal(gic_model_acknowledge(&gic, 0, 1, 34), GIC_MODEL_LATE);
	assert_int_equal(gic_model_icc_read(&gic, 0, GIC_MODEL_RPR), 0x40);
	/* 0x20 and 0x40 are one with these bits for groups. */
	gic_model_icc_write(&gic, 0, GIC_MODEL_BPR1, 7);
	assert_int_equal(gic_model_signalled(&gic, 0), 35);
	assert_int_equal(gic_model_acknowledge(&gic, 0, 1, 35),
			 GIC_MODEL_EXACT);
	assert_int_equal(gic_model_icc_read(&gic, 0, GIC_MODEL_RPR), 0);
	gic_model_icc_write(&gic, 0, GIC_MODEL_BPR1, 0);
	assert_int_equal(gic_model_icc_read(&gic, 0, GIC_MODEL_BPR1), 3);
	ends(0, 35);
	gic_model_icc_write(&gic, 0, GIC_MODEL_CTLR, 2);
	ends(0, 34);
	assert_true(gic_model_irq(&gic, 0, 34)->active);
	gic_model_icc_write(&gic, 0, GIC_MODEL_DIR, 34);
	assert_false(gic_model_irq(&gic, 0, 34)->active);
	ends(0, 33);
	gic_model_icc_write(&gic, 0, GIC_MODEL_PMR, 0x80);
	assert_int_equal(gic_model_signalled(&gic, 0), GIC_MODEL_NONE);
	assert_int_equal(gic_model_acknowledge(&gic, 0, 1, GIC_MODEL_NONE),
			 GIC_MODEL_EXACT);
	gic_model_icc_write(&gic, 0, GIC_MODEL_PMR, 0x8f);
	assert_int_equal(gic_model_acknowledge(&gic, 0, 1, GIC_MODEL_NONE),
			 GIC_MODEL_LATE);
	takes(0, 32);
}

static void test_routes(void **state)
{
	(void)state;
	gic_model_latch(&gic, 0, 40);
	gic_model_write(&gic, GIC_MODEL_DIST, 0, 0x6140, 8,
			UINT64_C(0xffffff0100000102));
	assert_int_equal(read_of(GIC_MODEL_DIST, 0, 0x6140, 8),
			 UINT64_C(0x100000102));
	assert_int_equal(gic_model_signalled(&gic, 0), GIC_MODEL_NONE);
	assert_int_equal(gic_model_signalled(&gic, 1), 40);
	write_to(GIC_MODEL_DIST, 0x6144, 0);
	assert_int_equal(read_of(GIC_MODEL_DIST, 0, 0x6140, 4), 0x102);
	assert_int_equal(gic_model_signalled(&gic, 1), GIC_MODEL_NONE);
	/* The distributor has no SGIs and PPIs, and 1020 is none. */
	write_to(GIC_MODEL_DIST, 0x200, 1);
	write_to(GIC_MODEL_DIST, 0x27c, UINT32_MAX);
	assert_int_equal(read_of(GIC_MODEL_DIST, 0, 0x200, 4), 0);
	assert_int_equal(read_of(GIC_MODEL_DIST, 0, 0x27c, 4), 0);
	assert_int_equal(read_of(GIC_MODEL_RD, 1, 8, 8),
			 UINT64_C(0x0100010200000110));
	assert_int_equal(read_of(GIC_MODEL_RD, 1, 12, 4), 0x01000102);
}

static void test_sgis(void **state)
{
	const uint64_t to_1 = UINT64_C(1) << 48 | 1u << 16 | 1u << 2;

	(void)state;
	gic_model_icc_write(&gic, 0, GIC_MODEL_SGI1R, to_1 | 5u << 24);
	takes(1, 5);
	assert_int_equal(gic_model_signalled(&gic, 0), GIC_MODEL_NONE);
	/* Of the wrong group, to all others, to a group of sixteen. */
	gic_model_icc_write(&gic, 0, GIC_MODEL_SGI0R, to_1 | 6u << 24);
	assert_false(gic_model_irq(&gic, 1, 6)->latch);
	gic_model_icc_write(&gic, 1, GIC_MODEL_SGI1R,
			    UINT64_C(1) << 40 | 7u << 24);
	assert_true(gic_model_irq(&gic, 0, 7)->latch);
	assert_false(gic_model_irq(&gic, 1, 7)->latch);
	gic_model_icc_write(&gic, 0, GIC_MODEL_SGI1R,
			    UINT64_C(1) << 44 | 8u << 24 | 0xffff);
	assert_false(gic_model_irq(&gic, 0, 8)->latch);
}

/* ---- The library ------------------------------------------------------------
 */

static uint64_t random_word;

static uint32_t below(uint32_t bound)
{
	random_word = random_word * UINT64_C(6364136223846793005) +
		      UINT64_C(1442695040888963407);
	return (uint32_t)(random_word >> 33) % bound;
}

/* Mostly offsets where something is, and few interrupts, so that they meet. */
static void choose_register(struct gic_world_step *step)
{
	static const uint16_t base[] = {0x80,  0x100, 0x180, 0x200,
					0x280, 0x300, 0x380};
	const uint32_t which = below(16), bank = below(3);

	step->frame = bank ? GIC_MODEL_DIST : GIC_MODEL_SGI;
	step->width = 2;
	if (which < 10) {
		step->offset = base[below(7)] + 4 * bank;
	} else if (which < 12) {
		step->offset = 0x400 + 32 * bank + below(32);
		step->width = 0;
	} else if (which == 12) {
		step->offset = 0xc00 + 8 * bank + 4 * below(2);
	} else if (which == 13 && bank) {
		step->offset = 0x6000 + 256 * bank + 8 * below(32);
		step->width = 3;
	} else if (which == 14) {
		step->offset = 0;
		step->frame = (uint8_t)below(2);
	} else {
		step->offset = below(0x10000);
		step->frame = (uint8_t)below(3);
		step->width = (uint8_t)below(4);
	}
}

static uint64_t choose_value(const struct gic_world_step *step)
{
	static const uint64_t affinity[] = {0, 1, 0x12, UINT64_C(0x300010205),
					    77};
	const uint32_t any = below(UINT32_MAX);

	if (step->offset >= 0x6000 && step->frame == GIC_MODEL_DIST)
		return affinity[below(5)];
	if (step->frame == GIC_MODEL_DIST && !step->offset)
		return below(8) ? 3 : below(4);
	if (step->offset >= 0x400)
		return (uint64_t)below(UINT32_MAX) << 32 | below(UINT32_MAX);
	/* IGROUPR and ISENABLER: many; the others: few. */
	if (step->offset < 0x180)
		return any | below(UINT32_MAX);
	return any & below(UINT32_MAX) & ~below(UINT32_MAX);
}

static void choose(struct gic_world_step *step)
{
	static const uint8_t often[] = {
		GIC_WORLD_READ,        GIC_WORLD_READ,        GIC_WORLD_WRITE,
		GIC_WORLD_ACKNOWLEDGE, GIC_WORLD_ACKNOWLEDGE, GIC_WORLD_END,
		GIC_WORLD_END,         GIC_WORLD_LINE,        GIC_WORLD_LINE,
		GIC_WORLD_SGI,         GIC_WORLD_DEACTIVATE,
	};

	*step = (struct gic_world_step){
		.op = below(8) ? often[below(sizeof(often))]
			       : (uint8_t)below(GIC_WORLD_OPS),
		.vcpu = (uint8_t)below(16),
		.owner = (uint8_t)below(16),
	};
	if (step->op == GIC_WORLD_READ || step->op == GIC_WORLD_WRITE) {
		choose_register(step);
		step->value = choose_value(step);
	} else if (step->op == GIC_WORLD_SGI) {
		step->offset = below(8) ? 1 : below(3);
		step->value = (uint64_t)below(16) << 24 |
			      (below(4) ? below(4) : below(0x10000)) |
			      (below(4) ? 0 : UINT64_C(1) << 40) |
			      (below(4) ? 0 : UINT64_C(1) << 44);
	} else if (step->op == GIC_WORLD_CONTROL) {
		/* Usually open. */
		step->offset = below(7);
		step->value = below(4) ? 0xff : below(256);
	} else {
		step->offset = below(1024);
		step->value = below(UINT32_MAX) | (below(2) ? 1 : 0);
	}
}

static void compare(uint64_t seed, unsigned steps)
{
	const char *trace = getenv("GIC_TRACE");
	struct gic_world_config config;

	random_word = seed;
	config = (struct gic_world_config){
		.seed = seed,
		.vcpus = 1 + below(4),
		.list_registers = 1 + below(below(2) ? 16 : 3),
		.priority_bits = 5 + below(3),
		.eoi_counts = below(2),
		.trace = trace && strtoull(trace, NULL, 10) == seed,
	};
	gic_world_make(&config);
	gic_world_open();
	for (unsigned n = 0; n < steps; n++) {
		struct gic_world_step step;

		choose(&step);
		gic_world_step(&step);
	}
	gic_world_end();
}

/* GIC_TRACE=seed prints what happens with that seed. */
static void test_library(void **state)
{
	const char *seeds = getenv("GIC_SEEDS");
	const uint64_t count = seeds ? strtoull(seeds, NULL, 10) : 100;

	(void)state;
	for (uint64_t seed = 0; seed < count; seed++)
		compare(seed, 1000);
}

static void act(enum gic_world_op op, uint32_t offset, uint64_t value)
{
	const struct gic_world_step step = {.op = (uint8_t)op,
					    .width = 2,
					    .offset = offset,
					    .value = value};

	gic_world_step(&step);
}

/* A pending interrupt that may not preempt takes the only LR. What preempted
 * by the binary point of group 1, though its priority is not higher, ends
 * first. */
static void end_by_group_priority(uint8_t outer)
{
	const struct gic_world_config config = {
		.seed = 1, .vcpus = 1, .list_registers = 1, .priority_bits = 5};

	gic_world_make(&config);
	gic_world_open();
	act(GIC_WORLD_CONTROL, GIC_MODEL_BPR0, 2);
	act(GIC_WORLD_CONTROL, GIC_MODEL_BPR1, 6);
	act(GIC_WORLD_WRITE, 0x84, 6);                    /* 33, 34 */
	act(GIC_WORLD_WRITE, 0x420, 0x00f87800u | outer); /* 32, 33, 34 */
	act(GIC_WORLD_WRITE, 0x104, 7);
	act(GIC_WORLD_INJECT, 32, 0);
	act(GIC_WORLD_ACKNOWLEDGE, 0, 0);
	act(GIC_WORLD_INJECT, 33, 0);
	act(GIC_WORLD_ACKNOWLEDGE, 0, 1);
	act(GIC_WORLD_INJECT, 34, 0);
	act(GIC_WORLD_READ, 0x304, 0);
	act(GIC_WORLD_END, 0, 0);
	act(GIC_WORLD_READ, 0x304, 0);
	act(GIC_WORLD_END, 0, 0);
	act(GIC_WORLD_READ, 0x304, 0);
	gic_world_end();
}

static void test_end_by_group_priority(void **state)
{
	(void)state;
	end_by_group_priority(0x78);
	end_by_group_priority(0x50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_states, setup),
		cmocka_unit_test_setup(test_priorities, setup),
		cmocka_unit_test_setup(test_routes, setup),
		cmocka_unit_test_setup(test_sgis, setup),
		cmocka_unit_test(test_end_by_group_priority),
		cmocka_unit_test(test_library),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
