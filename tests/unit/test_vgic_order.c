/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What another CPU does in the middle of something: at each step of it, one
 * after the other.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arm_vcpu/status.h>

#include "arch/gicv3.h"
#include "arch/spsr.h"
#include "gic/cpuif.h"
#include "gic/vgic.h"
#include "machine/state.h"
#include "support/virtual_gic.h"

#define SPI 40u

static struct gic_machine gm;

/* After so many steps the other CPU does this. */
static unsigned steps_left;
static void (*other)(void);

static void step(void)
{
	if (steps_left && --steps_left == 0)
		other();
}

static void after_steps(unsigned steps, void (*what)(void))
{
	other = what;
	steps_left = steps;
	machine.config.check = step;
}

/* False: it was over before. */
static bool came(void)
{
	const bool came = !steps_left;

	steps_left = 0;
	return came;
}

/* A level-sensitive SPI of vCPU 1, in bank 1. */
static void make(void)
{
	gic_machine_make(&gm, 3, 4);
	gic_dist_write(&gm, 0, GICD_IROUTER + 8 * SPI, 1);
	gic_enable(&gm, 0, SPI, 0x80);
}

static void serve_kicks(void)
{
	while (gm.machine.kicks_of[1]) {
		gm.machine.kicks_of[1] = 0;
		gic_enter(&gm, 1);
	}
}

static void lower(void)
{
	arm_vgic_set_irq(&gm.machine.vm, SPI, false);
}

static void raise_again(void)
{
	lower();
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
}

/* The line falls while its interrupt is being listed: the interrupt is not
 * taken, and the next one is. */
static void test_falling_line(void **state)
{
	(void)state;
	for (unsigned k = 1;; k++) {
		make();
		arm_vgic_set_irq(&gm.machine.vm, SPI, true);
		gm.machine.kicks_of[1] = 0;
		after_steps(k, lower);
		gic_enter(&gm, 1);
		if (!came())
			break;
		serve_kicks();
		assert_int_equal(gic_highest(&gm, 1), NO_INTERRUPT);
		assert_false(gic_read_bit(&gm, 0, GIC_ISPENDR, SPI));
		arm_vgic_set_irq(&gm.machine.vm, SPI, true);
		serve_kicks();
		assert_int_equal(gic_ack(&gm, 1), SPI);
	}
}

/* It falls and rises there: the interrupt is taken. */
static void test_line_falls_and_rises(void **state)
{
	(void)state;
	for (unsigned k = 1;; k++) {
		make();
		arm_vgic_set_irq(&gm.machine.vm, SPI, true);
		gm.machine.kicks_of[1] = 0;
		after_steps(k, raise_again);
		gic_enter(&gm, 1);
		if (!came())
			break;
		serve_kicks();
		assert_int_equal(gic_ack(&gm, 1), SPI);
	}
}

static bool write_is_late(unsigned index)
{
	return gic_dist_read(&gm, index, GICD_CTLR) & GICD_CTLR_RWP;
}

static bool second_sees_it;

static void look(void)
{
	uint64_t value = 0;

	(arm_vgic_mmio)(gm.cpu[2].vcpu, VIRTUAL_GIC_DIST + GICD_CTLR, 4, false,
			&value);
	second_sees_it = value & GICD_CTLR_RWP;
}

/* IHI 0069 12.9.4: RWP is 1 to each of two that read it at a time, until the
 * write has reached the vCPU that has the interrupt listed. */
static void test_two_read_rwp(void **state)
{
	(void)state;
	for (unsigned k = 1;; k++) {
		make();
		arm_vgic_set_irq(&gm.machine.vm, SPI, true);
		gic_enter(&gm, 1);
		gm.deaf = true;
		gic_write_bit(&gm, 0, GIC_ICENABLER, SPI);
		after_steps(k, look);
		assert_true(write_is_late(0));
		if (!came())
			break;
		assert_true(second_sees_it);
		assert_true(write_is_late(0));
		gic_enter(&gm, 1);
		assert_false(write_is_late(0));
	}
}

/* vCPU 1 leaves its CPU, and comes back after some more steps; it has not yet
 * looked at what it was asked. */
static unsigned away;

static void come_back(void)
{
	machine_be(1);
	gm.cpu[1].vcpu->pcpu = &gm.machine.pcpu;
	arm_gic_load(gm.cpu[1].vcpu);
	machine_be(0);
}

static void go_away(void)
{
	gic_unbind(&gm, 1);
	machine_be(0);
	after_steps(away, come_back);
}

/* What it told an earlier asker of its timers is no answer to this one. */
static void test_an_answer_is_to_the_question(void **state)
{
	const uint64_t ipa = VIRTUAL_GIC_REDIST + ARM_VGIC_REDIST_SIZE +
			     0x10000 + GIC_ISPENDR;
	const uint64_t timer = UINT64_C(1) << ARM_VTIMER_VIRTUAL_INTID;

	(void)state;
	for (unsigned k = 1; k < 40; k++) {
		for (away = 1; away < 8; away++) {
			uint64_t value = 0;

			make();
			gic_timer(true);
			arm_vgic_mmio(gm.cpu[0].vcpu, ipa, 4, false, &value);
			assert_int_equal(value & timer, timer);
			gic_timer(false);
			gm.deaf = true;
			after_steps(k, go_away);
			arm_vgic_mmio(gm.cpu[0].vcpu, ipa, 4, false, &value);
			assert_true(came());
			assert_int_equal(value & timer, 0);
		}
	}
}

static bool locked_unmasked;
static unsigned locked;

static void look_at_locks(void)
{
	bool is_locked = gm.banks[0].lock;

	for (unsigned n = 0; n < gm.machine.vm.vcpu_count; n++)
		is_locked |= gm.cpu[n].vcpu->vgic.bank.lock != 0;
	locked += is_locked;
	locked_unmasked |= is_locked && !(machine.current->daif & SPSR_I);
}

/* A handler that interrupts a reset may wait for a CPU that waits for the
 * bank's lock: whatever the host's mask is, nothing interrupts it there. */
static void test_reset_masks_interrupts(void **state)
{
	(void)state;
	make();
	for (unsigned n = 0; n < gm.machine.vm.vcpu_count; n++)
		gic_unbind(&gm, n);
	machine.current->daif = 0;
	machine.config.check = look_at_locks;
	assert_int_equal(arm_vgic_reset(&gm.vgic), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_reset(gm.cpu[1].vcpu), ARM_VCPU_OK);
	assert_true(locked);
	assert_false(locked_unmasked);
	assert_false(machine.current->daif & SPSR_I);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_falling_line),
		cmocka_unit_test(test_line_falls_and_rises),
		cmocka_unit_test(test_two_read_rwp),
		cmocka_unit_test(test_an_answer_is_to_the_question),
		cmocka_unit_test(test_reset_masks_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
