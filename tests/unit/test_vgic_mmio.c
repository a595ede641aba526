/* SPDX-License-Identifier: Apache-2.0 */
/* The vGIC's frames register by register, and every offset of every frame. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <arm_vcpu/status.h>

#include "arch/gicv3.h"
#include "gic/vgic.h"
#include "support/virtual_gic.h"

#define SGI_FRAME 0x10000u

static struct gic_machine gm;

static uint64_t read_wide(uint64_t ipa, unsigned width)
{
	uint64_t value = UINT64_C(0x5a5a5a5a5a5a5a5a);

	assert_true(arm_vgic_mmio(gm.cpu[0].vcpu, ipa, width, false, &value));
	return value;
}

static void write_wide(uint64_t ipa, unsigned width, uint64_t value)
{
	assert_true(arm_vgic_mmio(gm.cpu[0].vcpu, ipa, width, true, &value));
}

static void test_frames(void **state)
{
	uint64_t value = 0;
	struct arm_vcpu *vcpu;
	struct arm_vgic *vgic;

	(void)state;
	gic_machine_make(&gm, 2, 4);
	vcpu = gm.cpu[0].vcpu;
	assert_false(
		arm_vgic_mmio(vcpu, VIRTUAL_GIC_DIST - 4, 4, false, &value));
	assert_false(arm_vgic_mmio(vcpu, VIRTUAL_GIC_DIST + 0x10000, 4, false,
				   &value));
	assert_false(
		arm_vgic_mmio(vcpu, VIRTUAL_GIC_REDIST - 4, 4, false, &value));
	/* As many redistributors as vCPUs. */
	assert_true(arm_vgic_mmio(vcpu, VIRTUAL_GIC_REDIST + 0x3fffc, 4, false,
				  &value));
	assert_false(arm_vgic_mmio(vcpu, VIRTUAL_GIC_REDIST + 0x40000, 4, false,
				   &value));
	assert_false(arm_vgic_mmio(vcpu, UINT64_MAX, 1, false, &value));
	vgic = gm.machine.vm.vgic;
	gm.machine.vm.vgic = NULL;
	assert_false(arm_vgic_mmio(vcpu, VIRTUAL_GIC_DIST, 4, false, &value));
	gm.machine.vm.vgic = vgic;
}

static void test_distributor_identity(void **state)
{
	uint64_t typer;

	(void)state;
	gic_machine_make(&gm, 1, 4);
	/* 12.9.38: 32 * (N + 1) INTIDs; ten bits of them; no 1 of N. */
	typer = gic_dist_read(&gm, 0, GICD_TYPER);
	assert_int_equal(BITS_GET(typer, GICD_TYPER_IT_LINES), 3);
	assert_int_equal(BITS_GET(typer, GICD_TYPER_ID_BITS), 9);
	assert_true(typer & GICD_TYPER_NO_1N);
	/* A3V is the CPU's (12.4.12). */
	assert_true(typer & GICD_TYPER_A3V);
	gm.machine.pcpu.features.affinity3 = false;
	assert_int_equal(gic_dist_read(&gm, 0, GICD_TYPER),
			 typer & ~GICD_TYPER_A3V);
	gm.machine.pcpu.features.affinity3 = true;
	assert_int_equal(typer & (BIT(16) | BIT(17) | BIT(10)), 0);
	assert_int_equal(gic_dist_read(&gm, 0, GICD_IIDR) & 0xfff, 0x43b);
	assert_int_equal(gic_dist_read(&gm, 0, GIC_PIDR2) >> 4 & 15, 3);
	assert_int_equal(gic_dist_read(&gm, 0, 0xfff0), 0x0d);
	assert_int_equal(gic_dist_read(&gm, 0, 0xfffc), 0xb1);
	gic_dist_write(&gm, 0, GICD_TYPER, 0);
	assert_int_equal(gic_dist_read(&gm, 0, GICD_TYPER), typer);
}

/* 12.9.4: DS and ARE are RAO/WI, RWP never set. */
static void test_ctlr(void **state)
{
	uint64_t fixed = GICD_CTLR_ARE | GICD_CTLR_DS;

	(void)state;
	gic_machine_make(&gm, 2, 4);
	gic_dist_write(&gm, 0, GICD_CTLR, 0);
	assert_int_equal(gic_dist_read(&gm, 0, GICD_CTLR), fixed);
	gm.machine.kicks = 0;
	gic_dist_write(&gm, 0, GICD_CTLR, UINT32_MAX);
	assert_int_equal(gic_dist_read(&gm, 0, GICD_CTLR), fixed | 3);
	assert_int_equal(gm.machine.kicks, 1); /* the other vCPU */
	/* No change, but another vCPU might be about to make it. */
	gic_dist_write(&gm, 0, GICD_CTLR, 3);
	assert_int_equal(gm.machine.kicks, 2);
}

