/* SPDX-License-Identifier: Apache-2.0 */
/* Virtual interrupts that stand for physical ones: passed through devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arm_vcpu/status.h>

#include "arch/gicv3.h"
#include "gic/vgic.h"
#include "support/virtual_gic.h"

#define SPI 40u

static struct gic_machine gm;

/* A device that is passed through, on a PPI that is no timer's. */
#define PASSED 22u

static void hw_raise(void)
{
	gic_take_physical(&gm, 0, PASSED);
	assert_int_equal(arm_vgic_inject_hw(gm.cpu[0].vcpu, PASSED, PASSED),
			 ARM_VCPU_OK);
	gic_enter(&gm, 0);
}

/* The guest's EOI deactivates the physical interrupt without an exit. */
static void test_hw(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_enable(&gm, 0, PASSED, 0x80);
	for (unsigned i = 0; i < 3; i++) {
		hw_raise();
		assert_int_equal(gic_ack(&gm, 0), PASSED);
		assert_true(machine_gic_active(0, PASSED));
		gic_eoi(&gm, 0, PASSED);
		assert_false(machine_gic_active(0, PASSED));
	}
	assert_int_equal(gm.cpu[0].maintenance, 0);
}

/* Given up by ICPENDR, ICACTIVER or unbind, the physical one is retired. */
static void test_hw_given_up(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_enable(&gm, 0, PASSED, 0x80);
	hw_raise();
	gic_write_bit(&gm, 0, GIC_ICPENDR, PASSED);
	assert_false(machine_gic_active(0, PASSED));
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);

	hw_raise();
	assert_int_equal(gic_ack(&gm, 0), PASSED);
	gic_write_bit(&gm, 0, GIC_ICACTIVER, PASSED);
	assert_false(machine_gic_active(0, PASSED));

	gic_drop_all(&gm, 0);
	hw_raise();
	gic_unbind(&gm, 0);
	assert_false(machine_gic_active(0, PASSED)); /* next vCPU's to use */
	gic_bind(&gm, 0);
	hw_raise(); /* the source still asks */
	assert_int_equal(gic_ack(&gm, 0), PASSED);
	gic_eoi(&gm, 0, PASSED);
	assert_false(machine_gic_active(0, PASSED));
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
}

/* HW and pending and active do not go together: a second round follows. */
static void test_hw_while_active(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_enable(&gm, 0, PASSED, 0x80);
	hw_raise();
	assert_int_equal(gic_ack(&gm, 0), PASSED);
	gic_write_bit(&gm, 0, GIC_ISPENDR, PASSED);
	gic_eoi(&gm, 0, PASSED);
	assert_int_equal(gic_ack(&gm, 0), PASSED);
	gic_eoi(&gm, 0, PASSED);
	assert_false(machine_gic_active(0, PASSED));
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
}

/* A physical SPI that is given up by the VM's reset. */
static void test_hw_spi_reset(void **state)
{
	uint32_t physical;

	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_enable(&gm, 0, SPI, 0x80);
	gic_take_physical(&gm, 0, 77);
	assert_int_equal(arm_vgic_inject_hw(gm.cpu[0].vcpu, SPI, 77),
			 ARM_VCPU_OK);
	gic_enter(&gm, 0);
	gic_unbind(&gm, 0);
	assert_true(machine_gic_active(0, 77)); /* any CPU may end it */
	assert_int_equal(arm_vgic_reset(&gm.vgic), ARM_VCPU_OK);
	assert_false(arm_vgic_take_retired(gm.cpu[0].vcpu, &physical));
	gic_bind(&gm, 0);
	assert_false(machine_gic_active(0, 77));
	assert_false(gic_read_bit(&gm, 0, GIC_ISENABLER, SPI));
}

/* A physical SPI whose virtual one goes to nobody is given up by whoever
 * clears the pending state: any CPU may end it (IHI 0069 4.5.4). */
static void test_hw_spi_of_nobody(void **state)
{
	(void)state;
	gic_machine_make(&gm, 2, 4);
	gic_enable(&gm, 0, SPI, 0x80);
	gic_dist_write(&gm, 0, GICD_IROUTER + 8 * SPI, 9);
	gic_take_physical(&gm, 0, 77);
	assert_int_equal(arm_vgic_inject_hw(gm.cpu[0].vcpu, SPI, 77),
			 ARM_VCPU_OK);
	gic_enter(&gm, 0);
	assert_true(gic_read_bit(&gm, 0, GIC_ISPENDR, SPI));
	assert_true(machine_gic_active(0, 77));
	gic_write_bit(&gm, 1, GIC_ICPENDR, SPI);
	assert_false(machine_gic_active(0, 77));
	/* It can come again. */
	gic_dist_write(&gm, 0, GICD_IROUTER + 8 * SPI, 1);
	gic_take_physical(&gm, 0, 77);
	assert_int_equal(arm_vgic_inject_hw(gm.cpu[1].vcpu, SPI, 77),
			 ARM_VCPU_OK);
	gic_enter(&gm, 1);
	assert_int_equal(gic_ack(&gm, 1), SPI);
	gic_eoi(&gm, 1, SPI);
	assert_false(machine_gic_active(0, 77));
}

/* Nor does it wait for a vCPU that took it and is not on a CPU any more. */
static void test_hw_spi_of_an_absent_one(void **state)
{
	(void)state;
	gic_machine_make(&gm, 2, 4);
	gic_enable(&gm, 0, SPI, 0x80);
	gic_take_physical(&gm, 0, 77);
	assert_int_equal(arm_vgic_inject_hw(gm.cpu[0].vcpu, SPI, 77),
			 ARM_VCPU_OK);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), SPI);
	gic_unbind(&gm, 0);
	assert_true(machine_gic_active(0, 77));
	gic_write_bit(&gm, 1, GIC_ICACTIVER, SPI);
	assert_false(machine_gic_active(0, 77));
}

static void drive(unsigned intid, bool level)
{
	if (intid < 32)
		arm_vgic_set_ppi(gm.cpu[0].vcpu, intid, level);
	else
		arm_vgic_set_irq(&gm.machine.vm, intid, level);
}

/* The host drives the line, too: while it is high the interrupt comes again
 * after each EOI, and the physical one ends when it has fallen. */
static void test_hw_and_a_line(void **state)
{
	static const unsigned intids[] = {PASSED, SPI};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		const unsigned intid = intids[i], physical = i ? 77 : PASSED;

		gic_machine_make(&gm, 1, 4);
		gic_enable(&gm, 0, intid, 0x80);
		gic_take_physical(&gm, 0, physical);
		assert_int_equal(
			arm_vgic_inject_hw(gm.cpu[0].vcpu, intid, physical),
			ARM_VCPU_OK);
		drive(intid, true);
		for (unsigned n = 0; n < 3; n++) {
			gic_enter(&gm, 0);
			assert_int_equal(gic_ack(&gm, 0), intid);
			gic_eoi(&gm, 0, intid);
			assert_true(machine_gic_active(0, physical));
		}
		assert_int_equal(gic_ack(&gm, 0), intid);
		drive(intid, false);
		gic_enter(&gm, 0);
		gic_eoi(&gm, 0, intid);
		assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
		assert_false(machine_gic_active(0, physical));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hw),
		cmocka_unit_test(test_hw_given_up),
		cmocka_unit_test(test_hw_while_active),
		cmocka_unit_test(test_hw_spi_reset),
		cmocka_unit_test(test_hw_spi_of_nobody),
		cmocka_unit_test(test_hw_spi_of_an_absent_one),
		cmocka_unit_test(test_hw_and_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
