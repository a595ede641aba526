/* SPDX-License-Identifier: Apache-2.0 */
/* The emulated physical timer and the deadlines (Arm ARM DDI 0487 D11). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arm_vcpu/status.h>

#include "arch/gicv3.h"
#include "arch/timer.h"
#include "gic/vgic.h"
#include "support/virtual_gic.h"
#include "timer/vtimer.h"

static struct gic_machine gm;
static struct arm_vcpu *vcpu;

static int set_up(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	vcpu = gm.cpu[0].vcpu;
	machine_set_time(1000);
	gic_enable(&gm, 0, ARM_VTIMER_PHYSICAL_INTID, 0x80);
	gic_enable(&gm, 0, ARM_VTIMER_VIRTUAL_INTID, 0x80);
	arm_vtimer_reset(vcpu);
	return 0;
}

static uint64_t get(uint32_t key)
{
	return arm_vtimer_read(vcpu, key);
}

static void put(uint32_t key, uint64_t value)
{
	arm_vtimer_write(vcpu, key, value);
}

/* D11.2.4: ISTATUS is the condition, IMASK only hides it from the GIC. */
static void test_condition(void **state)
{
	(void)state;
	put(SYSREG_CNTP_CVAL_EL0, 2000);
	put(SYSREG_CNTP_CTL_EL0, CNT_CTL_ENABLE | CNT_CTL_ISTATUS);
	assert_int_equal(get(SYSREG_CNTP_CTL_EL0), CNT_CTL_ENABLE);
	assert_int_equal(gm.machine.timer_deadline, 2000);
	assert_int_equal(arm_vcpu_next_deadline(vcpu), 2000);

	machine_set_time(2000);
	assert_int_equal(get(SYSREG_CNTP_CTL_EL0),
			 CNT_CTL_ENABLE | CNT_CTL_ISTATUS);
	assert_int_equal(arm_vcpu_timer_expired(vcpu), ARM_VCPU_OK);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), ARM_VTIMER_PHYSICAL_INTID);
	/* The handler masks it: the line falls. */
	put(SYSREG_CNTP_CTL_EL0, CNT_CTL_ENABLE | CNT_CTL_IMASK);
	assert_int_equal(get(SYSREG_CNTP_CTL_EL0), 7);
	gic_enter(&gm, 0);
	gic_eoi(&gm, 0, ARM_VTIMER_PHYSICAL_INTID);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	assert_true(gm.machine.timer_deadline == UINT64_MAX);
	/* Unmasked with the condition still true: at once. */
	put(SYSREG_CNTP_CTL_EL0, CNT_CTL_ENABLE);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), ARM_VTIMER_PHYSICAL_INTID);
	/* Disabled: ISTATUS reads 0. */
	put(SYSREG_CNTP_CTL_EL0, 0);
	assert_int_equal(get(SYSREG_CNTP_CTL_EL0), 0);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
}

/* D19.12.11: CVAL = count + SignExtend(TVAL), TVAL = (CVAL - count)<31:0>. */
static void test_tval(void **state)
{
	(void)state;
	put(SYSREG_CNTP_TVAL_EL0, 500);
	assert_int_equal(get(SYSREG_CNTP_CVAL_EL0), 1500);
	machine_set_time(1400);
	assert_int_equal(get(SYSREG_CNTP_TVAL_EL0), 100);
	machine_set_time(1600);
	assert_int_equal(get(SYSREG_CNTP_TVAL_EL0), 0xffffff9c);
	put(SYSREG_CNTP_TVAL_EL0, 0xffffffff);
	assert_int_equal(get(SYSREG_CNTP_CVAL_EL0), 1599);
	put(SYSREG_CNTP_TVAL_EL0, UINT64_C(0x100000001));
	assert_int_equal(get(SYSREG_CNTP_CVAL_EL0), 1601);
	machine_set_time(0);
	put(SYSREG_CNTP_TVAL_EL0, 0x80000000);
	assert_true(get(SYSREG_CNTP_CVAL_EL0) == UINT64_C(0xffffffff80000000));
}

/* Only changes reach the host. */
static void test_set_timer_calls(void **state)
{
	(void)state;
	put(SYSREG_CNTP_CVAL_EL0, 5000);
	assert_int_equal(gm.machine.timer_calls, 0);
	put(SYSREG_CNTP_CTL_EL0, CNT_CTL_ENABLE);
	put(SYSREG_CNTP_CTL_EL0, CNT_CTL_ENABLE);
	assert_int_equal(gm.machine.timer_calls, 1);
	arm_vtimer_put(vcpu);
	assert_int_equal(gm.machine.timer_calls, 2);
	assert_true(gm.machine.timer_deadline == UINT64_MAX);
	arm_vtimer_load(vcpu);
	assert_int_equal(gm.machine.timer_deadline, 5000);
	/* It passed while the vCPU was away. */
	arm_vtimer_put(vcpu);
	machine_set_time(6000);
	arm_vtimer_load(vcpu);
	assert_true(gm.machine.timer_deadline == UINT64_MAX);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), ARM_VTIMER_PHYSICAL_INTID);
}

