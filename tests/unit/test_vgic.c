/* SPDX-License-Identifier: Apache-2.0 */
/* The vGIC from the host's side, and interrupts in their list registers. */
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

static void test_init_checks(void **state)
{
	struct arm_vgic_bank bank;
	struct fake_machine machine;
	struct arm_vgic vgic;
	struct arm_vgic_config good = {&bank, 32, 0x8000000, 0x80a0000};
	struct arm_vgic_config bad = good;

	(void)state;
	fake_machine_make(&machine);
	assert_int_equal(arm_vgic_init(NULL, &machine.vm, &good),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vgic_init(&vgic, NULL, &good), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vgic_init(&vgic, &machine.vm, NULL),
			 ARM_VCPU_ERR_NULL);
	bad.spi_banks = NULL;
	assert_int_equal(arm_vgic_init(&vgic, &machine.vm, &bad),
			 ARM_VCPU_ERR_NULL);
	bad = good;
	bad.spi_count = ARM_VGIC_MAX_SPIS + 1;
	assert_int_equal(arm_vgic_init(&vgic, &machine.vm, &bad),
			 ARM_VCPU_ERR_RANGE);
	bad = good;
	bad.dist_base = UINT64_C(1) << 48;
	assert_int_equal(arm_vgic_init(&vgic, &machine.vm, &bad),
			 ARM_VCPU_ERR_RANGE);
	bad = good;
	bad.redist_base = (UINT64_C(1) << 48) - 0x10000;
	assert_int_equal(arm_vgic_init(&vgic, &machine.vm, &bad),
			 ARM_VCPU_ERR_RANGE);
	bad = good;
	bad.redist_base += 0x1000;
	assert_int_equal(arm_vgic_init(&vgic, &machine.vm, &bad),
			 ARM_VCPU_ERR_UNALIGNED);
	bad = good;
	bad.dist_base = good.redist_base + 7 * ARM_VGIC_REDIST_SIZE;
	assert_int_equal(arm_vgic_init(&vgic, &machine.vm, &bad),
			 ARM_VCPU_ERR_INVALID);
	assert_null(machine.vm.vgic);
	assert_int_equal(arm_vgic_init(&vgic, &machine.vm, &good), ARM_VCPU_OK);
	assert_int_equal(arm_vgic_init(&vgic, &machine.vm, &good),
			 ARM_VCPU_ERR_EXISTS);
}

