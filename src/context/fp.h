/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTEXT_FP_H
#define CONTEXT_FP_H

#include <arm_vcpu/vcpu.h>

/* The guest's first FP instruction after bind: load its registers and stop
 * trapping. */
void arm_fp_first_use(struct arm_vcpu *vcpu);

/* At unbind: the registers go back to the object if they were loaded. */
void arm_fp_put(struct arm_vcpu *vcpu);

#endif
