/* SPDX-License-Identifier: Apache-2.0 */
/* HVC and SMC (DEN0028): what is answered, forwarded, or the host's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "arch/smccc.h"
#include "hw/guest.h"
#include "support/fake.h"
#include "trap/trap.h"

#define HVC UINT64_C(0x5a000000)
#define SMC UINT64_C(0x5e000000)

#define PSCI_VERSION_ID UINT32_C(0x84000000)
#define CPU_ON_64       UINT32_C(0xc4000003)
#define TRNG_VERSION    UINT32_C(0x84000050)
#define PV_TIME         UINT32_C(0xc5000020)
#define VENDOR_HYP_UID  UINT32_C(0x8600ff01)
#define SIP_CALL        UINT32_C(0xc2000001)
#define YIELDING_CALL   UINT32_C(0x02000000)

static struct fake_machine machine;
static struct arm_vcpu *vcpu;
static struct arm_vcpu_exit exited;

static int setup(void **state)
{
	(void)state;
	fake_machine_make(&machine);
	vcpu = fake_vcpu_make(&machine, 0);
	fake_vcpu_bind(&machine, vcpu);
	for (unsigned n = 0; n < ARM_VCPU_GPR_COUNT; n++)
		vcpu->frame.gpr[n] = 0x1000 + n;
	vcpu->frame.elr = 0x8000;
	return 0;
}

static bool call(bool smc, uint32_t id, uint16_t imm)
{
	vcpu->frame.gpr[0] = id;
	CPU(ESR_EL2) = (smc ? SMC : HVC) | imm;
	vcpu->exit = &exited;
	return arm_guest_sync(vcpu) != ARM_TO_HOST;
}

static void answers(bool smc, uint32_t id, uint64_t x0)
{
	uint64_t pc = vcpu->frame.elr;

	assert_true(call(smc, id, 0));
	assert_int_equal(vcpu->frame.gpr[0], x0);
	/* Arm ARM DDI 0487 D1.3.1: HVC's ELR is past it, a trapped SMC's is
	 * not. */
	assert_int_equal(vcpu->frame.elr, smc ? pc + 4 : pc);
	/* DEN0028 2.6: x1 to x17 are preserved. */
	for (unsigned n = 2; n < 18; n++)
		assert_int_equal(vcpu->frame.gpr[n], 0x1000 + n);
}

static void known_calls(void **state)
{
	(void)state;
	for (int smc = 0; smc < 2; smc++) {
		answers(smc, PSCI_VERSION_ID, 0x10001);
		answers(smc, SMCCC_VERSION, 0x10001);
		vcpu->frame.gpr[1] = SMCCC_VERSION;
		answers(smc, SMCCC_ARCH_FEATURES, 0);
		vcpu->frame.gpr[1] = BIT(32) | SMCCC_ARCH_FEATURES;
		answers(smc, SMCCC_ARCH_FEATURES, 0);
	}
}

/* DEN0028 7.3: features are those of this implementation. */
static void arch_features_are_true(void **state)
{
	static const uint32_t absent[] = {
		SMCCC_ARCH_SOC_ID,       SMCCC_ARCH_WORKAROUND_1,
		SMCCC_ARCH_WORKAROUND_2, SMCCC_ARCH_WORKAROUND_3,
		PSCI_VERSION_ID,         0,
	};

	(void)state;
	for (size_t n = 0; n < sizeof(absent) / sizeof(absent[0]); n++) {
		vcpu->frame.gpr[1] = absent[n];
		answers(false, SMCCC_ARCH_FEATURES, UINT64_MAX);
		answers(false, absent[n] ? absent[n] : 0x80000003,
			n == 4 ? 0x10001 : UINT64_MAX);
	}
}

/* DEN0028 7.4 to 7.6: as the CPU is; what is needed was done when the guest was
 * left. */
static void workarounds(void **state)
{
	static const uint32_t ids[] = {SMCCC_ARCH_WORKAROUND_1,
				       SMCCC_ARCH_WORKAROUND_2,
				       SMCCC_ARCH_WORKAROUND_3};

	(void)state;
	for (int value = -1; value < 2; value++) {
		for (unsigned n = 0; n < 3; n++) {
			memset(machine.pcpu.workaround, value ? 0 : 1, 3);
			machine.pcpu.workaround[n] = (int8_t)value;
			for (int smc = 0; smc < 2; smc++) {
				vcpu->frame.gpr[1] = ids[n];
				answers(smc, SMCCC_ARCH_FEATURES,
					(uint64_t)(int64_t)value);
				answers(smc, ids[n],
					value < 0 ? UINT64_MAX : 0);
			}
		}
	}
	assert_int_equal(fake_smc.calls, 0);
}

/* DEN0028 5.2: the unknown function id, -1 sign-extended to X0. */
static void unknown_standard_calls(void **state)
{
	static const uint32_t ids[] = {
		0x80000003, 0xc0000000, TRNG_VERSION, 0xc4000050,
		PV_TIME,    0x85000000, 0x84010000,   0x8400001f,
	};

	(void)state;
	for (size_t n = 0; n < sizeof(ids) / sizeof(ids[0]); n++) {
		answers(false, ids[n], UINT64_MAX);
		answers(true, ids[n], UINT64_MAX);
	}
}

