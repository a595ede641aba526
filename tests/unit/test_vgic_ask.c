/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers about interrupts that sit in another vCPU's list registers: what
 * is read is the live state, and a write has happened when it returns.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arch/gicv3.h"
#include "gic/vgic.h"
#include "support/virtual_gic.h"

#define SPI    40u
#define VCPUS  3u
#define ROUNDS 10u
#define SEEDS  100u

static struct gic_machine gm;

/* An edge-triggered SPI of vCPU 1, pending in its LR. */
static int set_up(void **state)
{
	(void)state;
	gic_machine_make(&gm, 2, 4);
	gic_set_edge(&gm, 0, SPI);
	gic_dist_write(&gm, 0, GICD_IROUTER + 8 * SPI, 1);
	gic_enable(&gm, 0, SPI, 0x80);
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	gic_enter(&gm, 1);
	assert_int_equal(gic_highest(&gm, 1), SPI);
	return 0;
}

static void expect(bool pending, bool active)
{
	assert_int_equal(gic_read_bit(&gm, 0, GIC_ISPENDR, SPI), pending);
	assert_int_equal(gic_read_bit(&gm, 0, GIC_ICPENDR, SPI), pending);
	assert_int_equal(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI), active);
	assert_int_equal(gic_read_bit(&gm, 0, GIC_ICACTIVER, SPI), active);
}

static void test_read(void **state)
{
	(void)state;
	expect(true, false);
	assert_int_equal(gic_ack(&gm, 1), SPI);
	expect(false, true);
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	expect(true, true);
	gic_enter(&gm, 1);
	expect(true, true);
	gic_eoi(&gm, 1, SPI);
	expect(true, false);
	assert_int_equal(gic_ack(&gm, 1), SPI);
	gic_eoi(&gm, 1, SPI);
	expect(false, false);
}

/* An SGI of another vCPU's, through its redistributor. */
static void test_read_private(void **state)
{
	unsigned frame = 0x10000;

	(void)state;
	gic_enable(&gm, 1, 3, 0x40);
	arm_vgic_send_sgi(gm.cpu[0].vcpu, gic_sgi_to(1, 3), 1);
	gic_enter(&gm, 1);
	assert_int_equal(gic_ack(&gm, 1), 3);
	/* By vCPU 0: the frame of vCPU 1. */
	for (unsigned i = 0; i < 2; i++) {
		uint64_t value = 0, ipa = VIRTUAL_GIC_REDIST +
					  ARM_VGIC_REDIST_SIZE + frame;

		assert_int_equal(arm_vgic_mmio(gm.cpu[0].vcpu,
					       ipa + GIC_ISACTIVER, 4, false,
					       &value),
				 ARM_VGIC_DONE);
		assert_int_equal(value, i ? 0 : 1u << 3);
		assert_int_equal(arm_vgic_mmio(gm.cpu[0].vcpu,
					       ipa + GIC_ISPENDR, 4, false,
					       &value),
				 ARM_VGIC_DONE);
		assert_int_equal(value, 0);
		if (!i)
			gic_eoi(&gm, 1, 3);
	}
}

