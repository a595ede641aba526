/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Priorities, mask, binary point, running priority, preemption and both EOI
 * modes (IHI 0069 4.8). Priorities have at least four bits with one security
 * state, so everything here is a multiple of 16.
 */
#include "conformance.h"

#define EOI_MODE 2u

static void pend(uint32_t intid)
{
	set_bit_of(0, GICD_ISPENDR, intid);
}

static void prepare(uint32_t intid, uint8_t priority)
{
	use_spi(intid, 0, priority);
	set_edge(intid, true);
}

static void set_pmr(uint64_t pmr)
{
	WRITE_SYSREG(ICC_PMR_EL1, pmr);
	ISB();
}

static uint64_t highest(void)
{
	return READ_SYSREG(ICC_HPPIR1_EL1);
}

static uint64_t running(void)
{
	return READ_SYSREG(ICC_RPR_EL1);
}

static uint64_t acknowledge(void)
{
	uint64_t intid = READ_SYSREG(ICC_IAR1_EL1);

	DSB();
	return intid;
}

static void end(uint64_t intid)
{
	WRITE_SYSREG(ICC_EOIR1_EL1, intid);
	ISB();
}

static void mask_here(uint64_t argument)
{
	unsigned self = cpu_index();
	uint32_t taken = TAKEN(self, 1);

	(void)argument;
	set_priority(self, 1, 0x80);
	/* Only what is more urgent than PMR is signalled. */
	for (unsigned pmr = 0; pmr < 0x100; pmr += 0x10) {
		set_pmr(pmr);
		CHECK_EQ(READ_SYSREG(ICC_PMR_EL1), pmr);
		send_sgi(self, 1);
		EVENTUALLY(bit_of(self, GICD_ISPENDR, 1));
		EVENTUALLY(signalled() == (pmr > 0x80));
		take();
		taken += pmr > 0x80;
		CHECK_EQ(TAKEN(self, 1), taken);
		set_bit_of(self, GICD_ICPENDR, 1);
	}
	/* Masked, then let in. */
	set_pmr(0x80);
	send_sgi(self, 1);
	take();
	CHECK_EQ(acknowledge(), NO_IRQ);
	set_pmr(0xff);
	take();
	CHECK_EQ(TAKEN(self, 1), taken + 1);
}

static void mask(void)
{
	on_all(mask_here, 0);
}

static void order(void)
{
	prepare(SPI, 0xa0);
	prepare(OTHER_SPI, 0x40);
	prepare(THIRD_SPI, 0x70);
	set_priority(0, 3, 0x60);
	pend(SPI);
	EVENTUALLY(highest() == SPI);
	send_sgi(0, 3);
	EVENTUALLY(highest() == 3);
	pend(THIRD_SPI);
	EVENTUALLY(highest() == 3);
	pend(OTHER_SPI);
	EVENTUALLY(highest() == OTHER_SPI);
	for (unsigned n = 0; n < 4; n++)
		take();
	CHECK_EQ(COUNT(0), 4);
	CHECK_EQ(irq_log.history[0], OTHER_SPI);
	CHECK_EQ(irq_log.history[1], 3);
	CHECK_EQ(irq_log.history[2], THIRD_SPI);
	CHECK_EQ(irq_log.history[3], SPI);
}

/* Priority 0xff, or what is left of it, is never signalled with PMR there
 * (4.8.6: strictly higher than the mask). */
static void idle_priority(void)
{
	prepare(SPI, 0xf0);
	set_pmr(0xf0);
	pend(SPI);
	take();
	CHECK_EQ(TAKEN(0, SPI), 0);
	CHECK(bit_of(0, GICD_ISPENDR, SPI));
	set_pmr(0xff);
	take();
	CHECK_EQ(TAKEN(0, SPI), 1);
}

