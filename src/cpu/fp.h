/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPU_FP_H
#define CPU_FP_H

#include <arm_vcpu/vcpu.h>

/* V0 to V31, FPCR, FPSR. In assembly: C here has no FP registers. */
void arm_fp_save(struct arm_vcpu_fp_state *fp);
void arm_fp_load(const struct arm_vcpu_fp_state *fp);

/* The guest's first FP instruction after bind: load its registers and stop
 * trapping. */
void arm_fp_first_use(struct arm_vcpu *vcpu);

/* At unbind: the registers go back to the object if they were loaded. */
void arm_fp_put(struct arm_vcpu *vcpu);

#endif
