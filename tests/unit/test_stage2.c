/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 shape, descriptors, mapping and looking up, case by case; "D…" is a
 * section of the Arm ARM, DDI 0487. test_stage2_random.c does the rest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/status.h>

#include "support/s2_space.h"

/* VTCR_EL2 by its bit numbers (D19.2): T0SZ 5:0, SL0 7:6, IRGN0 9:8, ORGN0
 * 11:10, SH0 13:12, TG0 15:14, PS 18:16, VS 19, RES1 31. */
static uint64_t vtcr(unsigned t0sz, unsigned sl0, unsigned ps, unsigned vs)
{
	return t0sz | sl0 << 6 | 1u << 8 | 1u << 10 | 3u << 12 | ps << 16 |
	       vs << 19 | UINT64_C(1) << 31;
}

/* D8.2.2, D8.2.7: the start level with fewest lookups that 16 concatenated
 * tables allow, and how many of those that takes. */
static void test_geometry(void **unused)
{
	static const struct {
		unsigned ipa_bits, pa_bits, sl0, ps, level, order;
	} rows[] = {
		{32, 32, 0, 0, 2, 2},
		{32, 48, 0, 5, 2, 2},
		{33, 36, 0, 1, 2, 3},
		{34, 36, 0, 1, 2, 4},
		{35, 36, 1, 1, 1, 0},
		{36, 36, 1, 1, 1, 0},
		{39, 40, 1, 2, 1, 0},
		{40, 40, 1, 2, 1, 1},
		{41, 42, 1, 3, 1, 2},
		{42, 44, 1, 4, 1, 3},
		{43, 48, 1, 5, 1, 4},
		{44, 44, 2, 4, 0, 0},
		{47, 48, 2, 5, 0, 0},
		{48, 48, 2, 5, 0, 0},
		/* Without FEAT_LPA2 this granule has 48 bits (D8.1.6). */
		{40, 52, 1, 5, 1, 1},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		fake_s2_make(&s2, rows[i].ipa_bits, rows[i].pa_bits);
		assert_int_equal(arm_stage2_vtcr(&s2),
				 vtcr(64u - rows[i].ipa_bits, rows[i].sl0,
				      rows[i].ps, 1));
		assert_int_equal(s2.start_level, rows[i].level);
		assert_int_equal(fake_s2.pages_out, 1u << rows[i].order);
		/* Aligned to the size of all of it (D8.2.2). */
		assert_int_equal(arm_stage2_root(&s2) % (KIB4 << rows[i].order),
				 0);
		assert_unmapped(0);
		assert_unmapped((UINT64_C(1) << rows[i].ipa_bits) - 1u);
		arm_stage2_free(&s2);
		assert_int_equal(fake_s2.pages_out, 0);
	}
}

static int init(unsigned ipa_bits, unsigned pa_bits, unsigned vmid_bits)
{
	const struct arm_stage2_config config = {
		.ops = &fake_s2_host_ops,
		.ipa_bits = (uint8_t)ipa_bits,
		.pa_bits = (uint8_t)pa_bits,
		.vmid_bits = (uint8_t)vmid_bits,
	};

	return arm_stage2_init(&s2, &config);
}