static void test_redistributor_identity(void **state)
{
	uint64_t typer;

	(void)state;
	gic_machine_make(&gm, 2, 4);
	gm.cpu[1].vcpu->mpidr = UINT64_C(0x0400030201);
	typer = read_wide(VIRTUAL_GIC_REDIST + GICR_TYPER, 8);
	assert_int_equal(typer, 0);
	typer = read_wide(VIRTUAL_GIC_REDIST + 0x20000 + GICR_TYPER, 8);
	assert_int_equal(typer >> 32, 0x04030201);
	assert_true(typer & GICR_TYPER_LAST);
	assert_int_equal(BITS_GET(typer, GICR_TYPER_PROCESSOR), 1);
	assert_int_equal(gic_redist_read(&gm, 1, GICR_TYPER), (uint32_t)typer);
	assert_int_equal(gic_redist_read(&gm, 1, GICR_TYPER + 4), typer >> 32);
	assert_int_equal(gic_redist_read(&gm, 1, GIC_PIDR2) >> 4, 3);
	assert_int_equal(gic_redist_read(&gm, 1, GICR_IIDR) & 0xfff, 0x43b);
	/* No LPIs: nothing to configure. */
	gic_redist_write(&gm, 0, GICR_CTLR, UINT32_MAX);
	gic_redist_write(&gm, 0, GICR_PROPBASER, UINT32_MAX);
	assert_int_equal(gic_redist_read(&gm, 0, GICR_CTLR), 0);
	assert_int_equal(gic_redist_read(&gm, 0, GICR_PROPBASER), 0);
}

/* 12.11.42: awake when ProcessorSleep is cleared, ChildrenAsleep follows. */
static void test_waker(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	assert_int_equal(gic_redist_read(&gm, 0, GICR_WAKER), 6);
	gic_redist_write(&gm, 0, GICR_WAKER, 0);
	assert_int_equal(gic_redist_read(&gm, 0, GICR_WAKER), 0);
	gic_redist_write(&gm, 0, GICR_WAKER, UINT32_MAX);
	assert_int_equal(gic_redist_read(&gm, 0, GICR_WAKER), 6);
}

/* 12.1.4: with affinity routing SGIs and PPIs are not in the distributor. */
static void test_private_in_distributor(void **state)
{
	static const uint16_t regs[] = {
		GIC_IGROUPR,    GIC_ISENABLER, GIC_ISPENDR,   GIC_ISACTIVER,
		GIC_IPRIORITYR, GIC_ICFGR,     GIC_ITARGETSR, GIC_IGRPMODR,
		GIC_NSACR,      0xf00,         0xf10,         0xf20,
	};

	(void)state;
	gic_machine_make(&gm, 1, 4);
	for (unsigned i = 0; i < sizeof(regs) / sizeof(regs[0]); i++) {
		gic_dist_write(&gm, 0, regs[i], UINT32_MAX);
		assert_int_equal(gic_dist_read(&gm, 0, regs[i]), 0);
	}
	assert_int_equal(gic_redist_read(&gm, 0, SGI_FRAME + GIC_IGROUPR), 0);
	/* And nothing but them is in a redistributor. */
	gic_redist_write(&gm, 0, SGI_FRAME + GIC_IGROUPR + 4, UINT32_MAX);
	assert_int_equal(gic_dist_read(&gm, 0, GIC_IGROUPR + 4), 0);
	gic_redist_write(&gm, 0, SGI_FRAME + GICD_IROUTER + 8 * 40, 1);
	assert_int_equal(gic_dist_read(&gm, 0, GICD_IROUTER + 8 * 40), 0);
}

static void test_set_and_clear(void **state)
{
	static const uint16_t pairs[][2] = {
		{GIC_ISENABLER, GIC_ICENABLER},
		{GIC_ISPENDR, GIC_ICPENDR},
		{GIC_ISACTIVER, GIC_ICACTIVER},
	};

	(void)state;
	gic_machine_make(&gm, 1, 2);
	for (unsigned i = 0; i < 3; i++) {
		unsigned set = pairs[i][0] + 8, clear = pairs[i][1] + 8;

		gic_dist_write(&gm, 0, set, 0xff00ff00);
		gic_dist_write(&gm, 0, set, 0x1);
		assert_int_equal(gic_dist_read(&gm, 0, set), 0xff00ff01);
		assert_int_equal(gic_dist_read(&gm, 0, clear), 0xff00ff01);
		gic_dist_write(&gm, 0, clear, 0x0f000001);
		assert_int_equal(gic_dist_read(&gm, 0, set), 0xf000ff00);
		gic_dist_write(&gm, 0, clear, UINT32_MAX);
		assert_int_equal(gic_dist_read(&gm, 0, clear), 0);
	}
	/* Beyond the banks there is nothing. */
	gic_dist_write(&gm, 0, GIC_ISENABLER + 16, UINT32_MAX);
	assert_int_equal(gic_dist_read(&gm, 0, GIC_ISENABLER + 16), 0);
}

