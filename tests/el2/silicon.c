/* SPDX-License-Identifier: Apache-2.0 */
/* What the host had set on the CPU, and what the library sets for the guest. */
#include "el2.h"

#define TCR_EPD    ((UINT64_C(1) << 23) | (UINT64_C(1) << 7)) /* EPD1, EPD0 */
#define CPTR_TFP   (UINT64_C(1) << 10)
#define OSLSR_OSLK (UINT64_C(1) << 1)

GUEST_CODE(guest_call, "	hvc	#1\n");

/* A host that traps FP at EL2 (for its own lazy switching, say): the library
 * may not touch what that traps. */
static void host_traps_fp(void)
{
	const uint64_t cptr = READ_SYSREG(cptr_el2);

	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_VCPU_OK);
	WRITE_SYSREG(cptr_el2, cptr | CPTR_TFP);
	ISB();
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_VCPU_OK);
	RUN(guest_call);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	unbind(0);
	CHECK_EQ(READ_SYSREG(cptr_el2), cptr | CPTR_TFP);
	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_VCPU_OK);
	CHECK_EQ(READ_SYSREG(cptr_el2), cptr | CPTR_TFP);
	WRITE_SYSREG(cptr_el2, cptr);
	ISB();
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_VCPU_OK);
}

/* All that bind writes is back after disable. */
static void host_controls(void)
{
	const uint64_t vttbr = (UINT64_C(9) << 48) | 0x40000000;
	const uint64_t vtcr = READ_SYSREG(vtcr_el2);

	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_VCPU_OK);
	WRITE_SYSREG(vttbr_el2, vttbr);
	WRITE_SYSREG(vtcr_el2, vtcr ^ 1);
	WRITE_SYSREG(hstr_el2, 1);
	ISB();
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_VCPU_OK);
	RUN(guest_call);
	unbind(0);
	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_VCPU_OK);
	CHECK_EQ(READ_SYSREG(vttbr_el2), vttbr);
	CHECK_EQ(READ_SYSREG(vtcr_el2), vtcr ^ 1);
	CHECK_EQ(READ_SYSREG(hstr_el2), 1);
	WRITE_SYSREG(hstr_el2, 0);
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_VCPU_OK);
}

/* Two objects for one CPU, and one that is in the vectors' list already. */
static void one_object_a_cpu(void)
{
	static struct arm_pcpu second;

	CHECK_EQ(arm_pcpu_init(&second, &pcpu_ops, NULL), ARM_VCPU_OK);
	CHECK_EQ(arm_pcpu_hardware_enable(&second), ARM_VCPU_ERR_ENABLED);
	CHECK(!arm_pcpu_is_enabled(&second));
	CHECK_EQ(arm_pcpu_init(&pcpu, &pcpu_ops, NULL), ARM_VCPU_ERR_EXISTS);
	CHECK(arm_pcpu_is_enabled(&pcpu));
}

/*
 * Software step at EL1 (Arm ARM DDI 0487 D2.12): one instruction, then the
 * exception, class 0x33. The CPU's OS lock would suppress it (D2.3), and the
 * guest cannot reach it.
 */
GUEST_CODE(guest_step, "	mov	x0, #0x2001\n" /* KDE, SS */
		       "	msr	mdscr_el1, x0\n"
		       "	msr	oslar_el1, xzr\n"
		       "	adr	x1, 1f\n"
		       "	msr	elr_el1, x1\n"
		       "	mov	x2, #0x1c5\n" /* EL1h, A, I and F */
		       "	movk	x2, #0x20, lsl #16\n" /* SS */
		       "	msr	spsr_el1, x2\n"
		       "	isb\n"
		       "	eret\n"
		       "1:	mov	x3, #1\n"
		       "	mov	x3, #2\n"
		       "	hvc	#1\n");

