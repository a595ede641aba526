/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every register that a program at EL1 can write keeps what each CPU wrote,
 * while all CPUs run at once: a CPU that is only lent to this program must
 * not show it. What sticks of a pattern is read right after it is written.
 */
#include "conformance.h"

/* ID register fields and the registers behind them, by encoding. */
#define ID_AA64MMFR2_EL1 S3_0_C0_C7_2
#define ID_AA64PFR1_EL1  S3_0_C0_C4_1
#define PAN              S3_0_C4_C2_3
#define UAO              S3_0_C4_C2_4
#define DIT              S3_3_C4_C2_5
#define SSBS             S3_3_C4_C2_6
#define APIAKEYLO_EL1    S3_0_C2_C1_0
#define APIAKEYHI_EL1    S3_0_C2_C1_1
#define APIBKEYLO_EL1    S3_0_C2_C1_2
#define APIBKEYHI_EL1    S3_0_C2_C1_3
#define APDAKEYLO_EL1    S3_0_C2_C2_0
#define APDAKEYHI_EL1    S3_0_C2_C2_1
#define APDBKEYLO_EL1    S3_0_C2_C2_2
#define APDBKEYHI_EL1    S3_0_C2_C2_3
#define APGAKEYLO_EL1    S3_0_C2_C3_0
#define APGAKEYHI_EL1    S3_0_C2_C3_1
#define SCXTNUM_EL0      S3_3_C13_C0_7
#define SCXTNUM_EL1      S3_0_C13_C0_7

/*
 * name, bits that may hold anything while this program runs with interrupts
 * and EL0 unused: not those that change how it runs.
 */
#define PLAIN_REGISTERS(X)                             \
	X(tpidr_el0, UINT64_MAX)                       \
	X(tpidrro_el0, UINT64_MAX)                     \
	X(tpidr_el1, UINT64_MAX)                       \
	X(sp_el0, UINT64_MAX)                          \
	X(elr_el1, UINT64_MAX)                         \
	X(spsr_el1, 0xf00003ff)                        \
	X(esr_el1, 0xffffffff)                         \
	X(far_el1, UINT64_MAX)                         \
	X(afsr0_el1, UINT64_MAX)                       \
	X(afsr1_el1, UINT64_MAX)                       \
	X(amair_el1, UINT64_MAX)                       \
	X(mair_el1, UINT64_C(0xffffffffffff0000))      \
	X(contextidr_el1, 0xffffffff)                  \
	X(par_el1, UINT64_C(0xff0000fffffff001))       \
	X(csselr_el1, 0xf)                             \
	X(cntkctl_el1, 0x3ff)                          \
	X(cntv_cval_el0, UINT64_C(0x7fffffffffffffff)) \
	X(cntp_cval_el0, UINT64_C(0x7fffffffffffffff)) \
	X(ttbr1_el1, UINT64_C(0x0000fffffffff000))     \
	X(actlr_el1, 0)                                \
	X(cpacr_el1, 0x10000000)                       \
	X(mdscr_el1, 0x1000)                           \
	X(dbgbvr0_el1, UINT64_C(0x0000fffffffffffc))   \
	X(dbgwvr0_el1, UINT64_C(0x0000fffffffffffc))   \
	X(vbar_el1, UINT64_C(0x0000fffffffff800))      \
	X(ICC_PMR_EL1, 0x70)                           \
	X(ICC_BPR0_EL1, 7)                             \
	X(ICC_BPR1_EL1, 7)                             \
	X(ICC_CTLR_EL1, 2)                             \
	X(ICC_IGRPEN0_EL1, 1)

/* Those that only some CPUs have, and the field that says so. */
#define KEY_REGISTERS(X)             \
	X(APIAKEYLO_EL1, UINT64_MAX) \
	X(APIAKEYHI_EL1, UINT64_MAX) \
	X(APIBKEYLO_EL1, UINT64_MAX) \
	X(APIBKEYHI_EL1, UINT64_MAX) \
	X(APDAKEYLO_EL1, UINT64_MAX) \
	X(APDAKEYHI_EL1, UINT64_MAX) \
	X(APDBKEYLO_EL1, UINT64_MAX) \
	X(APDBKEYHI_EL1, UINT64_MAX)
#define GENERIC_KEY_REGISTERS(X)     \
	X(APGAKEYLO_EL1, UINT64_MAX) \
	X(APGAKEYHI_EL1, UINT64_MAX)
#define CONTEXT_REGISTERS(X)       \
	X(SCXTNUM_EL0, UINT64_MAX) \
	X(SCXTNUM_EL1, UINT64_MAX)
