/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changing stage-2 tables, case by case: splits, attributes, TLB maintenance,
 * memory that runs out; "D…" is a section of the Arm ARM, DDI 0487.
 * test_stage2_random.c does the rest.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/status.h>

#include "support/s2_space.h"

/* A hole in a 1 GiB block: the rest stays, in blocks as large as can be. */
static void test_unmap_splits(void **unused)
{
	uint64_t hole = GIB1 + 4u * MIB2 + 3u * KIB4;
	unsigned before;

	(void)unused;
	make_running(40, 40);
	before = fake_s2.pages_out;
	map(GIB1, 5u * GIB1, GIB1, RWX);
	assert_int_equal(fake_s2.pages_out, before);
	unmap(hole, 2u * KIB4);
	assert_int_equal(fake_s2.pages_out, before + 2u);
	assert_maps(GIB1, 5u * GIB1, MIB2, RWX);
	assert_maps(hole - 1u, hole - 1u + 4u * GIB1, KIB4, RWX);
	assert_unmapped(hole);
	assert_unmapped(hole + 2u * KIB4 - 1u);
	assert_maps(hole + 2u * KIB4, hole + 2u * KIB4 + 4u * GIB1, KIB4, RWX);
	assert_maps(GIB1 + 6u * MIB2, 5u * GIB1 + 6u * MIB2, MIB2, RWX);
	/* The block was one TLB entry: one step drops it. */
	assert_int_equal(fake_s2.ipa_flushes, 1);
	assert_int_equal(fake_s2.ipa_steps, 1);
	/* Empty tables do not stay. */
	unmap(GIB1, GIB1);
	assert_int_equal(fake_s2.pages_out, before);
}

static void test_unmap_holes(void **unused)
{
	(void)unused;
	make_running(40, 40);
	unmap(0, UINT64_C(1) << 40);
	map(MIB2, MIB2, KIB4, RW);
	map(GIB1, GIB1, KIB4, RW);
	fake_s2.publishes = 0;
	unmap(4u * GIB1, GIB1);
	/* Nothing was there: nobody is troubled. */
	assert_int_equal(fake_s2.publishes + fake_s2.ipa_flushes +
				 fake_s2.vmid_flushes,
			 0);
	unmap(0, 4u * GIB1);
	assert_unmapped(MIB2);
	assert_unmapped(GIB1);
	assert_int_equal(fake_s2.pages_out, 2);
}

/* The same for a page that two edges of the range share, and for none. */
static void test_split_takes_what_it_needs(void **unused)
{
	static const struct {
		uint64_t from, to;
		unsigned pages;
	} rows[] = {
		{0, GIB1, 0},
		{0, MIB2, 1},
		{MIB2, 5u * MIB2, 1},
		{0, KIB4, 2},
		{MIB2 + KIB4, MIB2 + 2u * KIB4, 2},
		{MIB2 + KIB4, GIB1, 2},
		{MIB2 + KIB4, 3u * MIB2, 2},
		{MIB2 + KIB4, 3u * MIB2 + KIB4, 3},
		{KIB4, GIB1 - KIB4, 3},
		/* Into the GiB after it. */
		{MIB2, GIB1 + MIB2, 2},
		{GIB1 - KIB4, GIB1 + KIB4, 4},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t size = rows[i].to - rows[i].from;
		uint64_t hash;

		make_running(36, 40);
		map(GIB1, 5u * GIB1, 2u * GIB1, RW);
		hash = fake_s2_hash();
		for (unsigned have = 0; have < rows[i].pages; have++) {
			fake_s2.pages_limit = fake_s2.pages_out + have;
			assert_int_equal(arm_stage2_unmap(&s2,
							  GIB1 + rows[i].from,
							  size),
					 ARM_VCPU_ERR_NO_MEMORY);
			assert_int_equal(arm_stage2_protect(&s2,
							    GIB1 + rows[i].from,
							    size, RWX),
					 ARM_VCPU_ERR_NO_MEMORY);
			assert_int_equal(fake_s2_hash(), hash);
		}
		fake_s2.pages_limit = fake_s2.pages_out + rows[i].pages;
		/* Attributes that are there already take nothing. */
		fake_s2.publishes = 0;
		protect(GIB1 + rows[i].from, size, RW);
		assert_int_equal(fake_s2_hash(), hash);
		assert_int_equal(fake_s2.publishes, 0);
		unmap(GIB1 + rows[i].from, size);
		assert_int_equal(fake_s2.pages_out, 1u + rows[i].pages);
	}
}