/* The level of another vCPU's virtual timer, running and parked. */
static void test_read_timer(void **state)
{
	uint64_t value = 0, ipa = VIRTUAL_GIC_REDIST + ARM_VGIC_REDIST_SIZE +
				  0x10000 + GIC_ISPENDR;
	struct arm_vcpu *reader = gm.cpu[0].vcpu, *owner = gm.cpu[1].vcpu;

	(void)state;
	gic_timer(true);
	assert_int_equal(arm_vgic_mmio(reader, ipa, 4, false, &value),
			 ARM_VGIC_DONE);
	assert_int_equal(value, 1u << ARM_VTIMER_VIRTUAL_INTID);
	gic_timer(false);
	arm_vgic_mmio(reader, ipa, 4, false, &value);
	assert_int_equal(value, 0);
	gic_unbind(&gm, 1);
	arm_vcpu_set_reg(owner, ARM_VCPU_REG(CNTV_CTL_EL0), 1);
	arm_vcpu_set_reg(owner, ARM_VCPU_REG(CNTV_CVAL_EL0), 1000);
	gm.machine.vm.cntvoff = 50;
	machine_set_time(1049);
	arm_vgic_mmio(reader, ipa, 4, false, &value);
	assert_int_equal(value, 0);
	machine_set_time(1050);
	arm_vgic_mmio(reader, ipa, 4, false, &value);
	assert_int_equal(value, 1u << ARM_VTIMER_VIRTUAL_INTID);
	arm_vcpu_set_reg(owner, ARM_VCPU_REG(CNTP_CVAL_EL0), 1050);
	arm_vcpu_set_reg(owner, ARM_VCPU_REG(CNTP_CTL_EL0), 1);
	arm_vgic_mmio(reader, ipa, 4, false, &value);
	assert_int_equal(value, 1u << ARM_VTIMER_VIRTUAL_INTID |
					1u << ARM_VTIMER_PHYSICAL_INTID);
	/* Its own CPU is in the middle of writing them: what is read is not
	 * the control of before with the value of now. */
	owner->regs.CNTV_CVAL_EL0 = owner->regs.CNTP_CVAL_EL0 = UINT64_MAX;
	arm_vgic_mmio(reader, ipa, 4, false, &value);
	assert_int_equal(value, 1u << ARM_VTIMER_VIRTUAL_INTID |
					1u << ARM_VTIMER_PHYSICAL_INTID);
	arm_vcpu_reset(owner);
	arm_vgic_mmio(reader, ipa, 4, false, &value);
	assert_int_equal(value, 0);
}

/* Nothing more is taken once the write has returned. */
static void test_write(void **state)
{
	static const uint16_t regs[] = {GIC_ICENABLER, GIC_ICPENDR};

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		gic_write_bit(&gm, 0, regs[i], SPI);
		assert_int_equal(gic_highest(&gm, 1), NO_INTERRUPT);
		assert_false(gic_dist_read(&gm, 0, GICD_CTLR) & GICD_CTLR_RWP);
		gic_write_bit(&gm, 0, GIC_ISENABLER, SPI);
		gic_enter(&gm, 1);
		assert_int_equal(gic_highest(&gm, 1), i ? NO_INTERRUPT : SPI);
	}
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	gic_enter(&gm, 1);
	gic_dist_write(&gm, 0, GICD_CTLR, GICD_CTLR_ENABLE_GRP0);
	assert_int_equal(gic_highest(&gm, 1), NO_INTERRUPT);
	gic_dist_write(&gm, 0, GICD_CTLR, GICD_CTLR_ENABLE_GRP1);
	assert_int_equal(gic_ack(&gm, 1), SPI);
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	gic_enter(&gm, 1);
	gic_write_bit(&gm, 0, GIC_ICACTIVER, SPI);
	expect(true, false);
}

/* IHI 0069 12.2.10: ICC_DIR_EL1 of an SPI that another PE acknowledged. */
static void test_deactivated_elsewhere(void **state)
{
	(void)state;
	gm.cpu[0].eoimode1 = gm.cpu[1].eoimode1 = true;
	assert_int_equal(gic_ack(&gm, 1), SPI);
	gic_eoi(&gm, 1, SPI);
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	gic_enter(&gm, 1);
	expect(true, true);
	gic_dir(&gm, 0, SPI);
	expect(true, false);
	assert_int_equal(gic_ack(&gm, 1), SPI);
	gic_eoi(&gm, 1, SPI);
	gic_dir(&gm, 0, SPI);
	expect(false, false);
}

/* A CPU that is busy in its host: the load is executed again, and RWP says
 * that the write is under way (IHI 0069 12.9.4). */
