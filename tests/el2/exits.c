/* SPDX-License-Identifier: Apache-2.0 */
/* Every exit reason that a guest can bring about on this machine; the list of
 * all, with those that need another one, is tests/support/exit_places.h. */
#include "el2.h"

#include "support/exit_places.h"

#define EXIT_IS(name) CHECK_EQ(out.reason, ARM_VCPU_EXIT_##name)

GUEST_CODE(guest_hvc, "	mov	x0, #5\n"
		      "	mov	x1, #6\n"
		      "	hvc	#0x1234\n"
		      "	hvc	#1\n");

static void hypercall(void)
{
	RUN(guest_hvc);
	EXIT_IS(HYPERCALL);
	CHECK_EQ(out.call.imm, 0x1234);
	CHECK_EQ(out.call.args[0], 5);
	CHECK_EQ(out.call.args[1], 6);
	/* D1.3.3.1: HVC's return address is the next instruction. */
	CHECK_EQ(pc(), GUEST_RAM + 12);
	complete_and_run(0x99);
	EXIT_IS(HYPERCALL);
	CHECK_EQ(out.call.imm, 1);
	CHECK_EQ(gpr(0), 0x99);
	/* Run again without completing: HVC does not repeat itself. */
	CHECK_EQ(pc(), GUEST_RAM + 16);
}

GUEST_CODE(guest_smc, "	mov	x0, #5\n"
		      "	.inst	0xd4000023\n" /* smc #1 */
		      "	hvc	#2\n");

static void secure_call(void)
{
	RUN(guest_smc);
	EXIT_IS(SMC);
	CHECK_EQ(out.call.imm, 1);
	CHECK_EQ(pc(), GUEST_RAM + 4);
	/* The trapped SMC is still to be done: it exits again. */
	run_again();
	EXIT_IS(SMC);
	complete_and_run(ARM_VCPU_SMCCC_NOT_SUPPORTED);
	EXIT_IS(HYPERCALL);
	CHECK_EQ(gpr(0), UINT64_MAX);
	CHECK_EQ(pc(), GUEST_RAM + 12);
}

GUEST_CODE(guest_psci, "	mov	w0, #0x84000000\n"
		       "	hvc	#0\n"
		       "	mov	x5, x0\n"
		       "	mov	w0, #0x84000000\n"
		       "	.inst	0xd4000003\n" /* smc #0 */
		       "	hvc	#1\n");

static void served(void)
{
	RUN(guest_psci);
	EXIT_IS(HYPERCALL);
	CHECK_EQ(gpr(0), 0x10001);
	CHECK_EQ(gpr(5), 0x10001);
}

GUEST_CODE(guest_mmio, "	mov	x1, #0x09000000\n"
		       "	movz	x2, #0x8899\n"
		       "	movk	x2, #0xaabb, lsl #16\n"
		       "	movk	x2, #0xccdd, lsl #32\n"
		       "	movk	x2, #0xeeff, lsl #48\n"
		       "	strb	w2, [x1, #1]\n"
		       "	strh	w2, [x1, #2]\n"
		       "	str	w2, [x1, #4]\n"
		       "	str	x2, [x1, #8]\n"
		       "	str	xzr, [x1, #16]\n"
		       "	ldrsh	x3, [x1, #32]\n"
		       "	hvc	#1\n");

static void mmio_write(void)
{
	static const uint64_t values[] = {0x99, 0x8899, 0xaabb8899,
					  UINT64_C(0xeeffccddaabb8899), 0};
	static const uint8_t widths[] = {1, 2, 4, 8, 8};

	LOAD(guest_mmio);
	for (unsigned i = 0; i < ARRAY_SIZE(values); i++) {
		run_again();
		EXIT_IS(MMIO_WRITE);
		CHECK_EQ(out.mmio.addr, GUEST_DEVICE + (i == 4 ? 16 : 1u << i));
		CHECK_EQ(out.mmio.value, values[i]);
		CHECK_EQ(out.mmio.width, widths[i]);
		CHECK_EQ(out.mmio.reg, i == 4 ? 31 : 2);
		CHECK_EQ(pc(), GUEST_RAM + 20 + 4 * i);
		CHECK_EQ(arm_vcpu_complete(&vcpus[0], 0), ARM_VCPU_OK);
	}
	run_again();
	EXIT_IS(MMIO_READ);
	CHECK_EQ(out.mmio.addr, GUEST_DEVICE + 32);
	CHECK_EQ(out.mmio.width, 2);
	CHECK_EQ(out.mmio.reg, 3);
	CHECK_EQ(out.mmio.reg_width, 8);
	CHECK(out.mmio.sign_extend);
	CHECK_EQ(out.mmio.value, 0);
	complete_and_run(0xffff8000);
	EXIT_IS(HYPERCALL);
	CHECK_EQ(gpr(3), UINT64_C(0xffffffffffff8000));
}

