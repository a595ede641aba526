/* SPDX-License-Identifier: Apache-2.0 */
/* Exception entry to EL1: Arm ARM DDI 0487 D1.3.3, AArch64.TakeException(). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arch/esr.h"
#include "arch/spsr.h"
#include "context/reg.h"
#include "support/fake.h"
#include "trap/inject.h"

#define PC        UINT64_C(0xffff800008012340)
#define VBAR      UINT64_C(0xffff800008010800)
#define VA        UINT64_C(0xffff80000a0000c4)
#define EL1H_DAIF UINT64_C(0x3c5)

static struct fake_machine machine;
static struct arm_vcpu *vcpu;

static uint64_t get(enum arm_reg id)
{
	return arm_reg_read(vcpu, id);
}

static int fresh(void **state)
{
	(void)state;
	fake_machine_make(&machine);
	vcpu = fake_vcpu_make(&machine, 0);
	arm_reg_write(vcpu, ARM_REG_VBAR_EL1, VBAR);
	arm_reg_write(vcpu, ARM_REG_SCTLR_EL1, SCTLR_EL1_SPAN);
	arm_reg_write(vcpu, ARM_REG_FAR_EL1, 0x5555);
	vcpu->frame.elr = PC;
	vcpu->frame.spsr = SPSR_M_EL1H;
	vcpu->snap = (struct arm_vcpu_exit_snapshot){.esr = ESR_IL};
	return 0;
}

/* EC 0, IL 1, ISS 0; the preferred return address is the instruction. */
static void undefined(void **state)
{
	(void)state;
	vcpu->frame.spsr = SPSR_M_EL1H | SPSR_Z | SPSR_I | SPSR_SS;
	arm_inject_undefined(vcpu);
	assert_int_equal(get(ARM_REG_ESR_EL1), 0x02000000);
	assert_int_equal(get(ARM_REG_ELR_EL1), PC);
	assert_int_equal(get(ARM_REG_SPSR_EL1),
			 SPSR_M_EL1H | SPSR_Z | SPSR_I | SPSR_SS);
	assert_int_equal(get(ARM_REG_FAR_EL1), 0x5555);
	assert_int_equal(vcpu->frame.elr, VBAR + 0x200);
	assert_int_equal(vcpu->frame.spsr, EL1H_DAIF | SPSR_Z);
}

/* Into the CPU, not the object, when the registers are loaded there. */
static void a_bound_vcpu_takes_it_in_the_cpu(void **state)
{
	(void)state;
	fake_vcpu_bind(&machine, vcpu);
	arm_reg_write(vcpu, ARM_REG_VBAR_EL1, 0x40000000);
	arm_inject_undefined(vcpu);
	assert_int_equal(CPU(ESR_EL1), 0x02000000);
	assert_int_equal(CPU(ELR_EL1), PC);
	assert_int_equal(vcpu->regs.ESR_EL1, 0);
	assert_int_equal(vcpu->frame.elr, 0x40000200);
	fake_vcpu_unbind(vcpu);
}

/* HVC's ELR is past it; an UNDEFINED HVC returns to itself (D1.3.3.1). */
static void undefined_hvc_returns_to_itself(void **state)
{
	(void)state;
	vcpu->snap.esr = BITS_PUT(ESR_EC, ESR_EC_HVC64) | ESR_IL;
	vcpu->frame.elr = PC + 4;
	arm_inject_undefined(vcpu);
	assert_int_equal(get(ARM_REG_ELR_EL1), PC);
}

