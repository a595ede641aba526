/* SPDX-License-Identifier: Apache-2.0 */
/* Whose state is where: the host's, the guest's, and two guests' on one CPU. */
#include "el2.h"

/*
 * Fill x19 to x29, run, and say which came back different (bit n); in
 * state_asm.S, since a compiler owns these registers.
 */
uint64_t run_with_marks(struct arm_vcpu *vcpu, struct arm_vcpu_exit *exit);
void fp_fill(uint64_t seed);
uint64_t fp_compare(uint64_t seed); /* bit n: Vn differs */

GUEST_CODE(guest_clobber, "	mov	x18, #-18\n"
			  "	mov	x19, #-19\n"
			  "	mov	x20, #-20\n"
			  "	mov	x21, #-21\n"
			  "	mov	x22, #-22\n"
			  "	mov	x23, #-23\n"
			  "	mov	x24, #-24\n"
			  "	mov	x25, #-25\n"
			  "	mov	x26, #-26\n"
			  "	mov	x27, #-27\n"
			  "	mov	x28, #-28\n"
			  "	mov	x29, #-29\n"
			  "	mov	x30, #-30\n"
			  "	msr	sp_el0, x20\n"
			  "	mov	sp, x21\n"
			  "	msr	nzcv, x22\n"
			  "	hvc	#1\n");

static void host_registers(void)
{
	uint64_t daif = READ_SYSREG(daif);

	LOAD(guest_clobber);
	bind(0);
	WRITE_SYSREG(sp_el0, 0x123450);
	WRITE_SYSREG(tpidr_el2, 0x6789a);
	CHECK_EQ(run_with_marks(&vcpus[0], &out), 0);
	CHECK_EQ(READ_SYSREG(sp_el0), 0x123450);
	CHECK_EQ(READ_SYSREG(tpidr_el2), 0x6789a);
	CHECK_EQ(READ_SYSREG(daif), daif);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	for (unsigned n = 18; n <= 30; n++)
		CHECK_EQ(gpr(n), (uint64_t) - (int64_t)n);
	CHECK_EQ(reg(ARM_VCPU_REG_SP_EL0), (uint64_t)-20);
	CHECK_EQ(reg(ARM_VCPU_REG(SP_EL1)), (uint64_t)-21);
	unbind(0);
	CHECK_EQ(READ_SYSREG(sp_el0), 0x123450);
	CHECK_EQ(READ_SYSREG(tpidr_el2), 0x6789a);
}

/* What the guest starts with. */
GUEST_CODE(guest_first, "	hvc	#1\n");

static void at_reset(void)
{
	RUN(guest_first);
	CHECK_EQ(gpr(0), 0x1234);
	for (unsigned n = 1; n < 31; n++)
		CHECK_EQ(gpr(n), 0);
	CHECK_EQ(reg(ARM_VCPU_REG_PSTATE) & 0x3df, 0x3c5); /* EL1h, masked */
	CHECK_EQ(reg(ARM_VCPU_REG(SCTLR_EL1)) & 0x1005,
		 0); /* MMU, caches off */
}

GUEST_CODE(guest_one_reg, "	msr	tpidr_el0, x1\n"
			  "	msr	tpidr_el1, x1\n"
			  "	msr	contextidr_el1, x2\n"
			  "	msr	far_el1, x1\n"
			  "	msr	par_el1, x3\n"
			  "	msr	cntv_cval_el0, x1\n"
			  "	msr	sp_el0, x1\n"
			  "	mov	sp, x1\n"
			  "1:	hvc	#1\n"
			  "	mrs	x4, tpidr_el0\n"
			  "	mrs	x5, tpidr_el1\n"
			  "	mrs	x6, contextidr_el1\n"
			  "	mrs	x7, far_el1\n"
			  "	mrs	x8, par_el1\n"
			  "	mrs	x9, cntv_cval_el0\n"
			  "	mrs	x10, sp_el0\n"
			  "	mov	x11, sp\n"
			  "	mrs	x12, mpidr_el1\n"
			  "	b	1b\n");

static uint64_t gpr_of(unsigned n, unsigned register_)
{
	uint64_t value = 0;

	CHECK_EQ(arm_vcpu_get_gpr(&vcpus[n], register_, &value), ARM_VCPU_OK);
	return value;
}

static void check_guest(unsigned n)
{
	uint64_t x[13];

	for (unsigned i = 0; i < 13; i++)
		x[i] = gpr_of(n, i);
	CHECK_EQ(x[4], x[1]);
	CHECK_EQ(x[5], x[1]);
	CHECK_EQ(x[6], x[2]);
	CHECK_EQ(x[7], x[1]);
	CHECK_EQ(x[8], x[3]);
	CHECK_EQ(x[9], x[1]);
	CHECK_EQ(x[10], x[1]);
	CHECK_EQ(x[11], x[1]);
	CHECK_EQ(x[12], UINT64_C(0x80000000) + n);
}

static void two_vcpus(void)
{
	LOAD(guest_one_reg);
	for (unsigned n = 0; n < 2; n++) {
		arm_vcpu_set_gpr(&vcpus[n], 1, 0x1110 + n * 0x10000);
		arm_vcpu_set_gpr(&vcpus[n], 2, 0x22 + n);
		arm_vcpu_set_gpr(&vcpus[n], 3, 0x801 + n * 0x1000);
		bind(n);
		CHECK_EQ(arm_vcpu_run(&vcpus[n], &out), ARM_VCPU_OK);
		unbind(n);
	}
	for (unsigned round = 0; round < 6; round++) {
		unsigned n = round & 1;

		bind(n);
		CHECK_EQ(arm_vcpu_run(&vcpus[n], &out), ARM_VCPU_OK);
		CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
		unbind(n);
		check_guest(n);
	}
}