GUEST_CODE(guest_wait, "	wfi\n"
		       "	wfe\n"
		       "1:	wfi\n"
		       "	b	1b\n");

/* The EL2 physical timer's PPI 26, in so many counts. */
static void start_timer(uint64_t counts)
{
	gic_enable(26, 0x80);
	WRITE_SYSREG(cnthp_tval_el2, counts);
	WRITE_SYSREG(cnthp_ctl_el2, 1);
}

static void stop_timer(void)
{
	WRITE_SYSREG(cnthp_ctl_el2, 0);
	gic_disable(26);
}

/*
 * Run until the timer's interrupt, and again for longer if the guest has not
 * come past start: an emulator may be slow to get going.
 */
static void run_until_interrupt(uint64_t start)
{
	for (uint64_t counts = 100000; counts < 1000000000; counts *= 10) {
		start_timer(counts);
		run_again();
		EXIT_IS(INTERRUPT);
		if (pc() > start || out.reason != ARM_VCPU_EXIT_INTERRUPT)
			return;
	}
}

static void wait(void)
{
	CHECK_EQ(arm_vcpu_trap_wait(&vcpus[0], true, true), ARM_VCPU_OK);
	RUN(guest_wait);
	EXIT_IS(WFI);
	CHECK(!out.wait.timed);
	CHECK_EQ(pc(), GUEST_RAM);
	complete_and_run(0);
	/* QEMU 7.2 takes WFE for a YIELD and does not trap it, newer ones may:
	 * the simulated machine always does (exit_places.h). */
	if (out.reason == ARM_VCPU_EXIT_WFE) {
		CHECK_EQ(pc(), GUEST_RAM + 4);
		complete_and_run(0);
	}
	EXIT_IS(WFI);
	CHECK_EQ(pc(), GUEST_RAM + 8);
}

/* Changed while the vCPU is bound: the next entry knows. */
static void wait_not_trapped(void)
{
	CHECK_EQ(arm_vcpu_trap_wait(&vcpus[0], true, false), ARM_VCPU_OK);
	RUN(guest_wait);
	EXIT_IS(WFI);
	CHECK_EQ(arm_vcpu_trap_wait(&vcpus[0], false, false), ARM_VCPU_OK);
	CHECK_EQ(arm_vcpu_complete(&vcpus[0], 0), ARM_VCPU_OK);
	run_until_interrupt(GUEST_RAM + 4);
	CHECK(pc() >= GUEST_RAM + 8);
	stop_timer();
}

GUEST_CODE(guest_ldp, "	mov	x1, #0x09000000\n"
		      "	ldp	x2, x3, [x1, #8]\n"
		      "	hvc	#1\n");

static void no_syndrome(void)
{
	RUN(guest_ldp);
	EXIT_IS(NO_SYNDROME);
	CHECK(out.fault.ipa_valid);
	CHECK_EQ(out.fault.ipa, GUEST_DEVICE + 8);
	CHECK(out.fault.va_valid);
	CHECK_EQ(out.fault.va, GUEST_DEVICE + 8);
	CHECK(!out.fault.syndrome_valid);
	CHECK_EQ(out.fault.access, ARM_VCPU_ACCESS_READ);
	complete_and_run(0);
	EXIT_IS(HYPERCALL);
}

GUEST_CODE(guest_write_ro, "	mov	x1, #0x50000000\n"
			   "	mov	w2, #0x77\n"
			   "	ldr	w3, [x1]\n"
			   "	strb	w2, [x1, #0x123]\n"
			   "	hvc	#1\n");

static void data_fault(void)
{
	RUN(guest_write_ro);
	EXIT_IS(DATA_FAULT);
	CHECK_EQ(gpr(3), guest_write_ro[0]);
	CHECK(out.fault.ipa_valid);
	CHECK_EQ(out.fault.ipa, GUEST_READ_ONLY + 0x123);
	CHECK(out.fault.permission);
	CHECK(!out.fault.table_walk);
	CHECK_EQ(out.fault.access, ARM_VCPU_ACCESS_WRITE);
	CHECK(out.fault.syndrome_valid);
	CHECK_EQ(out.fault.mmio.value, 0x77);
	CHECK_EQ(out.fault.mmio.width, 1);
	complete_and_run(0);
	EXIT_IS(HYPERCALL);
}

GUEST_CODE(guest_clean, "	mov	x1, #0x09000000\n"
			"	add	x1, x1, #0x84\n"
			"	dc	cvac, x1\n"
			"	hvc	#1\n");