static void test_caller_mistakes(void **state)
{
	struct fake_machine machine;
	struct arm_vcpu *vcpu, *bare;

	(void)state;
	fake_machine_make(&machine);
	bare = fake_vcpu_make(&machine, 0);
	assert_int_equal(arm_vgic_set_irq(&machine.vm, SPI, 1),
			 ARM_VCPU_ERR_NOT_FOUND);
	assert_int_equal(arm_vgic_set_ppi(bare, 20, 1), ARM_VCPU_ERR_NOT_FOUND);
	assert_int_equal(arm_vcpu_inject_interrupt(bare, 20),
			 ARM_VCPU_ERR_NOT_FOUND);
	assert_int_equal(arm_vgic_inject_hw(bare, 27, 27),
			 ARM_VCPU_ERR_NOT_FOUND);
	assert_false(arm_vgic_has_pending(bare));
	assert_false(arm_vgic_has_pending(NULL));

	gic_machine_make(&gm, 1, 4);
	vcpu = gm.cpu[0].vcpu;
	assert_int_equal(arm_vgic_set_irq(NULL, SPI, true), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vgic_set_irq(&gm.machine.vm, 31, true),
			 ARM_VCPU_ERR_RANGE);
	assert_int_equal(
		arm_vgic_set_irq(&gm.machine.vm, 32 + VIRTUAL_GIC_SPIS, true),
		ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vgic_set_ppi(NULL, 16, true), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vgic_set_ppi(vcpu, 15, true), ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vgic_set_ppi(vcpu, 32, true), ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vcpu_inject_interrupt(NULL, 3), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_inject_interrupt(vcpu, 32 + VIRTUAL_GIC_SPIS),
			 ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vgic_inject_hw(NULL, 27, 27), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vgic_inject_hw(vcpu, 15, 27), ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vgic_inject_hw(vcpu, 27, 15), ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vgic_inject_hw(vcpu, 27, 1020),
			 ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vgic_inject_hw(vcpu, SPI, 27), ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vgic_maintenance(NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vgic_reset(NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vgic_reset(&gm.vgic), ARM_VCPU_ERR_BOUND);
	gic_unbind(&gm, 0);
	assert_int_equal(arm_vgic_inject_hw(vcpu, 27, 27),
			 ARM_VCPU_ERR_NOT_BOUND);
	assert_int_equal(arm_vgic_maintenance(vcpu), ARM_VCPU_ERR_NOT_BOUND);
	assert_int_equal(arm_vgic_reset(&gm.vgic), ARM_VCPU_OK);
}

/* An SGI to itself needs no second look at anything: one LR write. */
static void test_sgi_to_self_is_direct(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_enable(&gm, 0, 5, 0x80);
	for (unsigned i = 0; i < 3; i++) {
		arm_vgic_send_sgi(gm.cpu[0].vcpu, gic_sgi_to(0, 5), 1);
		assert_int_equal(atomic_load(&gm.cpu[0].vcpu->vgic.attention),
				 0);
		gic_enter(&gm, 0);
		assert_int_equal(gic_ack(&gm, 0), 5);
		gic_eoi(&gm, 0, 5);
		assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	}
	/* Twice before it is taken is once (IHI 0069 4.1.2)... */
	arm_vgic_send_sgi(gm.cpu[0].vcpu, gic_sgi_to(0, 5), 1);
	arm_vgic_send_sgi(gm.cpu[0].vcpu, gic_sgi_to(0, 5), 1);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), 5);
	/* ... while it is active, pending and active. */
	arm_vgic_send_sgi(gm.cpu[0].vcpu, gic_sgi_to(0, 5), 1);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	gic_eoi(&gm, 0, 5);
	assert_int_equal(gic_ack(&gm, 0), 5);
	gic_eoi(&gm, 0, 5);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	assert_int_equal(gm.cpu[0].maintenance, 0);
}

static unsigned sgi_seen(unsigned index)
{
	unsigned intid;

	gic_enter(&gm, index);
	intid = gic_ack(&gm, index);
	if (intid != NO_INTERRUPT)
		gic_eoi(&gm, index, intid);
	return intid;
}

static void test_sgi_targets(void **state)
{
	struct arm_vcpu *sender;

	(void)state;
	gic_machine_make(&gm, 4, 4);
	gm.cpu[3].vcpu->mpidr = UINT64_C(0x0102030011); /* RS 1, bit 1 */
	sender = gm.cpu[1].vcpu;
	for (unsigned i = 0; i < 4; i++)
		gic_enable(&gm, i, 7, 0x40);
	gm.machine.kicks = 0;

	/* All but self (IRM). */
	arm_vgic_send_sgi(sender, ICC_SGIR_IRM | BITS_PUT(ICC_SGIR_INTID, 7),
			  1);
	assert_int_equal(gm.machine.kicks, 3);
	assert_int_equal(sgi_seen(1), NO_INTERRUPT);
	assert_int_equal(sgi_seen(0), 7);
	assert_int_equal(sgi_seen(2), 7);
	assert_int_equal(sgi_seen(3), 7);

	/* A list of three, one of which is nobody. */
	arm_vgic_send_sgi(sender, BITS_PUT(ICC_SGIR_INTID, 7) | 0x8006, 1);
	assert_int_equal(sgi_seen(0), NO_INTERRUPT);
	assert_int_equal(sgi_seen(1), 7);
	assert_int_equal(sgi_seen(2), 7);
	assert_int_equal(sgi_seen(3), NO_INTERRUPT);

	/* Aff3.Aff2.Aff1, range selector. */
	arm_vgic_send_sgi(sender,
			  BITS_PUT(ICC_SGIR_INTID, 7) |
				  BITS_PUT(ICC_SGIR_AFF3, 1) |
				  BITS_PUT(ICC_SGIR_AFF2, 2) |
				  BITS_PUT(ICC_SGIR_AFF1, 3) |
				  BITS_PUT(ICC_SGIR_RS, 1) | 2,
			  1);
	assert_int_equal(sgi_seen(3), NO_INTERRUPT); /* Aff2 is 3 there */
	gm.cpu[3].vcpu->mpidr = UINT64_C(0x0100020311);
	arm_vgic_send_sgi(sender,
			  BITS_PUT(ICC_SGIR_INTID, 7) |
				  BITS_PUT(ICC_SGIR_AFF3, 1) |
				  BITS_PUT(ICC_SGIR_AFF2, 2) |
				  BITS_PUT(ICC_SGIR_AFF1, 3) |
				  BITS_PUT(ICC_SGIR_RS, 1) | 2,
			  1);
	assert_int_equal(sgi_seen(3), 7);

	/* SGI0R reaches nobody who has it in group 1, and the reverse. */
	arm_vgic_send_sgi(sender, gic_sgi_to(1, 7), 0);
	arm_vgic_send_sgi(sender, gic_sgi_to(2, 7), 0);
	assert_int_equal(sgi_seen(1), NO_INTERRUPT);
	assert_int_equal(sgi_seen(2), NO_INTERRUPT);
	gic_redist_write(&gm, 2, 0x10000 + GIC_IGROUPR, 0);
	arm_vgic_send_sgi(sender, gic_sgi_to(2, 7), 0);
	assert_int_equal(sgi_seen(2), 7);
}

