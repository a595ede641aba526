/* SPDX-License-Identifier: Apache-2.0 */
/* Cleaning the data caches: which lines of what is mapped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "support/s2_space.h"

#define LINE UINT64_C(64) /* the machine's CTR_EL0 */
#define PA   MIB2         /* where phys_to_virt() is the identity */

static int clean(uint64_t ipa, uint64_t size)
{
	int status;

	fake_s2.lines = 0;
	fake_s2.first_line = fake_s2.last_line = 0;
	status = arm_stage2_clean(&s2, ipa, size);
	assert_false(fake_s2.incomplete);
	return status;
}

static void assert_cleaned(uint64_t pa, uint64_t size)
{
	assert_int_equal(fake_s2.lines, size / LINE);
	assert_int_equal(fake_s2.first_line, pa);
	assert_int_equal(fake_s2.last_line, pa + size - LINE);
}

/* From the middle of a block to its end, and no further. */
static void part_of_a_block(void **state)
{
	(void)state;
	make_running(32, 40);
	map(GIB1, PA, 2 * MIB2, RWX);
	assert_int_equal(clean(GIB1, KIB4), ARM_VCPU_OK);
	assert_cleaned(PA, KIB4);
	assert_int_equal(clean(GIB1 + 3 * KIB4, 16 * KIB4), ARM_VCPU_OK);
	assert_cleaned(PA + 3 * KIB4, 16 * KIB4);
	assert_int_equal(clean(GIB1 + MIB2 - KIB4, 2 * KIB4), ARM_VCPU_OK);
	assert_cleaned(PA + MIB2 - KIB4, 2 * KIB4);
}

/* What is not mapped is left out, and so is a device; memory that the guest
 * may not touch yet is not. */
static void holes(void **state)
{
	(void)state;
	make_running(32, 40);
	map(GIB1, PA, KIB4, 0);
	map(GIB1 + KIB4, PA + 7 * KIB4, KIB4, RW | ARM_STAGE2_DEVICE);
	map(GIB1 + 9 * KIB4, PA + KIB4, KIB4, ARM_STAGE2_READ);
	assert_int_equal(clean(GIB1, MIB2), ARM_VCPU_OK);
	assert_cleaned(PA, 2 * KIB4);
	assert_int_equal(clean(GIB1 + MIB2, MIB2), ARM_VCPU_OK);
	assert_int_equal(fake_s2.lines, 0);
}

static void mistakes(void **state)
{
	(void)state;
	make_running(32, 40);
	assert_int_equal(arm_stage2_clean(NULL, 0, KIB4), ARM_VCPU_ERR_NULL);
	assert_int_equal(clean(0, 0), ARM_VCPU_ERR_INVALID);
	assert_int_equal(clean(1, KIB4), ARM_VCPU_ERR_UNALIGNED);
	assert_int_equal(clean(0, KIB4 + 1), ARM_VCPU_ERR_UNALIGNED);
	assert_int_equal(clean(4 * GIB1 - KIB4, 2 * KIB4), ARM_VCPU_ERR_RANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(part_of_a_block),
		cmocka_unit_test(holes),
		cmocka_unit_test(mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