/* By hand: nested as deep as there are priorities, and back. */
static void nesting(void)
{
	CHECK_EQ(running(), 0xff);
	for (uint32_t i = 0; i < 8; i++) {
		prepare(SPI + i, (uint8_t)(0xe0 - i * 0x20));
		pend(SPI + i);
		EVENTUALLY(signalled());
		CHECK_EQ(acknowledge(), SPI + i);
		CHECK_EQ(running(), 0xe0 - i * 0x20);
		CHECK(!signalled());
	}
	for (uint32_t i = 8; i-- > 0;) {
		CHECK_EQ(running(), 0xe0 - i * 0x20);
		CHECK(bit_of(0, GICD_ISACTIVER, SPI + i));
		end(SPI + i);
		EVENTUALLY(!bit_of(0, GICD_ISACTIVER, SPI + i));
	}
	CHECK_EQ(running(), 0xff);
}

static uint32_t depth, deepest;

/* Let in what preempts, with the handler's registers safe on the stack. */
static bool nest(uint32_t intid)
{
	uint64_t before = running();

	if (++depth > deepest)
		deepest = depth;
	if (intid < THIRD_SPI + 3)
		pend(intid + 1);
	take();
	CHECK_EQ(running(), before);
	depth--;
	return true;
}

static void preemption(void)
{
	for (uint32_t i = 0; i < 6; i++)
		prepare(SPI + i, (uint8_t)(0xc0 - i * 0x20));
	depth = deepest = 0;
	set_hook(0, nest);
	pend(SPI);
	take();
	CHECK_EQ(deepest, 6);
	CHECK_EQ(COUNT(0), 6);
	for (uint32_t i = 0; i < 6; i++)
		CHECK_EQ(irq_log.history[i], SPI + i);
	CHECK_EQ(running(), 0xff);
}

static void no_preemption(void)
{
	/* The same and lesser priorities wait. */
	for (uint32_t i = 0; i < 6; i++)
		prepare(SPI + i, (uint8_t)(0x40 + i * 0x20));
	depth = deepest = 0;
	set_hook(0, nest);
	pend(SPI);
	for (unsigned i = 0; i < 6; i++)
		take();
	CHECK_EQ(deepest, 1);
	CHECK_EQ(COUNT(0), 6);
}

/* 4.8.4, 12.2.5: BPR1 = n leaves bits 7 to n for the group priority. */
static void binary_point(void)
{
	uint64_t least;

	WRITE_SYSREG(ICC_BPR1_EL1, 0);
	ISB();
	least = READ_SYSREG(ICC_BPR1_EL1) & 7;
	CHECK(least >= 1);
	CHECK(least <= 4);
	for (uint64_t point = 4; point <= 7; point++) {
		uint64_t group = UINT64_C(0xff) << point & 0xff;

		WRITE_SYSREG(ICC_BPR1_EL1, point);
		ISB();
		CHECK_EQ(READ_SYSREG(ICC_BPR1_EL1) & 7, point);
		for (unsigned more = 0; more < 0x90; more += 0x10) {
			prepare(SPI, 0x90);
			prepare(OTHER_SPI, (uint8_t)more);
			pend(SPI);
			EVENTUALLY(highest() == SPI);
			CHECK_EQ(acknowledge(), SPI);
			/* 12.2.20: the group priority, not the whole. */
			CHECK_EQ(running(), 0x90 & group);
			pend(OTHER_SPI);
			EVENTUALLY(highest() == OTHER_SPI);
			CHECK_EQ(signalled(), (more & group) < (0x90 & group));
			end(SPI);
			CHECK_EQ(running(), 0xff);
			EVENTUALLY(signalled());
			CHECK_EQ(acknowledge(), OTHER_SPI);
			end(OTHER_SPI);
		}
	}
	WRITE_SYSREG(ICC_BPR1_EL1, 0);
	ISB();
}

