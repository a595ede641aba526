/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers show and change the live state of interrupts that another CPU
 * has: pending at its interface, or acknowledged there.
 */
#include "conformance.h"

#define PPI 21u

enum step { WAIT, ACKNOWLEDGE, END, UNMASK, LEAVE };

struct remote {
	uint64_t step; /* what CPU 0 wants  */
	uint64_t done; /* how far it came   */
	uint64_t acknowledged;
	uint64_t hppir;
	uint64_t signalled;
};
static struct remote remote;

static void follow_one(uint64_t step)
{
	switch ((enum step)step) {
	case ACKNOWLEDGE:
		remote.acknowledged = READ_SYSREG(ICC_IAR1_EL1);
		DSB();
		break;
	case END:
		WRITE_SYSREG(ICC_EOIR1_EL1, remote.acknowledged);
		ISB();
		break;
	case UNMASK:
		take();
		break;
	case WAIT:
	case LEAVE:
		break;
	}
	remote.hppir = READ_SYSREG(ICC_HPPIR1_EL1);
	remote.signalled = signalled();
}

/* With interrupts masked, do each step that CPU 0 asks for. */
static void follow(uint64_t argument)
{
	uint64_t steps = 0, step;

	(void)argument;
	do {
		while (load_acquire(&remote.step) >> 8 == steps)
			relax();
		step = load_acquire(&remote.step) & 0xff;
		steps++;
		follow_one(step);
		store_release(&remote.done, steps);
	} while (step != LEAVE);
}

static void ask(enum step step)
{
	uint64_t steps = remote.done;

	store_release(&remote.step, (steps + 1) << 8 | step);
	EVENTUALLY(load_acquire(&remote.done) == steps + 1);
}

static unsigned other;

/* Some other CPU, the next one each time. */
static void begin(uint32_t intid)
{
	fresh();
	other = other + 1 < cpus ? other + 1 : 1;
	remote = (struct remote){0};
	if (intid >= 32) {
		use_spi(intid, other, 0x80);
		set_edge(intid, true);
	} else {
		set_priority(other, intid, 0x80);
		set_bit_of(other, GICD_ISENABLER, intid);
	}
	on_cpu(other, follow, 0);
	ask(WAIT);
	/* The order has been taken. */
	EVENTUALLY(!bit_of(other, GICD_ISACTIVER, ORDER));
}

static void end(void)
{
	ask(LEAVE);
	finish(other);
}

static const uint32_t kinds[] = {SPI, 3, PPI};

static void each(void (*run)(uint32_t intid))
{
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		begin(kinds[i]);
		run(kinds[i]);
		end();
	}
}

static void expect(uint32_t intid, bool pending, bool active, uint32_t taken)
{
	EVENTUALLY(bit_of(other, GICD_ISPENDR, intid) == pending);
	CHECK_EQ(bit_of(other, GICD_ICPENDR, intid), pending);
	EVENTUALLY(bit_of(other, GICD_ISACTIVER, intid) == active);
	CHECK_EQ(bit_of(other, GICD_ICACTIVER, intid), active);
	CHECK_EQ(TAKEN(other, intid), taken);
}

/* Pend it, until the other CPU's interface has it. */
static void pend(uint32_t intid)
{
	uint64_t start = now();

	set_bit_of(other, GICD_ISPENDR, intid);
	do
		ask(WAIT);
	while (remote.hppir != intid && now() - start < patience());
	CHECK_EQ(remote.hppir, intid);
	CHECK(remote.signalled);
}

/* Until the other CPU's interface has nothing. */
static void gone(void)
{
	uint64_t start = now();

	do
		ask(WAIT);
	while (remote.signalled && now() - start < patience());
	CHECK(!remote.signalled);
	CHECK_EQ(remote.hppir, NO_IRQ);
}

