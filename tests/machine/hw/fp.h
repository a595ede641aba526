/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/fp.h. */
#ifndef HW_FP_H
#define HW_FP_H

#include <arm_vcpu/vcpu.h>

void arm_hw_fp_save(struct arm_vcpu_fp_state *fp);
void arm_hw_fp_load(const struct arm_vcpu_fp_state *fp);

#endif