/* Of one group priority, the subpriority decides who is first. */
static void subpriority(void)
{
	WRITE_SYSREG(ICC_BPR1_EL1, 7);
	ISB();
	prepare(SPI, 0x30);
	prepare(OTHER_SPI, 0x10);
	pend(SPI);
	pend(OTHER_SPI);
	EVENTUALLY(highest() == OTHER_SPI);
	take();
	take();
	CHECK_EQ(irq_log.history[0], OTHER_SPI);
	CHECK_EQ(irq_log.history[1], SPI);
	WRITE_SYSREG(ICC_BPR1_EL1, 0);
	ISB();
}

/* A priority changed while the interrupt is active is for the next time. */
static bool change(uint32_t intid)
{
	uint64_t before = running();

	set_priority(0, intid, 0x20);
	CHECK_EQ(running(), before);
	return true;
}

static void changed_while_active(void)
{
	prepare(SPI, 0x80);
	set_hook(0, change);
	pend(SPI);
	take();
	CHECK_EQ(TAKEN(0, SPI), 1);
	CHECK_EQ(running(), 0xff);
	pend(SPI);
	EVENTUALLY(signalled());
	CHECK_EQ(acknowledge(), SPI);
	CHECK_EQ(running(), 0x20);
	end(SPI);
}

static void changed_while_pending(void)
{
	prepare(SPI, 0x80);
	prepare(OTHER_SPI, 0x90);
	pend(SPI);
	pend(OTHER_SPI);
	EVENTUALLY(highest() == SPI);
	set_priority(0, OTHER_SPI, 0x40);
	EVENTUALLY(highest() == OTHER_SPI);
	set_pmr(0x60);
	set_priority(0, SPI, 0x50);
	set_priority(0, OTHER_SPI, 0x70);
	EVENTUALLY(highest() == SPI || !signalled());
	take();
	CHECK_EQ(TAKEN(0, SPI), 1);
	CHECK_EQ(TAKEN(0, OTHER_SPI), 0);
	set_pmr(0xff);
	take();
	CHECK_EQ(TAKEN(0, OTHER_SPI), 1);
}

/* EOImode 1 (4.5.4): EOIR drops the priority, DIR deactivates. */
static void split_of(uint32_t intid)
{
	gic_enable(intid, 0x80);
	pend(intid);
	EVENTUALLY(signalled());
	CHECK_EQ(acknowledge(), intid);
	CHECK_EQ(running(), 0x80);
	end(intid);
	CHECK_EQ(running(), 0xff);
	CHECK(bit_of(0, GICD_ISACTIVER, intid));
	pend(intid);
	CHECK(bit_of(0, GICD_ISPENDR, intid));
	CHECK(!signalled());
	/* Others come in between. */
	send_sgi(0, 1);
	take();
	WRITE_SYSREG(ICC_DIR_EL1, 1);
	ISB();
	WRITE_SYSREG(ICC_DIR_EL1, intid);
	ISB();
	EVENTUALLY(!bit_of(0, GICD_ISACTIVER, intid));
	EVENTUALLY(signalled());
	CHECK_EQ(acknowledge(), intid);
	end(intid);
	WRITE_SYSREG(ICC_DIR_EL1, intid);
	ISB();
	EVENTUALLY(!bit_of(0, GICD_ISACTIVER, intid));
	CHECK(!bit_of(0, GICD_ISPENDR, intid));
}

static void split_here(void)
{
	WRITE_SYSREG(ICC_CTLR_EL1, EOI_MODE);
	ISB();
	CHECK_EQ(READ_SYSREG(ICC_CTLR_EL1) & EOI_MODE, EOI_MODE);
}

static void split(void)
{
	split_here();
	set_edge(SPI, true);
	split_of(SPI);
	split_of(4);
	split_of(21);
	CHECK_EQ(TAKEN(0, 1), 3);
}

