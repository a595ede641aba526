/* SPDX-License-Identifier: Apache-2.0 */
#include "trap/smccc.h"

#include "arch/smccc.h"
#include "hw/guest.h"
#include "hw/smc.h"
#include "trap/complete.h"
#include "trap/decode.h"

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
	arm_hw_smc(vcpu->frame.gpr);
	arm_frame_skip(&vcpu->frame, &vcpu->snap);
	return ARM_RESUME;
}

/* As SMCCC_ARCH_FEATURES answers on this CPU, which is of the kind that the
 * vCPU stays on (DEN0028 7.4 to 7.6). */
static int workaround(const struct arm_vcpu *vcpu, uint32_t id)
{
	switch (id) {
	case SMCCC_ARCH_WORKAROUND_1:
		return vcpu->pcpu->workaround[0];
	case SMCCC_ARCH_WORKAROUND_2:
		return vcpu->pcpu->workaround[1];
	case SMCCC_ARCH_WORKAROUND_3:
		return vcpu->pcpu->workaround[2];
	default:
		return SMCCC_WORKAROUND_NONE;
	}
}

static uint64_t arch_features(const struct arm_vcpu *vcpu, uint32_t id)
{
	if (id == SMCCC_VERSION || id == SMCCC_ARCH_FEATURES)
		return SMCCC_SUCCESS;
	return (uint64_t)workaround(vcpu, id);
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

unsigned arm_smccc_other(struct arm_vcpu *vcpu)
{
	const uint32_t id = (uint32_t)vcpu->frame.gpr[0];
	const bool smc = arm_called_by_smc(vcpu);

	if (!(vcpu->snap.esr & ESR_CALL_IMM16)) {
		if (id == SMCCC_VERSION)
			return arm_answer_call(vcpu, SMCCC_VERSION_1_1);
		if (id == SMCCC_ARCH_FEATURES)
			return arm_answer_call(
				vcpu,
				arch_features(vcpu,
					      (uint32_t)vcpu->frame.gpr[1]));
		if (smc && is_allowed(vcpu->vm, id))
			return forward(vcpu);
		/* Done when the guest was left: hw/vectors.S. */
		if (workaround(vcpu, id) != SMCCC_WORKAROUND_NONE)
			return arm_answer_call(vcpu, SMCCC_SUCCESS);
		if (smc || is_standard(id))
			return arm_answer_call(vcpu,
					       ARM_VCPU_SMCCC_NOT_SUPPORTED);
	}
	(void)arm_decode(&vcpu->snap, &vcpu->frame, vcpu->exit, &vcpu->pending);
	return ARM_TO_HOST;
}
