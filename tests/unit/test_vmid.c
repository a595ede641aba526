/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMIDs: two address spaces that run in the same generation never share one
 * (Arm ARM DDI 0487 D8.14: TLB entries are told apart by VMID alone), and a
 * number is given again only after all TLBs were flushed.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/stage2.h>
#include <arm_vcpu/status.h>

#include "support/fake_s2.h"

#define SPACES 300u

static struct arm_stage2 spaces[SPACES];
static struct arm_stage2_vmid_pool pool;

static void make_spaces(unsigned vmid_bits)
{
	const struct arm_stage2_config config = {
		.ops = &fake_s2_host_ops,
		.ipa_bits = 36,
		.pa_bits = 40,
		.vmid_bits = (uint8_t)vmid_bits,
	};

	fake_s2_reset();
	for (unsigned i = 0; i < SPACES; i++) {
		assert_int_equal(arm_stage2_init(&spaces[i], &config),
				 ARM_VCPU_OK);
	}
	assert_int_equal(arm_stage2_vmid_pool_init(&pool, vmid_bits),
			 ARM_VCPU_OK);
}

static unsigned vmid_of(unsigned space)
{
	uint16_t vmid = 0xdead;

	assert_int_equal(arm_stage2_vmid(&spaces[space], &pool, &vmid),
			 ARM_VCPU_OK);
	return vmid;
}

static void test_numbers_start_at_one_and_stay(void **unused)
{
	(void)unused;
	make_spaces(8);
	assert_int_equal(vmid_of(0), 1);
	assert_int_equal(vmid_of(1), 2);
	assert_int_equal(vmid_of(0), 1);
	assert_int_equal(vmid_of(1), 2);
	assert_int_equal(vmid_of(2), 3);
	assert_int_equal(fake_s2.all_flushes, 0);
}

/* 255 numbers in 8 bits: the 256th address space begins a generation. */
static void test_roll_over_8(void **unused)
{
	(void)unused;
	make_spaces(8);
	for (unsigned i = 0; i < 255; i++) {
		assert_int_equal(vmid_of(i), i + 1u);
	}
	assert_int_equal(vmid_of(254), 255);
	assert_int_equal(fake_s2.all_flushes, 0);
	assert_int_equal(vmid_of(255), 1);
	assert_int_equal(fake_s2.all_flushes, 1);
	/* The first had 1 in the last generation; it is another's now. */
	assert_int_equal(vmid_of(0), 2);
	assert_int_equal(vmid_of(255), 1);
	assert_int_equal(fake_s2.all_flushes, 1);
}

static void test_roll_over_16(void **unused)
{
	(void)unused;
	make_spaces(16);
	assert_int_equal(vmid_of(0), 1);
	/* 65533 others came and went. */
	for (unsigned i = 2; i < 65535; i++) {
		spaces[1].vmid = 0;
		assert_int_equal(vmid_of(1), i);
	}
	assert_int_equal(vmid_of(2), 65535);
	/* The last number does not end the generation; wanting more does. */
	assert_int_equal(vmid_of(0), 1);
	assert_int_equal(vmid_of(2), 65535);
	assert_int_equal(fake_s2.all_flushes, 0);
	assert_int_equal(vmid_of(3), 1);
	assert_int_equal(fake_s2.all_flushes, 1);
	assert_int_equal(vmid_of(0), 2);
	assert_int_equal(vmid_of(2), 3);
	assert_int_equal(vmid_of(3), 1);
	assert_int_equal(fake_s2.all_flushes, 1);
}

/* Whoever asks, in whatever order: since the last flush of everything, one
 * number has one holder. */
static void test_no_two_holders(void **unused)
{
	unsigned holder[256] = {0};
	unsigned flushes = 0;
	uint32_t lottery = 1;

	(void)unused;
	make_spaces(8);
	for (unsigned i = 0; i < 20000; i++) {
		unsigned space;
		unsigned vmid;

		lottery = lottery * 1103515245u + 12345u;
		space = (lottery >> 16) % SPACES;
		vmid = vmid_of(space);
		if (fake_s2.all_flushes != flushes) {
			flushes = fake_s2.all_flushes;
			memset(holder, 0, sizeof(holder));
		}
		assert_in_range(vmid, 1, 255);
		assert_true(holder[vmid] == 0 || holder[vmid] == space + 1u);
		holder[vmid] = space + 1u;
	}
	assert_in_range(flushes, 5, 20000 / 255);
}

/* A space that was freed and made again asks anew: nothing of its past. */
static void test_a_freed_space_has_none(void **unused)
{
	(void)unused;
	make_spaces(8);
	assert_int_equal(vmid_of(0), 1);
	arm_stage2_free(&spaces[0]);
	assert_int_equal(fake_s2.vmid_flushes, 1);
	assert_int_equal(fake_s2.vmid, 1);
	assert_int_equal(spaces[0].vmid, 0);
}

static void test_misuse(void **unused)
{
	struct arm_stage2_vmid_pool blank = {0};
	struct arm_stage2 empty = {0};
	uint16_t vmid = 77;

	(void)unused;
	make_spaces(8);
	assert_int_equal(arm_stage2_vmid_pool_init(NULL, 8), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_stage2_vmid_pool_init(&blank, 0),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_stage2_vmid_pool_init(&blank, 12),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_stage2_vmid_pool_init(&blank, 17),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_stage2_vmid(NULL, &pool, &vmid),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_stage2_vmid(&spaces[0], NULL, &vmid),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_stage2_vmid(&spaces[0], &pool, NULL),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_stage2_vmid(&empty, &pool, &vmid),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_stage2_vmid(&spaces[0], &blank, &vmid),
			 ARM_VCPU_ERR_INVALID);
	/* VTCR_EL2.VS = 0: hardware ignores the upper half of a VMID. */
	assert_int_equal(arm_stage2_vmid_pool_init(&blank, 16), ARM_VCPU_OK);
	assert_int_equal(arm_stage2_vmid(&spaces[0], &blank, &vmid),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(vmid, 77);
	assert_int_equal(vmid_of(0), 1);
}

/* Small numbers fit into the large field. */
static void test_8_bit_pool_for_16_bit_space(void **unused)
{
	(void)unused;
	make_spaces(16);
	assert_int_equal(arm_stage2_vmid_pool_init(&pool, 8), ARM_VCPU_OK);
	for (unsigned i = 0; i < 255; i++) {
		assert_int_equal(vmid_of(i), i + 1u);
	}
	assert_int_equal(vmid_of(255), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_start_at_one_and_stay),
		cmocka_unit_test(test_roll_over_8),
		cmocka_unit_test(test_roll_over_16),
		cmocka_unit_test(test_no_two_holders),
		cmocka_unit_test(test_a_freed_space_has_none),
		cmocka_unit_test(test_misuse),
		cmocka_unit_test(test_8_bit_pool_for_16_bit_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
