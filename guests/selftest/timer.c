/* SPDX-License-Identifier: Apache-2.0 */
/* The generic timers (Arm ARM D11.2), native and emulated alike. */
#include "selftest.h"
#include "timers.h"

/* Hours ahead. Not UINT64_MAX: with a counter offset QEMU 7.2 wraps round
 * and never comes back. */
#define FAR_OFF (UINT64_C(1) << 40)
#define SHORT   50000u /* counts: long enough to fall asleep in */

/* The one that a test is about. */
static const struct timer *hooked;

/* A level interrupt goes away when its cause does. */
static bool stop_timer(uint32_t intid)
{
	if (intid == hooked->intid)
		hooked->set_ctl(0);
	return true;
}

static void begin(const struct timer *t)
{
	t->set_ctl(0);
	hooked = t;
	irq_log_clear();
	irq_log.hook = stop_timer;
	gic_enable(t->intid, 0x80);
}

static void end(const struct timer *t)
{
	t->set_ctl(0);
	gic_disable(t->intid);
	irq_log_clear();
}

/* D11.2.4: TVAL is CVAL less the count, in 32 bits. That count is one of
 * those between before and after: there is no other bound on how long that
 * takes. */
static void check_tval(const struct timer *t)
{
	uint64_t before = t->count(), value = t->tval(), after = t->count();

	CHECK_EQ(value >> 32, 0);
	CHECK((uint32_t)(t->cval() - value - before) <= after - before);
}

static void registers(const struct timer *t)
{
	uint64_t now, after;

	begin(t);
	t->set_cval(t->count() + FAR_OFF);
	t->set_ctl(ENABLE);
	CHECK_EQ(t->ctl(), ENABLE);
	t->set_cval(0);
	CHECK_EQ(t->ctl(), ENABLE | ISTATUS);
	t->set_ctl(ENABLE | IMASK);
	CHECK_EQ(t->ctl(), ENABLE | IMASK | ISTATUS);
	t->set_ctl(~UINT64_C(7));
	CHECK_EQ(t->ctl() & ~(uint64_t)ISTATUS, 0);
	now = t->count();
	t->set_tval(0x10000000);
	after = t->count();
	CHECK(t->cval() - 0x10000000 - now <= after - now);
	check_tval(t);
	/* It is signed. */
	now = t->count();
	t->set_tval(0xffffffff);
	CHECK(t->cval() <= t->count());
	CHECK(t->cval() + 1 >= now);
	check_tval(t);
	t->set_ctl(ENABLE | IMASK);
	CHECK_EQ(t->ctl(), ENABLE | IMASK | ISTATUS);
	/* Bits 63:32 of what is written do not count. */
	t->set_tval(UINT64_C(0xffffffff00001000));
	CHECK(t->cval() > now);
	end(t);
}

static void fires(const struct timer *t)
{
	uint64_t deadline;

	begin(t);
	deadline = t->count() + 20000;
	t->set_cval(deadline);
	t->set_ctl(ENABLE);
	IRQ_ON();
	CHECK(irq_wait(1));
	IRQ_OFF();
	CHECK(t->count() >= deadline);
	CHECK_EQ(irq_log.last, t->intid);
	CHECK_EQ(irq_log.count, 1);
	end(t);
}

/* A second and third time: the guest's EOI re-arms the physical side. */
static void fires_again(const struct timer *t)
{
	begin(t);
	IRQ_ON();
	for (uint64_t n = 1; n <= 20; n++) {
		t->set_tval(n % 2 ? 2000 : 0);
		t->set_ctl(ENABLE);
		CHECK(irq_wait(n));
	}
	IRQ_OFF();
	CHECK_EQ(irq_log.count, 20);
	end(t);
}

static void masked_at_timer(const struct timer *t)
{
	begin(t);
	t->set_cval(0);
	t->set_ctl(ENABLE | IMASK);
	IRQ_ON();
	ISB();
	IRQ_OFF();
	CHECK_EQ(irq_log.count, 0);
	t->set_ctl(ENABLE);
	IRQ_ON();
	CHECK(irq_wait(1));
	IRQ_OFF();
	end(t);
}

