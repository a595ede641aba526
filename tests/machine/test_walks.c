/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order in which registers of stages 1 and 2 change: no stage-1 walk finds
 * the tables of one guest with VTTBR_EL2 of another (Cortex-A55 1530923, A57
 * 1319537, A72 1319367, A76 1165522). What a CPU may have in effect is what was
 * written last, or anything written since the last ISB.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "machine/host.h"

#define TCR   MACHINE_SYSREG(3, 0, 2, 0, 2)
#define SCTLR MACHINE_SYSREG(3, 0, 1, 0, 0)
#define TTBR0 MACHINE_SYSREG(3, 0, 2, 0, 0)
#define TTBR1 MACHINE_SYSREG(3, 0, 2, 0, 1)
#define MAIR  MACHINE_SYSREG(3, 0, 10, 2, 0)
#define VTCR  MACHINE_SYSREG(3, 4, 2, 1, 2)
#define VTTBR MACHINE_SYSREG(3, 4, 2, 1, 0)
#define HCR   MACHINE_SYSREG(3, 4, 1, 1, 0)

#define EPD      (UINT64_C(1) << 7 | UINT64_C(1) << 23)
#define M        UINT64_C(1)
#define GUEST_ON UINT64_C(0x30d00981) /* SCTLR_EL1 of one with its MMU on */

/* Walks are off for certain; a change of the regime is not yet complete. */
static bool no_walks, mmu_on, unfinished;
static bool no_walks_next, mmu_on_next;
static unsigned changes, starts;
static bool watching;

static void changed(void)
{
	assert_true(no_walks && mmu_on && no_walks_next && mmu_on_next);
	unfinished = true;
	changes++;
}

static void written(unsigned key, uint64_t value)
{
	if (!watching)
		return;
	switch (key) {
	case 0:
		no_walks = no_walks_next;
		mmu_on = mmu_on_next;
		unfinished = false;
		break;
	case TCR:
		no_walks_next = (value & EPD) == EPD;
		if (no_walks_next)
			break;
		/* The last step: all that belongs to it is complete. */
		assert_false(unfinished);
		no_walks = false;
		starts++;
		break;
	case SCTLR:
		assert_true(no_walks && no_walks_next);
		mmu_on_next = value & M;
		if (!mmu_on_next)
			mmu_on = false;
		unfinished = true;
		break;
	case TTBR0:
	case TTBR1:
	case MAIR:
	case VTCR:
	case VTTBR:
	case HCR:
		changed();
		break;
	default:
		break;
	}
}

static const struct arm_pcpu_ops pcpu_ops = {0};

static int setup(void **state)
{
	const struct machine_config config = {
		.seed = 1,
		.cpus = 1,
		.list_registers = 4,
		.priority_bits = 5,
		.written = written,
	};

	(void)state;
	watching = false;
	host_make(&config, &pcpu_ops);
	host_make_memory(0, ARM_STAGE2_READ | ARM_STAGE2_WRITE);
	host_make_vm((struct arm_vm_config){.vcpu_capacity = 1});
	host_make_vcpu(0, (struct arm_vcpu_config){.powered_on = true});
	host_set_up_vcpu(0, NULL);
	assert_int_equal(arm_vcpu_set_reg(&host.vcpu[0],
					  ARM_VCPU_REG(SCTLR_EL1), GUEST_ON),
			 0);
	no_walks = mmu_on = no_walks_next = mmu_on_next = false;
	unfinished = false;
	changes = starts = 0;
	watching = true;
	return 0;
}

static void bind(void)
{
	assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[0]), 0);
}

static void unbind(void)
{
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), 0);
}

/* Nothing is known of what the CPU had before the first guest. */
static void bind_and_unbind(void **state)
{
	(void)state;
	for (unsigned n = 1; n < 3; n++) {
		bind();
		assert_int_equal(starts, n);
		assert_true(changes >= n * 6);
		/* The guest changes what it has as it likes. */
		watching = false;
		machine_write(SCTLR, GUEST_ON & ~M);
		machine_write(TCR, 0);
		no_walks = mmu_on = no_walks_next = mmu_on_next = false;
		watching = true;
		unbind();
		assert_int_equal(starts, n);
		assert_true(no_walks && mmu_on);
	}
}

/* Maintenance for another address space than that of the vCPU here. */
static void borrowed(void **state)
{
	struct arm_stage2 other;
	const struct arm_stage2_config config = {
		.ops = host.s2.ops,
		.ipa_bits = 40,
		.pa_bits = 40,
		.vmid_bits = 8,
	};
	uint16_t vmid;
	uint64_t tcr, sctlr;
	unsigned before;

	(void)state;
	bind();
	assert_int_equal(arm_stage2_init(&other, &config), 0);
	assert_int_equal(arm_stage2_vmid(&other, &host.pool, &vmid), 0);
	assert_int_equal(arm_stage2_map(&other, HOST_RAM, host.ram,
					ARM_STAGE2_PAGE_SIZE, ARM_STAGE2_READ),
			 0);
	tcr = machine_read(TCR);
	sctlr = machine_read(SCTLR);
	assert_int_equal(sctlr, GUEST_ON);
	before = changes;
	assert_int_equal(
		arm_stage2_unmap(&other, HOST_RAM, ARM_STAGE2_PAGE_SIZE), 0);
	assert_true(changes >= before + 4);
	assert_int_equal(starts, 2);
	assert_int_equal(machine_read(TCR), tcr);
	assert_int_equal(machine_read(SCTLR), sctlr);
	unbind();
	arm_stage2_free(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(bind_and_unbind, setup),
		cmocka_unit_test_setup(borrowed, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