/* Maintenance by address of what is not mapped: nothing to emulate. */
static void cache_fault(void)
{
	RUN(guest_clean);
	/* An emulator without caches may not look the address up at all. */
	if (out.reason == ARM_VCPU_EXIT_HYPERCALL)
		return;
	EXIT_IS(DATA_FAULT);
	CHECK_EQ(out.fault.access, ARM_VCPU_ACCESS_CACHE);
	CHECK_EQ(out.fault.ipa, GUEST_DEVICE + 0x84);
	CHECK(!out.fault.syndrome_valid);
	complete_and_run(0);
	EXIT_IS(HYPERCALL);
	CHECK_EQ(pc(), GUEST_RAM + 16);
}

GUEST_CODE(guest_jump, "	mov	x1, #0x09000000\n"
		       "	br	x1\n");
GUEST_CODE(guest_jump_ro, "	mov	x1, #0x50000000\n"
			  "	br	x1\n");

static void fetch_fault(void)
{
	RUN(guest_jump);
	EXIT_IS(FETCH_FAULT);
	CHECK(out.fault.ipa_valid);
	CHECK_EQ(out.fault.ipa, GUEST_DEVICE);
	CHECK(!out.fault.permission);
	CHECK_EQ(out.fault.access, ARM_VCPU_ACCESS_EXECUTE);
	CHECK_EQ(pc(), GUEST_DEVICE);
}

/* HPFAR_EL2 is not valid for a permission fault: AT S1E1R finds the IPA. */
static void fetch_permission(void)
{
	RUN(guest_jump_ro);
	EXIT_IS(FETCH_FAULT);
	CHECK(out.fault.permission);
	CHECK(out.fault.ipa_valid);
	CHECK_EQ(out.fault.ipa, GUEST_READ_ONLY);
}

GUEST_CODE(guest_sgi, "	movz	x1, #2\n" /* Aff0 = 1 */
		      "	movk	x1, #0x0700, lsl #16\n"
		      "	msr	S3_0_C12_C11_5, x1\n"
		      "	hvc	#1\n");

/* Without a vGIC, it is the host's business. */
static void send_ipi(void)
{
	RUN(guest_sgi);
	EXIT_IS(SEND_IPI);
	CHECK_EQ(out.ipi.target_list, 2);
	CHECK_EQ(out.ipi.intid, 7);
	CHECK_EQ(out.ipi.affinity, 0);
	CHECK_EQ(out.ipi.group, 1);
	CHECK(!out.ipi.all_but_self);
	complete_and_run(0);
	EXIT_IS(HYPERCALL);
}

GUEST_CODE(guest_cpu_on, "	movz	w0, #0x3\n"
			 "	movk	w0, #0xc400, lsl #16\n"
			 "	mov	x1, #1\n"
			 "	mov	x2, #0x40000000\n"
			 "	mov	x3, #0x55\n"
			 "	hvc	#0\n"
			 "	hvc	#1\n");

static void cpu_up(void)
{
	RUN(guest_cpu_on);
	EXIT_IS(CPU_UP);
	CHECK_EQ(out.cpu_up.target, 1);
	CHECK_EQ(out.cpu_up.entry, GUEST_RAM);
	CHECK_EQ(out.cpu_up.arg, 0x55);
	CHECK(out.cpu_up.vcpu == &vcpus[1]);
	CHECK_EQ(arm_vcpu_power(&vcpus[1]), ARM_VCPU_POWER_ON_PENDING);
	CHECK_EQ(arm_vcpu_power_on(&vcpus[1], GUEST_RAM, 0x55), ARM_VCPU_OK);
	complete_and_run(0);
	EXIT_IS(HYPERCALL);
	CHECK_EQ(gpr(0), 0);
	CHECK_EQ(arm_vcpu_power(&vcpus[1]), ARM_VCPU_POWER_ON);
}

#define PSCI_GUEST(name, number)                            \
	GUEST_CODE(name, "	movz	w0, #" #number "\n" \
			 "	movk	w0, #0x8400, lsl #16\n"     \
			 "	mov	x1, #0\n"                    \
			 "	mov	x2, #0\n"                    \
			 "	hvc	#0\n"                        \
			 "	hvc	#1\n")

PSCI_GUEST(guest_cpu_suspend, 1);
PSCI_GUEST(guest_cpu_off, 2);
PSCI_GUEST(guest_system_off, 8);
PSCI_GUEST(guest_system_reset, 9);

static void power(void)
{
	RUN(guest_cpu_off);
	EXIT_IS(CPU_DOWN);
}

static void suspend(void)
{
	RUN(guest_cpu_suspend);
	EXIT_IS(CPU_SUSPEND);
	CHECK_EQ(out.suspend.power_state, 0);
	complete_and_run(0);
	EXIT_IS(HYPERCALL);
	CHECK_EQ(gpr(0), 0);
}

static void system_off(void)
{
	RUN(guest_system_off);
	EXIT_IS(SYSTEM_OFF);
}

