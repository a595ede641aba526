/* SPDX-License-Identifier: Apache-2.0 */
/* What the trapped registers that are more than a constant do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "context/reg.h"
#include "support/trap.h"

#define PATTERN UINT64_C(0xa5a5a5a5a5a5a5a5)

static struct arm_vgic vgic;

/* The guest gets a vGIC without SPIs. */
static void add_vgic(void)
{
	const struct arm_vgic_config config = {
		.dist_base = 0x08000000,
		.redist_base = 0x080a0000,
	};

	memset(&vgic, 0, sizeof(vgic));
	assert_int_equal(arm_vgic_init(&vgic, &trap.machine.vm, &config),
			 ARM_VCPU_OK);
}

static void id_registers(void **state)
{
	(void)state;
	CPU_ID(6, 0) = UINT64_C(0x1122334455667788);
	assert_int_equal(trap_mrs(SYSREG(3, 0, 0, 6, 0)),
			 UINT64_C(0x1122334450667780));
	/* Reserved ID space reads zero; nothing there can be written. */
	CPU_ID(7, 7) = UINT64_MAX;
	assert_int_equal(trap_mrs(SYSREG(3, 0, 0, 7, 7)), 0);
	assert_true(trap_undefined(SYSREG(3, 0, 0, 6, 0), false, TRAP_EL1H));
	assert_int_equal(trap.machine.log_count, 0);
}

/* Rt 31 is XZR: it reads zero, and a load to it is dropped. */
static void xzr(void **state)
{
	(void)state;
	trap.vcpu->frame.sp_el0 = PATTERN;
	trap_msr(SYSREG(2, 0, 1, 0, 4), 1);
	assert_true(trap.vcpu->os_lock);
	assert_true(trap_access(SYSREG(2, 0, 1, 0, 4), 31, false));
	assert_false(trap.vcpu->os_lock);
	assert_true(trap_access(SYSREG(2, 0, 7, 8, 6), 31, true));
	assert_int_equal(trap.vcpu->frame.sp_el0, PATTERN);
	assert_int_equal(trap.vcpu->frame.elr, TRAP_PC + 4);
}

/* Arm ARM DDI 0487 D19.3: OSLAR.OSLK, OSLSR.OSLK and OSLM. */
static void os_lock(void **state)
{
	(void)state;
	assert_int_equal(trap_mrs(SYSREG(2, 0, 1, 1, 4)), 0x8);
	trap_msr(SYSREG(2, 0, 1, 0, 4), UINT64_C(0xfffffffffffffff1));
	assert_int_equal(trap_mrs(SYSREG(2, 0, 1, 1, 4)), 0xa);
	trap_msr(SYSREG(2, 0, 1, 0, 4), 2);
	assert_int_equal(trap_mrs(SYSREG(2, 0, 1, 1, 4)), 0x8);
}

static void claim_tags(void **state)
{
	(void)state;
	trap_msr(SYSREG(2, 0, 7, 8, 6), 0x1f0f);
	assert_int_equal(trap_mrs(SYSREG(2, 0, 7, 9, 6)), 0x0f);
	trap_msr(SYSREG(2, 0, 7, 8, 6), 0x80);
	trap_msr(SYSREG(2, 0, 7, 9, 6), 0x05);
	assert_int_equal(trap_mrs(SYSREG(2, 0, 7, 9, 6)), 0x8a);
}

/* MDSCR_EL1: in the CPU while bound; SS, TDCC, KDE and MDE only. */
static void mdscr(void **state)
{
	const uint32_t key = SYSREG(2, 0, 0, 2, 2);

	(void)state;
	trap_msr(key, UINT64_MAX);
	assert_int_equal(CPU(MDSCR_EL1), 0xb001);
	assert_int_equal(trap_mrs(key), 0xb001);
	fake_vcpu_unbind(trap.vcpu);
	trap.vcpu->regs.MDSCR_EL1 = 1;
	assert_int_equal(arm_reg_read(trap.vcpu, ARM_REG_MDSCR_EL1), 1);
}

/* As many comparators as ID_AA64DFR0_EL1 says, not one more. */
static void comparators(void **state)
{
	(void)state;
	CPU_ID(5, 0) = 0x00505006;
	uint64_t dfr0 = trap_mrs(SYSREG(3, 0, 0, 5, 0));

	for (unsigned op2 = 4; op2 < 8; op2++) {
		unsigned count =
			1 + (unsigned)(dfr0 >> (op2 < 6 ? 12 : 20) & 0xf);

		for (unsigned n = 0; n < 16; n++)
			assert_int_equal(trap_undefined(SYSREG(2, 0, 0, n, op2),
							true, TRAP_EL1H),
					 n >= count);
	}
}