static void test_deaf(void **state)
{
	uint64_t value = 0, ipa = VIRTUAL_GIC_DIST + GIC_ISACTIVER + 4;

	(void)state;
	gm.deaf = true;
	assert_int_equal(arm_vgic_mmio(gm.cpu[0].vcpu, ipa, 4, false, &value),
			 ARM_VGIC_AGAIN);
	gic_write_bit(&gm, 0, GIC_ICENABLER, SPI);
	assert_true(gic_dist_read(&gm, 0, GICD_CTLR) & GICD_CTLR_RWP);
	assert_int_equal(gic_redist_read(&gm, 0, GICR_CTLR), GICR_CTLR_RWP);
	assert_int_equal(gic_highest(&gm, 1), SPI);
	gic_enter(&gm, 1);
	assert_int_equal(gic_highest(&gm, 1), NO_INTERRUPT);
	assert_false(gic_dist_read(&gm, 0, GICD_CTLR) & GICD_CTLR_RWP);
	assert_int_equal(gic_redist_read(&gm, 0, GICR_CTLR), 0);
	assert_int_equal(arm_vgic_mmio(gm.cpu[0].vcpu, ipa, 4, false, &value),
			 ARM_VGIC_DONE);
	/* Parked: there is nobody to wait for. */
	gic_write_bit(&gm, 0, GIC_ISENABLER, SPI);
	gic_enter(&gm, 1);
	assert_int_equal(gic_ack(&gm, 1), SPI);
	gic_unbind(&gm, 1);
	expect(false, true);
	assert_false(gic_dist_read(&gm, 0, GICD_CTLR) & GICD_CTLR_RWP);
}

/* It answers after the load was given up: the next try takes that answer. */
static void test_late_answer(void **state)
{
	uint64_t value = 0, ipa = VIRTUAL_GIC_REDIST + ARM_VGIC_REDIST_SIZE +
				  0x10000 + GIC_ISPENDR;

	(void)state;
	gm.cpu[0].vcpu->frame.elr = 0x4000;
	gic_timer(true);
	gm.deaf = true;
	assert_int_equal(arm_vgic_mmio(gm.cpu[0].vcpu, ipa, 4, false, &value),
			 ARM_VGIC_AGAIN);
	gic_enter(&gm, 1);
	assert_int_equal(arm_vgic_mmio(gm.cpu[0].vcpu, ipa, 4, false, &value),
			 ARM_VGIC_DONE);
	assert_int_equal(value, 1u << ARM_VTIMER_VIRTUAL_INTID);
	/* Another load asks anew. */
	assert_int_equal(arm_vgic_mmio(gm.cpu[0].vcpu, ipa, 4, false, &value),
			 ARM_VGIC_AGAIN);
	gic_timer(false);
}

/* Who disables what another vCPU is still disabling waits like that one: his
 * RWP must not read 0 while the holder has the interrupt in its LR. */
static void test_second_writer_asks_too(void **state)
{
	struct arm_vgic_cpu *holder = &gm.cpu[1].vcpu->vgic;
	unsigned asked;

	(void)state;
	gm.deaf = true;
	gic_write_bit(&gm, 0, GIC_ICENABLER, SPI);
	asked = holder->wanted;
	gic_write_bit(&gm, 0, GIC_ICENABLER, SPI);
	assert_true(holder->wanted > asked);
	gic_dist_write(&gm, 0, GICD_CTLR, 0);
	asked = holder->wanted;
	gic_dist_write(&gm, 0, GICD_CTLR, 0);
	assert_true(holder->wanted > asked);
	assert_true(gic_dist_read(&gm, 0, GICD_CTLR) & GICD_CTLR_RWP);
}

/* An empty list register is told as such: 0 would be SGI 0, not active. */
static void test_an_empty_slot_is_no_interrupt(void **state)
{
	const struct arm_vgic_cpu *holder = &gm.cpu[1].vcpu->vgic;

	(void)state;
	expect(true, false);
	for (unsigned slot = 0; slot < ARM_VGIC_MAX_LRS; slot++)
		if (!(holder->lr_used >> slot & 1))
			assert_int_equal((uint32_t)holder->seen[slot],
					 UINT32_MAX);
}

/* A reset does not take the question out of a vCPU's attention. */
static void test_a_question_outlives_a_reset(void **state)
{
	struct arm_vcpu *vcpu = gm.cpu[1].vcpu;
	uint64_t value = 0, ipa = VIRTUAL_GIC_DIST + GIC_ISACTIVER + 4;

	(void)state;
	gm.deaf = true;
	assert_int_equal(arm_vgic_mmio(gm.cpu[0].vcpu, ipa, 4, false, &value),
			 ARM_VGIC_AGAIN);
	gic_unbind(&gm, 1);
	assert_int_equal(arm_vcpu_reset(vcpu), ARM_VCPU_OK);
	gic_bind(&gm, 1);
	assert_int_equal(vcpu->vgic.answered, vcpu->vgic.wanted);
}