/* 12.9.20: five bits are implemented, by byte and by word. */
static void test_priority(void **state)
{
	uint64_t ipa = VIRTUAL_GIC_DIST + GIC_IPRIORITYR + 40;

	(void)state;
	gic_machine_make(&gm, 1, 4);
	write_wide(ipa, 4, 0xff87f001);
	assert_int_equal(read_wide(ipa, 4), 0xf880f000);
	write_wide(ipa + 1, 1, 0x4f);
	assert_int_equal(read_wide(ipa + 1, 1), 0x48);
	assert_int_equal(read_wide(ipa, 4), 0xf8804800);
	write_wide(ipa, 2, UINT64_MAX);
	write_wide(ipa, 8, UINT64_MAX);
	assert_int_equal(read_wide(ipa, 2), 0);
	assert_int_equal(read_wide(ipa, 8), 0);
	assert_int_equal(read_wide(ipa, 4), 0xf8804800);
}

/* 12.9.9, 12.11.7: SGIs edge, PPIs level, both fixed; SPIs writable. */
static void test_config(void **state)
{
	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_redist_write(&gm, 0, SGI_FRAME + GIC_ICFGR, 0);
	gic_redist_write(&gm, 0, SGI_FRAME + GIC_ICFGR + 4, UINT32_MAX);
	assert_int_equal(gic_redist_read(&gm, 0, SGI_FRAME + GIC_ICFGR),
			 0xaaaaaaaa);
	assert_int_equal(gic_redist_read(&gm, 0, SGI_FRAME + GIC_ICFGR + 4), 0);
	gic_dist_write(&gm, 0, GIC_ICFGR + 8, 0xc0000003);
	gic_dist_write(&gm, 0, GIC_ICFGR + 12, 0x0000000a);
	assert_int_equal(gic_dist_read(&gm, 0, GIC_ICFGR + 8), 0x80000002);
	assert_int_equal(gic_dist_read(&gm, 0, GIC_ICFGR + 12), 0x0000000a);
	gic_dist_write(&gm, 0, GIC_ICFGR + 8, 0);
	assert_int_equal(gic_dist_read(&gm, 0, GIC_ICFGR + 8), 0);
	assert_int_equal(gic_dist_read(&gm, 0, GIC_ICFGR + 12), 0x0000000a);
}

/* 12.9.22: 64 bits, or two times 32; IRM is RES0 without 1 of N. */
static void test_router(void **state)
{
	uint64_t ipa = VIRTUAL_GIC_DIST + GICD_IROUTER + 8 * 50;

	(void)state;
	gic_machine_make(&gm, 1, 4);
	write_wide(ipa, 8, UINT64_MAX);
	assert_true(read_wide(ipa, 8) == UINT64_C(0xff00ffffff));
	write_wide(ipa, 4, 0x010203);
	assert_true(read_wide(ipa, 8) == UINT64_C(0xff00010203));
	write_wide(ipa + 4, 4, 0x04);
	assert_true(read_wide(ipa, 8) == UINT64_C(0x0400010203));
	assert_int_equal(read_wide(ipa, 4), 0x010203);
	assert_int_equal(read_wide(ipa + 4, 4), 0x04);
	/* SGIs and PPIs have none. */
	write_wide(VIRTUAL_GIC_DIST + GICD_IROUTER + 8 * 31, 8, 1);
	assert_int_equal(read_wide(VIRTUAL_GIC_DIST + GICD_IROUTER + 8 * 31, 8),
			 0);
}