static void hypercall(uint32_t id, uint16_t imm)
{
	assert_false(call(false, id, imm));
	assert_int_equal(exited.reason, ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(exited.call.imm, imm);
	assert_ptr_equal(exited.call.args, vcpu->frame.gpr);
	assert_int_equal(vcpu->pending.kind, ARM_VCPU_COMPLETE_RESULT);
	assert_int_equal(vcpu->frame.gpr[0], id);
	assert_int_equal(vcpu->frame.elr, 0x8000);
}

/* DEN0028 2.9: HVC immediates other than 0 belong to hypervisors. */
static void hypercalls_of_the_host(void **state)
{
	(void)state;
	hypercall(VENDOR_HYP_UID, 0);
	hypercall(SIP_CALL, 0);
	hypercall(0x83000000, 0);
	hypercall(0xb2000000, 0);
	hypercall(0xbf000000, 0);
	hypercall(YIELDING_CALL, 0);
	hypercall(0x04000000, 0);
	hypercall(PSCI_VERSION_ID, 1);
	hypercall(PSCI_VERSION_ID, 0xffff);
}

static void smc_without_filter(void **state)
{
	(void)state;
	answers(true, SIP_CALL, UINT64_MAX);
	answers(true, VENDOR_HYP_UID, UINT64_MAX);
	answers(true, YIELDING_CALL, UINT64_MAX);
	assert_int_equal(fake_smc.calls, 0);
}

/* An immediate other than 0 is reserved for SMC: no call of the convention. */
static void smc_with_immediate(void **state)
{
	(void)state;
	assert_false(call(true, PSCI_VERSION_ID, 7));
	assert_int_equal(exited.reason, ARM_VCPU_EXIT_SMC);
	assert_int_equal(exited.call.imm, 7);
	assert_int_equal(vcpu->pending.kind, ARM_VCPU_COMPLETE_RESULT_SKIP);
	assert_int_equal(vcpu->frame.elr, 0x8000);
}

static void smc_filter(void **state)
{
	static const uint32_t allowed[] = {SIP_CALL, PSCI_VERSION_ID,
					   SMCCC_VERSION, TRNG_VERSION,
					   SMCCC_ARCH_FEATURES};

	(void)state;
	machine.vm.smc_allowed = allowed;
	machine.vm.smc_allowed_count = sizeof(allowed) / sizeof(allowed[0]);
	for (unsigned n = 0; n < 18; n++)
		fake_smc.results[n] = 0x2000 + n;
	assert_true(call(true, SIP_CALL, 0));
	assert_int_equal(fake_smc.calls, 1);
	assert_int_equal(fake_smc.args[0], SIP_CALL);
	for (unsigned n = 1; n < 18; n++)
		assert_int_equal(fake_smc.args[n], 0x1000 + n);
	for (unsigned n = 0; n < 18; n++)
		assert_int_equal(vcpu->frame.gpr[n], 0x2000 + n);
	assert_int_equal(vcpu->frame.gpr[18], 0x1000 + 18);
	assert_int_equal(vcpu->frame.elr, 0x8004);
	/* A standard service that is allowed goes, too; */
	assert_true(call(true, TRNG_VERSION, 0));
	assert_int_equal(fake_smc.calls, 2);
	/* what is not allowed, what is ours, and an HVC do not. */
	assert_true(call(true, SIP_CALL + 1, 0));
	assert_int_equal(vcpu->frame.gpr[0], UINT64_MAX);
	assert_true(call(true, PSCI_VERSION_ID, 0));
	assert_true(call(true, SMCCC_VERSION, 0));
	assert_true(call(true, SMCCC_ARCH_FEATURES, 0));
	assert_false(call(false, SIP_CALL, 0));
	assert_int_equal(exited.reason, ARM_VCPU_EXIT_HYPERCALL);
	assert_int_equal(fake_smc.calls, 2);
}

/* A PSCI call that leaves by SMC still has its PC to move. */
static void psci_by_smc(void **state)
{
	struct arm_vcpu *other = fake_vcpu_make(&machine, 1);

	(void)state;
	other->power = ARM_VCPU_POWER_OFF;
	vcpu->frame.gpr[1] = 1;
	vcpu->frame.gpr[2] = 0x40000000;
	assert_false(call(true, CPU_ON_64, 0));
	assert_int_equal(exited.reason, ARM_VCPU_EXIT_CPU_UP);
	assert_int_equal(vcpu->pending.kind, ARM_VCPU_COMPLETE_RESULT_SKIP);
	assert_int_equal(vcpu->frame.elr, 0x8000);
	assert_false(call(true, 0x84000008, 0));
	assert_int_equal(exited.reason, ARM_VCPU_EXIT_SYSTEM_OFF);
	assert_int_equal(vcpu->pending.kind, ARM_VCPU_COMPLETE_NOTHING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(known_calls, setup),
		cmocka_unit_test_setup(arch_features_are_true, setup),
		cmocka_unit_test_setup(workarounds, setup),
		cmocka_unit_test_setup(unknown_standard_calls, setup),
		cmocka_unit_test_setup(hypercalls_of_the_host, setup),
		cmocka_unit_test_setup(smc_without_filter, setup),
		cmocka_unit_test_setup(smc_with_immediate, setup),
		cmocka_unit_test_setup(smc_filter, setup),
		cmocka_unit_test_setup(psci_by_smc, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
