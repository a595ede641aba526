/* SPDX-License-Identifier: Apache-2.0 */
/* Where the guest's memory map has nothing, and where its MMU has aliases. */
#include "selftest.h"

#define SCTLR_M 1u

/* An external abort, taken to EL1 with the guest's own address. */
static void check_abort(uint64_t ec, uint64_t address)
{
	CHECK(trap_end());
	CHECK_EQ(ESR_EC(trap.esr), ec);
	CHECK_EQ(ESR_FSC(trap.esr), FSC_EXTERNAL);
	CHECK_EQ(trap.far, address);
}

static void nowhere(void)
{
	trap_begin();
	mmio_read32(NOWHERE + 0x124);
	check_abort(EC_DATA, NOWHERE + 0x124);
	CHECK_EQ(trap.esr >> 6 & 1, 0); /* WnR */
	trap_begin();
	mmio_write8(NOWHERE + 0x127, 1);
	check_abort(EC_DATA, NOWHERE + 0x127);
	CHECK_EQ(trap.esr >> 6 & 1, 1);
}

static void nowhere_to_fetch(void)
{
	static const uint64_t regs[4];
	uint64_t address = NOWHERE + 0x1000;

	trap_begin();
	guest_eret(address, 0x3c5, regs);
	CHECK(trap_end());
	CHECK_EQ(ESR_EC(trap.esr), EC_FETCH);
	CHECK_EQ(trap.elr, address);
	/* With the MMU on, the identity map says never to execute there:
	 * a permission fault of the guest's own, level 1. */
	if (READ_SYSREG(sctlr_el1) & SCTLR_M)
		CHECK_EQ(ESR_FSC(trap.esr), 0x0d);
	else
		CHECK_EQ(ESR_FSC(trap.esr), FSC_EXTERNAL);
}

/* The IPA counts, not the address the guest used. */
static void aliases(void)
{
	uint64_t group = GICD_BASE + GICD_IGROUPR + 4;

	if (!(READ_SYSREG(sctlr_el1) & SCTLR_M))
		return;
	mmio_write32(group, 0x12345678);
	CHECK_EQ(mmio_read32(DEVICE_ALIAS + group), 0x12345678);
	CHECK_EQ(mmio_read32(NORMAL_ALIAS + group), 0x12345678);
	mmio_write32(DEVICE_ALIAS + group, 0xffffffff);
	CHECK_EQ(mmio_read32(group), 0xffffffff);
	trap_begin();
	mmio_read32(DEVICE_ALIAS + NOWHERE + 8);
	check_abort(EC_DATA, DEVICE_ALIAS + NOWHERE + 8);
}

void mmio_tests(void)
{
	static const struct test tests[] = {
		{"load and store where nothing is", nowhere},
		{"fetch where nothing is", nowhere_to_fetch},
		{"device registers at aliases", aliases},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
