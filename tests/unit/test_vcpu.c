/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU outside its guest: making, set-up, misuse, reset, power. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arch/el2.h"
#include "context/kick.h"
#include "support/fake.h"
#include "vcpu/vcpu.h"

static struct fake_machine machine;
static struct arm_vcpu *vcpu;

static const struct arm_vcpu_ept_root good_root = {
	.root = 0x40000000,
	.vtcr = BIT(6) | (64 - 40), /* SL0: level 1; T0SZ: 40 bits; 4 KiB */
	.vmid = 7,
};

static int fresh(void **state)
{
	(void)state;
	fake_machine_make(&machine);
	vcpu = fake_vcpu_make(&machine, 0);
	return 0;
}

/* What a failed call must have left alone. */
static struct arm_vcpu before;

static void remember(void)
{
	memcpy(&before, vcpu, sizeof(before));
}

static void assert_untouched(void)
{
	assert_memory_equal(&before, vcpu, sizeof(before));
}

static void vm_init_refuses_misuse(void **state)
{
	const struct arm_vm_ops no_kick = {.kick = NULL};
	struct arm_vcpu *table[2];
	struct arm_vm vm;
	struct arm_vm_config config = {
		.ops = &fake_vm_ops, .vcpus = table, .vcpu_capacity = 2};

	(void)state;
	assert_int_equal(arm_vm_init(NULL, &config), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vm_init(&vm, NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vm_init(&vm, &config), ARM_VCPU_OK);
	config.vcpu_capacity = 0;
	assert_int_equal(arm_vm_init(&vm, &config), ARM_VCPU_ERR_RANGE);
	config.vcpu_capacity = 513;
	assert_int_equal(arm_vm_init(&vm, &config), ARM_VCPU_ERR_RANGE);
	config.vcpu_capacity = 2;
	config.smc_allowed_count = 1;
	assert_int_equal(arm_vm_init(&vm, &config), ARM_VCPU_ERR_NULL);
	config.smc_allowed_count = 0;
	config.ops = &no_kick;
	assert_int_equal(arm_vm_init(&vm, &config), ARM_VCPU_ERR_NULL);
	config.ops = &fake_vm_ops;
	config.vcpus = NULL;
	assert_int_equal(arm_vm_init(&vm, &config), ARM_VCPU_ERR_NULL);
}

static void init_enters_the_table_once(void **state)
{
	struct arm_vcpu *table[2];
	struct arm_vcpu first, second, third;
	struct arm_vm vm;
	const struct arm_vm_config vm_config = {
		.ops = &fake_vm_ops, .vcpus = table, .vcpu_capacity = 2};
	struct arm_vcpu_config config = {.vm = &vm, .mpidr = 1, .x0 = 0x99};

	(void)state;
	assert_int_equal(arm_vm_init(&vm, &vm_config), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_init(NULL, &config), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_init(&first, NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_init(&first, &config), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_init(&second, &config), ARM_VCPU_ERR_EXISTS);
	/* MPIDR_EL1: only Aff3 to Aff0 are the caller's. */
	config.mpidr = UINT64_C(1) << 31;
	assert_int_equal(arm_vcpu_init(&second, &config), ARM_VCPU_ERR_RANGE);
	config.mpidr = UINT64_C(0x0200000003);
	assert_int_equal(arm_vcpu_init(&second, &config), ARM_VCPU_OK);
	config.mpidr = 5;
	assert_int_equal(arm_vcpu_init(&third, &config), ARM_VCPU_ERR_FULL);

	assert_ptr_equal(arm_vm_find_vcpu(&vm, 1), &first);
	/* U, MT and RES1 of an MPIDR do not count. */
	assert_ptr_equal(arm_vm_find_vcpu(&vm, UINT64_C(0x02c1000003) &
						       ~UINT64_C(0x10000)),
			 &second);
	assert_null(arm_vm_find_vcpu(&vm, 5));
	assert_null(arm_vm_find_vcpu(NULL, 1));
	assert_int_equal(arm_vcpu_power(&first), ARM_VCPU_POWER_OFF);
	assert_int_equal(first.frame.gpr[0], 0x99);
	/* EL1h with DAIF masked. */
	assert_int_equal(first.frame.spsr, 0x3c5);
}

static void entry_is_checked_against_the_ipa_size(void **state)
{
	(void)state;
	vcpu->has_root = false;
	remember();
	assert_int_equal(arm_vcpu_set_entry(NULL, 0), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_set_entry(vcpu, 2), ARM_VCPU_ERR_UNALIGNED);
	assert_int_equal(arm_vcpu_set_entry(vcpu, UINT64_C(1) << 48),
			 ARM_VCPU_ERR_RANGE);
	assert_untouched();
	assert_int_equal(arm_vcpu_set_entry(vcpu, UINT64_C(1) << 47),
			 ARM_VCPU_OK);
	remember();
	/* That entry does not fit 40 bits. */
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &good_root),
			 ARM_VCPU_ERR_RANGE);
	assert_untouched();
	assert_int_equal(arm_vcpu_set_entry(vcpu, 0x40000000), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &good_root), ARM_VCPU_OK);
	assert_int_equal(vcpu->regs.VTTBR_EL2,
			 (UINT64_C(7) << 48) | 0x40000000);
	assert_int_equal(arm_vcpu_set_entry(vcpu, UINT64_C(1) << 40),
			 ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vcpu_set_entry(vcpu, (UINT64_C(1) << 40) - 4),
			 ARM_VCPU_OK);
	assert_int_equal(vcpu->frame.elr, (UINT64_C(1) << 40) - 4);
}

