/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTEXT_REG_H
#define CONTEXT_REG_H

#include <arm_vcpu/vcpu.h>

/* A guest register of a vCPU, wherever it is now: in the CPU it is bound to,
 * which is this one, or in the object. */
uint64_t arm_reg_read(const struct arm_vcpu *vcpu, enum arm_vcpu_reg_id id);
void arm_reg_write(struct arm_vcpu *vcpu, enum arm_vcpu_reg_id id,
		   uint64_t value);

#endif
