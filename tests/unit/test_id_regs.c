/* SPDX-License-Identifier: Apache-2.0 */
/* What a guest reads in the ID registers (Arm ARM DDI 0487 D19.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/fake.h"
#include "trap/id_regs.h"
#include "vcpu/vcpu.h"

#define ALL_ONES     UINT64_MAX
#define PFR0         4, 0
#define PFR1         4, 1
#define DFR0         5, 0
#define ISAR0        6, 0
#define ISAR1        6, 1
#define ISAR2        6, 2
#define MMFR0        7, 0
#define MMFR1        7, 1
#define MMFR2        7, 2
#define MMFR3        7, 3
#define FIELD(v, lo) ((unsigned)((v) >> (lo)&0xf))

static struct fake_machine machine;
static struct arm_vcpu *vcpu;
static struct arm_vgic vgic;

static int setup(void **state)
{
	(void)state;
	fake_machine_make(&machine);
	vcpu = fake_vcpu_make(&machine, 0);
	fake_vcpu_bind(&machine, vcpu);
	machine.vm.vgic = &vgic;
	return 0;
}

static uint64_t read_id(unsigned crm, unsigned op2, uint64_t hardware)
{
	CPU_ID(crm, op2) = hardware;
	return arm_id_read(vcpu, SYSREG(3, 0, 0, crm, op2));
}

/*
 * The whole list at once: what is left of a CPU that has every bit set. A row
 * that is added or lost changes a line here.
 */
static const struct {
	unsigned crm, op2;
	uint64_t aarch64; /* AArch32 hidden */
	uint64_t aarch32; /* and not        */
} all_ones[] = {
	{1, 0, 0, 0x0f01ffff},
	{1, 1, 0, 0x100f0f0f},
	{1, 2, 0, 0x00000006},
	{1, 4, 0, 0xffffffff},
	{1, 5, 0, 0xffffffff},
	{1, 6, 0, 0xffffffff},
	{1, 7, 0, 0xffffffff},
	{2, 0, 0, 0xffffffff},
	{2, 1, 0, 0xffffffff},
	{2, 2, 0, 0xffffffff},
	{2, 3, 0, 0xffffffff},
	{2, 4, 0, 0xffffffff},
	{2, 5, 0, 0xffffffff},
	{2, 6, 0, 0x0ffff0ff},
	{2, 7, 0, 0xffffffff},
	{3, 0, 0, 0xffffffff},
	{3, 1, 0, 0xffffffff},
	{3, 2, 0, 0xffffffff},
	{3, 4, 0, 0x000000ff},
	{3, 6, 0, 0x000000ff},
	{4, 0, 0xf10f000001ff0011, 0xf10f000001ff0012},
	{4, 1, 0x00000000000000ff, 0x00000000000000ff},
	{5, 0, 0x000000f000101006, 0x000000f000101006},
	{6, 0, 0xfffffffff0fffff0, 0xfffffffff0fffff0},
	{6, 1, 0x0fffffff00fff00f, 0x0fffffff00fff00f},
	{6, 2, 0x0fff0f00f0f000ff, 0x0fff0f00f0f000ff},
	{6, 3, 0x00000000000f00f0, 0x00000000000f00f0},
	{7, 0, 0x0000f000fff000f2, 0x0000f000fff000f2},
	{7, 1, 0xfffff0f0fff0f002, 0xfffff0f0fff0f002},
	{7, 2, 0xf0ff001ff0ff0fff, 0xf0ff001ff0ff0fff},
};

static void every_row(void **state)
{
	(void)state;
	for (unsigned aarch32 = 0; aarch32 < 2; aarch32++) {
		size_t next = 0;

		vcpu->features = aarch32 ? ARM_VCPU_AARCH32_EL0 : 0;
		for (unsigned slot = 8; slot < 64; slot++) {
			unsigned crm = slot >> 3, op2 = slot & 7;
			uint64_t expected = 0;

			if (next < sizeof(all_ones) / sizeof(all_ones[0]) &&
			    all_ones[next].crm == crm &&
			    all_ones[next].op2 == op2) {
				expected = aarch32 ? all_ones[next].aarch32
						   : all_ones[next].aarch64;
				next++;
			}
			assert_int_equal(read_id(crm, op2, ALL_ONES), expected);
		}
		assert_int_equal(next, sizeof(all_ones) / sizeof(all_ones[0]));
	}
}

/* Nothing is promised that the CPU lacks, but DoubleLock's "not there". */
static void nothing_is_invented(void **state)
{
	(void)state;
	vcpu->features = ARM_VCPU_AARCH32_EL0;
	for (unsigned slot = 8; slot < 64; slot++)
		assert_int_equal(read_id(slot >> 3, slot & 7, 0),
				 slot == 40 ? UINT64_C(0xf) << 36 : 0);
}