/* The physical ACTLR_EL1 is not the guest's to change. */
static void actlr(void **state)
{
	const uint32_t key = SYSREG(3, 0, 1, 0, 1);

	(void)state;
	CPU(ACTLR_EL1) = 0x40;
	trap_msr(key, UINT64_MAX);
	assert_int_equal(CPU(ACTLR_EL1), 0x40);
	assert_int_equal(trap_mrs(key), 0x40);
}

/* IHI 0069 12.2.24, the fields of ICC_SGI1R_EL1. */
static void ipi_without_vgic(void **state)
{
	const uint64_t value = UINT64_C(0xab) << 48 | UINT64_C(0x7) << 44 |
			       BIT(40) | UINT64_C(0xcd) << 32 | 0x9 << 24 |
			       0xef << 16 | 0x8421;

	(void)state;
	for (unsigned op2 = 5; op2 < 8; op2++) {
		trap.vcpu->frame.gpr[3] = value;
		assert_false(trap_access(SYSREG(3, 0, 12, 11, op2), 3, false));
		assert_int_equal(trap.exit.reason, ARM_VCPU_EXIT_SEND_IPI);
		assert_int_equal(trap.exit.ipi.affinity,
				 UINT64_C(0xab00cdef00));
		assert_int_equal(trap.exit.ipi.target_list, 0x8421);
		assert_int_equal(trap.exit.ipi.range, 7);
		assert_int_equal(trap.exit.ipi.intid, 9);
		assert_true(trap.exit.ipi.all_but_self);
		assert_int_equal(trap.exit.ipi.group, op2 == 5);
		assert_int_equal(trap.vcpu->pending.kind,
				 ARM_VCPU_COMPLETE_SKIP);
		assert_int_equal(trap.vcpu->frame.elr, TRAP_PC);
	}
}

/* SGI 9 to Aff0 0 of this cluster. */
static void ipi_with_vgic(void **state)
{
	const uint64_t value = 9 << 24 | 1;

	(void)state;
	add_vgic();
	trap_msr(SYSREG(3, 0, 12, 11, 5), value);
	assert_int_equal(trap.vcpu->vgic.bank.latch & BIT(9),
			 trap.vcpu->vgic.bank.group & BIT(9));
	trap.vcpu->vgic.bank.group = BIT(9);
	trap_msr(SYSREG(3, 0, 12, 11, 7), value);
	assert_int_equal(trap.vcpu->vgic.bank.latch & BIT(9), 0);
	trap_msr(SYSREG(3, 0, 12, 11, 5), value);
	assert_int_equal(trap.vcpu->vgic.bank.latch & BIT(9), BIT(9));
	/* Pass-through interrupts: the host sends it. */
	trap.vcpu->virtual_interrupts = false;
	trap.vcpu->frame.gpr[9] = value;
	assert_false(trap_access(SYSREG(3, 0, 12, 11, 5), 9, false));
	assert_int_equal(trap.exit.reason, ARM_VCPU_EXIT_SEND_IPI);
}

/* IHI 0069 12.2.26: only the system register interface, fixed. */
/* A guest that owns the CPU's interrupts asks whether it may use the system
 * registers, as Linux does: ICC_SRE_EL1 traps for it, too. */
static void cpu_interface_passed_through(void **state)
{
	(void)state;
	assert_true(trap_undefined(SYSREG(3, 0, 12, 12, 5), true, TRAP_EL1H));
	trap.vcpu->virtual_interrupts = false;
	assert_int_equal(trap_mrs(SYSREG(3, 0, 12, 12, 5)), 7);
	trap_msr(SYSREG(3, 0, 12, 12, 5), 0);
	assert_int_equal(trap_mrs(SYSREG(3, 0, 12, 12, 5)), 7);
}

static void cpu_interface_with_vgic(void **state)
{
	(void)state;
	add_vgic();
	assert_int_equal(trap_mrs(SYSREG(3, 0, 12, 12, 5)), 7);
	trap_msr(SYSREG(3, 0, 12, 12, 5), 0);
	assert_int_equal(trap_mrs(SYSREG(3, 0, 12, 12, 5)), 7);
	assert_true(trap_undefined(SYSREG(3, 0, 12, 11, 1), true, TRAP_EL1H));
	trap_msr(SYSREG(3, 0, 12, 11, 1), 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(id_registers, trap_setup),
		cmocka_unit_test_setup(xzr, trap_setup),
		cmocka_unit_test_setup(os_lock, trap_setup),
		cmocka_unit_test_setup(claim_tags, trap_setup),
		cmocka_unit_test_setup(mdscr, trap_setup),
		cmocka_unit_test_setup(comparators, trap_setup),
		cmocka_unit_test_setup(actlr, trap_setup),
		cmocka_unit_test_setup(ipi_without_vgic, trap_setup),
		cmocka_unit_test_setup(ipi_with_vgic, trap_setup),
		cmocka_unit_test_setup(cpu_interface_passed_through,
				       trap_setup),
		cmocka_unit_test_setup(cpu_interface_with_vgic, trap_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
