/* SPDX-License-Identifier: Apache-2.0 */
/* EL0 in AArch32 state, where the CPU has it. */
#include "hostile.h"

#define A32 UINT64_C(0x1d0) /* user mode; A, I, F masked */
#define T32 UINT64_C(0x1f0)

static uint32_t code[4];

static uint64_t enter32(uint64_t spsr, uint64_t r0, uint64_t r1)
{
	const uint64_t regs[4] = {r0, r1, 0, 0};

	code_sync(code, sizeof(code));
	trap_begin();
	guest_eret((uintptr_t)code, spsr, regs);
	CHECK(trap_end());
	return ESR_EC(trap.esr);
}

static bool has_aarch32(void)
{
	code[0] = 0xef000000; /* SVC #0 */
	return enter32(A32, 0, 0) == EC_SVC32;
}

/* r1 is a device or nothing; SVC ends each that does not fault. */
static void a32(void)
{
	static const uint32_t words[] = {
		0xe320f003, /* WFI                    */
		0xe320f002, /* WFE                    */
		0xe5910000, /* LDR r0, [r1]           */
		0xe5810000, /* STR r0, [r1]           */
		0xe5d10000, /* LDRB r0, [r1]          */
		0xe1d100f0, /* LDRSH r0, [r1]         */
		0xe4910004, /* LDR r0, [r1], #4       */
		0xe891000c, /* LDM r1, {r2, r3}       */
		0xe881000c, /* STM r1, {r2, r3}       */
		0xe1910f9f, /* LDREX r0, [r1]         */
		0x15910000, /* LDRNE r0, [r1]         */
		0xee100f10, /* MRC MIDR               */
		0xee1d0f70, /* MRC TPIDRURO           */
		0xee190f1d, /* MRC PMCCNTR            */
		0xee1e0f31, /* MRC CNTV_CTL           */
		0xec510f1e, /* MRRC CNTVCT            */
		0xec510f0e, /* MRRC CNTPCT            */
		0xee010f10, /* MCR SCTLR              */
		0xee100e10, /* MRC p14 DBGDIDR        */
		0xee070f9a, /* MCR CP15ISB-like, c10  */
		0xeef10a10, /* VMRS r0, FPSCR         */
		0xe1400070, /* HVC #0                 */
		0xe1600070, /* SMC #0                 */
		0xe1200070, /* BKPT                   */
		0xe7f000f0, /* UDF                    */
		0xe160006e, /* ERET                   */
	};
	static const uint64_t addresses[] = {GICD_BASE + GICD_TYPER,
					     PL011_BASE + 0x18, NOWHERE};

	if (!has_aarch32())
		return;
	gic_send_self(2); /* so that WFI does not sleep */
	for (size_t a = 0; a < ARRAY_SIZE(addresses); a++) {
		for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
			uint64_t ec;

			code[0] = words[i];
			code[1] = code[2] = 0xef000000;
			ec = enter32(A32, 0, addresses[a]);
			CHECK(ec <= 0x11 || ec == EC_DATA_LOWER || ec == 0x38);
			CHECK_EQ(trap.vector / 4, 3);
		}
	}
	mmio_write32(gic_bitmap(GICD_ICPENDR, 2), 1u << 2);
}

/* A device load in an IT block: PC and ITSTATE have to move together. */
static void t32(void)
{
	if (!has_aarch32())
		return;
	/* cmp r0, r0; itet eq; ldreq r2, [r1]; movne r3, #1; moveq r3, #7;
	 * svc #0 */
	code[0] = 0xbf0a4280;
	code[1] = 0x2301680a;
	code[2] = 0xdf002307;
	CHECK_EQ(enter32(T32, 0, GICD_BASE + GICD_TYPER), EC_SVC32);
	CHECK_EQ(trap.elr, (uintptr_t)code + 12);
	CHECK_EQ(trap.x3, 7);
}

/* What a device gives is a load's result in AArch32 as well. */
static void result(void)
{
	if (!has_aarch32())
		return;
	code[0] = 0xe5913000; /* LDR r3, [r1] */
	code[1] = 0xef000000;
	CHECK_EQ(enter32(A32, 0, GICD_BASE + GICD_TYPER), EC_SVC32);
	CHECK_EQ(trap.x3, mmio_read32(GICD_BASE + GICD_TYPER));
}

void aarch32_tests(void)
{
	static const struct test tests[] = {
		{"AArch32 EL0 reads a device", result},
		{"AArch32 EL0: A32", a32},
		{"AArch32 EL0: T32 in an IT block", t32},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