/* A value below a limit stays. */
static void limits_keep_smaller_values(void **state)
{
	(void)state;
	assert_int_equal(read_id(PFR0, 0x11), 0x11);
	assert_int_equal(FIELD(read_id(MMFR1, 1), 0), 1);
	assert_int_equal(FIELD(read_id(DFR0, 5), 0), 5);
	assert_int_equal(FIELD(read_id(MMFR0, 1), 0), 1);
}

/* Signed fields: 0xf is "not implemented" and must stay so. */
static void signed_fields(void **state)
{
	uint64_t pfr0 = read_id(PFR0, UINT64_C(0x0000000000ff0011));

	(void)state;
	assert_int_equal(FIELD(pfr0, 16), 0xf);
	assert_int_equal(FIELD(pfr0, 20), 0xf);
	pfr0 = read_id(PFR0, 0x11);
	assert_int_equal(FIELD(pfr0, 16), 0);
	assert_int_equal(FIELD(read_id(DFR0, 0), 36), 0xf);
	assert_int_equal(FIELD(read_id(MMFR0, 0xf0000000), 28), 0xf);
	/* Mixed endianness: what is emulated is little-endian. */
	assert_int_equal(FIELD(read_id(MMFR0, 0x10100), 8), 0);
	assert_int_equal(FIELD(read_id(MMFR0, 0x10100), 16), 0);
}

static void gic_is_the_vm_s(void **state)
{
	(void)state;
	assert_int_equal(FIELD(read_id(PFR0, ALL_ONES), 24), 1);
	machine.vm.vgic = NULL;
	vcpu->features = ARM_VCPU_AARCH32_EL0;
	assert_int_equal(FIELD(read_id(PFR0, ALL_ONES), 24), 0);
	assert_int_equal(FIELD(read_id(1, 1, ALL_ONES), 28), 0);
	/* Pass-through: the CPU's own. */
	vcpu->virtual_interrupts = false;
	assert_int_equal(FIELD(read_id(PFR0, ALL_ONES), 24), 1);
	assert_int_equal(FIELD(read_id(PFR0, 0x11), 24), 0);
}

static void aarch32_only_where_wanted(void **state)
{
	(void)state;
	assert_int_equal(FIELD(read_id(PFR0, 0x22), 0), 1);
	assert_int_equal(FIELD(read_id(PFR0, 0x22), 4), 1);
	vcpu->features = ARM_VCPU_AARCH32_EL0;
	assert_int_equal(FIELD(read_id(PFR0, 0x22), 0), 2);
	assert_int_equal(FIELD(read_id(PFR0, 0x22), 4), 1);
	assert_int_equal(FIELD(read_id(PFR0, 0x11), 0), 1);
}

/* The smallest PARange that holds the IPA size, and at most the CPU's. */
static void parange_holds_the_ipa(void **state)
{
	static const struct {
		unsigned ipa_bits, parange;
	} cases[] = {{32, 0}, {33, 1}, {36, 1}, {39, 2}, {40, 2},
		     {41, 3}, {42, 3}, {44, 4}, {45, 5}, {48, 5}};

	(void)state;
	for (size_t n = 0; n < sizeof(cases) / sizeof(cases[0]); n++) {
		vcpu->regs.VTCR_EL2 = 64 - cases[n].ipa_bits;
		assert_int_equal(FIELD(read_id(MMFR0, 6), 0), cases[n].parange);
	}
	assert_int_equal(FIELD(read_id(MMFR0, 4), 0), 4);
}

/* DDI 0487 D19.2: the encodings that TID3 traps, and their neighbours. */
static void the_space(void **state)
{
	(void)state;
	assert_true(arm_id_space(SYSREG(3, 0, 0, 1, 0)));
	assert_true(arm_id_space(SYSREG(3, 0, 0, 7, 7)));
	assert_false(arm_id_space(SYSREG(3, 0, 0, 0, 6)));
	assert_false(arm_id_space(SYSREG(3, 0, 0, 8, 0)));
	assert_false(arm_id_space(SYSREG(3, 1, 0, 1, 0)));
	assert_false(arm_id_space(SYSREG(3, 0, 1, 1, 0)));
	assert_false(arm_id_space(SYSREG(2, 0, 0, 1, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_row, setup),
		cmocka_unit_test_setup(nothing_is_invented, setup),
		cmocka_unit_test_setup(limits_keep_smaller_values, setup),
		cmocka_unit_test_setup(signed_fields, setup),
		cmocka_unit_test_setup(gic_is_the_vm_s, setup),
		cmocka_unit_test_setup(aarch32_only_where_wanted, setup),
		cmocka_unit_test_setup(parange_holds_the_ipa, setup),
		cmocka_unit_test(the_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
