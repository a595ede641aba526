/* SPDX-License-Identifier: Apache-2.0 */
/* arm_vcpu_complete() in every width, and arm_vcpu_fail(). */
#include "el2.h"

GUEST_CODE(guest_loads, "	mov	x1, #0x09000000\n"
			"	mov	x2, #-1\n"
			"	mov	x3, #-1\n"
			"	mov	x4, #-1\n"
			"	mov	x5, #-1\n"
			"	mov	x6, #-1\n"
			"	ldrb	w2, [x1]\n"
			"	ldrsb	w3, [x1]\n"
			"	ldrsb	x4, [x1]\n"
			"	ldrh	w5, [x1]\n"
			"	ldrsh	w6, [x1]\n"
			"	ldrsh	x7, [x1]\n"
			"	ldr	w8, [x1]\n"
			"	ldrsw	x9, [x1]\n"
			"	ldr	x10, [x1]\n"
			"	ldr	xzr, [x1]\n"
			"	ldr	w29, [x1]\n"
			"	ldr	x1, [x1]\n"
			"	hvc	#1\n");

#define VALUE UINT64_C(0xfedcba9887f6e5d4)

static void widths(void)
{
	unsigned loads = 0;

	RUN(guest_loads);
	while (out.reason == ARM_VCPU_EXIT_MMIO_READ) {
		loads++;
		complete_and_run(VALUE);
	}
	CHECK_EQ(loads, 12);
	CHECK_EQ(gpr(2), 0xd4);
	CHECK_EQ(gpr(3), 0xffffffd4);
	CHECK_EQ(gpr(4), UINT64_C(0xffffffffffffffd4));
	CHECK_EQ(gpr(5), 0xe5d4);
	CHECK_EQ(gpr(6), 0xffffe5d4);
	CHECK_EQ(gpr(7), UINT64_C(0xffffffffffffe5d4));
	CHECK_EQ(gpr(8), 0x87f6e5d4);
	CHECK_EQ(gpr(9), UINT64_C(0xffffffff87f6e5d4));
	CHECK_EQ(gpr(10), VALUE);
	CHECK_EQ(gpr(29), 0x87f6e5d4);
	CHECK_EQ(gpr(1), VALUE);
}

/* What the guest sees, not what the object says. */
GUEST_CODE(guest_echo, "	mov	x1, #0x09000000\n"
		       "	ldrsb	x19, [x1]\n"
		       "	mov	x2, x19\n"
		       "	str	x2, [x1, #8]\n"
		       "	ldr	w30, [x1]\n"
		       "	str	x30, [x1, #8]\n");

static void seen_by_the_guest(void)
{
	RUN(guest_echo);
	complete_and_run(0x80);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_MMIO_WRITE);
	CHECK_EQ(out.mmio.value, UINT64_C(0xffffffffffffff80));
	complete_and_run(0);
	complete_and_run(VALUE);
	CHECK_EQ(out.mmio.value, 0x87f6e5d4);
}

static void once(void)
{
	uint64_t at;

	RUN(guest_echo);
	CHECK_EQ(arm_vcpu_complete(&vcpus[0], 1), ARM_VCPU_OK);
	at = pc();
	CHECK_EQ(arm_vcpu_complete(&vcpus[0], 2), ARM_VCPU_ERR_NO_COMPLETION);
	CHECK_EQ(gpr(19), 1);
	CHECK_EQ(pc(), at);
	/* Not completed: the guest executes it once more. */
	run_again();
	run_again();
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_MMIO_WRITE);
	CHECK_EQ(pc(), GUEST_RAM + 12);
}

GUEST_CODE(guest_store, "	mov	x1, #0x09000000\n"
			"	str	w1, [x1, #0x40]\n"
			"	hvc	#1\n");
GUEST_CODE(guest_load, "	mov	x1, #0x09000000\n"
		       "	ldr	w1, [x1, #0x44]\n"
		       "	hvc	#1\n");

/* The guest's vector reports the syndrome in x10, FAR x11, ELR x12. */
static void check_trapped(uint64_t ec, uint64_t elr)
{
	run_again();
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(out.call.imm, TRAPPED);
	CHECK_EQ(ESR_EC(gpr(10)), ec);
	CHECK_EQ(gpr(10) >> 25 & 1, 1); /* IL */
	CHECK_EQ(gpr(12), elr);
	CHECK_EQ(pc() & ~UINT64_C(0xff), GUEST_VECTORS + 0x200);
}

