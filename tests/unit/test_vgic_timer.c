/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual timer's interrupt follows its line (Arm ARM DDI 0487 D11.2.4,
 * IHI 0069 4.1.2): none is lost, none is taken that the timer does not ask
 * for, whenever the vCPU is preempted.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arch/gicv3.h"
#include "arch/timer.h"
#include "gic/vgic.h"
#include "support/virtual_gic.h"

#define TIMER  ARM_VTIMER_VIRTUAL_INTID
#define TICKS  1000000u
#define PERIOD 1000u

static struct gic_machine gm;
static uint64_t seed;

static unsigned random_below(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) +
	       UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % n;
}

static int set_up(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_enable(&gm, 0, TIMER, 0x80);
	gic_timer(false);
	return 0;
}

static bool pending(void)
{
	return gic_read_bit(&gm, 0, GIC_ISPENDR, TIMER);
}

static void migrate(void)
{
	gic_unbind(&gm, 0);
	assert_false(machine_gic_active(0, TIMER)); /* the next vCPU's to use */
	gic_bind(&gm, 0);
}

/* Fired, and the guest moves the timer before it takes the interrupt. */
static void test_withdrawn(void **state)
{
	(void)state;
	gic_timer(true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), TIMER);
	assert_true(machine_gic_active(0, TIMER));
	gic_timer(false);
	gic_enter(&gm, 0); /* any exit will do */
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	assert_false(machine_gic_active(0, TIMER));
	gic_timer(true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), TIMER);
}

/* 12.9.26: a level-sensitive interrupt reads as pending while its input is. */
static void test_pending_is_the_line(void **state)
{
	(void)state;
	gic_write_bit(&gm, 0, GIC_ICENABLER, TIMER);
	for (unsigned i = 0; i < 3; i++) {
		gic_timer(true);
		gic_enter(&gm, 0);
		assert_true(pending());
		gic_write_bit(&gm, 0, GIC_ICPENDR, TIMER);
		assert_true(pending());
		assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
		gic_timer(false);
		assert_false(pending());
	}
	/* Fired while disabled, gone again: enabling finds nothing. */
	gic_timer(true);
	gic_enter(&gm, 0);
	gic_timer(false);
	gic_write_bit(&gm, 0, GIC_ISENABLER, TIMER);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	/* Active: the line still reads. */
	gic_timer(true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), TIMER);
	assert_true(pending());
	gic_timer(false);
	assert_false(pending());
	gic_eoi(&gm, 0, TIMER);
	assert_int_equal(gm.cpu[0].maintenance, 0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
}

/* Preempted in its handler: the timer asks again while it is active. */
static void test_preempted_while_active(void **state)
{
	(void)state;
	gic_timer(true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), TIMER);
	migrate();
	assert_true(machine_gic_active(0, TIMER)); /* it asked on the new CPU */
	gic_timer(false);
	gic_eoi(&gm, 0, TIMER);
	assert_false(machine_gic_active(0, TIMER));
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	/* Not served in the handler: EOI, and it comes at once. */
	gic_timer(true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), TIMER);
	migrate();
	gic_eoi(&gm, 0, TIMER);
	assert_int_equal(gic_ack(&gm, 0), TIMER);
	assert_int_equal(gm.cpu[0].maintenance, 0);
}

/* A second round by ISPENDR is the guest's own wish, and takes place once. */
static void test_latch_beside_line(void **state)
{
	(void)state;
	gic_timer(true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), TIMER);
	gic_write_bit(&gm, 0, GIC_ISPENDR, TIMER);
	gic_timer(false);
	assert_true(pending());
	gic_eoi(&gm, 0, TIMER);
	assert_int_equal(gic_ack(&gm, 0), TIMER);
	assert_false(pending());
	gic_eoi(&gm, 0, TIMER);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	assert_false(machine_gic_active(0, TIMER));
	gic_timer(true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), TIMER);
}

/* While it is away: a parked vCPU must run for a timer that has fired. */
static void test_parked(void **state)
{
	struct arm_vcpu *vcpu = gm.cpu[0].vcpu;

	(void)state;
	gic_timer(true);
	gic_enter(&gm, 0);
	gic_unbind(&gm, 0);
	assert_true(arm_vgic_has_pending(vcpu));
	gic_bind(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), TIMER);
	gic_timer(false);
	gic_unbind(&gm, 0);
	assert_false(arm_vgic_has_pending(vcpu));
	gic_bind(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
}

/* Away, the stored line was high; back, the timer's own register tells: the
 * host's world, or a virtual count that was set back, made it fall. */
static void test_line_of_before(void **state)
{
	(void)state;
	gic_timer(true);
	gic_enter(&gm, 0);
	gic_unbind(&gm, 0);
	gic_timer(false);
	gic_bind(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	assert_false(pending());
	assert_false(machine_gic_active(0, TIMER));
}

/* The guest's clock event device: CVAL moves on by a period in each handler. */
static uint64_t cval;

static void count_to(uint64_t count)
{
	machine_set_time(count);
	gic_timer_at(cval);
}

static void anything(void)
{
	switch (random_below(16)) {
	case 0:
		migrate();
		break;
	case 1:
		gic_write_bit(&gm, 0, GIC_ICENABLER, TIMER);
		if (random_below(2))
			migrate();
		gic_write_bit(&gm, 0, GIC_ISENABLER, TIMER);
		break;
	case 2:
		assert_int_equal(pending(), machine_now() >= cval);
		break;
	case 3:
		gic_enter(&gm, 0);
		break;
	default:
		break;
	}
}

static void test_million_ticks(void **state)
{
	(void)state;
	cval = PERIOD;
	for (unsigned tick = 1; tick <= TICKS; tick++) {
		count_to(cval - 1 - random_below(PERIOD / 2));
		anything();
		assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
		count_to(cval + random_below(PERIOD / 2));
		anything();
		gic_enter(&gm, 0);
		assert_int_equal(gic_ack(&gm, 0), TIMER);
		anything();
		cval += PERIOD;
		count_to(machine_now());
		anything();
		gic_eoi(&gm, 0, TIMER);
		assert_int_equal(cval, (uint64_t)(tick + 1) * PERIOD);
	}
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_withdrawn, set_up),
		cmocka_unit_test_setup(test_pending_is_the_line, set_up),
		cmocka_unit_test_setup(test_preempted_while_active, set_up),
		cmocka_unit_test_setup(test_latch_beside_line, set_up),
		cmocka_unit_test_setup(test_parked, set_up),
		cmocka_unit_test_setup(test_line_of_before, set_up),
		cmocka_unit_test_setup(test_million_ticks, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