/* Live in the CPU, and stored in the object. */
static void get_and_set(void)
{
	RUN(guest_one_reg);
	CHECK_EQ(arm_vcpu_set_reg(&vcpus[0], ARM_VCPU_REG(TPIDR_EL1), 0xabc),
		 ARM_VCPU_OK);
	CHECK_EQ(reg(ARM_VCPU_REG(TPIDR_EL1)), 0xabc);
	CHECK_EQ(READ_SYSREG(tpidr_el1), 0xabc);
	run_again();
	CHECK_EQ(gpr(5), 0xabc);
	unbind(0);
	CHECK_EQ(reg(ARM_VCPU_REG(TPIDR_EL1)), 0xabc);
	CHECK_EQ(arm_vcpu_set_reg(&vcpus[0], ARM_VCPU_REG(TPIDR_EL1), 0xdef),
		 ARM_VCPU_OK);
	CHECK_EQ(READ_SYSREG(tpidr_el1), 0xabc);
	run_again();
	CHECK_EQ(gpr(5), 0xdef);
	CHECK(reg(ARM_VCPU_REG(HCR_EL2)) & 1);
	CHECK_EQ(reg(ARM_VCPU_REG(VMPIDR_EL2)), 0x80000000);
}

GUEST_CODE(guest_fp, "	mov	x0, #(3 << 20)\n"
		     "	msr	cpacr_el1, x0\n"
		     "	isb\n"
		     "	hvc	#1\n"
		     "1:	.inst	0x9e670020\n" /* fmov d0, x1 */
		     "	.inst	0x9e67003f\n"         /* fmov d31, x1 */
		     "	hvc	#2\n"
		     "	.inst	0x9e660002\n" /* fmov x2, d0 */
		     "	.inst	0x9e6603e3\n" /* fmov x3, d31 */
		     "	hvc	#3\n"
		     "	b	1b\n");

static void run_fp(unsigned n, uint64_t imm)
{
	bind(n);
	CHECK_EQ(arm_vcpu_run(&vcpus[n], &out), ARM_VCPU_OK);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(out.call.imm, imm);
	unbind(n);
}

static void fp_switched(void)
{
	LOAD(guest_fp);
	for (unsigned n = 0; n < 2; n++) {
		run_fp(n, 1);
		arm_vcpu_set_gpr(&vcpus[n], 1, 0x1000 + n);
	}
	for (unsigned n = 0; n < 2; n++)
		run_fp(n, 2);
	for (unsigned n = 0; n < 2; n++)
		run_fp(n, 3);
	for (unsigned n = 0; n < 2; n++) {
		CHECK_EQ(gpr_of(n, 2), 0x1000 + n);
		CHECK_EQ(gpr_of(n, 3), 0x1000 + n);
	}
}

GUEST_CODE(guest_hello, "	hvc	#1\n"
			"	hvc	#2\n");
GUEST_CODE(guest_fp_read, "	mov	x0, #(3 << 20)\n"
			  "	msr	cpacr_el1, x0\n"
			  "	isb\n"
			  "	.inst	0x9e660002\n" /* fmov x2, d0 */
			  "	.inst	0x9e6603e3\n" /* fmov x3, d31 */
			  "	hvc	#1\n");

/* A guest that never uses FP costs nobody's FP registers anything. */
static void fp_lazy(void)
{
	fp_fill(0x5a);
	RUN(guest_hello);
	run_again();
	unbind(0);
	CHECK_EQ(fp_compare(0x5a), 0);
}

/* One use within a bind is loaded once; nothing of the host's leaks in. */
static void fp_clean(void)
{
	fp_fill(0x77);
	LOAD(guest_fp_read);
	run_again();
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(gpr(2), 0);
	CHECK_EQ(gpr(3), 0);
}

static void reset(void)
{
	RUN(guest_clobber);
	CHECK_EQ(arm_vcpu_reset(&vcpus[0]), ARM_VCPU_ERR_BOUND);
	unbind(0);
	CHECK_EQ(arm_vcpu_reset(&vcpus[0]), ARM_VCPU_OK);
	CHECK_EQ(pc(), GUEST_RAM);
	CHECK_EQ(gpr(0), 0x1234);
	CHECK_EQ(gpr(19), 0);
	CHECK_EQ(reg(ARM_VCPU_REG(SP_EL1)), 0);
	CHECK_EQ(reg(ARM_VCPU_REG(VBAR_EL1)), 0);
	RUN(guest_first);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(reg(ARM_VCPU_REG_PSTATE) & 0xf00003df, 0x3c5);
	CHECK_EQ(gpr(30), 0);
}

void state_tests(void)
{
	static const struct test tests[] = {
		{"the host's registers across a run", host_registers},
		{"the guest's registers at reset", at_reset},
		{"two vCPUs on one CPU", two_vcpus},
		{"registers by id, loaded and stored", get_and_set},
		{"FP switched between two vCPUs", fp_switched},
		{"FP left alone by a guest without", fp_lazy},
		{"FP starts clean", fp_clean},
		{"reset", reset},
	};

	run_el2_tests(tests, ARRAY_SIZE(tests));
}
