/* SPDX-License-Identifier: Apache-2.0 */
/* Exception returns to where EL1 may not go, and EL0 in both states. */
#include "hostile.h"

#define MASKED  UINT64_C(0x3c0) /* D, A, I, F */
#define AARCH32 UINT64_C(0x10)
#define MODES   32u
#define EL0T    0u
#define EL1T    4u
#define EL1H    5u

/* Enter code at EL0 or EL1 with these registers; where did it end? */
static uint64_t enter(const void *code, uint64_t spsr, uint64_t x0, uint64_t x1)
{
	const uint64_t regs[4] = {x0, x1, 0, 0};

	trap_begin();
	guest_eret((uintptr_t)code, spsr, regs);
	CHECK(trap_end());
	return ESR_EC(trap.esr);
}

/* BRK #0 for AArch64; in AArch32 state, UDF-free: SVC #0. */
static const uint32_t brk[] = {0xd4200000, 0xd4200000};
static const uint32_t svc32[] = {0xef000000, 0xef000000};

static void every_mode(void)
{
	for (uint64_t mode = 0; mode < MODES; mode++) {
		uint64_t ec;

		if (mode & AARCH32) {
			ec = enter(svc32, MASKED | mode, 0, 0);
			CHECK(ec == EC_ILLEGAL_STATE ||
			      (mode == AARCH32 && ec == EC_SVC32));
			continue;
		}
		ec = enter(brk, MASKED | mode, 0, 0);
		if (mode == EL0T || mode == EL1T || mode == EL1H)
			CHECK_EQ(ec, EC_BRK);
		else
			CHECK_EQ(ec, EC_ILLEGAL_STATE);
	}
}

static void illegal_bits(void)
{
	/* IL set; then every bit of the reserved halves of SPSR. */
	CHECK_EQ(enter(brk, MASKED | EL1H | UINT64_C(1) << 20, 0, 0),
		 EC_ILLEGAL_STATE);
	for (unsigned bit = 12; bit < 64; bit++) {
		if (bit == 20 || bit == 21) /* IL; SS steps if it can */
			continue;
		CHECK_EQ(enter(brk, MASKED | EL1H | UINT64_C(1) << bit, 0, 0),
			 EC_BRK);
	}
}

static void wild_targets(void)
{
	static const uint64_t targets[] = {
		0x40080001,
		0x40080002,
		NOWHERE,
		GICD_BASE,
		PL011_BASE,
		UINT64_C(1) << 40,
		UINT64_C(0xffff000000000000),
		UINT64_C(0x8000000000000000),
		UINT64_MAX - 3,
		0,
	};

	for (size_t i = 0; i < ARRAY_SIZE(targets); i++) {
		uint64_t ec = enter((const void *)(uintptr_t)targets[i],
				    MASKED | EL1H, 0, 0);

		/* A device may well answer a fetch with zeroes: UDF. */
		CHECK(ec == EC_FETCH || ec == EC_PC_ALIGNMENT ||
		      ec == EC_UNKNOWN || ec == EC_BRK);
		if (is_virtual() && ec == EC_FETCH &&
		    ESR_FSC(trap.esr) != FSC_EXTERNAL)
			CHECK(targets[i] >> 36);
	}
}

/* {name, instruction}: each runs at EL0, followed by BRK. */
static void el0(void)
{
	static const uint32_t words[] = {
		0xd4000002, /* HVC #0           */
		0xd4000003, /* SMC #0           */
		0xd4000001, /* SVC #0           */
		0xd503207f, /* WFI              */
		0xd503205f, /* WFE              */
		0xd5380000, /* MRS MIDR_EL1     */
		0xd518cba0, /* MSR ICC_SGI1R    */
		0xd53be020, /* MRS CNTPCT_EL0   */
		0xd51be220, /* MSR CNTP_CTL_EL0 */
		0xd53b9d00, /* MRS PMCCNTR_EL0  */
		0xd50b7421, /* DC ZVA, x1       */
		0xd50b7e21, /* DC CIVAC, x1     */
		0xd5087641, /* DC ISW, x1       */
		0xb9400020, /* LDR w0, [x1]     */
		0xb9000020, /* STR w0, [x1]     */
		0xa9400420, /* LDP x0, x1, [x1] */
		0xb8404420, /* LDR w0, [x1], #4 */
		0x885f7c20, /* LDXR w0, [x1]    */
		0xd69f03e0, /* ERET             */
		0x04bf5022, /* RDVL x2, #1      */
		0x9ac33062, /* PACGA            */
	};
	static uint32_t code[2];
	static const uint64_t addresses[] = {GICD_BASE + GICD_TYPER,
					     PL011_BASE + 0x18, NOWHERE};

	gic_send_self(2); /* so that WFI does not sleep */
	code[1] = brk[0];
	for (size_t a = 0; a < ARRAY_SIZE(addresses); a++) {
		for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
			uint64_t ec;

			code[0] = words[i];
			code_sync(code, sizeof(code));
			ec = enter(code, MASKED | EL0T, 0, addresses[a]);
			CHECK(ec == EC_BRK || ec == EC_UNKNOWN ||
			      ec == EC_SVC64 || ec == EC_DATA_LOWER ||
			      ec == 0x01 || ec == 0x18 || ec == 0x19);
			CHECK_EQ(trap.vector / 4, 2);
		}
	}
	mmio_write32(gic_bitmap(GICD_ICPENDR, 2), 1u << 2);
}

void eret_tests(void)
{
	static const struct test tests[] = {
		{"ERET to every mode", every_mode},
		{"ERET with illegal and reserved bits", illegal_bits},
		{"branches to wild addresses", wild_targets},
		{"EL0 tries the same", el0},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
