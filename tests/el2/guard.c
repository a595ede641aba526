/* SPDX-License-Identifier: Apache-2.0 */
/* The vectors with a guard, whatever this CPU needs: what they do costs the
 * guest no register. */
#include "el2.h"
#include "hw/offsets.h"

extern const char arm_guarded_vectors[];

GUEST_CODE(guest_fills_all,
	   "	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20\n"
	   "	mov	x\\n, #0x100 + \\n\n"
	   "	.endr\n"
	   "	.irp	n, 21,22,23,24,25,26,27,28,29,30\n"
	   "	mov	x\\n, #0x100 + \\n\n"
	   "	.endr\n"
	   "	mov	w0, #0x84000000\n"
	   "	cmp	x30, x30\n"
	   "	hvc	#0\n"
	   "	cset	x1, eq\n"
	   "	hvc	#1\n");

/* The two words that the vectors read, where they read them: no host has them
 * by name. */
static void set(uint32_t guard, uint32_t checks_stage1)
{
	uint32_t *words =
		(uint32_t *)(void *)((unsigned char *)&pcpu + PCPU_GUARD);

	words[0] = guard;
	words[1] = checks_stage1;
}

static void exit_with(uint32_t guard)
{
	set(guard, 0);
	RUN(guest_fills_all);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(out.call.imm, 1);
	CHECK_EQ(gpr(0), 0x10001);
	CHECK_EQ(gpr(1), 1);
	for (unsigned n = 2; n <= 30; n++)
		CHECK_EQ(gpr(n), 0x100 + n);
}

static void nothing(void)
{
	exit_with(ARM_GUARD_NONE);
}

static void clrbhb(void)
{
	exit_with(ARM_GUARD_CLRBHB);
}

static void branches(void)
{
	exit_with(8);
}

static void many_branches(void)
{
	exit_with(132);
}

/* Any function that the firmware has. */
static void firmware(void)
{
	exit_with(PSCI_VERSION);
}

GUEST_CODE(guest_of_device, "	mov	x1, #0x09000000\n"
			    "	ldr	w2, [x1, #4]\n"
			    "	hvc	#1\n");

/* An abort that stage 1 has nothing to do with is looked at, and served. */
static void checked(void)
{
	set(0, 1);
	RUN(guest_of_device);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_MMIO_READ);
	CHECK_EQ(out.mmio.addr, 0x09000004);
	complete_and_run(0x55);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(gpr(1), 0x09000000);
	CHECK_EQ(gpr(2), 0x55);
}

void guard_tests(void)
{
	static const struct test tests[] = {
		{"guard: nothing", nothing},
		{"guard: CLRBHB", clrbhb},
		{"guard: branches", branches},
		{"guard: many branches", many_branches},
		{"guard: a call of the firmware", firmware},
		{"guard: an abort is checked", checked},
	};

	const uint64_t vbar = READ_SYSREG(vbar_el2);

	WRITE_SYSREG(vbar_el2, (uintptr_t)arm_guarded_vectors);
	ISB();
	run_el2_tests(tests, ARRAY_SIZE(tests));
	WRITE_SYSREG(vbar_el2, vbar);
	ISB();
	set(0, 0);
}
