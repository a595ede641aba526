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

#include <arm_vcpu/vcpu.h>

/*
 * Serve the call in vcpu->frame with the syndrome of vcpu->snap. ARM_RESUME:
 * it is answered and the guest goes on. ARM_TO_HOST: *vcpu->exit is filled, and
 * vcpu->pending says what arm_vcpu_complete() finishes.
 */
unsigned arm_smccc_hvc(struct arm_vcpu *vcpu);
unsigned arm_smccc_smc(struct arm_vcpu *vcpu);

#endif