/* CPUs that are interleaved at random: each has an SPI of its own, and looks at
 * the others'. */
static _Atomic unsigned kicked[VCPUS], over;
static _Atomic unsigned step[VCPUS]; /* even: inactive; odd: changing or not */
static _Atomic unsigned wrong, reads;

static void other_kick(void *ctx, struct arm_vcpu *vcpu)
{
	(void)ctx;
	atomic_store(&kicked[vcpu->index], 1);
}

static void pass(unsigned index)
{
	if (atomic_exchange(&kicked[index], 0))
		gic_enter(&gm, index);
}

static void look(unsigned index, unsigned other)
{
	unsigned before = atomic_load(&step[other]);
	uint64_t value = 0, ipa = VIRTUAL_GIC_DIST + GIC_ISACTIVER + 4;
	unsigned intid = SPI + other;

	while (arm_vgic_mmio(gm.cpu[index].vcpu, ipa, 4, false, &value) ==
	       ARM_VGIC_AGAIN) {
		machine_step();
		pass(index);
	}
	/* Steps: 0 inactive, 1 to be taken, 2 active, 3 to be ended. */
	if (before != atomic_load(&step[other]) || before % 2)
		return;
	atomic_fetch_add(&reads, 1);
	if ((value >> intid % 32 & 1) != (before % 4 == 2))
		atomic_fetch_add(&wrong, 1);
}

static void cpu_main(void *number)
{
	unsigned index = *(unsigned *)number, intid = SPI + index;

	for (unsigned i = 0; i < ROUNDS; i++) {
		atomic_fetch_add(&step[index], 1);
		arm_vgic_set_irq(&gm.machine.vm, intid, true);
		gic_enter(&gm, index);
		while (gic_ack(&gm, index) != intid)
			gic_enter(&gm, index);
		atomic_fetch_add(&step[index], 1);
		look(index, (index + 1) % VCPUS);
		pass(index);
		atomic_fetch_add(&step[index], 1);
		gic_eoi(&gm, index, intid);
		atomic_fetch_add(&step[index], 1);
		look(index, (index + 2) % VCPUS);
		pass(index);
	}
	atomic_fetch_add(&over, 1);
	while (atomic_load(&over) != VCPUS) {
		machine_step();
		pass(index);
	}
}

static void test_cpus(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		gic_machine_make(&gm, VCPUS, 4);
		gm.ops.kick = other_kick;
		over = 0;
		for (unsigned i = 0; i < VCPUS; i++) {
			kicked[i] = step[i] = 0;
			gic_set_edge(&gm, 0, SPI + i);
			gic_dist_write(&gm, 0, GICD_IROUTER + 8 * (SPI + i), i);
			gic_enable(&gm, 0, SPI + i, 0x80);
			/* and ELR_EL1 is 0 */
			gm.cpu[i].vcpu->frame.elr = 0x1000;
		}
		fake_cpus_run(seed, VCPUS, cpu_main);
		assert_int_equal(wrong, 0);
	}
	assert_true(reads > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_read, set_up),
		cmocka_unit_test_setup(test_read_private, set_up),
		cmocka_unit_test_setup(test_read_timer, set_up),
		cmocka_unit_test_setup(test_write, set_up),
		cmocka_unit_test_setup(test_deactivated_elsewhere, set_up),
		cmocka_unit_test_setup(test_deaf, set_up),
		cmocka_unit_test_setup(test_late_answer, set_up),
		cmocka_unit_test_setup(test_second_writer_asks_too, set_up),
		cmocka_unit_test_setup(test_an_empty_slot_is_no_interrupt,
				       set_up),
		cmocka_unit_test_setup(test_a_question_outlives_a_reset,
				       set_up),
		cmocka_unit_test(test_cpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
