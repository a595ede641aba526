/* SPDX-License-Identifier: Apache-2.0 */
/* Decode of data and instruction aborts: Arm ARM DDI 0487 D19.2.37. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arch/esr.h"
#include "arch/spsr.h"
#include "support/decoded.h"
#include "trap/decode.h"

/* ISS of a data abort with valid syndrome. */
static uint64_t access(unsigned sas, unsigned srt, uint64_t flags)
{
	return ESR_DABT_ISV | BITS_PUT(ESR_DABT_SAS, sas) |
	       BITS_PUT(ESR_DABT_SRT, srt) | flags;
}

#define LEVEL3 3u
#define IPA    UINT64_C(0x09000abc)

/* "Data Abort", ISV = 1: SAS, SRT, SF, SSE are the instruction's operands;
 * HPFAR_EL2 gives the page, FAR_EL2 the offset. */
static void a_load_from_nowhere_is_an_mmio_read(void **state)
{
	(void)state;
	decode(ESR_EC_DABT_LOW,
	       access(1, 3, ESR_DABT_SSE | ESR_FSC_TRANSLATION | LEVEL3));
	assert_int_equal(result.reason, ARM_VCPU_EXIT_MMIO_READ);
	assert_int_equal(result.mmio.addr, IPA);
	assert_int_equal(result.mmio.width, 2);
	assert_int_equal(result.mmio.reg, 3);
	assert_int_equal(result.mmio.reg_width, 4);
	assert_true(result.mmio.sign_extend);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_LOAD);
	decode(ESR_EC_DABT_LOW,
	       access(3, 31, ESR_DABT_SF | ESR_FSC_TRANSLATION));
	assert_int_equal(result.mmio.width, 8);
	assert_int_equal(result.mmio.reg_width, 8);
	assert_int_equal(result.mmio.reg, ARM_VCPU_GPR_XZR);
	assert_false(result.mmio.sign_extend);
}

static void a_store_to_nowhere_is_an_mmio_write(void **state)
{
	static const uint64_t cut[4] = {0x0a, 0x0a0a, 0x0a0a0a0a,
					UINT64_C(0x0a0a0a0a0a0a0a0a)};

	(void)state;
	for (unsigned sas = 0; sas < 4; sas++) {
		decode(ESR_EC_DABT_LOW,
		       access(sas, 10, ESR_DABT_WNR | ESR_FSC_TRANSLATION));
		assert_int_equal(result.reason, ARM_VCPU_EXIT_MMIO_WRITE);
		assert_int_equal(result.mmio.width, 1u << sas);
		assert_int_equal(result.mmio.value, cut[sas]);
		assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_SKIP);
	}
	decode(ESR_EC_DABT_LOW,
	       access(2, 31, ESR_DABT_WNR | ESR_FSC_TRANSLATION));
	assert_int_equal(result.mmio.value, 0);
}

/* DFSC: level -1 and -2 of a translation fault have codes of their own. */
static void every_translation_fault_counts(void **state)
{
	static const unsigned codes[] = {0x4, 0x5, 0x6, 0x7, 0x2a, 0x2b};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		decode(ESR_EC_DABT_LOW, access(0, 0, codes[i]));
		assert_int_equal(result.reason, ARM_VCPU_EXIT_MMIO_READ);
	}
}

/* HPFAR_EL2.FIPA is IPA bits 55 to 12; NS, bit 63, is no part of it. */
static void the_whole_of_fipa_counts(void **state)
{
	(void)state;
	snap.hpfar = UINT64_C(0x8000fffffffffff0);
	decode(ESR_EC_DABT_LOW, access(0, 0, ESR_FSC_TRANSLATION));
	assert_int_equal(result.mmio.addr, UINT64_C(0x00fffffffffffabc));
}

/* ISV = 0: no operands. LST tells of LD64B and ST64B, which have eight. */
static void no_syndrome(void **state)
{
	(void)state;
	decode(ESR_EC_DABT_LOW, ESR_FSC_TRANSLATION | ESR_DABT_WNR);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_NO_SYNDROME);
	assert_int_equal(result.fault.access, ARM_VCPU_ACCESS_WRITE);
	assert_int_equal(result.fault.ipa, IPA);
	assert_int_equal(result.fault.va, snap.far);
	assert_false(result.fault.syndrome_valid);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_SKIP);
	decode(ESR_EC_DABT_LOW,
	       access(3, 2, ESR_FSC_TRANSLATION | BITS_PUT(ESR_DABT_LST, 2)));
	assert_int_equal(result.reason, ARM_VCPU_EXIT_NO_SYNDROME);
}

/* ESR_EL2.IL is 1 for ISV = 0, whatever the length of a T32 instruction. */
static void no_syndrome_in_t32_cannot_be_skipped(void **state)
{
	(void)state;
	frame.spsr = SPSR_AARCH32 | SPSR_A32_T;
	decode(ESR_EC_DABT_LOW, ESR_FSC_TRANSLATION);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_NO_SYNDROME);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_FAULT);
	frame.spsr = SPSR_AARCH32;
	decode(ESR_EC_DABT_LOW, ESR_FSC_TRANSLATION);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_SKIP);
}