#define PAN_REGISTERS(X)  X(PAN, 1u << 22)
#define UAO_REGISTERS(X)  X(UAO, 1u << 23)
#define DIT_REGISTERS(X)  X(DIT, 1u << 24)
#define SSBS_REGISTERS(X) X(SSBS, 1u << 12)

static bool field(uint64_t id, unsigned shift)
{
	return id >> shift & 0xf;
}

static bool always(void)
{
	return true;
}

static bool has_keys(void)
{
	uint64_t isar1 = READ_SYSREG(id_aa64isar1_el1);

	return field(isar1, 4) || field(isar1, 8); /* APA, API */
}

static bool has_generic_key(void)
{
	uint64_t isar1 = READ_SYSREG(id_aa64isar1_el1);

	return field(isar1, 24) || field(isar1, 28); /* GPA, GPI */
}

static bool has_context(void)
{
	/* CSV2 of 2 or more. */
	return (READ_SYSREG(id_aa64pfr0_el1) >> 56 & 0xf) >= 2;
}

static bool has_pan(void)
{
	return field(READ_SYSREG(id_aa64mmfr1_el1), 20);
}

static bool has_uao(void)
{
	return field(READ_SYSREG(ID_AA64MMFR2_EL1), 4);
}

static bool has_dit(void)
{
	return field(READ_SYSREG(id_aa64pfr0_el1), 48);
}

static bool has_ssbs(void)
{
	/* 2: PSTATE.SSBS by MSR, MRS. */
	return (READ_SYSREG(ID_AA64PFR1_EL1) >> 4 & 0xf) >= 2;
}

#define SETS(X)                                            \
	X(PLAIN_REGISTERS, plain, always)                  \
	X(KEY_REGISTERS, key, has_keys)                    \
	X(GENERIC_KEY_REGISTERS, generic, has_generic_key) \
	X(CONTEXT_REGISTERS, context, has_context)         \
	X(PAN_REGISTERS, pan, has_pan)                     \
	X(UAO_REGISTERS, uao, has_uao)                     \
	X(DIT_REGISTERS, dit, has_dit)                     \
	X(SSBS_REGISTERS, ssbs, has_ssbs)

#define ONE_VALUE(name, mask) uint64_t name;
#define MEMBER(list, set, has)  \
	struct {                \
		list(ONE_VALUE) \
	} set;
struct values {
	SETS(MEMBER)
};

static uint64_t pattern(uint64_t seed)
{
	/* Any mixing of bits will do; no two CPUs, no two rounds alike. */
	seed = (seed + 1) * UINT64_C(0x9e3779b97f4a7c15);
	seed ^= seed >> 29;
	return seed * UINT64_C(0xbf58476d1ce4e5b9);
}

/*
 * The last argument of each of these is the seed, the next before it what was
 * in the register at first: bits that must stay come from there.
 */
#define SAVE_ONE(name, mask) before->set_.name = READ_SYSREG(name);
#define WRITE_ONE(name, mask)                                        \
	WRITE_SYSREG(name, (before->set_.name & ~(uint64_t)(mask)) | \
				   (pattern(seed++) & (uint64_t)(mask)));
#define READ_ONE(name, mask)    stuck->set_.name = READ_SYSREG(name);
#define TAKE_ONE(name, mask)    found->set_.name = READ_SYSREG(name);
#define RESTORE_ONE(name, mask) WRITE_SYSREG(name, before->set_.name);
#define COMPARE_ONE(name, mask)                                        \
	check_equal(found->set_.name, stuck->set_.name, __FILE_NAME__, \
		    __LINE__, #name " as it was written");

/* One function of each kind for each set; set_ is the set's member. */
#define FUNCTIONS(list, set, has)                                       \
	static uint64_t fill_##set(struct values *before,               \
				   struct values *stuck, uint64_t seed) \
	{                                                               \
		list(SAVE_ONE) list(WRITE_ONE) ISB();                   \
		list(READ_ONE) return seed;                             \
	}                                                               \
	static void take_##set(const struct values *before,             \
			       struct values *found)                    \
	{                                                               \
		list(TAKE_ONE) list(RESTORE_ONE) ISB();                 \
	}                                                               \
	static void compare_##set(const struct values *found,           \
				  const struct values *stuck)           \
	{                                                               \
		list(COMPARE_ONE)                                       \
	}
#define set_ plain
FUNCTIONS(PLAIN_REGISTERS, plain, always)
#undef set_
#define set_ key
FUNCTIONS(KEY_REGISTERS, key, has_keys)
#undef set_
#define set_ generic
FUNCTIONS(GENERIC_KEY_REGISTERS, generic, has_generic_key)
#undef set_
#define set_ context
FUNCTIONS(CONTEXT_REGISTERS, context, has_context)
#undef set_
#define set_ pan
FUNCTIONS(PAN_REGISTERS, pan, has_pan)
#undef set_
#define set_ uao
FUNCTIONS(UAO_REGISTERS, uao, has_uao)
#undef set_
#define set_ dit
FUNCTIONS(DIT_REGISTERS, dit, has_dit)
#undef set_
#define set_ ssbs
FUNCTIONS(SSBS_REGISTERS, ssbs, has_ssbs)
#undef set_

