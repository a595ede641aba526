/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing that belongs to the guest changes across an exit. */
#include "selftest.h"

#define NONE 32u

struct fp {
	uint64_t v[32][2];
	uint64_t fpcr;
	uint64_t fpsr;
};

void gpr_probe(const uint64_t in[31], uint64_t out[33]);
void fp_probe(const struct fp *in, struct fp *out, uint64_t mmio1,
	      uint64_t mmio2);
extern uint32_t gpr_probe_slot[1];

/*
 * Run insn with all registers known; expect that it changes nothing but one
 * register (NONE: none at all).
 */
static void probe(uint32_t insn, uint64_t in[31], unsigned changed,
		  uint64_t value)
{
	uint64_t out[33];

	gpr_probe_slot[0] = insn;
	code_sync(gpr_probe_slot, sizeof(insn));
	gpr_probe(in, out);
	for (unsigned i = 0; i < 31; i++)
		if (!CHECK_EQ(out[i], i == changed ? value : in[i]))
			print("    x%lu by instruction 0x%lx\n",
			      (unsigned long)i, (unsigned long)insn);
	CHECK_EQ(out[31], out[32]);
}

static void pattern(uint64_t in[31], uint64_t x0, uint64_t x1)
{
	for (uint64_t i = 0; i < 31; i++)
		in[i] = (i + 1) * UINT64_C(0x0101010101010101) ^
			UINT64_C(0xa5a5a5a500000000);
	in[0] = x0;
	in[1] = x1;
}

/* The instructions below have Rn = x1. */
#define RN_X1   (1u << 5)
#define LDRB    (0x39400000u | RN_X1)
#define LDRSB_W (0x39c00000u | RN_X1)
#define LDRSB_X (0x39800000u | RN_X1)
#define LDRH    (0x79400000u | RN_X1)
#define LDRSH_W (0x79c00000u | RN_X1)
#define LDRSH_X (0x79800000u | RN_X1)
#define LDR_W   (0xb9400000u | RN_X1)
#define LDRSW   (0xb9800000u | RN_X1)
#define LDR_X   (0xf9400000u | RN_X1)
#define LDAR_W  (0x88dffc00u | RN_X1)
#define STRB    (0x39000000u | RN_X1)
#define STRH    (0x79000000u | RN_X1)
#define STR_W   (0xb9000000u | RN_X1)
#define STR_X   (0xf9000000u | RN_X1)
#define STLR_W  (0x889ffc00u | RN_X1)
#define XZR     31u

#define UARTIBRD (PL011_BASE + 0x24)
#define GROUP    (GICD_BASE + GICD_IGROUPR + 4)
#define PRIORITY (GICD_BASE + GICD_IPRIORITYR + 32)
#define ROUTER   (GICD_BASE + GICD_IROUTER + 8 * 32)

static void loads(void)
{
	static const struct {
		uint32_t insn;
		uint64_t address;
		uint64_t value;
	} cases[] = {
		{LDRB, PRIORITY, 0xa0},
		{LDRSB_W, PRIORITY, 0xffffffa0},
		{LDRSB_X, PRIORITY, UINT64_C(0xffffffffffffffa0)},
		{LDR_W, PRIORITY, 0xa0a0a0a0},
		{LDRSW, PRIORITY, UINT64_C(0xffffffffa0a0a0a0)},
		{LDRB, UARTIBRD, 0x65},
		{LDRH, UARTIBRD, 0x8765},
		{LDRSH_W, UARTIBRD, 0xffff8765},
		{LDRSH_X, UARTIBRD, UINT64_C(0xffffffffffff8765)},
		{LDR_W, UARTIBRD, 0x8765},
		{LDRSW, UARTIBRD, 0x8765},
		{LDR_W, GROUP, 0x87654321},
		{LDAR_W, GROUP, 0x87654321},
		{LDRSW, GROUP, UINT64_C(0xffffffff87654321)},
		{LDR_X, ROUTER, UINT64_C(0x1200345678)},
	};
	uint64_t in[31];

	mmio_write32(PRIORITY, 0xa0a0a0a0);
	mmio_write32(UARTIBRD, 0x8765);
	mmio_write32(GROUP, 0x87654321);
	mmio_write64(ROUTER, UINT64_C(0x1200345678));
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		pattern(in, 0, cases[i].address);
		probe(cases[i].insn | 5, in, 5, cases[i].value);
		probe(cases[i].insn | XZR, in, NONE, 0);
	}
	for (uint32_t rt = 0; rt <= 31; rt++) {
		pattern(in, 7, GROUP);
		probe(LDR_W | rt, in, rt, 0x87654321);
		pattern(in, 7, UARTIBRD);
		probe(LDRSH_X | rt, in, rt, UINT64_C(0xffffffffffff8765));
	}
	mmio_write32(GROUP, 0xffffffff);
	mmio_write64(ROUTER, 0);
}

static void store(uint32_t insn, uint32_t rt, uint64_t address, uint64_t mask,
		  uint64_t (*read)(uint64_t))
{
	uint64_t in[31];

	pattern(in, 0x1a2b3c4d5e6f7081, address);
	probe(insn | rt, in, NONE, 0);
	CHECK_EQ(read(address) & mask, (rt == XZR ? 0 : in[rt]) & mask);
}

static uint64_t read8(uint64_t address)
{
	return mmio_read8(address);
}

static uint64_t read32(uint64_t address)
{
	return mmio_read32(address);
}