/* A line that is still high at EOI comes again; EOI asks for maintenance. */
static void test_level(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_enable(&gm, 0, SPI, 0x80);
	gm.machine.kicks = 0;
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	assert_int_equal(gm.machine.kicks, 1);
	arm_vgic_set_irq(&gm.machine.vm, SPI, true); /* no change */
	assert_int_equal(gm.machine.kicks, 1);
	gic_enter(&gm, 0);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(gic_ack(&gm, 0), SPI);
		assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
		assert_true(gic_read_bit(&gm, 0, GIC_ISPENDR, SPI));
		assert_true(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI));
		gic_eoi(&gm, 0, SPI);
		assert_int_equal(gm.cpu[0].maintenance, i + 1);
	}
	/* It falls before it is taken: nothing is left. */
	assert_int_equal(gic_highest(&gm, 0), SPI);
	arm_vgic_set_irq(&gm.machine.vm, SPI, false);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	assert_false(gic_read_bit(&gm, 0, GIC_ISPENDR, SPI));
}

/* Another interrupt, of another bank, needs its LR before the maintenance
 * interrupt of its EOI is taken: it comes again all the same. */
static void test_level_without_maintenance(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 1);
	gic_enable(&gm, 0, SPI, 0x80);
	gic_enable(&gm, 0, SPI + 32, 0x90);
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), SPI);
	gic_end(&gm, 0, SPI);
	arm_vgic_set_irq(&gm.machine.vm, SPI + 32, true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), SPI);
	arm_vgic_set_irq(&gm.machine.vm, SPI, false);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), SPI + 32);
}

static void test_edge(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_set_edge(&gm, 0, SPI);
	gic_enable(&gm, 0, SPI, 0x80);
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	arm_vgic_set_irq(&gm.machine.vm, SPI, false);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), SPI);
	arm_vgic_set_irq(&gm.machine.vm, SPI, true); /* while active */
	gic_enter(&gm, 0);
	gic_eoi(&gm, 0, SPI);
	assert_int_equal(gic_ack(&gm, 0), SPI);
	gic_eoi(&gm, 0, SPI);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	assert_int_equal(gm.cpu[0].maintenance, 0);
	/* Each call with true is an edge. */
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), SPI);
}

/* arm_vcpu_inject_interrupt(): once, whatever the configuration. */
static void test_inject(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_enable(&gm, 0, 20, 0x80);
	assert_int_equal(arm_vcpu_inject_interrupt(gm.cpu[0].vcpu, 20),
			 ARM_VCPU_OK);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), 20);
	gic_eoi(&gm, 0, 20);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
}

