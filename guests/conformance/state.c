/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt state machine (IHI 0069 4.1.2) on one CPU, for an SPI, an
 * SGI and a PPI alike. */
#include "conformance.h"

#define SGI 3u
#define PPI 21u /* nothing is connected to it */

static const uint32_t kinds[] = {SPI, SGI, PPI};
static void prepare(uint32_t intid)
{
	fresh();
	gic_enable(intid, 0x80);
	if (intid >= 32)
		set_edge(intid, true);
}

static void each(void (*run)(uint32_t intid))
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		prepare(kinds[i]);
		run(kinds[i]);
	}
}

static void pend(uint32_t intid)
{
	set_bit_of(0, GICD_ISPENDR, intid);
}

static bool active(uint32_t intid)
{
	return bit_of(0, GICD_ISACTIVER, intid);
}

static void expect(uint32_t intid, bool is_pending, bool is_active,
		   uint32_t taken)
{
	CHECK_EQ(bit_of(0, GICD_ISPENDR, intid), is_pending);
	CHECK_EQ(bit_of(0, GICD_ICPENDR, intid), is_pending);
	CHECK_EQ(bit_of(0, GICD_ISACTIVER, intid), is_active);
	CHECK_EQ(bit_of(0, GICD_ICACTIVER, intid), is_active);
	CHECK_EQ(TAKEN(0, intid), taken);
}

static void by_hand_one(uint32_t intid)
{
	pend(intid);
	EVENTUALLY(signalled());
	expect(intid, true, false, 0);
	CHECK_EQ(READ_SYSREG(ICC_HPPIR1_EL1), intid);
	CHECK_EQ(READ_SYSREG(ICC_IAR1_EL1), intid);
	DSB();
	expect(intid, false, true, 0);
	CHECK(!signalled());
	CHECK_EQ(READ_SYSREG(ICC_HPPIR1_EL1), NO_IRQ);
	CHECK_EQ(READ_SYSREG(ICC_IAR1_EL1), NO_IRQ);
	WRITE_SYSREG(ICC_EOIR1_EL1, intid);
	ISB();
	EVENTUALLY(!active(intid));
	expect(intid, false, false, 0);
}

static void by_hand(void)
{
	each(by_hand_one);
}

static void withdrawn_one(uint32_t intid)
{
	pend(intid);
	EVENTUALLY(signalled());
	set_bit_of(0, GICD_ICPENDR, intid);
	EVENTUALLY(!signalled());
	expect(intid, false, false, 0);
	CHECK_EQ(READ_SYSREG(ICC_IAR1_EL1), NO_IRQ);
	take();
	expect(intid, false, false, 0);
}

static void withdrawn(void)
{
	each(withdrawn_one);
}

static void disabled_while_pending_one(uint32_t intid)
{
	pend(intid);
	EVENTUALLY(signalled());
	disable(0, intid);
	EVENTUALLY(!signalled());
	CHECK_EQ(READ_SYSREG(ICC_HPPIR1_EL1), NO_IRQ);
	take();
	expect(intid, true, false, 0);
	set_bit_of(0, GICD_ISENABLER, intid);
	EVENTUALLY(signalled());
	take();
	expect(intid, false, false, 1);
}

static void disabled_while_pending(void)
{
	each(disabled_while_pending_one);
}

static void pending_while_disabled_one(uint32_t intid)
{
	disable(0, intid);
	pend(intid);
	take();
	CHECK(!signalled());
	expect(intid, true, false, 0);
	set_bit_of(0, GICD_ICPENDR, intid);
	set_bit_of(0, GICD_ISENABLER, intid);
	take();
	expect(intid, false, false, 0);
}

static void pending_while_disabled(void)
{
	each(pending_while_disabled_one);
}

static bool pend_again(uint32_t intid)
{
	if (TAKEN(0, intid) > 1)
		return true;
	pend(intid);
	pend(intid);
	expect(intid, true, true, 1);
	/* Active and pending is not for this CPU, nor any other. */
	CHECK(!signalled());
	CHECK_EQ(READ_SYSREG(ICC_IAR1_EL1), NO_IRQ);
	return true;
}

static void active_and_pending_one(uint32_t intid)
{
	set_hook(0, pend_again);
	pend(intid);
	take();
	take();
	expect(intid, false, false, 2);
}

static void active_and_pending(void)
{
	each(active_and_pending_one);
}

static bool clear_again(uint32_t intid)
{
	pend(intid);
	set_bit_of(0, GICD_ICPENDR, intid);
	expect(intid, false, true, 1);
	return true;
}

static void pending_cleared_while_active_one(uint32_t intid)
{
	set_hook(0, clear_again);
	pend(intid);
	take();
	take();
	expect(intid, false, false, 1);
}

static void pending_cleared_while_active(void)
{
	each(pending_cleared_while_active_one);
}

static bool disable_it(uint32_t intid)
{
	if (TAKEN(0, intid) > 1)
		return true;
	/* 12.9.5: a disabled interrupt that is active stays so. */
	disable(0, intid);
	pend(intid);
	expect(intid, true, true, 1);
	return true;
}

static void disabled_while_active_one(uint32_t intid)
{
	set_hook(0, disable_it);
	pend(intid);
	take();
	expect(intid, true, false, 1);
	take();
	set_bit_of(0, GICD_ISENABLER, intid);
	take();
	expect(intid, false, false, 2);
}

static void disabled_while_active(void)
{
	each(disabled_while_active_one);
}