static void fail_undefined(void)
{
	RUN(guest_store);
	CHECK_EQ(arm_vcpu_fail(&vcpus[0], ARM_VCPU_FAIL_UNDEFINED),
		 ARM_VCPU_OK);
	CHECK_EQ(arm_vcpu_complete(&vcpus[0], 0), ARM_VCPU_ERR_NO_COMPLETION);
	CHECK_EQ(arm_vcpu_fail(&vcpus[0], ARM_VCPU_FAIL_UNDEFINED),
		 ARM_VCPU_ERR_NO_COMPLETION);
	check_trapped(EC_UNKNOWN, GUEST_RAM + 4);
	CHECK_EQ(gpr(10) & 0x1ffffff, 0);
}

static void fail_store(void)
{
	RUN(guest_store);
	CHECK_EQ(arm_vcpu_fail(&vcpus[0], ARM_VCPU_FAIL_EXTERNAL_ABORT),
		 ARM_VCPU_OK);
	check_trapped(EC_DATA, GUEST_RAM + 4);
	CHECK_EQ(ESR_FSC(gpr(10)), FSC_EXTERNAL);
	CHECK_EQ(gpr(10) >> 6 & 1, 1); /* WnR */
	CHECK_EQ(gpr(11), GUEST_DEVICE + 0x40);
}

static void fail_load(void)
{
	RUN(guest_load);
	CHECK_EQ(arm_vcpu_fail(&vcpus[0], ARM_VCPU_FAIL_EXTERNAL_ABORT),
		 ARM_VCPU_OK);
	check_trapped(EC_DATA, GUEST_RAM + 4);
	CHECK_EQ(ESR_FSC(gpr(10)), FSC_EXTERNAL);
	CHECK_EQ(gpr(10) >> 6 & 1, 0);
	CHECK_EQ(gpr(11), GUEST_DEVICE + 0x44);
	CHECK_EQ(gpr(1), GUEST_DEVICE);
}

GUEST_CODE(guest_branch, "	mov	x1, #0x09000000\n"
			 "	br	x1\n");

static void fail_fetch(void)
{
	RUN(guest_branch);
	CHECK_EQ(arm_vcpu_complete(&vcpus[0], 0), ARM_VCPU_ERR_NO_COMPLETION);
	CHECK_EQ(arm_vcpu_fail(&vcpus[0], ARM_VCPU_FAIL_EXTERNAL_ABORT),
		 ARM_VCPU_OK);
	check_trapped(EC_FETCH, GUEST_DEVICE);
	CHECK_EQ(ESR_FSC(gpr(10)), FSC_EXTERNAL);
	CHECK_EQ(gpr(11), GUEST_DEVICE);
}

/* From EL0: the vector for a lower exception level, SPSR_EL1 says EL0. */
GUEST_CODE(guest_el0, "	adr	x0, 1f\n"
		      "	msr	elr_el1, x0\n"
		      "	mov	x0, #0x3c0\n"
		      "	msr	spsr_el1, x0\n"
		      "	eret\n"
		      "1:	mov	x1, #0x09000000\n"
		      "	ldr	w1, [x1]\n");

static void fail_at_el0(void)
{
	RUN(guest_el0);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_MMIO_READ);
	CHECK_EQ(arm_vcpu_fail(&vcpus[0], ARM_VCPU_FAIL_EXTERNAL_ABORT),
		 ARM_VCPU_OK);
	run_again();
	CHECK_EQ(out.call.imm, TRAPPED);
	CHECK_EQ(pc() & ~UINT64_C(0xff), GUEST_VECTORS + 0x400);
	CHECK_EQ(ESR_EC(gpr(10)), EC_DATA_LOWER);
	CHECK_EQ(reg(ARM_VCPU_REG(SPSR_EL1)), 0x3c0);
}

/* The frame is the host's to change: set_gpr counts at the next entry. */
static void edited(void)
{
	RUN(guest_store);
	for (unsigned n = 0; n < 31; n++)
		if (n != 1)
			CHECK_EQ(arm_vcpu_set_gpr(&vcpus[0], n, n * 0x1001),
				 ARM_VCPU_OK);
	complete_and_run(0);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	for (unsigned n = 0; n < 31; n++)
		if (n != 1)
			CHECK_EQ(gpr(n), n * 0x1001);
}

void completion_tests(void)
{
	static const struct test tests[] = {
		{"complete: every width and extension", widths},
		{"complete: what the guest sees", seen_by_the_guest},
		{"complete: once, or again", once},
		{"fail: undefined", fail_undefined},
		{"fail: external abort of a store", fail_store},
		{"fail: external abort of a load", fail_load},
		{"fail: external abort of a fetch", fail_fetch},
		{"fail: external abort at EL0", fail_at_el0},
		{"registers set by the host", edited},
	};

	run_el2_tests(tests, ARRAY_SIZE(tests));
}
