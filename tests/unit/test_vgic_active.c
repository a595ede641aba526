/* SPDX-License-Identifier: Apache-2.0 */
/*
 * More active interrupts than list registers: what the guest ends is then
 * counted (ICH_HCR_EL2.EOIcount) or trapped (ICC_DIR_EL1), see gic/vgic.h.
 */
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

/* Each preempts the one before. */
static void take(unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		gic_enable(&gm, 0, SPI + i, (uint8_t)(0x80 - i * 8));
		arm_vcpu_inject_interrupt(gm.cpu[0].vcpu, SPI + i);
		gic_enter(&gm, 0);
		assert_int_equal(gic_ack(&gm, 0), SPI + i);
	}
}

/* Seven nested levels on one LR: EOIs of unlisted ones are counted. */
static void test_nesting_without_lrs(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 1);
	take(7);
	for (unsigned i = 7; i-- > 0;) {
		for (unsigned j = 0; j < 7; j++)
			assert_int_equal(
				gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI + j),
				j <= i);
		gic_eoi(&gm, 0, SPI + i);
	}
	assert_int_equal(gic_dist_read(&gm, 0, GIC_ISACTIVER + 4), 0);
}

/* The vCPU is unbound before the maintenance interrupt of an EOI is taken. */
static void test_end_before_unbind(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 1);
	take(2);
	gic_eoi(&gm, 0, SPI + 1);
	/* Another one takes the LR. */
	gic_enable(&gm, 0, SPI + 2, 0xf0);
	arm_vcpu_inject_interrupt(gm.cpu[0].vcpu, SPI + 2);
	gic_enter(&gm, 0);
	assert_int_equal((uint32_t)gic_lr(&gm, 0, 0), SPI + 2);
	gic_end(&gm, 0, SPI);
	gic_unbind(&gm, 0);
	gic_bind(&gm, 0);
	assert_false(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI));
}

/* 12.9.25: one that was made active is not what an EOI ends. */
static void forced_without_lrs(bool twice)
{
	gic_machine_make(&gm, 1, 1);
	gic_enable(&gm, 0, SPI + 9, 0);
	gic_write_bit(&gm, 0, GIC_ISACTIVER, SPI + 9);
	gic_enter(&gm, 0);
	if (twice)
		gic_write_bit(&gm, 0, GIC_ISACTIVER, SPI + 9);
	gic_write_bit(&gm, 0, GIC_ISACTIVER, 3);
	take(4);
	for (unsigned i = 4; i-- > 0;) {
		gic_eoi(&gm, 0, SPI + i);
		assert_false(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI + i));
		assert_true(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI + 9));
		assert_true(gic_read_bit(&gm, 0, GIC_ISACTIVER, 3));
	}
}

static void test_forced_without_lrs(void **state)
{
	(void)state;
	forced_without_lrs(false);
	/* The second write finds it in a list register. */
	forced_without_lrs(true);
}

/* Nor is what the CPU had taken before CPU_ON gave it a new life. */
static void test_taken_before_power_on(void **state)
{
	struct arm_vcpu *vcpu;
	uint32_t vmcr;

	(void)state;
	gic_machine_make(&gm, 1, 1);
	vcpu = gm.cpu[0].vcpu;
	for (unsigned i = 8; i < 10; i++) {
		gic_enable(&gm, 0, SPI + i, (uint8_t)(8 * (9 - i)));
		arm_vcpu_inject_interrupt(vcpu, SPI + i);
		gic_enter(&gm, 0);
		assert_int_equal(gic_ack(&gm, 0), SPI + i);
	}
	gic_unbind(&gm, 0);
	vmcr = vcpu->vgic.vmcr;
	assert_int_equal(arm_vcpu_power_on(vcpu, 0, 0), ARM_VCPU_OK);
	vcpu->vgic.vmcr = vmcr; /* the guest enables its groups again */
	gic_bind(&gm, 0);
	take(4);
	for (unsigned i = 4; i-- > 0;) {
		gic_eoi(&gm, 0, SPI + i);
		assert_false(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI + i));
		assert_true(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI + 8));
		assert_true(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI + 9));
	}
}

/* Taken, it loses its LR to a pending one before its EOI. */
static void take_and_end(unsigned intid)
{
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), intid);
	gic_enable(&gm, 0, SPI + 1, 0xf0);
	arm_vgic_set_irq(&gm.machine.vm, SPI + 1, true);
	gic_enter(&gm, 0);
	assert_int_equal((uint32_t)gic_lr(&gm, 0, 0), SPI + 1);
	gic_eoi(&gm, 0, intid);
	assert_false(gic_read_bit(&gm, 0, GIC_ISACTIVER, intid));
	arm_vgic_set_irq(&gm.machine.vm, SPI + 1, false);
	gic_enter(&gm, 0);
}

