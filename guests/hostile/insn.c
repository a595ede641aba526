/* SPDX-License-Identifier: Apache-2.0 */
/* One instruction of every kind that can leave EL1 or is not for it. */
#include "hostile.h"

#define MAY(outcome) (1u << (outcome))
#define RUNS         MAY(OUTCOME_VALUE)
#define UNDEF        MAY(OUTCOME_UNDEFINED)
#define OTHER        MAY(OUTCOME_OTHER)
/* Where the CPU has the feature and nobody hides it. */
#define FEATURE (RUNS | UNDEF)

struct insn {
	const char *name;
	uint32_t word;
	unsigned bare;      /* outcomes on the bare board  */
	unsigned contained; /* outcomes in a guest of ours */
};

/* x0: scratch, x1: GICD_TYPER's address, x2 and x3: 0. */
static const struct insn insns[] = {
	{"UDF #0", 0x00000000, UNDEF, UNDEF},
	{"HLT #0", 0xd4400000, UNDEF, UNDEF},
	{"DCPS1", 0xd4a00001, UNDEF, UNDEF},
	{"DCPS2", 0xd4a00002, UNDEF, UNDEF},
	{"DCPS3", 0xd4a00003, UNDEF, UNDEF},
	{"DRPS", 0xd6bf03e0, UNDEF, UNDEF},
	{"BRK #0", 0xd4200000, OTHER, OTHER},
	{"SVC #0", 0xd4000001, OTHER, OTHER},
	{"SMC #1", 0xd4000023, UNDEF, FEATURE},
	{"SMC #0xffff", 0xd41fffe3, UNDEF, FEATURE},
	{"MSR UAO, #1", 0xd500417f, FEATURE, FEATURE},
	{"MSR UAO, #0", 0xd500407f, FEATURE, FEATURE},
	{"MSR PAN, #0", 0xd500409f, FEATURE, FEATURE},
	{"MSR DIT, #0", 0xd503405f, FEATURE, FEATURE},
	{"MSR SSBS, #0", 0xd503403f, FEATURE, FEATURE},
	{"MSR TCO, #0", 0xd503409f, FEATURE, FEATURE},
	{"YIELD", 0xd503203f, RUNS, RUNS},
	{"SEV", 0xd503209f, RUNS, RUNS},
	{"WFE after SEV", 0xd503205f, RUNS, RUNS},
	{"ESB", 0xd503221f, RUNS, RUNS},
	{"PSB CSYNC", 0xd503223f, RUNS, RUNS},
	{"TSB CSYNC", 0xd503225f, RUNS, RUNS},
	{"BTI c", 0xd503245f, RUNS, RUNS},
	{"WFIT x2", 0xd5031022, FEATURE, FEATURE},
	{"WFET x2", 0xd5031002, FEATURE, FEATURE},
	{"PACIASP", 0xd503233f, RUNS, FEATURE},
	{"PACIA x2, x3", 0xdac10062, FEATURE, FEATURE},
	{"PACDB x2, x3", 0xdac10c62, FEATURE, FEATURE},
	{"AUTIZA x2", 0xdac133e2, FEATURE, FEATURE},
	{"XPACI x2", 0xdac143e2, FEATURE, FEATURE},
	{"PACGA x2, x3, x3", 0x9ac33062, FEATURE, UNDEF},
	{"IRG x2, x0", 0x9adf1002, FEATURE, FEATURE},
	{"STG x0, [x0]", 0xd9200800, FEATURE, FEATURE},
	{"LDG x2, [x0]", 0xd9600002, FEATURE, FEATURE},
	{"LDGM x2, [x0]", 0xd9e00002, FEATURE, FEATURE},
	{"RDVL x2, #1", 0x04bf5022, FEATURE, UNDEF},
	{"PTRUE p0.b", 0x2518e3e0, FEATURE, UNDEF},
	{"LDR z0, [x0]", 0x85804000, FEATURE, UNDEF},
	{"SETFFR", 0x252c9000, FEATURE, UNDEF},
	{"RDSVL x2, #1", 0x04bf5822, FEATURE, UNDEF},
	{"SMSTART", 0xd503477f, FEATURE, UNDEF},
	{"SMSTOP", 0xd503467f, FEATURE, UNDEF},
	{"ZERO {za}", 0xc00800ff, FEATURE | OTHER, UNDEF},
	{"LD64B x2, [x0]", 0xf83fd002, FEATURE | OTHER, FEATURE | OTHER},
	{"ST64B x2, [x0]", 0xf83f9002, FEATURE | OTHER, FEATURE | OTHER},
	{"TSTART x2", 0xd5233062, UNDEF, UNDEF},
	{"TCOMMIT", 0xd503307f, UNDEF, UNDEF},
	{"LDADD w2, w3, [x0]", 0xb8220003, FEATURE, FEATURE},
	{"CAS w2, w3, [x0]", 0x88a27c03, FEATURE, FEATURE},
	{"FADD d0, d0, d0", 0x1e602800, RUNS, RUNS},
	{"unallocated 0x02000000", 0x02000000, UNDEF, UNDEF},
	{"unallocated 0xffffffff", 0xffffffff, UNDEF, UNDEF},
};