static void root_is_checked(void **state)
{
	struct arm_vcpu_ept_root root = good_root;

	(void)state;
	vcpu->entry = 0;
	remember();
	assert_int_equal(arm_vcpu_set_ept_root(NULL, &root), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, NULL), ARM_VCPU_ERR_NULL);
	root.root = 0x40000800;
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &root),
			 ARM_VCPU_ERR_UNALIGNED);
	root.root = UINT64_C(1) << 48;
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &root),
			 ARM_VCPU_ERR_RANGE);
	root = good_root;
	root.vtcr |= BIT(14); /* 64 KiB granule */
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &root),
			 ARM_VCPU_ERR_INVALID);
	root.vtcr = 64 - 31;
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &root),
			 ARM_VCPU_ERR_INVALID);
	root.vtcr = 64 - 49;
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &root),
			 ARM_VCPU_ERR_INVALID);
	/* Two concatenated tables: aligned to both (DDI 0487 D8.2.2). */
	root = good_root;
	root.root = 0x40001000;
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &root),
			 ARM_VCPU_ERR_UNALIGNED);
	/* 16 are the most, so that 40 bits cannot start at level 2, nor 44 at
	 * level 1; 39 cannot start at level 0, nor anything at level 3. */
	root = good_root;
	root.vtcr = 64 - 40;
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &root),
			 ARM_VCPU_ERR_INVALID);
	root.vtcr = BIT(6) | (64 - 44);
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &root),
			 ARM_VCPU_ERR_INVALID);
	root.vtcr = BIT(7) | (64 - 39);
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &root),
			 ARM_VCPU_ERR_INVALID);
	root.vtcr = BITS(7, 6) | (64 - 40);
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &root),
			 ARM_VCPU_ERR_INVALID);
	assert_untouched();
	vcpu->pcpu = &machine.pcpu;
	remember();
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &good_root),
			 ARM_VCPU_ERR_BOUND);
	assert_int_equal(arm_vcpu_setup(vcpu, NULL), ARM_VCPU_ERR_BOUND);
	assert_int_equal(arm_vcpu_reset(vcpu), ARM_VCPU_ERR_BOUND);
	assert_int_equal(arm_vcpu_power_on(vcpu, 0, 0), ARM_VCPU_ERR_BOUND);
	assert_untouched();
	vcpu->pcpu = NULL;
}

static void own_interrupts_exclude_a_vgic(void **state)
{
	const struct arm_vcpu_setup own = {.passthrough_interrupts = true};
	struct arm_vgic vgic = {.spi_count = 0};

	(void)state;
	machine.vm.vgic = &vgic;
	remember();
	assert_int_equal(arm_vcpu_setup(vcpu, &own), ARM_VCPU_ERR_INVALID);
	assert_untouched();
	machine.vm.vgic = NULL;
	assert_int_equal(arm_vcpu_setup(vcpu, &own), ARM_VCPU_OK);
}

