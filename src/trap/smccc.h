/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guest's HVC and SMC. What is answered where:
 *
 *   PSCI 1.1, SMCCC_VERSION, SMCCC_ARCH_FEATURES     here, on both conduits
 *   any other fast call of the architecture, of the
 *   standard secure and standard hypervisor services NOT_SUPPORTED
 *   HVC #0 with any other function id, HVC #imm      ARM_VCPU_EXIT_HYPERCALL
 *   SMC #0 with any other function id                NOT_SUPPORTED
 *   SMC #imm                                         ARM_VCPU_EXIT_SMC
 *
 * DEN0028 2.9 keeps immediate 0 for this convention and leaves the others of
 * HVC to hypervisors; those of SMC it reserves, so that such an SMC is no call
 * of the convention and its meaning, if any, is the host's.
 *
 * An SMC #0 whose function id is in the VM's smc_allowed goes to the real
 * firmware (arm_hw_smc()) with x0 to x17, and x0 to x17 come back. PSCI,
 * SMCCC_VERSION and SMCCC_ARCH_FEATURES never do.
 */
#ifndef TRAP_SMCCC_H
#define TRAP_SMCCC_H

#include <stdbool.h>

#include <arm_vcpu/vcpu.h>

#include "arch/esr.h"
#include "trap/psci.h"

/* Every call but PSCI's. */
unsigned arm_smccc_other(struct arm_vcpu *vcpu);

/*
 * Serve the call in vcpu->frame with the syndrome of vcpu->snap. ARM_RESUME:
 * it is answered and the guest goes on. ARM_TO_HOST: *vcpu->exit is filled, and
 * vcpu->pending says what arm_vcpu_complete() finishes.
 */
static inline unsigned arm_smccc_call(struct arm_vcpu *vcpu)
{
	if (!(vcpu->snap.esr & ESR_CALL_IMM16) &&
	    arm_psci_owns((uint32_t)vcpu->frame.gpr[0]))
		return arm_psci_call(vcpu);
	return arm_smccc_other(vcpu);
}

#endif