static void software_step(void)
{
	CHECK_EQ(READ_SYSREG(oslsr_el1) & OSLSR_OSLK, 0);
	RUN(guest_step);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	CHECK_EQ(out.call.imm, TRAPPED);
	CHECK_EQ(gpr(10) >> 26, 0x33);
	CHECK_EQ(gpr(3), 1);
	unbind(0);
	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_VCPU_OK);
	WRITE_SYSREG(oslar_el1, 1);
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_VCPU_OK);
	CHECK_EQ(READ_SYSREG(oslsr_el1) & OSLSR_OSLK, 0);
	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_VCPU_OK);
	CHECK_EQ(READ_SYSREG(oslsr_el1) & OSLSR_OSLK, OSLSR_OSLK);
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_VCPU_OK);
}

/* With stage 2 off, a speculative walk through the guest's tables would take
 * its IPAs for PAs and leave that in the TLB. */
static void no_walks_after_unbind(void)
{
	RUN(guest_call);
	CHECK_EQ(READ_SYSREG(tcr_el1) & TCR_EPD, 0);
	unbind(0);
	CHECK_EQ(READ_SYSREG(tcr_el1) & TCR_EPD, TCR_EPD);
	CHECK_EQ(READ_SYSREG(sctlr_el1) & 1, 1);
	CHECK_EQ(reg(ARM_VCPU_REG(TCR_EL1)) & TCR_EPD, 0);
	CHECK_EQ(reg(ARM_VCPU_REG(SCTLR_EL1)) & 1, 0);
}

extern char arm_hw_serror_window[];

#define SERROR_ESR UINT64_C(0xbe000011)
#define VECTOR     0x380 /* SError, from EL2 with SP_EL2 */

/*
 * The vector at an SError that arm_hw_take_serror() has let in; QEMU makes
 * none. It comes back with the syndrome, and x2 to x15, which nobody saved, are
 * as they were.
 */
static uint64_t take_serror(uint64_t at, uint64_t *kept)
{
	register uint64_t x0 __asm__("x0") = 0;
	register uint64_t x1 __asm__("x1") = READ_SYSREG(daif);
	register uint64_t x2 __asm__("x2") = *kept;
	register uint64_t x3 __asm__("x3") = READ_SYSREG(vbar_el2) + VECTOR;

	WRITE_SYSREG(esr_el2, SERROR_ESR);
	WRITE_SYSREG(elr_el2, (uintptr_t)arm_hw_serror_window + at);
	WRITE_SYSREG(spsr_el2, READ_SYSREG(daif) | 9); /* EL2h */
	__asm__ volatile("adr	x30, 1f\n"
			 "	br	x3\n"
			 "1:"
			 : "+r"(x0), "+r"(x1), "+r"(x2)
			 : "r"(x3)
			 : "x30", "memory", "cc");
	*kept = x2;
	return x0;
}

static void serror_at_el2(void)
{
	const uint64_t daif = READ_SYSREG(daif);
	uint64_t kept = 0x1234;

	CHECK_EQ(take_serror(0, &kept), SERROR_ESR);
	CHECK_EQ(take_serror(4, &kept), SERROR_ESR);
	CHECK_EQ(kept, 0x1234);
	CHECK_EQ(READ_SYSREG(daif), daif);
}

/* From bind to unbind an SError is the guest's; the host does not take it. */
static void serrors_are_masked(void)
{
	const uint64_t a = UINT64_C(1) << 8;

	__asm__ volatile("msr daifclr, #4");
	RUN(guest_call);
	CHECK_EQ(READ_SYSREG(daif) & a, a);
	unbind(0);
	CHECK_EQ(READ_SYSREG(daif) & a, 0);
	__asm__ volatile("msr daifset, #4");
	RUN(guest_call);
	unbind(0);
	CHECK_EQ(READ_SYSREG(daif) & a, a);
}

void silicon_tests(void)
{
	static const struct test tests[] = {
		{"a host that traps FP at EL2", host_traps_fp},
		{"the host's controls after disable", host_controls},
		{"one object for each CPU", one_object_a_cpu},
		{"software step", software_step},
		{"no stage-1 walks after unbind", no_walks_after_unbind},
		{"an SError that EL2 waits for", serror_at_el2},
		{"SErrors are masked while a vCPU is bound",
		 serrors_are_masked},
	};

	run_el2_tests(tests, ARRAY_SIZE(tests));
}