static void bind_is_checked_in_order(void **state)
{
	struct arm_pcpu *pcpu = &machine.pcpu;

	(void)state;
	memset(pcpu, 0, sizeof(*pcpu));
	vcpu->is_setup = false;
	vcpu->has_root = false;
	assert_int_equal(arm_vcpu_check_bind(NULL, pcpu), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_check_bind(vcpu, NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_check_bind(vcpu, pcpu),
			 ARM_VCPU_ERR_NOT_SETUP);
	assert_int_equal(arm_vcpu_setup(vcpu, NULL), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_check_bind(vcpu, pcpu), ARM_VCPU_ERR_NO_ROOT);
	vcpu->entry = 0;
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &good_root), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_check_bind(vcpu, pcpu),
			 ARM_VCPU_ERR_NOT_ENABLED);
	pcpu->enabled = true;
	assert_int_equal(arm_vcpu_check_bind(vcpu, pcpu), ARM_VCPU_OK);
	/* AArch32 at EL0 was asked for, and this CPU has none. */
	vcpu->features = ARM_VCPU_AARCH32_EL0;
	assert_int_equal(arm_vcpu_check_bind(vcpu, pcpu),
			 ARM_VCPU_ERR_UNSUPPORTED);
	pcpu->features.aarch32_el0 = true;
	assert_int_equal(arm_vcpu_check_bind(vcpu, pcpu), ARM_VCPU_OK);
	pcpu->bound = vcpu;
	assert_int_equal(arm_vcpu_check_bind(vcpu, pcpu), ARM_VCPU_ERR_BOUND);
}

static void controls_hide_what_the_cpu_has(void **state)
{
	struct arm_pcpu_features cpu = {.midr = 0x410fd083};
	uint64_t hcr;

	(void)state;
	arm_vcpu_controls(vcpu, &cpu);
	hcr = vcpu->regs.HCR_EL2;
	assert_true(hcr & HCR_VM);
	assert_true(hcr & HCR_RW);
	assert_true(hcr & HCR_TSC);
	assert_true(hcr & HCR_TID3);
	assert_true((hcr & (HCR_IMO | HCR_FMO | HCR_AMO)) ==
		    (HCR_IMO | HCR_FMO | HCR_AMO));
	assert_false(hcr & (HCR_TLOR | HCR_TERR | HCR_TWI | HCR_TWE));
	assert_false(hcr & BIT(58)); /* TID5: RES0 without MTE */
	/* No PMU, so neither TPM nor HPMN. */
	assert_int_equal(vcpu->regs.MDCR_EL2,
			 MDCR_TDA | MDCR_TDOSA | MDCR_TDRA);
	/* Arm ARM, CPTR_EL2: RES1 13, 12, 9 to 0 but TFP, which traps. */
	assert_int_equal(vcpu->regs.CPTR_EL2, 0x33ff | BIT(10));
	assert_int_equal(vcpu->regs.VMPIDR_EL2, BIT(31));
	assert_int_equal(vcpu->regs.VPIDR_EL2, 0x410fd083);
	assert_int_equal(vcpu->regs.CNTHCTL_EL2, 1);

	cpu = (struct arm_pcpu_features){.midr = 0x412fd050,
					 .lor = true,
					 .ras = true,
					 .mte = true,
					 .pmu = true,
					 .pmu_counters = 6,
					 .spe = true,
					 .trace = true,
					 .amu = true};
	assert_int_equal(arm_vcpu_trap_wait(vcpu, true, false), ARM_VCPU_OK);
	arm_vcpu_controls(vcpu, &cpu);
	hcr = vcpu->regs.HCR_EL2;
	assert_true((hcr & (HCR_TLOR | HCR_TERR | HCR_TWI | HCR_TWE)) ==
		    (HCR_TLOR | HCR_TERR | HCR_TWI));
	assert_true(hcr & BIT(58)); /* TID5: GMID_EL1, of MTE */
	assert_true(vcpu->regs.MDCR_EL2 & MDCR_TPM);
	assert_int_equal(vcpu->regs.MDCR_EL2 & MDCR_HPMN, 6);
	assert_true(vcpu->regs.MDCR_EL2 & MDCR_TPMS);
	assert_true(vcpu->regs.MDCR_EL2 & MDCR_TTRF);
	assert_true(vcpu->regs.CPTR_EL2 & CPTR_TAM);
	assert_true(vcpu->regs.CPTR_EL2 & CPTR_TTA);
	assert_int_equal(vcpu->regs.VPIDR_EL2, 0x412fd050);

	vcpu->virtual_interrupts = false;
	vcpu->virtual_timers = false;
	arm_vcpu_controls(vcpu, &cpu);
	assert_false(vcpu->regs.HCR_EL2 & (HCR_IMO | HCR_FMO));
	assert_int_equal(vcpu->regs.CNTHCTL_EL2, 3);
	assert_int_equal(arm_vcpu_trap_wait(NULL, false, false),
			 ARM_VCPU_ERR_NULL);
}