/* Active by software: pending has to wait, whoever made it so. */
static void made_active_one(uint32_t intid)
{
	set_bit_of(0, GICD_ISACTIVER, intid);
	pend(intid);
	take();
	CHECK(!signalled());
	expect(intid, true, true, 0);
	set_bit_of(0, GICD_ICACTIVER, intid);
	EVENTUALLY(signalled());
	expect(intid, true, false, 0);
	take();
	expect(intid, false, false, 1);
}

static void made_active(void)
{
	each(made_active_one);
}

static void made_active_while_pending_one(uint32_t intid)
{
	pend(intid);
	EVENTUALLY(signalled());
	set_bit_of(0, GICD_ISACTIVER, intid);
	EVENTUALLY(!signalled());
	expect(intid, true, true, 0);
	take();
	expect(intid, true, true, 0);
	set_bit_of(0, GICD_ICPENDR, intid);
	set_bit_of(0, GICD_ICACTIVER, intid);
	take();
	expect(intid, false, false, 0);
}

static void made_active_while_pending(void)
{
	each(made_active_while_pending_one);
}

/* The handler's own end of interrupt comes after: with EOImode 0 it drops
 * the priority, and finds nothing to deactivate. */
static bool deactivate(uint32_t intid)
{
	set_bit_of(0, GICD_ICACTIVER, intid);
	expect(intid, false, false, TAKEN(0, intid));
	return true;
}

static void made_inactive_one(uint32_t intid)
{
	set_hook(0, deactivate);
	for (uint32_t n = 1; n <= 3; n++) {
		pend(intid);
		take();
		expect(intid, false, false, n);
		CHECK_EQ(READ_SYSREG(ICC_RPR_EL1), 0xff);
	}
}

static void made_inactive(void)
{
	each(made_inactive_one);
}

/* More pending than any CPU has list registers: all are taken, once, in the
 * order of their priorities. */
static uint32_t order[64], taken_so_far;

static bool note(uint32_t intid)
{
	if (taken_so_far < ARRAY_SIZE(order))
		order[taken_so_far] = intid;
	taken_so_far++;
	return true;
}

static void many(void)
{
	taken_so_far = 0;
	set_hook(0, note);
	/* Priorities of five bits: 31 different ones, descending. */
	for (uint32_t i = 0; i < 16; i++) {
		use_spi(SPI + i, 0, (uint8_t)(0xf0 - i * 8));
		set_edge(SPI + i, true);
		set_priority(0, i, (uint8_t)(0x70 - i * 8 + 8));
	}
	for (uint32_t i = 0; i < 16; i++) {
		pend(SPI + i);
		if (i < 15)
			send_sgi(0, i);
	}
	for (uint32_t n = 0; n < 31; n++)
		take();
	CHECK_EQ(taken_so_far, 31);
	for (uint32_t n = 0; n < 15; n++)
		CHECK_EQ(order[n], 14 - n);
	for (uint32_t n = 0; n < 16; n++)
		CHECK_EQ(order[15 + n], SPI + 15 - n);
}

/* Enough of lower priority to need every list register. */
static bool crowd(uint32_t intid)
{
	for (uint32_t i = 1; intid == SPI && i < 16; i++)
		pend(i < 8 ? SPI + i : i);
	return true;
}

/* What was made active stays so; an end of interrupt ends what was taken. */
static void made_active_beside_many(void)
{
	set_hook(0, crowd);
	for (uint32_t i = 0; i < 16; i++) {
		use_spi(SPI + i, 0, (uint8_t)(i < 8 ? 0x78 + i * 8 : 0x10));
		set_edge(SPI + i, true);
		set_priority(0, i, (uint8_t)(0x78 + i * 8));
		if (i >= 8)
			set_bit_of(0, GICD_ISACTIVER, SPI + i);
	}
	pend(SPI);
	for (uint32_t n = 0; n < 16; n++)
		take();
	for (uint32_t i = 0; i < 8; i++) {
		expect(SPI + i, false, false, 1);
		expect(SPI + 8 + i, false, true, 0);
		expect(8 + i, false, false, 1);
	}
}

const struct conformance_case state_cases[] = {
	{{"state: pending, active, inactive (IHI 0069 4.1.2)", by_hand}, 0},
	{{"state: ICPENDR withdraws (IHI 0069 12.9.8)", withdrawn}, 0},
	{{"state: disabled while pending (IHI 0069 12.9.5)",
	  disabled_while_pending},
	 0},
	{{"state: pending while disabled (IHI 0069 12.9.28)",
	  pending_while_disabled},
	 0},
	{{"state: active and pending (IHI 0069 4.1.2)", active_and_pending}, 0},
	{{"state: ICPENDR while active (IHI 0069 12.9.8)",
	  pending_cleared_while_active},
	 0},
	{{"state: disabled while active (IHI 0069 12.9.5)",
	  disabled_while_active},
	 0},
	{{"state: ISACTIVER (IHI 0069 12.9.25)", made_active}, 0},
	{{"state: ISACTIVER while pending (IHI 0069 12.9.25)",
	  made_active_while_pending},
	 0},
	{{"state: ISACTIVER beside many others (IHI 0069 12.9.25)",
	  made_active_beside_many},
	 0},
	{{"state: ICACTIVER while active (IHI 0069 12.9.3)", made_inactive}, 0},
	{{"state: more than list registers (IHI 0069 4.8)", many}, 0},
};
END_OF_TABLE(state);