/* The guest owns the real timer: nothing of it is touched. */
static void test_passthrough(void **state)
{
	(void)state;
	vcpu->virtual_timers = false;
	vcpu->regs.CNTP_CTL_EL0 = CNT_CTL_ENABLE;
	vcpu->regs.CNTP_CVAL_EL0 = 77;
	arm_vtimer_load(vcpu);
	arm_vtimer_put(vcpu);
	assert_int_equal(gm.machine.timer_calls, 0);
	assert_int_equal(arm_vcpu_next_deadline(vcpu), 77);
}

static void test_virtual_timer_irq(void **state)
{
	(void)state;
	assert_int_equal(arm_vtimer_irq(NULL, 27), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vtimer_irq(vcpu, 3), ARM_VCPU_ERR_RANGE);
	gic_timer(true);
	gic_enter(&gm, 0);
	assert_true(machine_gic_active(0, 27));
	assert_int_equal(gic_ack(&gm, 0), ARM_VTIMER_VIRTUAL_INTID);
	gic_timer(false);
	gic_eoi(&gm, 0, ARM_VTIMER_VIRTUAL_INTID);
	assert_false(machine_gic_active(0, 27));
	gic_unbind(&gm, 0);
	assert_int_equal(arm_vtimer_irq(vcpu, 27), ARM_VCPU_ERR_NOT_BOUND);
}

/* The virtual timer's deadline in physical counts, and its saved ISTATUS. */
static void test_next_deadline(void **state)
{
	struct arm_guest_regs *regs = &vcpu->regs;

	(void)state;
	assert_true(arm_vcpu_next_deadline(NULL) == UINT64_MAX);
	assert_true(arm_vcpu_next_deadline(vcpu) == UINT64_MAX);
	gm.machine.vm.cntvoff = 400;
	regs->CNTV_CVAL_EL0 = 3000;
	regs->CNTV_CTL_EL0 = CNT_CTL_ENABLE | CNT_CTL_IMASK;
	assert_true(arm_vcpu_next_deadline(vcpu) == UINT64_MAX);
	regs->CNTV_CTL_EL0 = CNT_CTL_ENABLE;
	assert_int_equal(arm_vcpu_next_deadline(vcpu), 3400);
	regs->CNTP_CTL_EL0 = CNT_CTL_ENABLE;
	regs->CNTP_CVAL_EL0 = 3399;
	assert_int_equal(arm_vcpu_next_deadline(vcpu), 3399);
	regs->CNTP_CTL_EL0 = 0;

	/* A virtual count ahead of the physical one. */
	gm.machine.vm.cntvoff = 0 - UINT64_C(500);
	assert_int_equal(arm_vcpu_next_deadline(vcpu), 2500);
	regs->CNTV_CVAL_EL0 = 499;
	assert_int_equal(arm_vcpu_next_deadline(vcpu), 0);
	/* Beyond the end of the physical count. */
	gm.machine.vm.cntvoff = 500;
	regs->CNTV_CVAL_EL0 = UINT64_MAX - 1;
	assert_true(arm_vcpu_next_deadline(vcpu) == UINT64_MAX);
}

/* D11.2.4: counts and compare values are unsigned, up to the last one. */
static void test_extremes(void **state)
{
	(void)state;
	put(SYSREG_CNTP_CVAL_EL0, UINT64_MAX);
	put(SYSREG_CNTP_CTL_EL0, CNT_CTL_ENABLE);
	assert_int_equal(get(SYSREG_CNTP_CTL_EL0), CNT_CTL_ENABLE);
	assert_true(arm_vcpu_next_deadline(vcpu) == UINT64_MAX);
	assert_int_equal(get(SYSREG_CNTP_TVAL_EL0), (uint32_t)(0 - 1001u));
	machine_set_time(UINT64_MAX);
	assert_int_equal(get(SYSREG_CNTP_CTL_EL0), 5);
	machine_set_time(1000);
	/* In the past: at once, and the parked vCPU must run at once. */
	put(SYSREG_CNTP_CVAL_EL0, 0);
	assert_int_equal(get(SYSREG_CNTP_CTL_EL0), 5);
	assert_int_equal(arm_vcpu_next_deadline(vcpu), 0);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), ARM_VTIMER_PHYSICAL_INTID);
	/* TVAL beyond either end of the count. */
	put(SYSREG_CNTP_TVAL_EL0, 0x80000000);
	assert_true(get(SYSREG_CNTP_CVAL_EL0) == 1000 - UINT64_C(0x80000000));
	assert_int_equal(get(SYSREG_CNTP_CTL_EL0), 1);
	put(SYSREG_CNTP_TVAL_EL0, 0x7fffffff);
	assert_int_equal(get(SYSREG_CNTP_CVAL_EL0),
			 UINT64_C(1000) + 0x7fffffff);
	assert_int_equal(get(SYSREG_CNTP_CTL_EL0), 1);
	/* The virtual timer of a parked vCPU. */
	put(SYSREG_CNTP_CTL_EL0, 0);
	vcpu->regs.CNTV_CTL_EL0 = CNT_CTL_ENABLE;
	vcpu->regs.CNTV_CVAL_EL0 = UINT64_MAX;
	assert_true(arm_vcpu_next_deadline(vcpu) == UINT64_MAX);
	gm.machine.vm.cntvoff = 500;
	assert_true(arm_vcpu_next_deadline(vcpu) == UINT64_MAX);
	vcpu->regs.CNTV_CVAL_EL0 = 0;
	assert_int_equal(arm_vcpu_next_deadline(vcpu), 500);
}