/* More than list registers: strictly by priority, nobody is forgotten. */
static void test_spill_and_refill(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 2);
	for (unsigned i = 0; i < 20; i++)
		gic_enable(&gm, 0, SPI + i, (uint8_t)(0xf8 - i * 8));
	for (unsigned i = 0; i < 20; i++)
		arm_vcpu_inject_interrupt(gm.cpu[0].vcpu, SPI + i);
	gic_enter(&gm, 0);
	for (unsigned i = 20; i-- > 0;) {
		assert_int_equal(gic_ack(&gm, 0), SPI + i);
		gic_eoi(&gm, 0, SPI + i);
	}
	assert_int_equal(gic_ack(&gm, 0), NO_INTERRUPT);
	assert_true(gm.cpu[0].maintenance > 0);
	/* Nobody waits: no more maintenance. */
	assert_int_equal(gic_hcr(&gm, 0), ICH_HCR_EN);
}

/* LRs full of a group that the guest disabled in its CPU interface do not keep
 * the other one out, and come back with the group. */
static void test_disabled_group_waits(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 2);
	for (unsigned i = 0; i < 6; i++)
		gic_enable(&gm, 0, SPI + i, (uint8_t)(8 * i));
	gic_enable(&gm, 0, 60, 0xf0);
	gic_enable(&gm, 0, 61, 0xf8);
	gic_dist_write(&gm, 0, GIC_IGROUPR + 4, BIT(60 - 32) | BIT(61 - 32));
	/* Group 0 is more urgent, and off at the CPU interface. */
	gic_set_group0(&gm, 0, false);
	for (unsigned i = 0; i < 6; i++)
		arm_vcpu_inject_interrupt(gm.cpu[0].vcpu, SPI + i);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	arm_vcpu_inject_interrupt(gm.cpu[0].vcpu, 60);
	arm_vcpu_inject_interrupt(gm.cpu[0].vcpu, 61);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), 60);
	gic_eoi(&gm, 0, 60);
	/* The guest changes its mind: no exit but maintenance. */
	gic_set_group0(&gm, 0, true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), SPI);
	gic_eoi(&gm, 0, SPI);
	gic_set_group0(&gm, 0, false);
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), 61);
	gic_eoi(&gm, 0, 61);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	gic_set_group0(&gm, 0, true);
	gic_enter(&gm, 0);
	for (unsigned i = 1; i < 6; i++) {
		assert_int_equal(gic_ack(&gm, 0), SPI + i);
		gic_eoi(&gm, 0, SPI + i);
	}
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	assert_int_equal(gic_hcr(&gm, 0), ICH_HCR_EN);
}

/* GICD_CTLR and the enables gate what is already in an LR, too. */
static void test_gates(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_enable(&gm, 0, SPI, 0x80);
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), SPI);
	gic_dist_write(&gm, 0, GICD_CTLR, GICD_CTLR_ENABLE_GRP0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	gic_dist_write(&gm, 0, GIC_IGROUPR + 4, 0);
	assert_int_equal(gic_highest(&gm, 0), SPI);
	gic_write_bit(&gm, 0, GIC_ICENABLER, SPI);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	gic_write_bit(&gm, 0, GIC_ISENABLER, SPI);
	assert_int_equal(gic_highest(&gm, 0), SPI);
}

/* A parked vCPU must run for what it would take, and for nothing else. */
static void test_has_pending(void **state)
{
	struct arm_vcpu *vcpu;

	(void)state;
	gic_machine_make(&gm, 2, 4);
	vcpu = gm.cpu[0].vcpu;
	gic_enable(&gm, 0, SPI, 0x80);
	gic_enable(&gm, 0, 3, 0x40);
	assert_false(arm_vgic_has_pending(vcpu));
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	assert_true(arm_vgic_has_pending(vcpu)); /* not in an LR yet */
	assert_false(arm_vgic_has_pending(gm.cpu[1].vcpu));
	gic_enter(&gm, 0);
	assert_true(arm_vgic_has_pending(vcpu)); /* in an LR */
	gic_ack(&gm, 0);
	assert_false(arm_vgic_has_pending(vcpu)); /* active */
	gic_eoi(&gm, 0, SPI);
	assert_true(arm_vgic_has_pending(vcpu));

	/* Unbound, ICH_VMCR_EL2 as it was stored counts. */
	gic_unbind(&gm, 0);
	vcpu->vgic.vmcr = 0;
	assert_false(arm_vgic_has_pending(vcpu));
	vcpu->vgic.vmcr = (uint32_t)(ICH_VMCR_VENG1 | 0x80u << 24);
	assert_false(arm_vgic_has_pending(vcpu)); /* 0x80 is not below 0x80 */
	vcpu->vgic.vmcr = (uint32_t)(ICH_VMCR_VENG1 | 0x88u << 24);
	assert_true(arm_vgic_has_pending(vcpu));
	vcpu->vgic.vmcr = (uint32_t)(ICH_VMCR_VENG0 | 0x88u << 24);
	assert_false(arm_vgic_has_pending(vcpu));
}

