/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTEXT_REG_H
#define CONTEXT_REG_H

#include <arm_vcpu/vcpu.h>

/* A guest register of a vCPU, wherever it is now: in the CPU it is bound to,
 * which is this one, or in the object. Slow: what serves exits names its
 * registers to hw/sysreg.h. */
uint64_t arm_reg_read(const struct arm_vcpu *vcpu, enum arm_reg id);
void arm_reg_write(struct arm_vcpu *vcpu, enum arm_reg id, uint64_t value);

/* An EL2 control: computed by the library, not the guest's or the host's. */
bool arm_reg_is_control(enum arm_reg id);

/* The architectural name. */
const char *arm_reg_name(enum arm_reg reg);

#endif
