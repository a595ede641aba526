/* SPDX-License-Identifier: Apache-2.0 */
/* Stage-1 tables that are not memory, lead out of it, or in circles. */
#include "hostile.h"

#define HIGH     UINT64_C(0xffffff8000000000) /* TTBR1 with T1SZ = 25 */
#define TABLE    UINT64_C(3)
#define BLOCK    UINT64_C(1)
#define PAGE     UINT64_C(3)
#define AF       (UINT64_C(1) << 10)
#define NORMAL   (UINT64_C(1) << 2)
#define LDR_X0   0xf9400000u
#define STR_X0   0xf9000001u
#define AT_S1E1R 0xd5087800u
#define AT_S1E1W 0xd5087820u
#define AT_S1E0R 0xd5087840u
#define DC_CIVAC 0xd50b7e20u

static _Alignas(4096) uint64_t tables[3][512];

static void use_table(uint64_t root)
{
	WRITE_SYSREG(ttbr1_el1, root);
	ISB();
	__asm__ volatile("tlbi vmalle1\n\tdsb sy\n\tisb" ::: "memory");
}

static void clear(uint64_t table[512])
{
	for (unsigned i = 0; i < 512; i++)
		table[i] = 0;
	DSB();
}

static enum outcome attempt_at(uint32_t insn, uint64_t address)
{
	uint64_t regs[4] = {address, 0, 0, 0};

	return attempt(insn, regs);
}

/* Everything that makes the CPU walk; none may do more than abort. */
static void walk_all_ways(uint64_t address)
{
	static const uint32_t words[] = {LDR_X0,   STR_X0,   AT_S1E1R,
					 AT_S1E1W, AT_S1E0R, DC_CIVAC};
	static const uint64_t regs[4];

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		enum outcome how = attempt_at(words[i], address);

		CHECK(how == OUTCOME_VALUE || how == OUTCOME_ABORT);
	}
	trap_begin();
	guest_eret(address, 0x3c5, regs);
	CHECK(trap_end());
}

/* An abort on the walk: external, as from a bus that has nothing there. */
static void check_walk_abort(uint64_t address)
{
	CHECK_EQ(attempt_at(LDR_X0, address), OUTCOME_ABORT);
	CHECK(ESR_FSC(trap.esr) == FSC_EXTERNAL ||
	      (ESR_FSC(trap.esr) >= FSC_EXTERNAL_WALK &&
	       ESR_FSC(trap.esr) <= FSC_EXTERNAL_WALK + 3));
	CHECK_EQ(trap.far, address);
}

static void root_nowhere(void)
{
	use_table(NOWHERE);
	check_walk_abort(HIGH + 0x123458);
	walk_all_ways(HIGH + 0x123458);
	use_table(UINT64_C(0xf00000000)); /* the top of 36 bits */
	check_walk_abort(HIGH);
	walk_all_ways(HIGH);
}

static void root_in_device(void)
{
	static const uint64_t roots[] = {GICD_BASE, GICR_BASE + GICR_SGI,
					 PL011_BASE, GICD_BASE + 0x6000};

	for (size_t i = 0; i < ARRAY_SIZE(roots); i++) {
		use_table(roots[i]);
		if (is_virtual())
			check_walk_abort(HIGH);
		for (uint64_t slot = 0; slot < 512; slot += 37)
			walk_all_ways(HIGH + (slot << 30));
	}
}

/* A good root, and a bad table below it. */
static void table_nowhere(void)
{
	static const uint64_t bad[] = {NOWHERE, GICD_BASE, PL011_BASE,
				       UINT64_C(0xf00000000)};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		tables[0][0] = bad[i] | TABLE;
		tables[0][1] = (uintptr_t)tables[1] | TABLE;
		tables[1][0] = bad[i] | TABLE;
		DSB();
		use_table((uintptr_t)tables[0]);
		if (bad[i] == NOWHERE || is_virtual()) {
			check_walk_abort(HIGH + 8);
			check_walk_abort(HIGH + (UINT64_C(1) << 30) + 8);
		}
		walk_all_ways(HIGH + 8);
		walk_all_ways(HIGH + (UINT64_C(1) << 30));
	}
}

static void circles(void)
{
	for (unsigned i = 0; i < 512; i++)
		tables[0][i] = (uintptr_t)tables[0] | TABLE | AF;
	DSB();
	use_table((uintptr_t)tables[0]);
	/* Level 3 reads the table as a page of memory: itself. */
	CHECK_EQ(attempt_at(LDR_X0, HIGH), OUTCOME_VALUE);
	walk_all_ways(HIGH + 0x40000000);
	clear(tables[0]);
}

/* Leaves that point at nothing, at devices, and beyond what IPAs can be. */
static void leaves(void)
{
	tables[0][0] = AF | NORMAL | BLOCK;
	tables[0][1] = (uintptr_t)tables[1] | TABLE;
	tables[1][0] = (uintptr_t)tables[2] | TABLE;
	tables[2][0] = NOWHERE | AF | PAGE;
	tables[2][1] = GICD_BASE | AF | PAGE;
	tables[2][2] = PL011_BASE | AF | NORMAL | PAGE;
	tables[2][3] = UINT64_C(0xfffffffff000) | AF | PAGE;
	tables[2][4] = UINT64_C(0xf00000000) | AF | PAGE;
	DSB();
	use_table((uintptr_t)tables[0]);
	walk_all_ways(HIGH + NOWHERE);
	for (uint64_t page = 0; page < 6; page++)
		walk_all_ways(HIGH + 0x40000000 + page * 0x1000 + 0x40);
	clear(tables[0]);
	use_table((uintptr_t)tables[0]);
}

void walk_tests(void)
{
	static const struct test tests[] = {
		{"stage-1 root where nothing is", root_nowhere},
		{"stage-1 root in a device", root_in_device},
		{"stage-1 table where it should not be", table_nowhere},
		{"stage-1 tables in circles", circles},
		{"stage-1 leaves to anywhere", leaves},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
