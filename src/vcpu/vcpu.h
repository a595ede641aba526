/* SPDX-License-Identifier: Apache-2.0 */
/* What the rest of the library may ask of a vCPU's object. */
#ifndef VCPU_VCPU_H
#define VCPU_VCPU_H

#include <arm_vcpu/vcpu.h>

/* vcpu->features */
#define ARM_VCPU_AARCH32_EL0 (UINT32_C(1) << 0)

/* The EL2 controls this vCPU runs under on a CPU with these features. */
void arm_vcpu_controls(struct arm_vcpu *vcpu,
		       const struct arm_pcpu_features *features);

/* Everything arm_vcpu_bind() checks but the identity of the calling CPU. */
int arm_vcpu_check_bind(const struct arm_vcpu *vcpu,
			const struct arm_pcpu *pcpu);

#endif