static void test_init_refuses(void **unused)
{
	struct arm_stage2_config config = {
		.ipa_bits = 40, .pa_bits = 40, .vmid_bits = 8};
	struct arm_stage2 before;

	(void)unused;
	fake_s2_reset();
	memset(&s2, 0x5a, sizeof(s2));
	before = s2;
	assert_int_equal(init(31, 40, 8), ARM_VCPU_ERR_RANGE);
	assert_int_equal(init(0, 40, 8), ARM_VCPU_ERR_RANGE);
	assert_int_equal(init(49, 52, 8), ARM_VCPU_ERR_RANGE);
	assert_int_equal(init(255, 52, 8), ARM_VCPU_ERR_RANGE);
	assert_int_equal(init(41, 40, 8), ARM_VCPU_ERR_RANGE);
	assert_int_equal(init(32, 0, 8), ARM_VCPU_ERR_RANGE);
	assert_int_equal(init(32, 39, 8), ARM_VCPU_ERR_RANGE);
	assert_int_equal(init(32, 56, 8), ARM_VCPU_ERR_RANGE);
	assert_int_equal(init(40, 40, 0), ARM_VCPU_ERR_INVALID);
	assert_int_equal(init(40, 40, 12), ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_stage2_init(&s2, &config), ARM_VCPU_ERR_NULL);
	for (unsigned i = 0; i < 3; i++) {
		struct arm_stage2_ops lame = fake_s2_host_ops;

		lame.alloc_pages = i == 0 ? NULL : lame.alloc_pages;
		lame.free_pages = i == 1 ? NULL : lame.free_pages;
		lame.phys_to_virt = i == 2 ? NULL : lame.phys_to_virt;
		config.ops = &lame;
		assert_int_equal(arm_stage2_init(&s2, &config),
				 ARM_VCPU_ERR_NULL);
	}
	config.ops = &fake_s2_host_ops;
	assert_int_equal(arm_stage2_init(NULL, &config), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_stage2_init(&s2, NULL), ARM_VCPU_ERR_NULL);
	fake_s2.pages_limit = 1; /* 40 bits need two */
	assert_int_equal(init(40, 40, 8), ARM_VCPU_ERR_NO_MEMORY);
	assert_memory_equal(&s2, &before, sizeof(s2));
	assert_int_equal(fake_s2.pages_out, 0);
	fake_s2.pages_limit = 2;
	assert_int_equal(init(40, 40, 8), ARM_VCPU_OK);
	assert_int_equal(arm_stage2_vtcr(&s2), vtcr(24, 1, 2, 0));
	assert_int_equal(fake_s2.publishes, 1);
}

/* A page that a descriptor cannot hold goes back to the host: not aligned,
 * or beyond the PA size. */
static void test_bad_pages_from_the_host(void **unused)
{
	(void)unused;
	fake_s2_reset();
	fake_s2.next_page = KIB4; /* two pages, aligned to one */
	assert_int_equal(init(40, 40, 8), ARM_VCPU_ERR_NO_MEMORY);
	make_running(36, 36);
	fake_s2.bad_page = 0;
	fake_s2.next_page = UINT64_C(1) << 36;
	assert_int_equal(arm_stage2_map(&s2, 0, 0, KIB4, RW),
			 ARM_VCPU_ERR_NO_MEMORY);
	assert_int_equal(fake_s2.bad_page, UINT64_C(1) << 36);
	fake_s2.next_page = UINT64_C(0xfff800);
	assert_int_equal(arm_stage2_map(&s2, 0, 0, KIB4, RW),
			 ARM_VCPU_ERR_NO_MEMORY);
	assert_int_equal(fake_s2.bad_page, UINT64_C(0xfff800));
	assert_int_equal(fake_s2.pages_out, 1);
}

/* D8.3: bits 1:0 type, 5:2 MemAttr, 7:6 S2AP, 9:8 SH, 10 AF, 54 XN. */
static void test_descriptors(void **unused)
{
	static const struct {
		unsigned attr;
		uint64_t bits;
	} rows[] = {
		{0, UINT64_C(0x4000000000073c)},
		{ARM_STAGE2_READ, UINT64_C(0x4000000000077c)},
		{ARM_STAGE2_WRITE, UINT64_C(0x400000000007bc)},
		{RW, UINT64_C(0x400000000007fc)},
		{ARM_STAGE2_EXEC, UINT64_C(0x73c)},
		{ARM_STAGE2_READ | ARM_STAGE2_EXEC, UINT64_C(0x77c)},
		{RWX, UINT64_C(0x7fc)},
		{RW | ARM_STAGE2_DEVICE, UINT64_C(0x400000000007c4)},
		{ARM_STAGE2_READ | ARM_STAGE2_DEVICE,
		 UINT64_C(0x40000000000744)},
	};
	unsigned level;

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_running(40, 40);
		map(GIB1, 5u * GIB1, GIB1 + MIB2 + KIB4, rows[i].attr);
		assert_int_equal(fake_s2_descriptor(&s2, GIB1, &level),
				 5u * GIB1 | rows[i].bits | 1u);
		assert_int_equal(level, 1);
		assert_int_equal(fake_s2_descriptor(&s2, 2u * GIB1, &level),
				 6u * GIB1 | rows[i].bits | 1u);
		assert_int_equal(level, 2);
		assert_int_equal(
			fake_s2_descriptor(&s2, 2u * GIB1 + MIB2, &level),
			(6u * GIB1 + MIB2) | rows[i].bits | 3u);
		assert_int_equal(level, 3);
		assert_maps(GIB1, 5u * GIB1, GIB1, rows[i].attr);
	}
}