/* INTID 1020 to 1023 do not exist, whatever the word access says. */
static void test_last_bank(void **state)
{
	static struct arm_vgic_bank banks[ARM_VGIC_BANKS(ARM_VGIC_MAX_SPIS)];
	struct arm_vgic_config config = {banks, ARM_VGIC_MAX_SPIS,
					 VIRTUAL_GIC_DIST, VIRTUAL_GIC_REDIST};
	static const uint16_t regs[] = {GIC_IGROUPR, GIC_ISENABLER, GIC_ISPENDR,
					GIC_ISACTIVER};

	(void)state;
	gic_machine_make(&gm, 1, 4);
	gic_unbind(&gm, 0);
	gm.machine.vm.vgic = NULL;
	assert_int_equal(arm_vgic_init(&gm.vgic, &gm.machine.vm, &config),
			 ARM_VCPU_OK);
	gic_bind(&gm, 0);
	assert_int_equal(gic_dist_read(&gm, 0, GICD_TYPER) & 31, 31);
	for (unsigned i = 0; i < 4; i++) {
		gic_dist_write(&gm, 0, regs[i] + 4 * 31, UINT32_MAX);
		assert_int_equal(gic_dist_read(&gm, 0, regs[i] + 4 * 31),
				 0x0fffffff);
	}
	gic_dist_write(&gm, 0, GIC_IPRIORITYR + 1020, UINT32_MAX);
	assert_int_equal(gic_dist_read(&gm, 0, GIC_IPRIORITYR + 1020), 0);
	gic_dist_write(&gm, 0, GIC_ICFGR + 4 * 63, UINT32_MAX);
	assert_int_equal(gic_dist_read(&gm, 0, GIC_ICFGR + 4 * 63), 0x00aaaaaa);
	gic_dist_write(&gm, 0, GICD_IROUTER + 8 * 1020, 1);
	assert_int_equal(gic_dist_read(&gm, 0, GICD_IROUTER + 8 * 1020), 0);
	gic_dist_write(&gm, 0, GICD_IROUTER + 8 * 1019, 1);
	assert_int_equal(gic_dist_read(&gm, 0, GICD_IROUTER + 8 * 1019), 1);
}

/* Is there a register that may answer at this offset and width? */
static bool may_answer(uint64_t offset, unsigned width)
{
	uint64_t in_frame = offset & 0xffff;

	if (offset & (width - 1))
		return false;
	if (width == 1)
		return in_frame >= GIC_IPRIORITYR && in_frame < GIC_ITARGETSR;
	if (width == 8)
		return (in_frame >= GICD_IROUTER &&
			in_frame < GICD_IROUTER_END) ||
		       in_frame == GICR_TYPER;
	return width == 4;
}

static void sweep(uint64_t base, uint64_t size, uint64_t value)
{
	for (uint64_t offset = 0; offset < size; offset++) {
		for (unsigned width = 1; width <= 8; width *= 2) {
			write_wide(base + offset, width, value);
			if (!may_answer(offset, width))
				assert_int_equal(
					read_wide(base + offset, width), 0);
			else if (width < 8)
				assert_int_equal(
					read_wide(base + offset, width) >>
						8 * width,
					0);
		}
		if (offset % 64 == 0)
			gic_enter(&gm, 0);
	}
}

static void test_every_offset(void **state)
{
	(void)state;
	gic_machine_make(&gm, 2, 4);
	sweep(VIRTUAL_GIC_DIST, ARM_VGIC_DIST_SIZE, UINT64_MAX);
	sweep(VIRTUAL_GIC_REDIST, 2 * ARM_VGIC_REDIST_SIZE, UINT64_MAX);
	sweep(VIRTUAL_GIC_DIST, ARM_VGIC_DIST_SIZE,
	      UINT64_C(0x123456789abcdef));
	sweep(VIRTUAL_GIC_REDIST, 2 * ARM_VGIC_REDIST_SIZE, 0);
	/* The gap between the region and the identification is empty. */
	for (unsigned offset = 0x8000; offset < 0xffd0; offset += 4)
		assert_int_equal(gic_dist_read(&gm, 0, offset), 0);
}

/* Another vCPU's redistributor can be set up from here. */
static void test_foreign_redistributor(void **state)
{
	uint64_t frame = VIRTUAL_GIC_REDIST + ARM_VGIC_REDIST_SIZE + SGI_FRAME;

	(void)state;
	gic_machine_make(&gm, 2, 4);
	write_wide(frame + GIC_IGROUPR, 4, BIT(9));
	write_wide(frame + GIC_ISENABLER, 4, BIT(9));
	gm.machine.kicks_of[1] = 0;
	write_wide(frame + GIC_ISPENDR, 4, BIT(9));
	assert_int_equal(gm.machine.kicks_of[1], 1);
	gic_enter(&gm, 1);
	assert_int_equal(gic_highest(&gm, 1), 9);
	assert_int_equal(read_wide(frame + GIC_ISPENDR, 4), BIT(9));
	write_wide(frame + GIC_ICPENDR, 4, BIT(9));
	assert_int_equal(read_wide(frame + GIC_ISPENDR, 4), 0);
	gic_enter(&gm, 1);
	assert_int_equal(gic_highest(&gm, 1), NO_INTERRUPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_frames),
		cmocka_unit_test(test_distributor_identity),
		cmocka_unit_test(test_ctlr),
		cmocka_unit_test(test_redistributor_identity),
		cmocka_unit_test(test_waker),
		cmocka_unit_test(test_private_in_distributor),
		cmocka_unit_test(test_set_and_clear),
		cmocka_unit_test(test_priority),
		cmocka_unit_test(test_config),
		cmocka_unit_test(test_router),
		cmocka_unit_test(test_last_bank),
		cmocka_unit_test(test_every_offset),
		cmocka_unit_test(test_foreign_redistributor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
