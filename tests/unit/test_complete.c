/* SPDX-License-Identifier: Apache-2.0 */
/* Finishing an instruction: Rt, PC and PSTATE. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arch/esr.h"
#include "trap/complete.h"

#define PC UINT64_C(0xffff800008012340)

static struct arm_trap_frame frame;
static struct arm_vcpu_exit_snapshot snap;

static int fresh(void **state)
{
	(void)state;
	arm_trap_frame_reset(&frame);
	memset(frame.gpr, 0x77, sizeof(frame.gpr));
	frame.elr = PC;
	snap = (struct arm_vcpu_exit_snapshot){.esr = ESR_IL};
	return 0;
}

static void complete(enum arm_vcpu_completion kind, uint64_t value)
{
	const struct arm_vcpu_pending pending = {.kind = kind};

	arm_complete(&frame, &snap, &pending, value);
}

static uint64_t load(unsigned width, unsigned reg_width, bool sign_extend,
		     uint64_t value)
{
	const struct arm_vcpu_pending pending = {
		.kind = ARM_VCPU_COMPLETE_LOAD,
		.reg = 9,
		.width = (uint8_t)width,
		.reg_width = (uint8_t)reg_width,
		.sign_extend = sign_extend,
	};

	arm_complete(&frame, &snap, &pending, value);
	return frame.gpr[9];
}

static void each_kind_does_its_part(void **state)
{
	(void)state;
	complete(ARM_VCPU_COMPLETE_NOTHING, 5);
	assert_int_equal(frame.elr, PC);
	assert_int_equal(frame.gpr[0], UINT64_C(0x7777777777777777));
	complete(ARM_VCPU_COMPLETE_SKIP, 5);
	assert_int_equal(frame.elr, PC + 4);
	assert_int_equal(frame.gpr[0], UINT64_C(0x7777777777777777));
	complete(ARM_VCPU_COMPLETE_RESULT, UINT64_MAX);
	assert_int_equal(frame.elr, PC + 4);
	assert_int_equal(frame.gpr[0], UINT64_MAX);
	complete(ARM_VCPU_COMPLETE_RESULT_SKIP, 6);
	assert_int_equal(frame.elr, PC + 8);
	assert_int_equal(frame.gpr[0], 6);
	assert_int_equal(load(8, 8, false, 7), 7);
	assert_int_equal(frame.elr, PC + 12);
}

/* LDRB, LDRH, LDR: the rest of Xt is zero (Arm ARM DDI 0487 C6.2, B1.2.1). */
static void loads_zero_extend(void **state)
{
	const uint64_t value = UINT64_C(0xfedcba9876543ff0) | 0x80;

	(void)state;
	assert_int_equal(load(1, 4, false, value), 0xf0);
	assert_int_equal(load(2, 4, false, value), 0x3ff0);
	assert_int_equal(load(4, 4, false, UINT64_MAX), 0xffffffff);
	assert_int_equal(load(4, 8, false, UINT64_MAX), 0xffffffff);
	assert_int_equal(load(8, 8, false, value), value);
}

/* LDRSB, LDRSH, LDRSW: sign-extended to Wt (upper half zero) or to Xt. */
static void loads_sign_extend(void **state)
{
	(void)state;
	assert_int_equal(load(1, 4, true, 0x180), 0xffffff80);
	assert_int_equal(load(1, 4, true, 0xff7f), 0x7f);
	assert_int_equal(load(1, 8, true, 0x80), UINT64_MAX << 7);
	assert_int_equal(load(2, 4, true, 0x8000), 0xffff8000);
	assert_int_equal(load(2, 8, true, 0x8000), UINT64_MAX << 15);
	assert_int_equal(load(4, 8, true, 0x80000000), UINT64_MAX << 31);
	assert_int_equal(load(4, 8, true, 0x7fffffff), 0x7fffffff);
	assert_int_equal(load(8, 8, true, UINT64_MAX), UINT64_MAX);
}