static void test_map_checks_attributes(void **unused)
{
	(void)unused;
	make_running(40, 40);
	assert_int_equal(arm_stage2_map(&s2, 0, 0, KIB4, 1u << 4),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_stage2_map(&s2, 0, 0, KIB4, ~0u),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(
		arm_stage2_map(&s2, 0, 0, KIB4, RWX | ARM_STAGE2_DEVICE),
		ARM_VCPU_ERR_INVALID);
	map(0, 0, KIB4, RW);
	assert_int_equal(arm_stage2_protect(&s2, 0, KIB4, 1u << 31),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(
		arm_stage2_protect(&s2, 0, KIB4,
				   ARM_STAGE2_EXEC | ARM_STAGE2_DEVICE),
		ARM_VCPU_ERR_INVALID);
	assert_maps(0, 0, KIB4, RW);
}

/* Nothing wraps around, nothing leaves the IPA or the PA size. */
static void test_ranges(void **unused)
{
	static const struct {
		uint64_t ipa, pa, size;
		int status;
	} rows[] = {
		{1, 0, KIB4, ARM_VCPU_ERR_UNALIGNED},
		{0, 0x800, KIB4, ARM_VCPU_ERR_UNALIGNED},
		{0, 0, KIB4 + 8, ARM_VCPU_ERR_UNALIGNED},
		{0, 0, 0, ARM_VCPU_ERR_INVALID},
		{UINT64_C(1) << 36, 0, KIB4, ARM_VCPU_ERR_RANGE},
		{(UINT64_C(1) << 36) - KIB4, 0, 2 * KIB4, ARM_VCPU_ERR_RANGE},
		{KIB4, 0, UINT64_C(1) << 36, ARM_VCPU_ERR_RANGE},
		{KIB4, 0, UINT64_MAX - KIB4 + 1, ARM_VCPU_ERR_RANGE},
		{UINT64_MAX - KIB4 + 1, 0, KIB4, ARM_VCPU_ERR_RANGE},
		{UINT64_MAX - KIB4 + 1, 0, 2 * KIB4, ARM_VCPU_ERR_RANGE},
		{2 * KIB4, 0, UINT64_MAX - KIB4 + 1, ARM_VCPU_ERR_RANGE},
		{UINT64_C(1) << 63, 0, UINT64_C(1) << 63, ARM_VCPU_ERR_RANGE},
		{0, UINT64_C(1) << 40, KIB4, ARM_VCPU_ERR_RANGE},
		{0, (UINT64_C(1) << 40) - KIB4, 2 * KIB4, ARM_VCPU_ERR_RANGE},
		{0, UINT64_MAX - KIB4 + 1, 2 * KIB4, ARM_VCPU_ERR_RANGE},
	};
	uint64_t hash;

	(void)unused;
	make_running(36, 40);
	hash = fake_s2_hash();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(arm_stage2_map(&s2, rows[i].ipa, rows[i].pa,
						rows[i].size, RW),
				 rows[i].status);
		if (rows[i].pa == 0) {
			assert_int_equal(arm_stage2_unmap(&s2, rows[i].ipa,
							  rows[i].size),
					 rows[i].status);
			assert_int_equal(arm_stage2_protect(&s2, rows[i].ipa,
							    rows[i].size, RW),
					 rows[i].status);
		}
	}
	assert_int_equal(fake_s2_hash(), hash);
	assert_int_equal(fake_s2.publishes, 0);
	/* The last page is a page like any other. */
	map((UINT64_C(1) << 36) - KIB4, (UINT64_C(1) << 40) - KIB4, KIB4, RW);
	assert_maps((UINT64_C(1) << 36) - 1u, (UINT64_C(1) << 40) - 1u, KIB4,
		    RW);
	unmap((UINT64_C(1) << 36) - KIB4, KIB4);
}

static void test_nulls(void **unused)
{
	struct arm_stage2 blank = {0};
	struct arm_stage2_mapping m;
	unsigned pages;

	(void)unused;
	make_running(36, 40);
	pages = fake_s2.pages_out;
	assert_int_equal(arm_stage2_map(NULL, 0, 0, KIB4, RW),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_stage2_unmap(NULL, 0, KIB4), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_stage2_protect(NULL, 0, KIB4, RW),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_stage2_query(NULL, 0, &m), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_stage2_query(&s2, 0, NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_stage2_walk(&s2, 0, KIB4, NULL, NULL),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_stage2_root(NULL), 0);
	assert_int_equal(arm_stage2_vtcr(NULL), 0);
	/* Never initialised, or freed. */
	assert_int_equal(arm_stage2_map(&blank, 0, 0, KIB4, RW),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_stage2_unmap(&blank, 0, KIB4),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_stage2_protect(&blank, 0, KIB4, RW),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_stage2_query(&blank, 0, &m), ARM_VCPU_ERR_INVALID);
	arm_stage2_free(NULL);
	arm_stage2_free(&blank);
	assert_int_equal(fake_s2.pages_out, pages);
}

/* D8.3: a block's IPA and PA are both multiples of its size. */
static void test_largest_blocks(void **unused)
{
	(void)unused;
	make_running(40, 40);
	/* From a page before a GiB to a page after the next but one. */
	map(GIB1 - KIB4, 3u * GIB1 - KIB4, 2u * GIB1 + 2u * KIB4, RWX);
	assert_maps(GIB1 - KIB4, 3u * GIB1 - KIB4, KIB4, RWX);
	assert_maps(GIB1, 3u * GIB1, GIB1, RWX);
	assert_maps(2u * GIB1 + 0x123456, 4u * GIB1 + 0x123456, GIB1, RWX);
	assert_maps(3u * GIB1, 5u * GIB1, KIB4, RWX);
	assert_unmapped(3u * GIB1 + KIB4);
	assert_unmapped(GIB1 - KIB4 - 1u);
	/* In step by 2 MiB only; by 4 KiB only. */
	map(8u * GIB1, 9u * GIB1 + MIB2, GIB1, RW);
	assert_maps(8u * GIB1, 9u * GIB1 + MIB2, MIB2, RW);
	map(10u * GIB1, 12u * GIB1 + KIB4, 2u * MIB2, RW);
	assert_maps(10u * GIB1 + MIB2, 12u * GIB1 + MIB2 + KIB4, KIB4, RW);
	/* All of this without a single flush: nothing was live before. */
	assert_int_equal(fake_s2.ipa_flushes + fake_s2.vmid_flushes, 0);
	assert_int_equal(fake_s2_count_tables(&s2), fake_s2.pages_out);
}

/* D8.3.1: a block at level 1 needs a level 1, which 32 bits do not have. */
static void test_start_level_2_has_2_mib_blocks(void **unused)
{
	(void)unused;
	make_running(32, 36);
	map(0, 4u * GIB1, 4u * GIB1, RWX);
	assert_maps(0, 4u * GIB1, MIB2, RWX);
	assert_maps(4u * GIB1 - 1u, 8u * GIB1 - 1u, MIB2, RWX);
	assert_int_equal(fake_s2.pages_out, 4);
}

static void test_map_over_something(void **unused)
{
	uint64_t hash;

	(void)unused;
	make_running(40, 40);
	map(GIB1 + 8u * KIB4, 0, KIB4, RW);
	map(3u * GIB1, 0, GIB1, RW);
	hash = fake_s2_hash();
	assert_int_equal(arm_stage2_map(&s2, GIB1, GIB1, GIB1, RW),
			 ARM_VCPU_ERR_EXISTS);
	assert_int_equal(arm_stage2_map(&s2, GIB1 + 8u * KIB4, 0, KIB4, RW),
			 ARM_VCPU_ERR_EXISTS);
	assert_int_equal(arm_stage2_map(&s2, GIB1, GIB1, 9u * KIB4, RW),
			 ARM_VCPU_ERR_EXISTS);
	assert_int_equal(arm_stage2_map(&s2, 3u * GIB1 + MIB2, 0, KIB4, RW),
			 ARM_VCPU_ERR_EXISTS);
	assert_int_equal(arm_stage2_map(&s2, 2u * GIB1, 0, GIB1 + KIB4, RW),
			 ARM_VCPU_ERR_EXISTS);
	assert_int_equal(fake_s2_hash(), hash);
	map(GIB1, GIB1, 8u * KIB4, RW);
	map(GIB1 + 9u * KIB4, 0, KIB4, RW);
}

struct seen {
	struct arm_stage2_mapping at[8];
	unsigned count;
	unsigned stop_at;
};

static int record(void *arg, const struct arm_stage2_mapping *m)
{
	struct seen *seen = arg;

	assert_in_range(seen->count, 0, 7);
	seen->at[seen->count++] = *m;
	return seen->count == seen->stop_at ? 42 : 0;
}

static void test_walk(void **unused)
{
	struct seen all = {0};
	struct seen part = {0};
	struct seen first = {.stop_at = 1};

	(void)unused;
	make_running(40, 40);
	map(GIB1, 5u * GIB1, GIB1 + MIB2 + KIB4, RWX);
	map(UINT64_C(1) << 39, 0, KIB4, RW);
	assert_int_equal(
		arm_stage2_walk(&s2, 0, UINT64_C(1) << 40, record, &all), 0);
	assert_int_equal(all.count, 4);
	assert_int_equal(all.at[0].ipa, GIB1);
	assert_int_equal(all.at[0].size, GIB1);
	assert_int_equal(all.at[1].ipa, 2u * GIB1);
	assert_int_equal(all.at[1].pa, 6u * GIB1);
	assert_int_equal(all.at[1].size, MIB2);
	assert_int_equal(all.at[2].ipa, 2u * GIB1 + MIB2);
	assert_int_equal(all.at[3].ipa, UINT64_C(1) << 39);
	assert_int_equal(all.at[3].attr, RW);
	/* What the range only touches is reported whole. */
	assert_int_equal(arm_stage2_walk(&s2, 2u * GIB1 - 1u, 2, record, &part),
			 0);
	assert_int_equal(part.count, 2);
	assert_int_equal(part.at[0].ipa, GIB1);
	assert_int_equal(part.at[1].ipa, 2u * GIB1);
	/* The visitor's answer ends it. */
	assert_int_equal(
		arm_stage2_walk(&s2, 0, UINT64_C(1) << 40, record, &first), 42);
	assert_int_equal(first.count, 1);
	assert_int_equal(arm_stage2_walk(&s2, 0, 0, record, &first),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(
		arm_stage2_walk(&s2, 1, UINT64_C(1) << 40, record, &first),
		ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_stage2_walk(&s2, 1, UINT64_MAX, record, &first),
			 ARM_VCPU_ERR_RANGE);
}

static void test_query_range(void **unused)
{
	struct arm_stage2_mapping m;

	(void)unused;
	make_running(36, 40);
	assert_int_equal(arm_stage2_query(&s2, UINT64_C(1) << 36, &m),
			 ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_stage2_query(&s2, UINT64_MAX, &m),
			 ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_stage2_query(&s2, 0, &m), ARM_VCPU_ERR_NOT_FOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_geometry),
		cmocka_unit_test(test_init_refuses),
		cmocka_unit_test(test_bad_pages_from_the_host),
		cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_map_checks_attributes),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_nulls),
		cmocka_unit_test(test_largest_blocks),
		cmocka_unit_test(test_start_level_2_has_2_mib_blocks),
		cmocka_unit_test(test_map_over_something),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_query_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