static void live_one(uint32_t intid)
{
	for (unsigned round = 0; round < 3; round++) {
		expect(intid, false, false, 0);
		pend(intid);
		expect(intid, true, false, 0);
		ask(ACKNOWLEDGE);
		CHECK_EQ(remote.acknowledged, intid);
		expect(intid, false, true, 0);
		set_bit_of(other, GICD_ISPENDR, intid);
		expect(intid, true, true, 0);
		ask(END);
		expect(intid, true, false, 0);
		ask(ACKNOWLEDGE);
		CHECK_EQ(remote.acknowledged, intid);
		expect(intid, false, true, 0);
		ask(END);
		expect(intid, false, false, 0);
	}
}

static void live(void)
{
	each(live_one);
}

static void withdraw_one(uint32_t intid)
{
	pend(intid);
	set_bit_of(other, GICD_ICPENDR, intid);
	gone();
	ask(UNMASK);
	expect(intid, false, false, 0);
}

static void withdraw(void)
{
	each(withdraw_one);
}

static void disable_one(uint32_t intid)
{
	pend(intid);
	disable(other, intid);
	gone();
	ask(UNMASK);
	expect(intid, true, false, 0);
	set_bit_of(other, GICD_ISENABLER, intid);
	pend(intid);
	ask(UNMASK);
	expect(intid, false, false, 1);
}

static void disabling(void)
{
	each(disable_one);
}

static void deactivate_one(uint32_t intid)
{
	pend(intid);
	ask(ACKNOWLEDGE);
	set_bit_of(other, GICD_ICACTIVER, intid);
	expect(intid, false, false, 0);
	/* Its priority is still that of the running interrupt. */
	ask(END);
	expect(intid, false, false, 0);
	pend(intid);
	ask(UNMASK);
	expect(intid, false, false, 1);
}

static void deactivation(void)
{
	each(deactivate_one);
}

static void activate_one(uint32_t intid)
{
	pend(intid);
	set_bit_of(other, GICD_ISACTIVER, intid);
	gone();
	ask(UNMASK);
	expect(intid, true, true, 0);
	set_bit_of(other, GICD_ICACTIVER, intid);
	pend(intid);
	ask(UNMASK);
	expect(intid, false, false, 1);
}

static void activation(void)
{
	each(activate_one);
}

/* Pending cleared by another CPU while it is active and pending here. */
static void clear_one(uint32_t intid)
{
	pend(intid);
	ask(ACKNOWLEDGE);
	set_bit_of(other, GICD_ISPENDR, intid);
	expect(intid, true, true, 0);
	set_bit_of(other, GICD_ICPENDR, intid);
	expect(intid, false, true, 0);
	ask(END);
	gone();
	ask(UNMASK);
	expect(intid, false, false, 0);
}

static void clearing(void)
{
	each(clear_one);
}

/* A new priority of what is pending there already. */
static void reprioritise(void)
{
	begin(SPI);
	use_spi(OTHER_SPI, other, 0x90);
	set_edge(OTHER_SPI, true);
	set_bit_of(other, GICD_ISPENDR, OTHER_SPI);
	pend(SPI);
	set_priority(other, OTHER_SPI, 0x40);
	for (uint64_t start = now();
	     remote.hppir != OTHER_SPI && now() - start < patience();)
		ask(WAIT);
	CHECK_EQ(remote.hppir, OTHER_SPI);
	ask(UNMASK);
	ask(UNMASK);
	CHECK_EQ(TAKEN(other, SPI), 1);
	CHECK_EQ(TAKEN(other, OTHER_SPI), 1);
	/* The first was the order. */
	CHECK_EQ(irq_logs[other].history[1], OTHER_SPI);
	end();
}

const struct conformance_case remote_cases[] = {
	{{"remote: state is live (IHI 0069 12.9.28, 12.9.25)", live}, 2},
	{{"remote: ICPENDR (IHI 0069 12.9.8)", withdraw}, 2},
	{{"remote: ICENABLER (IHI 0069 12.9.5)", disabling}, 2},
	{{"remote: ICACTIVER (IHI 0069 12.9.3)", deactivation}, 2},
	{{"remote: ISACTIVER (IHI 0069 12.9.25)", activation}, 2},
	{{"remote: ICPENDR while active (IHI 0069 12.9.8)", clearing}, 2},
	{{"remote: IPRIORITYR (IHI 0069 12.9.20)", reprioritise}, 2},
};
END_OF_TABLE(remote);