/* The host's timer may be late: what the guest withdrew does not come. */
static void test_expired_late(void **state)
{
	(void)state;
	put(SYSREG_CNTP_CVAL_EL0, 2000);
	put(SYSREG_CNTP_CTL_EL0, CNT_CTL_ENABLE);
	put(SYSREG_CNTP_CTL_EL0, 0);
	assert_int_equal(arm_vcpu_timer_expired(vcpu), ARM_VCPU_OK);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	put(SYSREG_CNTP_CTL_EL0, CNT_CTL_ENABLE);
	arm_vtimer_put(vcpu);
	assert_int_equal(arm_vcpu_timer_expired(vcpu), ARM_VCPU_OK);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
}

/* A parked vCPU does not run for an interrupt that it would not take; when
 * that changes, it is kicked. */
static void test_nobody_listens(void **state)
{
	struct arm_vcpu *other;
	uint64_t value = UINT64_C(1) << ARM_VTIMER_VIRTUAL_INTID;

	(void)state;
	gic_machine_make(&gm, 2, 4);
	vcpu = gm.cpu[0].vcpu;
	other = gm.cpu[1].vcpu;
	gic_enable(&gm, 0, ARM_VTIMER_VIRTUAL_INTID, 0x80);
	gic_write_bit(&gm, 0, GIC_ICENABLER, ARM_VTIMER_VIRTUAL_INTID);
	gic_unbind(&gm, 0);
	vcpu->regs.CNTV_CTL_EL0 = CNT_CTL_ENABLE;
	vcpu->regs.CNTV_CVAL_EL0 = 10;
	assert_true(arm_vcpu_next_deadline(vcpu) == UINT64_MAX);
	gm.machine.kicks_of[0] = 0;
	arm_vgic_mmio(other, VIRTUAL_GIC_REDIST + 0x10000 + GIC_ISENABLER, 4,
		      true, &value);
	assert_int_equal(gm.machine.kicks_of[0], 1);
	assert_int_equal(arm_vcpu_next_deadline(vcpu), 10);
	/* Masked by priority, by group, or active. */
	vcpu->vgic.vmcr = (uint32_t)ICH_VMCR_VENG1 | 0x80u << 24;
	assert_true(arm_vcpu_next_deadline(vcpu) == UINT64_MAX);
	vcpu->vgic.vmcr = (uint32_t)ICH_VMCR_VENG0 | 0xf0u << 24;
	assert_true(arm_vcpu_next_deadline(vcpu) == UINT64_MAX);
	vcpu->vgic.vmcr = (uint32_t)ICH_VMCR_VENG1 | 0xf0u << 24;
	assert_int_equal(arm_vcpu_next_deadline(vcpu), 10);
	arm_vgic_mmio(other, VIRTUAL_GIC_REDIST + 0x10000 + GIC_ISACTIVER, 4,
		      true, &value);
	assert_true(arm_vcpu_next_deadline(vcpu) == UINT64_MAX);
	gm.machine.kicks_of[0] = 0;
	arm_vgic_mmio(other, VIRTUAL_GIC_REDIST + 0x10000 + GIC_ICACTIVER, 4,
		      true, &value);
	assert_true(gm.machine.kicks_of[0] > 0);
	assert_int_equal(arm_vcpu_next_deadline(vcpu), 10);
}

static void test_without_vgic(void **state)
{
	(void)state;
	gm.machine.vm.vgic = NULL;
	assert_int_equal(arm_vcpu_timer_expired(NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_timer_expired(vcpu), ARM_VCPU_OK);
	arm_vtimer_reset(vcpu);
	put(SYSREG_CNTP_CVAL_EL0, 10);
	put(SYSREG_CNTP_CTL_EL0, CNT_CTL_ENABLE);
	assert_int_equal(get(SYSREG_CNTP_CTL_EL0), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_condition, set_up),
		cmocka_unit_test_setup(test_tval, set_up),
		cmocka_unit_test_setup(test_set_timer_calls, set_up),
		cmocka_unit_test_setup(test_passthrough, set_up),
		cmocka_unit_test_setup(test_virtual_timer_irq, set_up),
		cmocka_unit_test_setup(test_next_deadline, set_up),
		cmocka_unit_test_setup(test_extremes, set_up),
		cmocka_unit_test_setup(test_expired_late, set_up),
		cmocka_unit_test_setup(test_nobody_listens, set_up),
		cmocka_unit_test_setup(test_without_vgic, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
