/* SPDX-License-Identifier: Apache-2.0 */
/* Decode, rule by rule: Arm ARM DDI 0487 D19.2.37 (ESR_EL2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arch/esr.h"
#include "arch/spsr.h"
#include "support/decoded.h"
#include "support/exit_rules.h"
#include "trap/decode.h"

/* D1.3.1: IRQ and FIQ have their vectors; the syndrome is not theirs. */
/* "ISS encoding for an exception from HVC or SVC": imm16; the preferred
 * return address of HVC is the next instruction, of SMC its own (D1.3.3.1). */
static void calls_carry_the_immediate(void **state)
{
	(void)state;
	decode(ESR_EC_HVC64, 0xbeef);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(result.call.imm, 0xbeef);
	assert_ptr_equal(result.call.args, frame.gpr);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_RESULT);
	decode(ESR_EC_SMC64, 0x1234);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_SMC);
	assert_int_equal(result.call.imm, 0x1234);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_RESULT_SKIP);
}

/* "WF* instruction": TI tells the four apart. */
static void waits(void **state)
{
	(void)state;
	decode(ESR_EC_WFX, 0);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_WFI);
	assert_false(result.wait.timed);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_SKIP);
	decode(ESR_EC_WFX, 1);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_WFE);
	assert_false(result.wait.timed);
	decode(ESR_EC_WFX, 2 | ESR_WFX_RV | BITS_PUT(ESR_WFX_RN, 5));
	assert_int_equal(result.reason, ARM_VCPU_EXIT_WFI);
	assert_true(result.wait.timed);
	assert_int_equal(result.wait.deadline, GPR(5));
	decode(ESR_EC_WFX, 3 | ESR_WFX_RV | BITS_PUT(ESR_WFX_RN, 31));
	assert_int_equal(result.reason, ARM_VCPU_EXIT_WFE);
	assert_true(result.wait.timed);
	assert_int_equal(result.wait.deadline, 0);
}

/* RV = 0: "the Register Number field is not valid"; never wait too long. */
static void a_wait_without_register_ends_at_once(void **state)
{
	(void)state;
	decode(ESR_EC_WFX, 2 | BITS_PUT(ESR_WFX_RN, 5));
	assert_true(result.wait.timed);
	assert_int_equal(result.wait.deadline, 0);
}

/* "MSR, MRS, or System instruction execution in AArch64 state". */
static void system_registers(void **state)
{
	const uint64_t iss = BITS_PUT(SYSREG_OP0, 2) | BITS_PUT(SYSREG_OP1, 3) |
			     BITS_PUT(SYSREG_CRN, 14) |
			     BITS_PUT(SYSREG_CRM, 9) | BITS_PUT(SYSREG_OP2, 5) |
			     BITS_PUT(SYSREG_RT, 17);

	(void)state;
	decode(ESR_EC_SYS64, iss);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_SYSREG_WRITE);
	assert_int_equal(result.sysreg.op0, 2);
	assert_int_equal(result.sysreg.op1, 3);
	assert_int_equal(result.sysreg.crn, 14);
	assert_int_equal(result.sysreg.crm, 9);
	assert_int_equal(result.sysreg.op2, 5);
	assert_int_equal(result.sysreg.value, GPR(17));
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_SKIP);
	decode(ESR_EC_SYS64, iss | SYSREG_READ);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_SYSREG_READ);
	assert_int_equal(result.sysreg.reg, 17);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_LOAD);
	assert_int_equal(pending.reg, 17);
	assert_int_equal(pending.reg_width, 8);
	assert_false(pending.sign_extend);
	decode(ESR_EC_SYS64, BITS_PUT(SYSREG_RT, 31));
	assert_int_equal(result.sysreg.value, 0);
}

/* What decode does not type comes with its snapshot; the rest is named. */
static void everything_else_is_unhandled(void **state)
{
	static const unsigned typed[] = {
		ESR_EC_WFX,   ESR_EC_HVC64,    ESR_EC_SMC64,
		ESR_EC_SYS64, ESR_EC_IABT_LOW, ESR_EC_DABT_LOW,
	};

	(void)state;
	for (unsigned ec = 0; ec < 64; ec++) {
		bool known = false;

		for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++)
			known |= typed[i] == ec;
		/* Left by an abort before. */
		snap.far = snap.hpfar = 0x1230;
		snap.ipa_valid = true;
		decode(ec, 0x1ffffff);
		assert_int_equal(result.reason == ARM_VCPU_EXIT_UNHANDLED,
				 !known);
		if (!known) {
			assert_int_equal(result.snapshot.esr, snap.esr);
			assert_int_equal(result.snapshot.far, 0);
			assert_int_equal(result.snapshot.hpfar, 0);
			assert_false(result.snapshot.ipa_valid);
		}
		assert_false(known && arm_exit_is_guest_undefined(ec));
	}
}

/*
 * All classes with the corners of every field of every ISS: decode is total,
 * stays within its ranges, moves nothing, and completion moves one
 * instruction and one register.
 */
static void walk_iss(unsigned ec, uint64_t iss)
{
	static const uint64_t spsrs[] = {
		SPSR_M_EL1H,
		SPSR_M_EL0T | SPSR_SS | SPSR_BTYPE,
		SPSR_AARCH32,
		SPSR_AARCH32 | SPSR_A32_T | SPSR_A32_IT_HIGH | SPSR_A32_IT_LOW,
	};

	for (unsigned i = 0; i < 8; i++) {
		const char *broken;

		frame.spsr = spsrs[i / 2];
		frame.elr = i & 4 ? 0xfffffffe : UINT64_C(0xfffffffffffffffc);
		snap.ipa_valid = i & 1;
		snap.esr = BITS_PUT(ESR_EC, ec) | iss | (i & 1 ? ESR_IL : 0);
		broken = exit_rules_run(&snap, &frame, UINT64_MAX);
		if (broken)
			fail_msg("ESR %#llx: %s", (unsigned long long)snap.esr,
				 broken);
	}
}

static void every_class_with_every_corner(void **state)
{
	/* Bits 24 to 6 in corners, bits 5 to 0 (DFSC) in full. */
	static const uint64_t corners[] = {
		ESR_DABT_ISV,  ESR_DABT_SAS, ESR_DABT_SSE, ESR_DABT_SRT,
		ESR_DABT_SF,   ESR_DABT_LST, ESR_ABT_FNV,  ESR_DABT_CM,
		ESR_ABT_S1PTW, ESR_DABT_WNR,
	};
	const size_t count = sizeof(corners) / sizeof(corners[0]);

	(void)state;
	for (unsigned ec = 0; ec < 64; ec++) {
		const bool full =
			ec == ESR_EC_DABT_LOW || ec == ESR_EC_IABT_LOW;

		for (size_t set = 0; set < (size_t)1 << count; set++) {
			const unsigned step = full ? 1 : 21;
			uint64_t iss = 0;

			for (size_t i = 0; i < count; i++)
				iss |= set >> i & 1 ? corners[i] : 0;
			for (unsigned low = 0; low < 64; low += step)
				walk_iss(ec, iss | low);
		}
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = {
		TEST(calls_carry_the_immediate),
		TEST(waits),
		TEST(a_wait_without_register_ends_at_once),
		TEST(system_registers),
		TEST(everything_else_is_unhandled),
		TEST(every_class_with_every_corner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
