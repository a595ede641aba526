/* SPDX-License-Identifier: Apache-2.0 */
/* Which synchronous exits the library answers, and which are the host's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arch/esr.h"
#include "arch/sysreg.h"
#include "hw/guest.h"
#include "support/fake.h"
#include "trap/trap.h"

#define DIST     UINT64_C(0x08000000)
#define REDIST   UINT64_C(0x080a0000)
#define IGROUPR1 0x84
#define TYPER    4
#define PC       UINT64_C(0x40001000)

static struct fake_machine machine;
static struct arm_vgic vgic;
static struct arm_vgic_bank banks[2];
static struct arm_vcpu *vcpu;
static struct arm_vcpu_exit exit_;

static int fresh(void **state)
{
	const struct arm_vgic_config config = {
		.spi_banks = banks,
		.spi_count = 64,
		.dist_base = DIST,
		.redist_base = REDIST,
	};

	(void)state;
	fake_machine_make(&machine);
	assert_int_equal(arm_vgic_init(&vgic, &machine.vm, &config),
			 ARM_VCPU_OK);
	vcpu = fake_vcpu_make(&machine, 0);
	fake_vcpu_bind(&machine, vcpu);
	vcpu->exit = &exit_;
	vcpu->frame.elr = PC;
	return 0;
}

/* A word-wide access to ipa with Rt, translation fault at level 3. */
static void abort_at(uint64_t ipa, unsigned rt, uint64_t more)
{
	CPU(ESR_EL2) = (UINT64_C(0x24) << 26) | BIT(25) | ESR_DABT_ISV |
		       BITS_PUT(ESR_DABT_SAS, 2) | BITS_PUT(ESR_DABT_SRT, rt) |
		       0x7 | more;
	CPU(FAR_EL2) = ipa & 0xfff;
	CPU(HPFAR_EL2) = ipa >> 12 << 4;
}

static void distributor_read_lands_in_rt(void **state)
{
	(void)state;
	abort_at(DIST + TYPER, 20, 0);
	assert_int_not_equal(arm_guest_sync(vcpu), ARM_TO_HOST);
	/* IHI 0069, GICD_TYPER.ITLinesNumber: 96 interrupts. */
	assert_int_equal(vcpu->frame.gpr[20] & 0x1f, 2);
	assert_int_equal(vcpu->frame.elr, PC + 4);
}

static void distributor_write_takes_the_low_word(void **state)
{
	(void)state;
	vcpu->frame.gpr[3] = UINT64_C(0xffffffff00ff00ff);
	abort_at(DIST + IGROUPR1, 3, ESR_DABT_WNR);
	assert_int_not_equal(arm_guest_sync(vcpu), ARM_TO_HOST);
	assert_int_equal(banks[0].group, 0x00ff00ff);
	assert_int_equal(vcpu->frame.elr, PC + 4);
}

/* An exit: decoded, PC where it was. */
static void assert_host(enum arm_vcpu_exit_reason reason)
{
	assert_int_equal(arm_guest_sync(vcpu), ARM_TO_HOST);
	assert_int_equal(exit_.reason, reason);
	assert_int_equal(vcpu->frame.elr, PC);
}

static void other_addresses_are_the_hosts(void **state)
{
	(void)state;
	abort_at(0x09000018, 1, 0);
	assert_host(ARM_VCPU_EXIT_MMIO_READ);
	assert_int_equal(exit_.mmio.addr, 0x09000018);
}

static void only_plain_accesses_reach_the_vgic(void **state)
{
	(void)state;
	/* On the guest's own table walk. */
	abort_at(DIST + TYPER, 0, ESR_ABT_S1PTW);
	assert_host(ARM_VCPU_EXIT_DATA_FAULT);
	/* Cache maintenance by address. */
	abort_at(DIST + TYPER, 0, ESR_DABT_CM | ESR_DABT_WNR);
	assert_host(ARM_VCPU_EXIT_DATA_FAULT);
	/* LD64B and its kin (LST). */
	abort_at(DIST + TYPER, 0, BITS_PUT(ESR_DABT_LST, 1));
	assert_host(ARM_VCPU_EXIT_NO_SYNDROME);
	/* No syndrome: an LDP, say. */
	abort_at(DIST + TYPER, 0, 0);
	CPU(ESR_EL2) &= ~ESR_DABT_ISV;
	assert_host(ARM_VCPU_EXIT_NO_SYNDROME);
	/* A permission fault on something that is mapped there. */
	abort_at(DIST + TYPER, 0, 0);
	CPU(ESR_EL2) |= 0xc;
	assert_host(ARM_VCPU_EXIT_DATA_FAULT);
}

/* HPFAR_EL2 is UNKNOWN then: the guest's stage 1, here VA + TTBR0_EL1, tells
 * the IPA, and PAR_EL1 is still the guest's (Arm ARM DDI 0487, HPFAR_EL2). */