static void reset_forgets_the_guest_and_keeps_the_host(void **state)
{
	(void)state;
	vcpu->entry = 0;
	vcpu->boot_arg = 0x48000000;
	assert_int_equal(arm_vcpu_set_ept_root(vcpu, &good_root), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_set_entry(vcpu, 0x40080000), ARM_VCPU_OK);
	memset(vcpu->frame.gpr, 0xaa, sizeof(vcpu->frame.gpr));
	vcpu->regs.SCTLR_EL1 = 0x30d0198d;
	vcpu->regs.TTBR1_EL1 = 0x1234;
	vcpu->fp.v[3][1] = 7;
	vcpu->os_lock = false;
	assert_int_equal(arm_vcpu_trap_wait(vcpu, true, true), ARM_VCPU_OK);

	assert_int_equal(arm_vcpu_reset(vcpu), ARM_VCPU_OK);
	assert_int_equal(vcpu->frame.elr, 0x40080000);
	assert_int_equal(vcpu->frame.gpr[0], 0x48000000);
	assert_int_equal(vcpu->frame.gpr[1], 0);
	assert_int_equal(vcpu->frame.spsr, 0x3c5);
	assert_int_equal(vcpu->regs.SCTLR_EL1, 0x30d00980);
	assert_int_equal(vcpu->regs.TTBR1_EL1, 0);
	assert_int_equal(vcpu->fp.v[3][1], 0);
	assert_true(vcpu->os_lock);
	assert_int_equal(vcpu->regs.VTTBR_EL2,
			 (UINT64_C(7) << 48) | 0x40000000);
	assert_int_equal(vcpu->regs.HCR_EL2, HCR_TWI | HCR_TWE);
	assert_int_equal(arm_vcpu_reset(NULL), ARM_VCPU_ERR_NULL);
}

static void power_on_starts_elsewhere_once(void **state)
{
	(void)state;
	vcpu->has_root = false;
	assert_int_equal(arm_vcpu_set_entry(vcpu, 0x1000), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_set_power(vcpu, ARM_VCPU_POWER_OFF),
			 ARM_VCPU_OK);
	remember();
	assert_int_equal(arm_vcpu_power_on(NULL, 0, 0), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_power_on(vcpu, 2, 0), ARM_VCPU_ERR_UNALIGNED);
	assert_int_equal(arm_vcpu_set_power(vcpu, (enum arm_vcpu_power_state)3),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_vcpu_set_power(NULL, ARM_VCPU_POWER_ON),
			 ARM_VCPU_ERR_NULL);
	assert_untouched();
	/* Its redistributor is another CPU's to write while it is off. */
	vcpu->vgic.bank.enabled = 0xffff;
	vcpu->vgic.vmcr = 0xff000000;
	assert_int_equal(arm_vcpu_power_on(vcpu, 0x2000, 42), ARM_VCPU_OK);
	assert_int_equal(vcpu->vgic.bank.enabled, 0xffff);
	assert_int_equal(vcpu->vgic.vmcr, 0);
	assert_int_equal(vcpu->frame.elr, 0x2000);
	assert_int_equal(vcpu->frame.gpr[0], 42);
	assert_int_equal(arm_vcpu_power(vcpu), ARM_VCPU_POWER_ON);
	assert_int_equal(arm_vcpu_power(NULL), ARM_VCPU_POWER_OFF);
	assert_int_equal(arm_vcpu_reset(vcpu), ARM_VCPU_OK);
	assert_int_equal(vcpu->vgic.bank.enabled, 0);
	assert_int_equal(vcpu->frame.elr, 0x1000);
}