static void each_kind(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(insns); i++) {
		uint64_t regs[4] = {(uintptr_t)scratch, GICD_BASE + GICD_TYPER,
				    0, 0};
		enum outcome how = attempt(insns[i].word, regs);
		unsigned may =
			is_virtual() ? insns[i].contained : insns[i].bare;

		if (!CHECK(may & MAY(how)))
			print("    %s: outcome %lu, ESR 0x%lx\n", insns[i].name,
			      (unsigned long)how, trap.esr);
	}
}

/* Pointer authentication with its keys switched on, as far as EL1 can. */
static void authentication(void)
{
	uint64_t sctlr = READ_SYSREG(sctlr_el1);
	uint64_t keys = UINT64_C(1) << 31 | UINT64_C(1) << 30 |
			UINT64_C(1) << 27 | UINT64_C(1) << 13;
	static const uint32_t words[] = {
		0xd503233f, /* PACIASP      */
		0xdac10062, /* PACIA x2, x3 */
		0xdac10462, /* PACIB x2, x3 */
		0xdac10862, /* PACDA x2, x3 */
		0xdac11062, /* AUTIA x2, x3 */
	};

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		uint64_t regs[4] = {0};
		enum outcome how;

		WRITE_SYSREG(sctlr_el1, sctlr | keys);
		ISB();
		how = attempt(words[i], regs);
		WRITE_SYSREG(sctlr_el1, sctlr);
		ISB();
		CHECK(how == OUTCOME_VALUE || how == OUTCOME_UNDEFINED);
	}
}

/* EL1's own trap of FP is not EL2's business. */
static void fp_disabled(void)
{
	uint64_t regs[4] = {0};

	WRITE_SYSREG(cpacr_el1, 0);
	ISB();
	CHECK_EQ(attempt(0x1e602800, regs), OUTCOME_OTHER);
	CHECK_EQ(ESR_EC(trap.esr), 0x07);
	WRITE_SYSREG(cpacr_el1, CPACR_ALL);
	ISB();
	CHECK_EQ(attempt(0x1e602800, regs), OUTCOME_VALUE);
}

/* The OS debugger's step and breakpoints, with exceptions masked and not. */
static void self_hosted_debug(void)
{
	uint64_t mdscr = READ_SYSREG(mdscr_el1);
	uint64_t regs[4] = {0};

	WRITE_SYSREG(mdscr_el1, UINT64_C(0xa001)); /* MDE, KDE, SS */
	ISB();
	CHECK_EQ(attempt(0xd503201f, regs), OUTCOME_VALUE);
	trap_begin();
	__asm__ volatile("msr daifclr, #8\n\tisb\n\tnop\n\tmsr daifset, #8" ::
				 : "memory");
	trap_end();
	WRITE_SYSREG(mdscr_el1, mdscr);
	ISB();
}

void instruction_tests(void)
{
	static const struct test tests[] = {
		{"one instruction of every kind", each_kind},
		{"pointer authentication enabled", authentication},
		{"FP disabled by EL1", fp_disabled},
		{"self-hosted debug", self_hosted_debug},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