/* D1.3.1.4: 0x000 from EL1t, 0x200 EL1h, 0x400 AArch64 EL0, 0x600 AArch32. */
static void the_vector_says_where_from(void **state)
{
	static const struct {
		uint64_t spsr, offset;
		bool lower;
	} rows[] = {
		{SPSR_M_EL1T, 0x000, false},
		{SPSR_M_EL1H, 0x200, false},
		{SPSR_M_EL0T, 0x400, true},
		{SPSR_AARCH32, 0x600, true},
		{SPSR_AARCH32 | SPSR_A32_T | 0xf, 0x600, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		vcpu->frame.spsr = rows[i].spsr;
		arm_inject_abort(vcpu, false, false, VA, true);
		assert_int_equal(vcpu->frame.elr, VBAR + rows[i].offset);
		assert_int_equal(get(ARM_REG_SPSR_EL1), rows[i].spsr);
		assert_int_equal(get(ARM_REG_ESR_EL1),
				 rows[i].lower ? 0x92000010 : 0x96000010);
		vcpu->frame.spsr = rows[i].spsr;
		arm_inject_abort(vcpu, true, false, VA, true);
		assert_int_equal(vcpu->frame.elr, VBAR + rows[i].offset);
		assert_int_equal(get(ARM_REG_ESR_EL1),
				 rows[i].lower ? 0x82000010 : 0x86000010);
	}
}

/* VBAR_EL1 bits 10 to 0 are RES0. */
static void the_vector_base_is_aligned(void **state)
{
	(void)state;
	arm_reg_write(vcpu, ARM_REG_VBAR_EL1, VBAR | 0x7ff);
	arm_inject_undefined(vcpu);
	assert_int_equal(vcpu->frame.elr, VBAR + 0x200);
}

/* DFSC 0b010000; WnR for data only; FnV where FAR_EL1 is not known. */
static void abort_syndromes(void **state)
{
	(void)state;
	arm_inject_abort(vcpu, false, true, VA, true);
	assert_int_equal(get(ARM_REG_ESR_EL1), 0x96000050);
	assert_int_equal(get(ARM_REG_FAR_EL1), VA);
	arm_inject_abort(vcpu, false, false, VA, false);
	assert_int_equal(get(ARM_REG_ESR_EL1), 0x96000410);
	assert_int_equal(get(ARM_REG_FAR_EL1), 0);
	arm_inject_abort(vcpu, true, true, VA, true);
	assert_int_equal(get(ARM_REG_ESR_EL1), 0x86000010);
	assert_int_equal(get(ARM_REG_FAR_EL1), VA);
}

/* New PSTATE: NZCV, DIT and PAN stay, everything else is the entry's. */
static void only_some_of_pstate_stays(void **state)
{
	const uint64_t stays = SPSR_NZCV | SPSR_DIT | SPSR_PAN;

	(void)state;
	vcpu->frame.spsr = (BITS(31, 0) & ~BITS(4, 0)) | SPSR_M_EL0T;
	arm_inject_undefined(vcpu);
	assert_int_equal(vcpu->frame.spsr, EL1H_DAIF | stays);
	vcpu->frame.spsr = BITS(31, 0); /* AArch32: GE, IT, T, E, Q go, too */
	arm_inject_undefined(vcpu);
	assert_int_equal(vcpu->frame.spsr, EL1H_DAIF | stays);
	vcpu->frame.spsr = SPSR_M_EL0T;
	arm_inject_undefined(vcpu);
	assert_int_equal(vcpu->frame.spsr, EL1H_DAIF);
}

/* SCTLR_EL1.SPAN = 0 sets PAN (D19.2.118); with 1 it is kept as it was. */
static void span_decides_about_pan(void **state)
{
	(void)state;
	arm_reg_write(vcpu, ARM_REG_SCTLR_EL1, 0);
	arm_inject_undefined(vcpu);
	assert_int_equal(vcpu->frame.spsr, EL1H_DAIF | SPSR_PAN);
}

/* SCTLR_EL1.DSSBS is the new PSTATE.SSBS. */
static void dssbs_becomes_ssbs(void **state)
{
	(void)state;
	arm_reg_write(vcpu, ARM_REG_SCTLR_EL1,
		      SCTLR_EL1_SPAN | SCTLR_EL1_DSSBS);
	arm_inject_undefined(vcpu);
	assert_int_equal(vcpu->frame.spsr, EL1H_DAIF | SPSR_SSBS);
}

/* With FEAT_MTE, PSTATE.TCO is 1 after an exception. */
static void tags_are_not_checked_after_entry(void **state)
{
	(void)state;
	fake_vcpu_bind(&machine, vcpu);
	arm_reg_write(vcpu, ARM_REG_SCTLR_EL1, SCTLR_EL1_SPAN);
	arm_inject_undefined(vcpu);
	assert_int_equal(vcpu->frame.spsr, EL1H_DAIF);
	machine.pcpu.features.mte = true;
	arm_inject_undefined(vcpu);
	assert_int_equal(vcpu->frame.spsr, EL1H_DAIF | SPSR_TCO);
	fake_vcpu_unbind(vcpu);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = {
		TEST(undefined),
		TEST(a_bound_vcpu_takes_it_in_the_cpu),
		TEST(undefined_hvc_returns_to_itself),
		TEST(the_vector_says_where_from),
		TEST(the_vector_base_is_aligned),
		TEST(abort_syndromes),
		TEST(only_some_of_pstate_stays),
		TEST(span_decides_about_pan),
		TEST(dssbs_becomes_ssbs),
		TEST(tags_are_not_checked_after_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