static void test_protect(void **unused)
{
	uint64_t hash;

	(void)unused;
	make_running(40, 40);
	map(GIB1, 5u * GIB1, 4u * MIB2, RWX);
	protect(GIB1 + MIB2 - KIB4, 2u * KIB4, ARM_STAGE2_READ);
	assert_maps(GIB1 + MIB2 - 2u * KIB4, 5u * GIB1 + MIB2 - 2u * KIB4, KIB4,
		    RWX);
	assert_maps(GIB1 + MIB2 - KIB4, 5u * GIB1 + MIB2 - KIB4, KIB4,
		    ARM_STAGE2_READ);
	assert_maps(GIB1 + MIB2, 5u * GIB1 + MIB2, KIB4, ARM_STAGE2_READ);
	assert_maps(GIB1 + MIB2 + KIB4, 5u * GIB1 + MIB2 + KIB4, KIB4, RWX);
	assert_maps(GIB1 + 2u * MIB2, 5u * GIB1 + 2u * MIB2, MIB2, RWX);
	/* Memory type, too, and no access at all. */
	protect(GIB1 + 2u * MIB2, MIB2, RW | ARM_STAGE2_DEVICE);
	assert_maps(GIB1 + 2u * MIB2, 5u * GIB1 + 2u * MIB2, MIB2,
		    RW | ARM_STAGE2_DEVICE);
	protect(GIB1, 4u * MIB2, 0);
	assert_maps(GIB1 + MIB2, 5u * GIB1 + MIB2, KIB4, 0);
	/* A hole anywhere: at the start, in the middle, at the end. */
	unmap(GIB1 + MIB2, KIB4);
	hash = fake_s2_hash();
	assert_int_equal(arm_stage2_protect(&s2, GIB1 - KIB4, 2u * KIB4, RW),
			 ARM_VCPU_ERR_NOT_FOUND);
	assert_int_equal(arm_stage2_protect(&s2, GIB1, 4u * MIB2, RW),
			 ARM_VCPU_ERR_NOT_FOUND);
	assert_int_equal(
		arm_stage2_protect(&s2, GIB1 + 3u * MIB2, MIB2 + KIB4, RW),
		ARM_VCPU_ERR_NOT_FOUND);
	assert_int_equal(fake_s2_hash(), hash);
}

/* One pass over the range; from 513 steps on, the whole VMID at once. */
static void test_flush_is_one_pass(void **unused)
{
	(void)unused;
	make_running(40, 40);
	map(GIB1, 5u * GIB1 + KIB4, 513u * KIB4, RW);
	protect(GIB1, 512u * KIB4, ARM_STAGE2_READ);
	assert_int_equal(fake_s2.ipa_flushes, 1);
	assert_int_equal(fake_s2.ipa_steps, 512);
	assert_int_equal(fake_s2.vmid, 1);
	protect(GIB1, 513u * KIB4, ARM_STAGE2_WRITE);
	assert_int_equal(fake_s2.ipa_flushes, 1);
	assert_int_equal(fake_s2.vmid_flushes, 1);
	/* Blocks take a step each. */
	map(2u * GIB1, 2u * GIB1 + MIB2, 8u * MIB2, RW);
	fake_s2.ipa_steps = 0;
	unmap(2u * GIB1, 8u * MIB2);
	assert_int_equal(fake_s2.ipa_flushes, 2);
	assert_int_equal(fake_s2.ipa_steps, 8);
}

/* No VMID, no guest, nothing cached: the tables are published all the same. */
static void test_no_flush_without_vmid(void **unused)
{
	(void)unused;
	fake_s2_make(&s2, 40, 40);
	fake_s2_watch(&s2, 0, 8u * GIB1);
	map(GIB1, GIB1, GIB1, RWX);
	fake_s2.publishes = 0;
	unmap(GIB1 + MIB2, MIB2);
	assert_in_range(fake_s2.publishes, 2, 3);
	assert_maps(GIB1, GIB1, MIB2, RWX);
	arm_stage2_free(&s2);
	assert_int_equal(fake_s2.ipa_flushes + fake_s2.vmid_flushes +
				 fake_s2.all_flushes,
			 0);
	assert_int_equal(fake_s2.pages_out, 0);
}

static void test_map_without_memory(void **unused)
{
	uint64_t hash;

	(void)unused;
	make_running(44, 48);
	hash = fake_s2_hash();
	/* Tables of levels 1, 2 and 3 for the first page, 3 for the last. */
	for (unsigned have = 0; have < 4; have++) {
		fake_s2.pages_limit = fake_s2.pages_out + have;
		assert_int_equal(
			arm_stage2_map(&s2, MIB2 - KIB4, 0, 2u * KIB4, RW),
			ARM_VCPU_ERR_NO_MEMORY);
		assert_int_equal(fake_s2_hash(), hash);
		assert_int_equal(fake_s2.pages_out, 1);
	}
	fake_s2.pages_limit = fake_s2.pages_out + 4u;
	map(MIB2 - KIB4, 0, 2u * KIB4, RW);
	/* More than the machine has, all at once: no endless search. */
	fake_s2.pages_limit = FAKE_S2_NO_LIMIT;
	assert_int_equal(
		arm_stage2_map(&s2, GIB1, KIB4, (UINT64_C(1) << 44) - GIB1, RW),
		ARM_VCPU_ERR_NO_MEMORY);
	assert_int_equal(fake_s2.pages_out, 5);
}

/* Tables go back only when no walk can come by; twice is once. */
static void test_free_returns_all(void **unused)
{
	(void)unused;
	make_running(44, 48);
	map(GIB1 + KIB4, KIB4, GIB1, RWX);
	map(0, 0, KIB4, RW);
	assert_int_equal(fake_s2_count_tables(&s2), fake_s2.pages_out);
	arm_stage2_free(&s2);
	assert_int_equal(fake_s2.vmid_flushes, 1);
	assert_int_equal(fake_s2.vmid, 1);
	assert_int_equal(fake_s2.pages_out, 0);
	arm_stage2_free(&s2);
	assert_int_equal(fake_s2.vmid_flushes, 1);
	assert_int_equal(arm_stage2_map(&s2, 0, 0, KIB4, RW),
			 ARM_VCPU_ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_unmap_splits),
		cmocka_unit_test(test_unmap_holes),
		cmocka_unit_test(test_split_takes_what_it_needs),
		cmocka_unit_test(test_protect),
		cmocka_unit_test(test_flush_is_one_pass),
		cmocka_unit_test(test_no_flush_without_vmid),
		cmocka_unit_test(test_map_without_memory),
		cmocka_unit_test(test_free_returns_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