static void a_load_to_xzr_only_moves_pc(void **state)
{
	const struct arm_vcpu_pending pending = {.kind = ARM_VCPU_COMPLETE_LOAD,
						 .reg = ARM_VCPU_GPR_XZR,
						 .width = 4,
						 .reg_width = 4};
	struct arm_trap_frame before;

	(void)state;
	before = frame;
	arm_complete(&frame, &snap, &pending, 1);
	assert_int_equal(frame.elr, PC + 4);
	frame.elr = PC;
	assert_memory_equal(&frame, &before, sizeof(frame));
}

/* SSAdvance() (D2.12.3) and BTYPE (D8.4.5); the rest of PSTATE stays. */
static void completion_finishes_step_and_branch_type(void **state)
{
	const uint64_t rest = ~(SPSR_SS | SPSR_BTYPE | SPSR_AARCH32);

	(void)state;
	frame.spsr = ~SPSR_AARCH32;
	complete(ARM_VCPU_COMPLETE_SKIP, 0);
	assert_int_equal(frame.spsr, rest);
	frame.spsr = SPSR_SS;
	complete(ARM_VCPU_COMPLETE_RESULT, 0); /* HVC advanced SS by itself */
	assert_int_equal(frame.spsr, SPSR_SS);
}

/* An A64 instruction has four bytes, whatever a syndrome says. */
static void a64_has_one_length(void **state)
{
	(void)state;
	snap.esr = 0;
	complete(ARM_VCPU_COMPLETE_SKIP, 0);
	assert_int_equal(frame.elr, PC + 4);
}

/* ESR_EL2.IL: 0 is a 16-bit T32 instruction; PC has 32 bits and wraps. */
static void aarch32_lengths(void **state)
{
	(void)state;
	frame.spsr = SPSR_AARCH32 | SPSR_A32_T | SPSR_SS;
	frame.elr = 0x1002;
	complete(ARM_VCPU_COMPLETE_SKIP, 0);
	assert_int_equal(frame.elr, 0x1006);
	assert_int_equal(frame.spsr, SPSR_AARCH32 | SPSR_A32_T);
	snap.esr = 0;
	complete(ARM_VCPU_COMPLETE_SKIP, 0);
	assert_int_equal(frame.elr, 0x1008);
	frame.spsr = SPSR_AARCH32; /* A32 */
	complete(ARM_VCPU_COMPLETE_SKIP, 0);
	assert_int_equal(frame.elr, 0x100c);
	frame.elr = 0xfffffffc;
	complete(ARM_VCPU_COMPLETE_SKIP, 0);
	assert_int_equal(frame.elr, 0);
}

static uint64_t with_it(uint64_t it)
{
	return SPSR_AARCH32 | SPSR_A32_T | BITS_PUT(SPSR_A32_IT_LOW, it & 3) |
	       BITS_PUT(SPSR_A32_IT_HIGH, it >> 2);
}

/* AArch32.ITAdvance(): for every ITSTATE; and an ITTE EQ block by hand:
 * 0000:0110 -> 0000:1100 -> 0001:1000 -> 0. */
static void it_blocks_advance(void **state)
{
	static const uint64_t itte[] = {0x06, 0x0c, 0x18, 0x00};

	(void)state;
	for (uint64_t it = 0; it < 256; it++) {
		const uint64_t next =
			it & 7 ? (it & 0xe0) | (it << 1 & 0x1f) : 0;

		frame.spsr = with_it(it);
		complete(ARM_VCPU_COMPLETE_SKIP, 0);
		assert_int_equal(frame.spsr, with_it(next));
	}
	frame.spsr = with_it(itte[0]);
	for (unsigned i = 1; i < 4; i++) {
		complete(ARM_VCPU_COMPLETE_SKIP, 0);
		assert_int_equal(frame.spsr, with_it(itte[i]));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = {
		TEST(each_kind_does_its_part),
		TEST(loads_zero_extend),
		TEST(loads_sign_extend),
		TEST(a_load_to_xzr_only_moves_pc),
		TEST(completion_finishes_step_and_branch_type),
		TEST(a64_has_one_length),
		TEST(aarch32_lengths),
		TEST(it_blocks_advance),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