static void kick_is_remembered_and_told(void **state)
{
	(void)state;
	assert_int_equal(arm_vcpu_kick(NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_kick(vcpu), ARM_VCPU_OK);
	assert_int_equal(vcpu->kicked, 1);
	assert_int_equal(machine.kicks, 1);
	arm_vcpu_notify(vcpu);
	assert_int_equal(machine.kicks, 2);
}

static void complete_and_fail_need_an_exit(void **state)
{
	(void)state;
	remember();
	assert_int_equal(arm_vcpu_complete(NULL, 0), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_complete(vcpu, 0),
			 ARM_VCPU_ERR_NO_COMPLETION);
	assert_int_equal(arm_vcpu_fail(NULL, ARM_VCPU_FAIL_UNDEFINED),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_fail(vcpu, ARM_VCPU_FAIL_UNDEFINED),
			 ARM_VCPU_ERR_NO_COMPLETION);
	assert_untouched();

	vcpu->pending.kind = ARM_VCPU_COMPLETE_RESULT;
	assert_int_equal(arm_vcpu_complete(vcpu, 3), ARM_VCPU_OK);
	assert_int_equal(vcpu->frame.gpr[0], 3);
	assert_int_equal(arm_vcpu_complete(vcpu, 4),
			 ARM_VCPU_ERR_NO_COMPLETION);

	/* A failure that is none leaves the exit as it was. */
	vcpu->pending.kind = ARM_VCPU_COMPLETE_SKIP;
	remember();
	assert_int_equal(arm_vcpu_fail(vcpu, (enum arm_vcpu_failure)2),
			 ARM_VCPU_ERR_INVALID);
	assert_untouched();

	/* The instruction is done: it cannot fail any more. */
	assert_int_equal(arm_vcpu_complete(vcpu, 0), ARM_VCPU_OK);
	remember();
	assert_int_equal(arm_vcpu_fail(vcpu, ARM_VCPU_FAIL_UNDEFINED),
			 ARM_VCPU_ERR_NO_COMPLETION);
	assert_untouched();

	/* Nor can what a reset has wiped out. */
	vcpu->pending.kind = ARM_VCPU_COMPLETE_FAULT;
	assert_int_equal(arm_vcpu_reset(vcpu), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_fail(vcpu, ARM_VCPU_FAIL_UNDEFINED),
			 ARM_VCPU_ERR_NO_COMPLETION);
}

static void fail_takes_the_guest_to_its_vector(void **state)
{
	(void)state;
	vcpu->regs.VBAR_EL1 = 0x8000;
	vcpu->frame.elr = 0x1230;
	vcpu->pending.kind = ARM_VCPU_COMPLETE_FAULT;
	vcpu->snap.esr = (UINT64_C(0x24) << 26) | BIT(25) | BIT(6);
	vcpu->snap.far = 0xdead000;
	assert_int_equal(arm_vcpu_fail(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT),
			 ARM_VCPU_OK);
	/* From EL1h: VBAR + 0x200; EC 0x25, DFSC 0x10, WnR. */
	assert_int_equal(vcpu->frame.elr, 0x8200);
	assert_int_equal(vcpu->regs.ELR_EL1, 0x1230);
	assert_int_equal(vcpu->regs.FAR_EL1, 0xdead000);
	assert_int_equal(vcpu->regs.ESR_EL1 >> 26, 0x25);
	assert_int_equal(vcpu->regs.ESR_EL1 & 0x7f, 0x50);
	assert_int_equal(arm_vcpu_fail(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT),
			 ARM_VCPU_ERR_NO_COMPLETION);
	vcpu->pending.kind = ARM_VCPU_COMPLETE_FAULT;
	assert_int_equal(arm_vcpu_fail(vcpu, ARM_VCPU_FAIL_UNDEFINED),
			 ARM_VCPU_OK);
	assert_int_equal(vcpu->regs.ESR_EL1 >> 26, 0);
}

static void cntvoff_waits_for_unbound_vcpus(void **state)
{
	(void)state;
	assert_int_equal(arm_vm_set_cntvoff(NULL, 1), ARM_VCPU_ERR_NULL);
	vcpu->pcpu = &machine.pcpu;
	assert_int_equal(arm_vm_set_cntvoff(&machine.vm, 1),
			 ARM_VCPU_ERR_BOUND);
	vcpu->pcpu = NULL;
	assert_int_equal(arm_vm_set_cntvoff(&machine.vm, 55), ARM_VCPU_OK);
	assert_int_equal(machine.vm.cntvoff, 55);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(vm_init_refuses_misuse, fresh),
		cmocka_unit_test_setup(init_enters_the_table_once, fresh),
		cmocka_unit_test_setup(entry_is_checked_against_the_ipa_size,
				       fresh),
		cmocka_unit_test_setup(root_is_checked, fresh),
		cmocka_unit_test_setup(own_interrupts_exclude_a_vgic, fresh),
		cmocka_unit_test_setup(bind_is_checked_in_order, fresh),
		cmocka_unit_test_setup(controls_hide_what_the_cpu_has, fresh),
		cmocka_unit_test_setup(
			reset_forgets_the_guest_and_keeps_the_host, fresh),
		cmocka_unit_test_setup(power_on_starts_elsewhere_once, fresh),
		cmocka_unit_test_setup(kick_is_remembered_and_told, fresh),
		cmocka_unit_test_setup(complete_and_fail_need_an_exit, fresh),
		cmocka_unit_test_setup(fail_takes_the_guest_to_its_vector,
				       fresh),
		cmocka_unit_test_setup(cntvoff_waits_for_unbound_vcpus, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