static void a_permission_fault_asks_stage_1(void **state)
{
	(void)state;
	abort_at(0x3000, 0, ESR_DABT_WNR);
	CPU(ESR_EL2) |= 0xc;
	CPU(FAR_EL2) = 0x5678;
	CPU(SCTLR_EL1) = 1;
	CPU(TTBR0_EL1) = 0x40000000;
	CPU(PAR_EL1) = 0x123456789;
	assert_host(ARM_VCPU_EXIT_DATA_FAULT);
	assert_int_equal(exit_.fault.ipa, 0x40005678);
	assert_int_equal(CPU(PAR_EL1), 0x123456789);
}

static bool denied;

static bool is_denied(uint64_t va)
{
	assert_int_equal(va, DIST + TYPER);
	return denied;
}

/* Cortex-A57 834220: what stage 1 does not let pass is no fault of stage 2's;
 * the guest takes its own. */
static void a_fault_of_stage_1_is_not_served(void **state)
{
	(void)state;
	fake_denied = is_denied;
	for (unsigned n = 0; n < 2; n++) {
		denied = n;
		abort_at(DIST + TYPER, 0, 0);
		CPU(FAR_EL2) = DIST + TYPER;
		CPU(PAR_EL1) = 0x123456789;
		vcpu->frame.elr = PC;
		assert_int_not_equal(arm_guest_sync_checked(vcpu), ARM_TO_HOST);
		assert_int_equal(vcpu->frame.elr, denied ? PC : PC + 4);
		assert_int_equal(CPU(PAR_EL1), 0x123456789);
	}
	/* An instruction's, too; but not a walk's, nor anything else. */
	CPU(ESR_EL2) = UINT64_C(0x20) << 26 | 7;
	assert_int_equal(arm_guest_sync_checked(vcpu), ARM_RESUME);
	CPU(ESR_EL2) |= ESR_ABT_S1PTW;
	assert_int_equal(arm_guest_sync_checked(vcpu), ARM_TO_HOST);
	CPU(ESR_EL2) = UINT64_C(0x16) << 26 | 5;
	assert_int_equal(arm_guest_sync_checked(vcpu), ARM_TO_HOST);
	assert_int_equal(exit_.reason, ARM_VCPU_EXIT_HYPERCALL);
}

static void without_vgic_its_frames_are_the_hosts(void **state)
{
	(void)state;
	machine.vm.vgic = NULL;
	abort_at(DIST + TYPER, 0, 0);
	assert_host(ARM_VCPU_EXIT_MMIO_READ);
}

static void hidden_instructions_are_undefined(void **state)
{
	(void)state;
	CPU(VBAR_EL1) = 0x8000;
	CPU(ESR_EL2) = (UINT64_C(0x19) << 26) | BIT(25); /* SVE */
	assert_int_not_equal(arm_guest_sync(vcpu), ARM_TO_HOST);
	assert_int_equal(vcpu->frame.elr, 0x8200);
	assert_int_equal(CPU(ELR_EL1), PC);
	assert_int_equal(CPU(ESR_EL1) >> 26, 0);
}

/* Arm ARM DDI 0487 G1.19.5: CV = 1, COND = EQ, and Z is clear. */
static void failed_condition_is_skipped(void **state)
{
	(void)state;
	vcpu->frame.spsr = 0x10; /* User mode, A32 */
	CPU(ESR_EL2) = (UINT64_C(0x05) << 26) | BIT(25) | BIT(24);
	assert_int_not_equal(arm_guest_sync(vcpu), ARM_TO_HOST);
	assert_int_equal(vcpu->frame.elr, PC + 4);
}

static void what_nobody_knows_is_the_hosts(void **state)
{
	(void)state;
	CPU(ESR_EL2) = (UINT64_C(0x3f) << 26) | BIT(25);
	assert_int_equal(arm_guest_sync(vcpu), ARM_TO_HOST);
	assert_int_equal(exit_.reason, ARM_VCPU_EXIT_UNHANDLED);
	assert_int_equal(vcpu->frame.elr, PC);
}

/* Without a handler of the host's every interrupt is an exit, and no
 * instruction: there is nothing to complete, and nothing to fail. */
static void interrupts_and_serror_are_exits(void **state)
{
	(void)state;
	vcpu->pending.kind = ARM_VCPU_COMPLETE_LOAD;
	assert_int_equal(arm_guest_irq(vcpu, 1), ARM_TO_HOST);
	assert_int_equal(exit_.reason, ARM_VCPU_EXIT_INTERRUPT);
	assert_true(exit_.interrupt.fiq);
	assert_int_equal(arm_guest_irq(vcpu, 0), ARM_TO_HOST);
	assert_false(exit_.interrupt.fiq);
	assert_int_equal(arm_vcpu_complete(vcpu, 0),
			 ARM_VCPU_ERR_NO_COMPLETION);
	CPU(ESR_EL2) = UINT64_C(0xbe000000) | BIT(24);
	vcpu->pending.kind = ARM_VCPU_COMPLETE_LOAD;
	assert_int_equal(arm_guest_serror(vcpu), ARM_TO_HOST);
	assert_int_equal(exit_.reason, ARM_VCPU_EXIT_SERROR);
	assert_int_equal(exit_.snapshot.esr, CPU(ESR_EL2));
	assert_int_equal(exit_.snapshot.vector, ARM_VCPU_VECTOR_SERROR);
	assert_int_equal(arm_vcpu_fail(vcpu, ARM_VCPU_FAIL_UNDEFINED),
			 ARM_VCPU_ERR_NO_COMPLETION);
}

