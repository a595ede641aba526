/* SPDX-License-Identifier: Apache-2.0 */
/* Which synchronous exits the library answers, and which are the host's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arch/esr.h"
#include "core/serve.h"
#include "support/fake.h"

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
	vcpu->snap.esr = (UINT64_C(0x24) << 26) | BIT(25) | ESR_DABT_ISV |
			 BITS_PUT(ESR_DABT_SAS, 2) |
			 BITS_PUT(ESR_DABT_SRT, rt) | 0x7 | more;
	vcpu->snap.far = ipa & 0xfff;
	vcpu->snap.hpfar = ipa >> 12 << 4;
	vcpu->snap.ipa_valid = true;
	vcpu->snap.aarch32 = false;
}

static void distributor_read_lands_in_rt(void **state)
{
	(void)state;
	abort_at(DIST + TYPER, 20, 0);
	assert_true(arm_serve_abort(vcpu));
	/* IHI 0069, GICD_TYPER.ITLinesNumber: 96 interrupts. */
	assert_int_equal(vcpu->frame.gpr[20] & 0x1f, 2);
	assert_int_equal(vcpu->frame.elr, PC + 4);
}

static void distributor_write_takes_the_low_word(void **state)
{
	(void)state;
	vcpu->frame.gpr[3] = UINT64_C(0xffffffff00ff00ff);
	abort_at(DIST + IGROUPR1, 3, ESR_DABT_WNR);
	assert_true(arm_serve_abort(vcpu));
	assert_int_equal(banks[0].group, 0x00ff00ff);
	assert_int_equal(vcpu->frame.elr, PC + 4);
}

/* An exit: decoded, PC where it was. */
static void assert_host(enum arm_vcpu_exit_reason reason)
{
	assert_false(arm_serve_abort(vcpu));
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
	vcpu->snap.esr &= ~ESR_DABT_ISV;
	assert_host(ARM_VCPU_EXIT_NO_SYNDROME);
	/* A permission fault on something that is mapped there. */
	abort_at(DIST + TYPER, 0, 0);
	vcpu->snap.esr |= 0xc;
	assert_host(ARM_VCPU_EXIT_DATA_FAULT);
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
	fake_cpu.reg[ARM_VCPU_REG_VBAR_EL1] = 0x8000;
	vcpu->snap.aarch32 = false;
	vcpu->snap.esr = (UINT64_C(0x19) << 26) | BIT(25); /* SVE */
	assert_true(arm_serve_other(vcpu));
	assert_int_equal(vcpu->frame.elr, 0x8200);
	assert_int_equal(fake_cpu.reg[ARM_VCPU_REG_ELR_EL1], PC);
	assert_int_equal(fake_cpu.reg[ARM_VCPU_REG_ESR_EL1] >> 26, 0);
}

/* Arm ARM DDI 0487 G1.19.5: CV = 1, COND = EQ, and Z is clear. */
static void failed_condition_is_skipped(void **state)
{
	(void)state;
	vcpu->snap.aarch32 = true;
	vcpu->frame.spsr = 0x10; /* User mode, A32 */
	vcpu->snap.esr = (UINT64_C(0x05) << 26) | BIT(25) | BIT(24);
	assert_true(arm_serve_other(vcpu));
	assert_int_equal(vcpu->frame.elr, PC + 4);
}

static void what_nobody_knows_is_the_hosts(void **state)
{
	(void)state;
	vcpu->snap.aarch32 = false;
	vcpu->snap.esr = (UINT64_C(0x3f) << 26) | BIT(25);
	assert_false(arm_serve_other(vcpu));
	assert_int_equal(exit_.reason, ARM_VCPU_EXIT_UNHANDLED);
	assert_int_equal(vcpu->frame.elr, PC);
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
		cmocka_unit_test_setup(without_vgic_its_frames_are_the_hosts,
				       fresh),
		cmocka_unit_test_setup(hidden_instructions_are_undefined,
				       fresh),
		cmocka_unit_test_setup(failed_condition_is_skipped, fresh),
		cmocka_unit_test_setup(what_nobody_knows_is_the_hosts, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
