/* SPDX-License-Identifier: Apache-2.0 */
#include "core/smccc.h"

#include "arch/esr.h"
#include "arch/psci.h"
#include "arch/smccc.h"
#include "core/complete.h"
#include "core/hw.h"
#include "core/psci.h"

/* HVC returns past itself by architecture, SMC by us. */
static bool finish(struct arm_vcpu *vcpu, bool smc, uint64_t result)
{
	vcpu->frame.gpr[0] = result;
	if (smc)
		arm_frame_skip(&vcpu->frame, &vcpu->snap);
	return true;
}

static bool to_host(struct arm_vcpu *vcpu, bool smc, struct arm_vcpu_exit *exit)
{
	exit->reason = smc ? ARM_VCPU_EXIT_SMC : ARM_VCPU_EXIT_HYPERCALL;
	exit->call.args = vcpu->frame.gpr;
	exit->call.imm = (uint16_t)(vcpu->snap.esr & ESR_CALL_IMM16);
	vcpu->pending.kind =
		smc ? ARM_VCPU_COMPLETE_RESULT_SKIP : ARM_VCPU_COMPLETE_RESULT;
	return false;
}

static bool is_allowed(const struct arm_vm *vm, uint32_t id)
{
	for (size_t n = 0; n < vm->smc_allowed_count; n++) {
		if (vm->smc_allowed[n] == id)
			return true;
	}
	return false;
}

static bool forward(struct arm_vcpu *vcpu)
{
	uint64_t x[SMCCC_REGISTERS];

	for (unsigned n = 0; n < SMCCC_REGISTERS; n++)
		x[n] = vcpu->frame.gpr[n];
	vcpu->hw->smc(x);
	for (unsigned n = 0; n < SMCCC_REGISTERS; n++)
		vcpu->frame.gpr[n] = x[n];
	arm_frame_skip(&vcpu->frame, &vcpu->snap);
	return true;
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

static bool psci(struct arm_vcpu *vcpu, bool smc, uint32_t id,
		 struct arm_vcpu_exit *exit)
{
	uint64_t result;

	if (arm_psci_call(vcpu, id, &result, exit))
		return finish(vcpu, smc, result);
	if (smc && vcpu->pending.kind == ARM_VCPU_COMPLETE_RESULT)
		vcpu->pending.kind = ARM_VCPU_COMPLETE_RESULT_SKIP;
	return false;
}

/* Kept out of line so that the fast path below needs no stack frame. */
__attribute__((noinline)) static bool slow_call(struct arm_vcpu *vcpu, bool smc,
						struct arm_vcpu_exit *exit)
{
	uint32_t id = (uint32_t)vcpu->frame.gpr[0];

	if (vcpu->snap.esr & ESR_CALL_IMM16)
		return to_host(vcpu, smc, exit);
	if (arm_psci_owns(id))
		return psci(vcpu, smc, id, exit);
	if (id == SMCCC_VERSION)
		return finish(vcpu, smc, SMCCC_VERSION_1_1);
	if (id == SMCCC_ARCH_FEATURES)
		return finish(vcpu, smc,
			      arch_features((uint32_t)vcpu->frame.gpr[1]));
	if (smc && is_allowed(vcpu->vm, id))
		return forward(vcpu);
	if (smc || is_standard(id))
		return finish(vcpu, smc, (uint64_t)SMCCC_NOT_SUPPORTED);
	return to_host(vcpu, smc, exit);
}

bool arm_smccc_call(struct arm_vcpu *vcpu, bool smc, struct arm_vcpu_exit *exit)
{
	if ((uint32_t)vcpu->frame.gpr[0] == PSCI_BASE_32 + PSCI_VERSION &&
	    !(vcpu->snap.esr & ESR_CALL_IMM16))
		return finish(vcpu, smc, PSCI_VERSION_1_1);
	return slow_call(vcpu, smc, exit);
}