static bool serve(void *ctx, struct arm_vcpu *of,
		  const struct arm_vcpu_exit_mmio *access, uint64_t *value)
{
	(void)ctx;
	assert_ptr_equal(of, vcpu);
	if (access->addr != 0x09000018)
		return false;
	if (!access->is_write)
		*value = 0x190;
	return true;
}

/* The VM's op serves an access in place, or it is an exit as without one. */
static void the_host_serves_mmio_in_place(void **state)
{
	struct arm_vm_ops ops = *machine.vm.ops;

	(void)state;
	ops.mmio = serve;
	machine.vm.ops = &ops;
	abort_at(0x09000018, 21, 0);
	assert_int_equal(arm_guest_sync(vcpu), ARM_RESUME_FULL);
	assert_int_equal(vcpu->frame.gpr[21], 0x190);
	assert_int_equal(vcpu->frame.elr, PC + 4);
	vcpu->frame.elr = PC;
	abort_at(0x09000018, 21, ESR_DABT_WNR);
	assert_int_equal(arm_guest_sync(vcpu), ARM_RESUME);
	assert_int_equal(vcpu->frame.elr, PC + 4);
	vcpu->frame.elr = PC;
	abort_at(0x0900001c, 21, 0);
	assert_host(ARM_VCPU_EXIT_MMIO_READ);
}

static const uint32_t mine[] = {ARM_VM_SYSREG(3, 0, 1, 0, 1)};

static bool sysreg(uint32_t key, bool is_read)
{
	vcpu->frame.elr = PC;
	CPU(ESR_EL2) = (UINT64_C(0x18) << 26) | BIT(25) | key |
		       BITS_PUT(SYSREG_RT, 5) | is_read;
	return arm_guest_sync(vcpu) == ARM_TO_HOST;
}

/* Registers that a VM asks for come to the host; so does, if it asks for
 * that, what no row knows. */
static void system_registers_go_where_the_vm_wants(void **state)
{
	const uint32_t unknown = ARM_VM_SYSREG(3, 5, 15, 3, 1);

	(void)state;
	CPU(VBAR_EL1) = 0x8000;
	assert_false(sysreg(mine[0], true));
	assert_false(sysreg(unknown, true));
	assert_int_equal(vcpu->frame.elr, 0x8200);
	machine.vm.host_sysregs = mine;
	machine.vm.host_sysreg_count = 1;
	assert_true(sysreg(mine[0], true));
	assert_int_equal(exit_.reason, ARM_VCPU_EXIT_SYSREG_READ);
	assert_int_equal(exit_.sysreg.op0, 3);
	assert_int_equal(exit_.sysreg.op2, 1);
	assert_int_equal(arm_vcpu_complete(vcpu, 77), ARM_VCPU_OK);
	assert_int_equal(vcpu->frame.gpr[5], 77);
	assert_int_equal(vcpu->frame.elr, PC + 4);
	assert_false(sysreg(unknown, false));
	machine.vm.host_unknown_sysregs = true;
	vcpu->frame.gpr[5] = 78;
	assert_true(sysreg(unknown, false));
	assert_int_equal(exit_.reason, ARM_VCPU_EXIT_SYSREG_WRITE);
	assert_int_equal(exit_.sysreg.value, 78);
	assert_int_equal(arm_vcpu_fail(vcpu, ARM_VCPU_FAIL_UNDEFINED),
			 ARM_VCPU_OK);
	assert_int_equal(vcpu->frame.elr, 0x8200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(distributor_read_lands_in_rt, fresh),
		cmocka_unit_test_setup(distributor_write_takes_the_low_word,
				       fresh),
		cmocka_unit_test_setup(other_addresses_are_the_hosts, fresh),
		cmocka_unit_test_setup(only_plain_accesses_reach_the_vgic,
				       fresh),
		cmocka_unit_test_setup(a_permission_fault_asks_stage_1, fresh),
		cmocka_unit_test_setup(a_fault_of_stage_1_is_not_served, fresh),
		cmocka_unit_test_setup(without_vgic_its_frames_are_the_hosts,
				       fresh),
		cmocka_unit_test_setup(hidden_instructions_are_undefined,
				       fresh),
		cmocka_unit_test_setup(failed_condition_is_skipped, fresh),
		cmocka_unit_test_setup(what_nobody_knows_is_the_hosts, fresh),
		cmocka_unit_test_setup(interrupts_and_serror_are_exits, fresh),
		cmocka_unit_test_setup(the_host_serves_mmio_in_place, fresh),
		cmocka_unit_test_setup(system_registers_go_where_the_vm_wants,
				       fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