/* Permission and access flag faults: something is mapped there. */
static void other_faults_keep_the_operands(void **state)
{
	(void)state;
	decode(ESR_EC_DABT_LOW,
	       access(2, 4, ESR_DABT_WNR | ESR_FSC_PERMISSION | LEVEL3));
	assert_int_equal(result.reason, ARM_VCPU_EXIT_DATA_FAULT);
	assert_true(result.fault.permission);
	assert_true(result.fault.syndrome_valid);
	assert_int_equal(result.fault.access, ARM_VCPU_ACCESS_WRITE);
	assert_int_equal(result.fault.mmio.value, 0x04040404);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_SKIP);
	decode(ESR_EC_DABT_LOW, access(2, 4, ESR_FSC_ACCESS_FLAG));
	assert_int_equal(result.reason, ARM_VCPU_EXIT_DATA_FAULT);
	assert_false(result.fault.permission);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_LOAD);
	decode(ESR_EC_DABT_LOW, access(2, 4, ESR_FSC_ADDRESS_SIZE));
	assert_int_equal(result.reason, ARM_VCPU_EXIT_DATA_FAULT);
	decode(ESR_EC_DABT_LOW, ESR_FSC_PERMISSION);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_DATA_FAULT);
	assert_false(result.fault.syndrome_valid);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_FAULT);
}

/* No IPA (the guest changed its tables while AT looked): never MMIO. */
static void without_ipa_nothing_is_emulated(void **state)
{
	(void)state;
	snap.ipa_valid = false;
	decode(ESR_EC_DABT_LOW, access(2, 4, ESR_FSC_TRANSLATION));
	assert_int_equal(result.reason, ARM_VCPU_EXIT_DATA_FAULT);
	assert_false(result.fault.ipa_valid);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_FAULT);
}

/* S1PTW: the access was the guest's own table walk, not the instruction's;
 * FAR's offset is not the descriptor's. */
static void a_table_walk_is_never_mmio(void **state)
{
	(void)state;
	decode(ESR_EC_DABT_LOW,
	       access(3, 4, ESR_ABT_S1PTW | ESR_FSC_TRANSLATION));
	assert_int_equal(result.reason, ARM_VCPU_EXIT_DATA_FAULT);
	assert_true(result.fault.table_walk);
	assert_false(result.fault.syndrome_valid);
	assert_int_equal(result.fault.ipa, 0x09000000);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_FAULT);
}

/* CM: a cache maintenance instruction; WnR is 1 and says nothing. */
static void cache_maintenance(void **state)
{
	(void)state;
	decode(ESR_EC_DABT_LOW,
	       ESR_DABT_CM | ESR_DABT_WNR | ESR_FSC_TRANSLATION);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_DATA_FAULT);
	assert_int_equal(result.fault.access, ARM_VCPU_ACCESS_CACHE);
	assert_int_equal(result.fault.ipa, IPA);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_SKIP);
}

/* A synchronous external abort: HPFAR is UNKNOWN, FAR only with FnV = 0,
 * which is defined for DFSC 0b010000 alone. */
static void external_aborts(void **state)
{
	(void)state;
	decode(ESR_EC_DABT_LOW, ESR_FSC_EXTERNAL | ESR_ABT_EA);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_DATA_FAULT);
	assert_true(result.fault.external);
	assert_false(result.fault.ipa_valid);
	assert_true(result.fault.va_valid);
	assert_int_equal(result.fault.va, snap.far);
	decode(ESR_EC_DABT_LOW, access(2, 1, ESR_FSC_EXTERNAL | ESR_ABT_FNV));
	assert_true(result.fault.external);
	assert_false(result.fault.va_valid);
	assert_int_equal(result.fault.va, 0);
	for (unsigned fsc = 0x12; fsc < 0x20; fsc++) {
		decode(ESR_EC_DABT_LOW, ESR_ABT_FNV | fsc);
		assert_true(result.fault.external);
		assert_true(result.fault.va_valid);
	}
	decode(ESR_EC_DABT_LOW, ESR_FSC_TAG_CHECK);
	assert_false(result.fault.external);
	decode(ESR_EC_IABT_LOW, ESR_FSC_EXTERNAL_WALK);
	assert_true(result.fault.external);
}

static void instruction_aborts(void **state)
{
	(void)state;
	decode(ESR_EC_IABT_LOW, ESR_FSC_TRANSLATION | LEVEL3);
	assert_int_equal(result.reason, ARM_VCPU_EXIT_FETCH_FAULT);
	assert_int_equal(result.fault.access, ARM_VCPU_ACCESS_EXECUTE);
	assert_int_equal(result.fault.ipa, IPA);
	assert_false(result.fault.permission);
	assert_int_equal(pending.kind, ARM_VCPU_COMPLETE_FAULT);
	decode(ESR_EC_IABT_LOW, ESR_FSC_PERMISSION | ESR_ABT_S1PTW);
	assert_true(result.fault.permission);
	assert_true(result.fault.table_walk);
	snap.ipa_valid = false;
	decode(ESR_EC_IABT_LOW, ESR_FSC_PERMISSION);
	assert_false(result.fault.ipa_valid);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, fresh)
	const struct CMUnitTest tests[] = {
		TEST(a_load_from_nowhere_is_an_mmio_read),
		TEST(a_store_to_nowhere_is_an_mmio_write),
		TEST(every_translation_fault_counts),
		TEST(the_whole_of_fipa_counts),
		TEST(no_syndrome),
		TEST(no_syndrome_in_t32_cannot_be_skipped),
		TEST(other_faults_keep_the_operands),
		TEST(without_ipa_nothing_is_emulated),
		TEST(a_table_walk_is_never_mmio),
		TEST(cache_maintenance),
		TEST(external_aborts),
		TEST(instruction_aborts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