static void stores(void)
{
	for (uint32_t rt = 0; rt <= 31; rt++) {
		store(STR_W, rt, GROUP, 0xffffffff, read32);
		store(STLR_W, rt, GROUP, 0xffffffff, read32);
		store(STRH, rt, UARTIBRD, 0xffff, read32);
		store(STRB, rt, PRIORITY + 1, 0xf0, read8);
		/* Aff3 to Aff0 of IROUTER; bit 31 is its mode. */
		store(STR_X, rt, ROUTER, 0xff00ffffff, mmio_read64);
	}
	mmio_write32(GROUP, 0xffffffff);
	mmio_write64(ROUTER, 0);
	mmio_write32(PRIORITY, 0xa0a0a0a0);
}

static void calls(void)
{
	uint64_t in[31];
	uint64_t version = hvc(PSCI_VERSION, 0, 0, 0);

	pattern(in, PSCI_VERSION, 0x1111);
	/* DEN0028 2.6: our calls preserve x4 to x17; ours keep x1 to x3 too,
	 * for a result of one register. */
	probe(0xd4000002, in, 0, version);
	if (is_virtual())
		probe(0xd4000003, in, 0, version);
}

static void other_exits(void)
{
	uint64_t in[31];

	pattern(in, 0, 0);
	in[7] = 0xff;
	/* With an interrupt pending WFI does not wait. */
	gic_send_self(3);
	probe(0xd503207f, in, NONE, 0);
	gic_disable(3);
	mmio_write32(gic_bitmap(GICD_ISENABLER, 3), 1u << 3);
	__asm__ volatile("sev");
	probe(0xd503205f, in, NONE, 0); /* WFE */
	/* CNTP_TVAL_EL0, CNTP_CVAL_EL0 writes; OSLAR_EL1; ICC_SGI1R_EL1 */
	probe(0xd51be207, in, NONE, 0);
	probe(0xd51be247, in, NONE, 0);
	in[7] = 0;
	probe(0xd5101087, in, NONE, 0);
	probe(0xd518cba7, in, NONE, 0);
	probe(0xd518cbbf, in, NONE, 0); /* and XZR */
	/* OSLSR_EL1 into x9: the lock is there, and was just opened. */
	probe(0xd5301189, in, 9, 8);
}

static void fp(void)
{
	static struct fp in, out;

	for (unsigned i = 0; i < 32; i++) {
		in.v[i][0] = UINT64_C(0x0123456789abcdef) * (i + 1);
		in.v[i][1] = ~in.v[i][0];
	}
	in.fpcr = UINT64_C(3) << 22; /* round to zero */
	in.fpsr = 0x1f;
	fp_probe(&in, &out, GICD_BASE + GICD_TYPER, UARTIBRD);
	for (unsigned i = 0; i < 32; i++) {
		CHECK_EQ(out.v[i][0], in.v[i][0]);
		CHECK_EQ(out.v[i][1], in.v[i][1]);
	}
	CHECK_EQ(out.fpcr, in.fpcr);
	CHECK_EQ(out.fpsr, in.fpsr);
}

/* name, value: registers that hold any value without effect on this test. */
#define KEPT_REGISTERS(X)                  \
	X(tpidr_el0, 0x1111111111111111)   \
	X(tpidrro_el0, 0x2222222222222222) \
	X(tpidr_el1, 0x3333333333333333)   \
	X(sp_el0, 0x4444444444444440)      \
	X(elr_el1, 0x5555555555555554)     \
	X(spsr_el1, 0x600003c5)            \
	X(far_el1, 0x7777777777777777)     \
	X(esr_el1, 0x96000010)             \
	X(afsr0_el1, 0)                    \
	X(contextidr_el1, 0x88888888)      \
	X(par_el1, 0x801)                  \
	X(csselr_el1, 2)                   \
	X(cntv_cval_el0, 0x123456789abcde) \
	X(cntp_cval_el0, 0x23456789abcdef) \
	X(cntkctl_el1, 3)

static void exits(void)
{
	hvc(PSCI_VERSION, 0, 0, 0);
	mmio_read32(GICD_BASE + GICD_TYPER);
	mmio_read32(UARTIBRD);
	mmio_write32(UARTIBRD, 1);
	gic_send_self(0);
	mmio_write32(gic_bitmap(GICD_ICPENDR, 0), 1);
}

static void system_registers(void)
{
#define WRITE_ONE(name, value) WRITE_SYSREG(name, UINT64_C(value));
#define CHECK_ONE(name, value) CHECK_EQ(READ_SYSREG(name), UINT64_C(value));
	KEPT_REGISTERS(WRITE_ONE)
	exits();
	KEPT_REGISTERS(CHECK_ONE)
#undef WRITE_ONE
#undef CHECK_ONE
	WRITE_SYSREG(cntkctl_el1, 0);
}

/* PSTATE of the guest: NZCV and the masks. */
static void flags(void)
{
	uint64_t nzcv;

	WRITE_SYSREG(nzcv, UINT64_C(0xa) << 28);
	__asm__ volatile("ldr w9, [%1]\n\tmrs %0, nzcv"
			 : "=&r"(nzcv)
			 : "r"(UARTIBRD)
			 : "x9", "memory");
	CHECK_EQ(nzcv, UINT64_C(0xa) << 28);
	CHECK_EQ(READ_SYSREG(daif), 0x3c0);
}

void register_tests(void)
{
	static const struct test tests[] = {
		{"loads: every width, extension and register", loads},
		{"stores: every width and register", stores},
		{"registers across HVC and SMC", calls},
		{"registers across WFI, WFE and MSR", other_exits},
		{"FP and SIMD registers across exits", fp},
		{"system registers across exits", system_registers},
		{"flags across exits", flags},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
