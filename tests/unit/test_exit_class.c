/* SPDX-License-Identifier: Apache-2.0 */
/* Names of exits and exception classes, and what is known of a class. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arch/esr.h"
#include "arch/spsr.h"
#include "trap/decode.h"

static void every_reason_has_its_text(void **state)
{
	(void)state;
	assert_string_equal(arm_vcpu_exit_name(ARM_VCPU_EXIT_NOTHING),
			    "nothing");
	assert_string_equal(arm_vcpu_exit_name(ARM_VCPU_EXIT_MMIO_READ),
			    "MMIO read");
#define CHECK(name, text) \
	assert_string_equal(arm_vcpu_exit_name(ARM_VCPU_EXIT_##name), text);
	ARM_VCPU_EXIT_LIST(CHECK)
#undef CHECK
	assert_string_equal(arm_vcpu_exit_name((enum arm_vcpu_exit_reason)99),
			    "unknown exit");
}

/* Arm ARM DDI 0487 D19.2.37, ESR_EL2.EC. */
static void every_class_has_its_text(void **state)
{
	(void)state;
	assert_string_equal(arm_vcpu_exception_class_name(UINT64_C(0x5a000000)),
			    "HVC");
	assert_string_equal(
		arm_vcpu_exception_class_name(UINT64_C(0x1ff93c08006)),
		"data abort, lower EL");
	assert_string_equal(arm_vcpu_exception_class_name(UINT64_C(0x08000000)),
			    "reserved exception class");
#define CHECK(name, ec, text) \
	assert_string_equal(  \
		arm_vcpu_exception_class_name(BITS_PUT(ESR_EC, ec)), text);
	ESR_EC_LIST(CHECK)
#undef CHECK
}

/* Trapped instructions that a v8.0 guest's CPU does not have, or that EL2
 * does not offer. What is no trapped instruction (alignment, debug, aborts)
 * has an exception of its own. */
static void which_classes_are_undefined(void **state)
{
	static const uint64_t undefined =
		BIT(0x00) | BIT(0x03) | BIT(0x04) | BIT(0x05) | BIT(0x06) |
		BIT(0x07) | BIT(0x08) | BIT(0x09) | BIT(0x0a) | BIT(0x0c) |
		BIT(0x14) | BIT(0x19) | BIT(0x1b) | BIT(0x1d);

	(void)state;
	for (uint32_t ec = 0; ec < 64; ec++)
		assert_int_equal(arm_exit_is_guest_undefined(ec),
				 undefined >> ec & 1);
	assert_false(arm_exit_is_guest_undefined(64));
}

static bool fails(unsigned ec, uint64_t iss, uint64_t spsr)
{
	const struct arm_trap_frame frame = {.spsr = spsr};
	const struct arm_vcpu_exit_snapshot snap = {
		.esr = BITS_PUT(ESR_EC, ec) | iss,
	};

	return arm_exit_condition_failed(&snap, &frame);
}

/* Arm ARM DDI 0487 C1.2.4, Table C1-1, "Condition codes". */
static bool table_c1_1(unsigned condition, bool n, bool z, bool c, bool v)
{
	switch (condition) {
	case 0x0:
		return z;
	case 0x1:
		return !z;
	case 0x2:
		return c;
	case 0x3:
		return !c;
	case 0x4:
		return n;
	case 0x5:
		return !n;
	case 0x6:
		return v;
	case 0x7:
		return !v;
	case 0x8:
		return c && !z;
	case 0x9:
		return !(c && !z);
	case 0xa:
		return n == v;
	case 0xb:
		return n != v;
	case 0xc:
		return !z && n == v;
	case 0xd:
		return !(!z && n == v);
	default:
		return true;
	}
}

static void conditions(void **state)
{
	(void)state;
	for (unsigned condition = 0; condition < 16; condition++)
		for (unsigned nzcv = 0; nzcv < 16; nzcv++) {
			const bool holds =
				table_c1_1(condition, nzcv & 8, nzcv & 4,
					   nzcv & 2, nzcv & 1);
			const uint64_t spsr =
				SPSR_AARCH32 | BITS_PUT(SPSR_NZCV, nzcv);

			assert_int_equal(
				fails(ESR_EC_CP15_MCR,
				      ESR_CV | BITS_PUT(ESR_COND, condition),
				      spsr),
				!holds);
		}
}

/* CV = 0: "software must examine SPSR.IT to determine the condition". */
static void a_t32_condition_may_be_in_the_it_block(void **state)
{
	const uint64_t t32 = SPSR_AARCH32 | SPSR_A32_T;
	/* IT EQ: ITSTATE 0000:1000 */
	const uint64_t it_eq = BITS_PUT(SPSR_A32_IT_HIGH, 0x02);
	/* IT NE: ITSTATE 0001:1000 */
	const uint64_t it_ne = BITS_PUT(SPSR_A32_IT_HIGH, 0x06);

	(void)state;
	assert_false(fails(ESR_EC_WFX, 0, t32));
	assert_true(fails(ESR_EC_WFX, 0, t32 | it_eq));
	assert_false(fails(ESR_EC_WFX, 0, t32 | it_eq | SPSR_Z));
	assert_false(fails(ESR_EC_WFX, 0, t32 | it_ne));
	assert_true(fails(ESR_EC_WFX, 0, t32 | it_ne | SPSR_Z));
}

/* Only the classes whose ISS has a condition, only from AArch32. */
static void other_exceptions_have_no_condition(void **state)
{
	static const uint64_t conditional = BIT(0x01) | BIT(0x03) | BIT(0x04) |
					    BIT(0x05) | BIT(0x06) | BIT(0x07) |
					    BIT(0x08) | BIT(0x0c);
	struct arm_trap_frame frame = {.spsr = SPSR_AARCH32};
	struct arm_vcpu_exit_snapshot snap = {.esr = ESR_CV};

	(void)state;
	for (unsigned ec = 0; ec < 64; ec++)
		assert_int_equal(fails(ec, ESR_CV, SPSR_AARCH32),
				 conditional >> ec & 1);
	snap.esr |= BITS_PUT(ESR_EC, ESR_EC_WFX);
	assert_true(arm_exit_condition_failed(&snap, &frame));
	frame.spsr = 0;
	assert_false(arm_exit_condition_failed(&snap, &frame));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_reason_has_its_text),
		cmocka_unit_test(every_class_has_its_text),
		cmocka_unit_test(which_classes_are_undefined),
		cmocka_unit_test(conditions),
		cmocka_unit_test(a_t32_condition_may_be_in_the_it_block),
		cmocka_unit_test(other_exceptions_have_no_condition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
