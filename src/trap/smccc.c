/* SPDX-License-Identifier: Apache-2.0 */
#include "trap/smccc.h"

#include "arch/esr.h"
#include "arch/psci.h"
#include "arch/smccc.h"
#include "hw/guest.h"
#include "hw/smc.h"
#include "trap/complete.h"
#include "trap/decode.h"
#include "trap/psci.h"

/* HVC returns past itself by architecture, SMC by us. */
static unsigned resume(struct arm_vcpu *vcpu, bool smc)
{
	if (smc)
		arm_frame_skip(&vcpu->frame, &vcpu->snap);
	return ARM_RESUME;
}

static unsigned answer(struct arm_vcpu *vcpu, bool smc, uint64_t result)
{
	vcpu->frame.gpr[0] = result;
	return resume(vcpu, smc);
}

static unsigned to_host(struct arm_vcpu *vcpu)
{
	(void)arm_decode(&vcpu->snap, &vcpu->frame, vcpu->exit, &vcpu->pending);
	return ARM_TO_HOST;
}

static bool is_allowed(const struct arm_vm *vm, uint32_t id)
{
	for (size_t n = 0; n < vm->smc_allowed_count; n++) {
		if (vm->smc_allowed[n] == id)
			return true;
	}
	return false;
}

static unsigned forward(struct arm_vcpu *vcpu)
{
	uint64_t x[SMCCC_REGISTERS];

	for (unsigned n = 0; n < SMCCC_REGISTERS; n++)
		x[n] = vcpu->frame.gpr[n];
	arm_hw_smc(x);
	for (unsigned n = 0; n < SMCCC_REGISTERS; n++)
		vcpu->frame.gpr[n] = x[n];
	return resume(vcpu, true);
}

/*
 * SMCCC_ARCH_WORKAROUND_* are not supported: "not required" would be a claim
 * about CPUs that the library does not know (DEN0028 7.4 to 7.6).
 */
static uint64_t arch_features(uint32_t id)
{
	if (id == SMCCC_VERSION || id == SMCCC_ARCH_FEATURES)
		return SMCCC_SUCCESS;
	return (uint64_t)SMCCC_NOT_SUPPORTED;
}

/* Fast calls whose owner is a standard that is implemented here: what of them
 * is unknown, is not supported. */
static bool is_standard(uint32_t id)
{
	const uint32_t standard = 1u << SMCCC_OWNER_ARCH |
				  1u << SMCCC_OWNER_SECURE |
				  1u << SMCCC_OWNER_HYPERVISOR;
	unsigned owner = (unsigned)BITS_GET(id, SMCCC_OWNER);

	return (id & SMCCC_FAST) && owner <= SMCCC_OWNER_VENDOR_HYP &&
	       (standard >> owner & 1);
}

__attribute__((noinline)) static unsigned other(struct arm_vcpu *vcpu, bool smc)
{
	const uint32_t id = (uint32_t)vcpu->frame.gpr[0];

	if (id == SMCCC_VERSION)
		return answer(vcpu, smc, SMCCC_VERSION_1_1);
	if (id == SMCCC_ARCH_FEATURES)
		return answer(vcpu, smc,
			      arch_features((uint32_t)vcpu->frame.gpr[1]));
	if (smc && is_allowed(vcpu->vm, id))
		return forward(vcpu);
	if (smc || is_standard(id))
		return answer(vcpu, smc, (uint64_t)SMCCC_NOT_SUPPORTED);
	return to_host(vcpu);
}

unsigned arm_smccc_hvc(struct arm_vcpu *vcpu)
{
	if (vcpu->snap.esr & ESR_CALL_IMM16)
		return to_host(vcpu);
	if (!arm_psci_owns((uint32_t)vcpu->frame.gpr[0]))
		return other(vcpu, false);
	vcpu->pending.kind = ARM_VCPU_COMPLETE_RESULT;
	return arm_psci_call(vcpu);
}

unsigned arm_smccc_smc(struct arm_vcpu *vcpu)
{
	if (vcpu->snap.esr & ESR_CALL_IMM16)
		return to_host(vcpu);
	if (!arm_psci_owns((uint32_t)vcpu->frame.gpr[0]))
		return other(vcpu, true);
	vcpu->pending.kind = ARM_VCPU_COMPLETE_RESULT_SKIP;
	if (arm_psci_call(vcpu) == ARM_TO_HOST)
		return ARM_TO_HOST;
	return resume(vcpu, true);
}
