/* SPDX-License-Identifier: Apache-2.0 */
/* Every system register and system instruction there is an encoding for. */
#include "hostile.h"

/* The bits 20:5 of MRS, MSR, SYS and SYSL: op0, op1, CRn, CRm, op2. */
#define ENC(op0, op1, crn, crm, op2) \
	((uint32_t)(op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define ENCODINGS  16384u /* of one op0 */
#define READ(enc)  (0xd5200000u | (enc) << 5)
#define WRITE(enc) (0xd5000000u | (enc) << 5)
#define OP1(enc)   ((enc) >> 11 & 7)

#define SENTINEL UINT64_C(0x5e5e5e5e5e5e5e5e)

/* Whether an exception is one that a missing register gives. Trap controls of
 * EL1 itself (CPACR_EL1) have classes of their own: FP, SVE, SME. */
static bool may_end_so(enum outcome how)
{
	if (how == OUTCOME_VALUE || how == OUTCOME_UNDEFINED)
		return true;
	return !is_virtual() && how == OUTCOME_OTHER;
}

static void prepare(uint32_t insn_of_op0)
{
	for (uint32_t i = 0; i < ENCODINGS; i++) {
		stubs[i][0] = insn_of_op0 | i << 5;
		stubs[i][1] = RET;
	}
	code_sync(stubs, ENCODINGS * sizeof(stubs[0]));
}

/* Registers of EL2 and EL3, and EL2's names for EL1's (op1 4 to 7). */
static void read_all(uint32_t op0)
{
	uint64_t counts[OUTCOMES] = {0};

	prepare(READ(ENC(op0, 0, 0, 0, 0)));
	for (uint32_t i = 0; i < ENCODINGS; i++) {
		uint64_t value;
		enum outcome how =
			attempt_stub(stub_at(i), SENTINEL, 0, &value);

		counts[how]++;
		if (!CHECK(may_end_so(how)) ||
		    (OP1(i) >= 4 && !CHECK_EQ(how, OUTCOME_UNDEFINED)))
			print("    MRS op0 %lu, bits 0x%lx\n",
			      (unsigned long)op0, (unsigned long)i);
		if (how == OUTCOME_UNDEFINED)
			CHECK_EQ(value, SENTINEL);
	}
	print_counts("MRS", counts);
}

static void read_debug(void)
{
	read_all(2);
}

static void read_system(void)
{
	read_all(3);
}

/*
 * Registers under which the payload itself would fall: SCTLR_EL1, VBAR_EL1,
 * SPSel, DAIF, and the bare board's reset request RMR_EL1.
 */
static bool deadly(uint32_t enc)
{
	return enc == ENC(3, 0, 1, 0, 0) || enc == ENC(3, 0, 12, 0, 0) ||
	       enc == ENC(3, 0, 4, 2, 0) || enc == ENC(3, 3, 4, 2, 1) ||
	       (enc == ENC(3, 0, 12, 0, 2) && !is_virtual());
}

static enum outcome write_one(uint32_t enc)
{
	static const uint64_t values[] = {UINT64_MAX, 0,
					  UINT64_C(0x5555555555555555)};
	uint64_t regs[4] = {0}, old = 0;
	bool readable = attempt(READ(enc), regs) == OUTCOME_VALUE;
	enum outcome how = OUTCOME_VALUE;

	old = regs[0];
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		regs[0] = values[i];
		how = attempt(WRITE(enc), regs);
		if (how != OUTCOME_VALUE)
			return how;
	}
	regs[0] = readable ? old : 0;
	return attempt(WRITE(enc), regs);
}

static void write_all(uint32_t op0)
{
	uint64_t counts[OUTCOMES] = {0};
	uint64_t mpidr = READ_SYSREG(mpidr_el1);

	for (uint32_t i = 0; i < ENCODINGS; i++) {
		uint32_t enc = ENC(op0, 0, 0, 0, 0) | i;
		enum outcome how;

		if (deadly(enc))
			continue;
		how = write_one(enc);
		counts[how]++;
		if (!CHECK(may_end_so(how)) ||
		    (OP1(i) >= 4 && !CHECK_EQ(how, OUTCOME_UNDEFINED)))
			print("    MSR op0 %lu, bits 0x%lx\n",
			      (unsigned long)op0, (unsigned long)i);
	}
	print_counts("MSR", counts);
	CHECK_EQ(READ_SYSREG(mpidr_el1), mpidr);
	CHECK(READ_SYSREG(cntfrq_el0) != 0);
}

static void write_debug(void)
{
	write_all(2);
}

static void write_system(void)
{
	write_all(3);
	/* The timers and the interface may hold anything now. */
	WRITE_SYSREG(cntv_ctl_el0, 0);
	WRITE_SYSREG(cntp_ctl_el0, 0);
	WRITE_SYSREG(cpacr_el1, CPACR_ALL);
	gic_init();
	gic_send_self(7);
	IRQ_ON();
	CHECK(irq_wait(1));
	IRQ_OFF();
	CHECK_EQ(irq_log.last, 7);
}

/*
 * Cache and TLB maintenance, address translation and everything undefined
 * between them, on an address that may be lost, and on one that is not there.
 */
static void instructions(bool write, uint64_t address)
{
	uint64_t counts[OUTCOMES] = {0};

	prepare((write ? WRITE(0) : READ(0)) | ENC(1, 0, 0, 0, 0) << 5);
	for (uint32_t i = 0; i < ENCODINGS; i++) {
		uint64_t value;
		enum outcome how = attempt_stub(stub_at(i), address, 0, &value);

		counts[how]++;
		if (!CHECK(may_end_so(how) || how == OUTCOME_ABORT) ||
		    (OP1(i) >= 4 && !CHECK_EQ(how, OUTCOME_UNDEFINED)))
			print("    SYS bits 0x%lx\n", (unsigned long)i);
	}
	print_counts(write ? "SYS" : "SYSL", counts);
}

static void system_instructions(void)
{
	instructions(true, (uintptr_t)scratch);
	instructions(true, NOWHERE);
	instructions(true, GICD_BASE);
	instructions(true, UINT64_MAX);
	instructions(false, (uintptr_t)scratch);
}

void sysreg_tests(void)
{
	static const struct test tests[] = {
		{"read all of op0 2", read_debug},
		{"read all of op0 3", read_system},
		{"write all of op0 2", write_debug},
		{"write all of op0 3", write_system},
		{"all system instructions", system_instructions},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