/* Level: the interrupt follows the condition, without a trace left behind. */
static void withdrawn(const struct timer *t)
{
	uint32_t bit = 1u << t->intid;

	begin(t);
	t->set_cval(0);
	t->set_ctl(ENABLE);
	CHECK_EQ(mmio_read32(gic_bitmap(GICD_ISPENDR, t->intid)) & bit, bit);
	t->set_ctl(0);
	IRQ_ON();
	ISB();
	IRQ_OFF();
	if (t == &timers[1] || !is_virtual())
		CHECK_EQ(irq_log.count, 0);
	end(t);
}

/* D11.2.4: one condition gives ISTATUS and the interrupt. Where the timer is
 * emulated no wire is between them: who reads ISTATUS finds it pending. */
static void status_is_pending(const struct timer *t)
{
	begin(t);
	for (unsigned n = 0; n < 1000; n++) {
		t->set_cval(t->count() + n);
		t->set_ctl(ENABLE);
		while (!(t->ctl() & ISTATUS))
			;
		if (!CHECK_EQ(READ_SYSREG(ICC_HPPIR1_EL1), t->intid))
			break;
		t->set_ctl(0);
	}
	end(t);
}

static void physical_status_is_pending(void)
{
	if (is_virtual())
		status_is_pending(&timers[1]);
}

static void wakes_masked(const struct timer *t)
{
	begin(t);
	for (uint64_t n = 1; n <= 3; n++) {
		uint64_t deadline = t->count() + SHORT;

		t->set_cval(deadline);
		t->set_ctl(ENABLE);
		/* D1.6.2: WFI may end for any reason, but must end when the
		 * interrupt is pending, masked or not. */
		while (READ_SYSREG(ICC_HPPIR1_EL1) != t->intid)
			WFI();
		CHECK(t->count() >= deadline);
		CHECK_EQ(t->ctl(), ENABLE | ISTATUS);
		IRQ_ON();
		CHECK(irq_wait(n));
		IRQ_OFF();
	}
	end(t);
}

/* The next one a little later, until nobody waits any more. */
static bool tick(uint32_t intid)
{
	if (intid != hooked->intid)
		return true;
	CHECK(hooked->count() >= hooked->cval());
	hooked->set_cval(hooked->count() + SHORT);
	return true;
}

/* The interrupt may come between the look at the count and WFI: so there is
 * always another. */
static void wakes_unmasked(const struct timer *t)
{
	const volatile uint64_t *seen = &irq_log.count;

	begin(t);
	irq_log.hook = tick;
	t->set_cval(t->count() + SHORT);
	t->set_ctl(ENABLE);
	IRQ_ON();
	while (*seen < 3)
		WFI();
	IRQ_OFF();
	end(t);
}

static void wakes(const struct timer *t)
{
	wakes_masked(t);
	wakes_unmasked(t);
}

#define BOTH(name)                        \
	static void virtual_##name(void)  \
	{                                 \
		name(&timers[0]);         \
	}                                 \
	static void physical_##name(void) \
	{                                 \
		name(&timers[1]);         \
	}

BOTH(registers)
BOTH(fires)
BOTH(fires_again)
BOTH(masked_at_timer)
BOTH(withdrawn)
BOTH(wakes)

static void counters(void)
{
	uint64_t before = timers[0].count(), after;

	CHECK(READ_SYSREG(cntfrq_el0) != 0);
	hvc(PSCI_VERSION, 0, 0, 0);
	after = timers[0].count();
	CHECK(after >= before);
	before = timers[1].count();
	hvc(PSCI_VERSION, 0, 0, 0);
	after = timers[1].count();
	CHECK(after >= before);
}

void timer_tests(void)
{
	static const struct test tests[] = {
		{"counters", counters},
		{"virtual timer: registers", virtual_registers},
		{"virtual timer: fires", virtual_fires},
		{"virtual timer: fires again", virtual_fires_again},
		{"virtual timer: IMASK", virtual_masked_at_timer},
		{"virtual timer: withdrawn", virtual_withdrawn},
		{"virtual timer: wakes WFI", virtual_wakes},
		{"physical timer: registers", physical_registers},
		{"physical timer: fires", physical_fires},
		{"physical timer: fires again", physical_fires_again},
		{"physical timer: IMASK", physical_masked_at_timer},
		{"physical timer: withdrawn", physical_withdrawn},
		{"physical timer: wakes WFI", physical_wakes},
		{"physical timer: ISTATUS is pending",
		 physical_status_is_pending},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