/* DIR in another order than EOIR, and several at a time. */
static void split_out_of_order(void)
{
	split_here();
	for (uint32_t i = 0; i < 6; i++) {
		prepare(SPI + i, (uint8_t)(0xc0 - i * 0x20));
		pend(SPI + i);
		EVENTUALLY(signalled());
		CHECK_EQ(acknowledge(), SPI + i);
	}
	for (uint32_t i = 6; i-- > 0;)
		end(SPI + i);
	CHECK_EQ(running(), 0xff);
	for (uint32_t i = 0; i < 6; i++)
		CHECK(bit_of(0, GICD_ISACTIVER, SPI + i));
	for (uint32_t i = 0; i < 6; i++) {
		WRITE_SYSREG(ICC_DIR_EL1, SPI + (i * 5 + 2) % 6);
		ISB();
		EVENTUALLY(!bit_of(0, GICD_ISACTIVER, SPI + (i * 5 + 2) % 6));
	}
	for (uint32_t i = 0; i < 6; i++)
		CHECK(!bit_of(0, GICD_ISACTIVER, SPI + i));
}

static uint64_t dropped;

/* Acknowledge the SPI and drop its priority, but leave it active. */
static void drop_only(uint64_t argument)
{
	uint64_t intid;

	(void)argument;
	split_here();
	EVENTUALLY(signalled());
	intid = acknowledge();
	CHECK_EQ(intid, SPI);
	end(intid);
	WRITE_SYSREG(ICC_CTLR_EL1, 0);
	ISB();
	store_release(&dropped, 1);
}

/* 12.2.10: an SPI may be deactivated by another CPU than took it. */
static void split_elsewhere(void)
{
	split_here();
	set_edge(SPI, true);
	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		use_spi(SPI, cpu, 0xc0);
		dropped = 0;
		on_cpu(cpu, drop_only, 0);
		EVENTUALLY(!bit_of(cpu, GICD_ISPENDR, ORDER) &&
			   !bit_of(cpu, GICD_ISACTIVER, ORDER));
		pend(SPI);
		EVENTUALLY(load_acquire(&dropped));
		CHECK(bit_of(0, GICD_ISACTIVER, SPI));
		CHECK(!bit_of(0, GICD_ISPENDR, SPI));
		WRITE_SYSREG(ICC_DIR_EL1, SPI);
		ISB();
		EVENTUALLY(!bit_of(0, GICD_ISACTIVER, SPI));
		finish(cpu);
		/* It can come again. */
		pend(SPI);
		EVENTUALLY(TAKEN(cpu, SPI) == 1);
		EVENTUALLY(!bit_of(0, GICD_ISACTIVER, SPI));
	}
}

const struct conformance_case priority_cases[] = {
	{{"priority: PMR (IHI 0069 4.8.6)", mask}, 0},
	{{"priority: the highest first (IHI 0069 4.8)", order}, 0},
	{{"priority: equal to the mask (IHI 0069 4.8.6)", idle_priority}, 0},
	{{"priority: running priority (IHI 0069 12.2.20)", nesting}, 0},
	{{"priority: preemption (IHI 0069 4.8.5)", preemption}, 0},
	{{"priority: no preemption (IHI 0069 4.8.5)", no_preemption}, 0},
	{{"priority: binary point (IHI 0069 4.8.3)", binary_point}, 0},
	{{"priority: subpriority (IHI 0069 4.8.3)", subpriority}, 0},
	{{"priority: changed while active (IHI 0069 12.9.20)",
	  changed_while_active},
	 0},
	{{"priority: changed while pending (IHI 0069 12.9.20)",
	  changed_while_pending},
	 0},
	{{"priority: EOImode 1 (IHI 0069 4.5.4)", split}, 0},
	{{"priority: EOImode 1, DIR out of order (IHI 0069 4.5.4)",
	  split_out_of_order},
	 0},
	{{"priority: EOImode 1, DIR on another CPU (IHI 0069 12.2.10)",
	  split_elsewhere},
	 2},
};
END_OF_TABLE(priority);