/* ICC_DIR_EL1 counts with EOImode 1 only (12.2.10). */
static void deactivate(unsigned intid)
{
	gm.cpu[0].eoimode1 = true;
	gic_dir(&gm, 0, intid);
	gm.cpu[0].eoimode1 = false;
}

/* But what was made active and is taken later is. */
static void test_forced_and_taken(void **state)
{
	struct arm_vcpu *vcpu;

	(void)state;
	gic_machine_make(&gm, 1, 1);
	vcpu = gm.cpu[0].vcpu;
	gic_set_edge(&gm, 0, SPI + 9);
	gic_enable(&gm, 0, SPI + 9, 0x40);
	gic_enable(&gm, 0, 3, 0x40);
	gic_write_bit(&gm, 0, GIC_ISACTIVER, SPI + 9);
	gic_write_bit(&gm, 0, GIC_ICACTIVER, SPI + 9);
	arm_vcpu_inject_interrupt(vcpu, SPI + 9);
	take_and_end(SPI + 9);
	gic_write_bit(&gm, 0, GIC_ISACTIVER, SPI + 9);
	deactivate(SPI + 9);
	arm_vcpu_inject_interrupt(vcpu, SPI + 9);
	take_and_end(SPI + 9);
	gic_write_bit(&gm, 0, GIC_ISACTIVER, 3);
	deactivate(3);
	arm_vgic_send_sgi(vcpu, gic_sgi_to(0, 3), 1);
	take_and_end(3);
	/* Pending as well. */
	gic_write_bit(&gm, 0, GIC_ISACTIVER, 3);
	gic_write_bit(&gm, 0, GIC_ISPENDR, 3);
	deactivate(3);
	take_and_end(3);
	assert_int_equal(gm.cpu[0].traps, 0);
	/* In an LR as pending when it is made active. */
	arm_vcpu_inject_interrupt(vcpu, SPI + 9);
	gic_enter(&gm, 0);
	gic_write_bit(&gm, 0, GIC_ISACTIVER, SPI + 9);
	arm_vgic_send_sgi(vcpu, gic_sgi_to(0, 3), 1);
	take_and_end(3);
	assert_true(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI + 9));
}

/* EOImode 1 deactivates in any order: ICC_DIR_EL1 traps while needed. */
static void test_dir_without_lrs(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 1);
	gm.cpu[0].eoimode1 = true;
	for (unsigned i = 0; i < 4; i++) {
		gic_enable(&gm, 0, SPI + i, 0x80);
		arm_vcpu_inject_interrupt(gm.cpu[0].vcpu, SPI + i);
		gic_enter(&gm, 0);
		assert_int_equal(gic_ack(&gm, 0), SPI + i);
		gic_eoi(&gm, 0, SPI + i);
	}
	for (unsigned i = 0; i < 4; i++) {
		gic_dir(&gm, 0, SPI + i);
		assert_false(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI + i));
	}
	assert_true(gm.cpu[0].traps > 0);
	assert_int_equal(gic_hcr(&gm, 0) & ICH_HCR_TDIR, 0);
	arm_vgic_deactivate(gm.cpu[0].vcpu, 1019); /* nobody's */
	arm_vgic_deactivate(gm.cpu[0].vcpu, 0xffffff);
}

/* Where ICH_VTR_EL2.TDS is 0, it is counted instead (12.4.7). */
static void test_dir_untrapped(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 1);
	gm.machine.pcpu.features.traps_dir = false;
	gm.cpu[0].eoimode1 = true;
	for (unsigned i = 0; i < 4; i++)
		gic_set_edge(&gm, 0, SPI + i);
	take(4);
	for (unsigned i = 4; i-- > 0;) {
		gic_eoi(&gm, 0, SPI + i);
		assert_true(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI + i));
		gic_dir(&gm, 0, SPI + i);
		assert_false(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI + i));
	}
	assert_int_equal(gic_dist_read(&gm, 0, GIC_ISACTIVER + 4), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nesting_without_lrs),
		cmocka_unit_test(test_end_before_unbind),
		cmocka_unit_test(test_forced_without_lrs),
		cmocka_unit_test(test_taken_before_power_on),
		cmocka_unit_test(test_forced_and_taken),
		cmocka_unit_test(test_dir_without_lrs),
		cmocka_unit_test(test_dir_untrapped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