static void system_reset(void)
{
	RUN(guest_system_reset);
	EXIT_IS(SYSTEM_RESET);
	CHECK_EQ(out.reset.type, 0);
}

GUEST_CODE(guest_reset2, "	movz	w5, #18\n"
			 "	movk	w5, #0xc400, lsl #16\n"
			 "	mov	x0, x5\n"
			 "	mov	w1, #0x80000000\n"
			 "	hvc	#0\n"
			 "	mov	x6, x0\n"
			 "	mov	x0, x5\n"
			 "	mov	w1, #0\n"
			 "	mov	x2, #0x99\n"
			 "	hvc	#0\n");

/* DEN0022 5.11: a warm reset, and a vendor's type, which there is none of. */
static void system_reset2(void)
{
	RUN(guest_reset2);
	EXIT_IS(SYSTEM_RESET);
	CHECK_EQ(out.reset.type, 0);
	CHECK_EQ(out.reset.cookie, 0x99);
	CHECK_EQ(gpr(6), PSCI_INVALID_PARAMETERS);
}

/* x1 is not what the vector says of the interrupt. */
GUEST_CODE(guest_loop, "	mov	x1, #1\n"
		       "	mov	x5, #1\n"
		       "1:	b	1b\n");

static void interrupt(void)
{
	LOAD(guest_loop);
	run_until_interrupt(GUEST_RAM);
	CHECK(!out.interrupt.fiq);
	CHECK(gpr(5) != 0);
	/* Still pending: nobody acknowledged it. */
	CHECK_EQ(READ_SYSREG(ICC_HPPIR1_EL1), 26);
	run_again();
	EXIT_IS(INTERRUPT);
	stop_timer();
}

static void kicked(void)
{
	CHECK_EQ(arm_vcpu_kick(&vcpus[0]), ARM_VCPU_OK);
	CHECK_EQ(kicks, 1);
	RUN(guest_hvc);
	EXIT_IS(NOTHING);
	CHECK_EQ(pc(), GUEST_RAM);
	run_again();
	EXIT_IS(HYPERCALL);
}

GUEST_CODE(guest_walk, "	mov	x0, #0x0b000000\n"
		       "	msr	ttbr0_el1, x0\n"
		       "	mov	x0, #25\n"
		       "	movk	x0, #0x80, lsl #16\n" /* EPD1 */
		       "	msr	tcr_el1, x0\n"
		       "	isb\n"
		       "	mrs	x0, sctlr_el1\n"
		       "	orr	x0, x0, #1\n"
		       "	msr	sctlr_el1, x0\n"
		       "	isb\n"
		       "	nop\n");

/* The guest's stage-1 table is where nothing is. */
static void table_walk(void)
{
	RUN(guest_walk);
	CHECK(out.reason == ARM_VCPU_EXIT_FETCH_FAULT);
	CHECK(out.fault.table_walk);
	CHECK(out.fault.ipa_valid);
	CHECK_EQ(out.fault.ipa & ~UINT64_C(0xfff), 0x0b000000);
}

void exit_tests(void)
{
	static const struct test tests[] = {
		{"exit: hypercall", hypercall},
		{"exit: SMC", secure_call},
		{"PSCI_VERSION needs no host", served},
		{"exit: MMIO", mmio_write},
		{"exit: WFI and WFE", wait},
		{"trapping of waits changes while bound", wait_not_trapped},
		{"exit: no syndrome", no_syndrome},
		{"exit: data fault", data_fault},
		{"exit: cache maintenance of nothing", cache_fault},
		{"exit: fetch fault", fetch_fault},
		{"exit: fetch without permission", fetch_permission},
		{"exit: fault of a stage-1 walk", table_walk},
		{"exit: send IPI", send_ipi},
		{"exit: CPU up", cpu_up},
		{"exit: CPU down", power},
		{"exit: CPU suspend", suspend},
		{"exit: system off", system_off},
		{"exit: system reset", system_reset},
		{"exit: system reset 2", system_reset2},
		{"exit: external interrupt", interrupt},
		{"exit: a kick before the run", kicked},
	};

	run_el2_tests(tests, ARRAY_SIZE(tests));
}

static void all_exits(void)
{
	for (unsigned n = 0; n < ARRAY_SIZE(exit_places); n++) {
		const bool here = exit_places[n] == EXIT_AT_EL2;

		if (here && !occurred[n])
			print("  no guest left by: %s\n",
			      arm_vcpu_exit_name((enum arm_vcpu_exit_reason)n));
		CHECK(!here || occurred[n]);
		CHECK(exit_places[n] != EXIT_NOWHERE);
	}
}

/* After all others. */
void all_exits_test(void)
{
	static const struct test tests[] = {
		{"every exit reason has occurred", all_exits},
	};

	run_el2_tests(tests, ARRAY_SIZE(tests));
}