/* An SPI follows GICD_IROUTER, from a list register, too. */
static void test_routing(void **state)
{
	uint64_t route = 1;

	(void)state;
	gic_machine_make(&gm, 2, 4);
	gic_enable(&gm, 0, SPI, 0x80);
	arm_vgic_set_irq(&gm.machine.vm, SPI, true);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), SPI);
	gm.machine.kicks_of[0] = gm.machine.kicks_of[1] = 0;
	/* vCPU 1 takes it away from vCPU 0: kicked, folded, passed on. */
	assert_true(arm_vgic_mmio(gm.cpu[1].vcpu,
				  VIRTUAL_GIC_DIST + GICD_IROUTER + 8 * SPI, 8,
				  true, &route));
	assert_int_equal(gm.machine.kicks_of[0], 1);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	assert_int_equal(gm.machine.kicks_of[1], 1);
	gic_enter(&gm, 1);
	assert_int_equal(gic_ack(&gm, 1), SPI);
	/* vCPU 0 disables and deactivates it while vCPU 1 has it. */
	gic_write_bit(&gm, 0, GIC_ICENABLER, SPI);
	gic_write_bit(&gm, 0, GIC_ICACTIVER, SPI);
	gic_enter(&gm, 1);
	assert_false(gic_read_bit(&gm, 1, GIC_ISACTIVER, SPI));
	/* To nobody: it waits for a route. */
	gic_drop_all(&gm, 1);
	gic_write_bit(&gm, 0, GIC_ISENABLER, SPI);
	gic_dist_write(&gm, 0, GICD_IROUTER + 8 * SPI, 9);
	gic_enter(&gm, 1);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	assert_int_equal(gic_highest(&gm, 1), NO_INTERRUPT);
	assert_true(gic_read_bit(&gm, 0, GIC_ISPENDR, SPI));
	/* 12.9.25: nor does being active need one. */
	gic_write_bit(&gm, 0, GIC_ISACTIVER, SPI);
	assert_true(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI));
	gic_dist_write(&gm, 0, GICD_IROUTER + 8 * SPI, 0);
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	gic_write_bit(&gm, 1, GIC_ICACTIVER, SPI);
	gic_enter(&gm, 0);
	assert_int_equal(gic_highest(&gm, 0), SPI);
}

/* Across unbind and bind, perhaps to a CPU with fewer list registers. */
static void test_migration(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	for (unsigned i = 0; i < 6; i++) {
		gic_enable(&gm, 0, SPI + i, (uint8_t)(i * 8));
		arm_vgic_set_irq(&gm.machine.vm, SPI + i, true);
	}
	gic_enter(&gm, 0);
	assert_int_equal(gic_ack(&gm, 0), SPI);
	gic_unbind(&gm, 0);
	assert_int_equal(gm.cpu[0].vcpu->vgic.lr_used, 0);
	gm.cpu[0].lr_count = 1;
	gic_bind(&gm, 0);
	assert_true(gic_read_bit(&gm, 0, GIC_ISACTIVER, SPI));
	arm_vgic_set_irq(&gm.machine.vm, SPI, false);
	gic_eoi(&gm, 0, SPI);
	assert_int_equal(gic_ack(&gm, 0), SPI + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_init_checks),
		cmocka_unit_test(test_caller_mistakes),
		cmocka_unit_test(test_sgi_to_self_is_direct),
		cmocka_unit_test(test_sgi_targets),
		cmocka_unit_test(test_level),
		cmocka_unit_test(test_level_without_maintenance),
		cmocka_unit_test(test_edge),
		cmocka_unit_test(test_inject),
		cmocka_unit_test(test_spill_and_refill),
		cmocka_unit_test(test_disabled_group_waits),
		cmocka_unit_test(test_gates),
		cmocka_unit_test(test_has_pending),
		cmocka_unit_test(test_routing),
		cmocka_unit_test(test_migration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