static struct values before[MAX_CPUS], stuck[MAX_CPUS], found[MAX_CPUS];
static struct barrier together;

/* Some time slices of any scheduler. */
static uint64_t a_while(void)
{
	return now() + READ_SYSREG(cntfrq_el0) / 8;
}

static void nothing_else(void)
{
}

static void call_firmware(void)
{
	hvc(PSCI_VERSION, 0, 0, 0);
}

static void touch_devices(void)
{
	mmio_read32(GICD_BASE + GICD_TYPER);
	mmio_read32(PL011_BASE + 0x18);
	mmio_write32(gic_redist_of(cpu_index()) + GICR_SGI + GICD_ICPENDR,
		     1u << 13);
}

static void send_and_clear(void)
{
	send_sgi(cpu_index(), 13);
	__asm__ volatile("wfi" ::: "memory"); /* it is pending: no wait */
	touch_devices();
}

static void yield(void)
{
	relax();
}

static void (*const activities[])(void) = {
	nothing_else, call_firmware, touch_devices, send_and_clear, yield};

/* Interrupts stay masked: no handler of ours touches anything either. */
static void system_here(uint64_t activity)
{
	unsigned self = cpu_index();
	struct values *b = &before[self], *s = &stuck[self], *f = &found[self];
	uint64_t seed = self * 1000 + activity * 100000, end;

	set_priority(self, 13, 0);
	barrier_wait(&together, cpus);
#define FILL(list, set, has) \
	if (has())           \
		seed = fill_##set(b, s, seed);
	SETS(FILL)
#undef FILL
	end = a_while();
	while (now() < end)
		activities[activity]();
#define TAKE(list, set, has) \
	if (has())           \
		take_##set(b, f);
	SETS(TAKE)
#undef TAKE
#define COMPARE(list, set, has) \
	if (has())              \
		compare_##set(f, s);
	SETS(COMPARE)
#undef COMPARE
}

static void system_registers(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(activities); i++)
		on_all(system_here, i);
}

static void general_here(uint64_t round)
{
	unsigned self = cpu_index();
	uint64_t in[31], out[31];

	for (uint64_t i = 0; i < 31; i++)
		in[i] = pattern(self * 100 + round * 10000 + i);
	barrier_wait(&together, cpus);
	survive_general(in, out, a_while());
	survive_link(in + 29, out + 29, a_while());
	for (unsigned i = 0; i < 31; i++)
		CHECK_EQ(out[i], in[i]);
}

static void general(void)
{
	on_all(general_here, 0);
	on_all(general_here, 1);
}

static struct simd simd_in[MAX_CPUS], simd_out[MAX_CPUS];

static void simd_here(uint64_t round)
{
	unsigned self = cpu_index();
	struct simd *in = &simd_in[self], *out = &simd_out[self];

	for (unsigned i = 0; i < 64; i++)
		in->v[i / 2][i % 2] = pattern(self * 1000 + round * 77 + i);
	/* Rounding mode, flush to zero, default NaN; cumulative flags, QC. */
	in->fpcr = (uint64_t)(self % 4) << 22 | (uint64_t)(round & 1) << 25;
	in->fpsr = (pattern(self) & 0x1f) | (uint64_t)(self & 1) << 27;
	barrier_wait(&together, cpus);
	/* In some rounds only some CPUs use them. */
	if (round > 1 && self % round == 0) {
		uint64_t end = a_while();

		while (now() < end)
			;
		return;
	}
	survive_simd(in, out, a_while());
	for (unsigned i = 0; i < 32; i++) {
		CHECK_EQ(out->v[i][0], in->v[i][0]);
		CHECK_EQ(out->v[i][1], in->v[i][1]);
	}
	CHECK_EQ(out->fpcr, in->fpcr);
	CHECK_EQ(out->fpsr, in->fpsr);
}

static void simd(void)
{
	for (uint64_t round = 0; round < 4; round++)
		on_all(simd_here, round);
}

const struct conformance_case survival_cases[] = {
	{{"survival: x0 to x30 (DDI 0487 B1.2.1)", general}, 0},
	{{"survival: V0 to V31, FPCR, FPSR (DDI 0487 B1.2.2)", simd}, 0},
	{{"survival: system registers (DDI 0487 D19.2)", system_registers}, 0},
};
END_OF_TABLE(survival);
