/* SPDX-License-Identifier: Apache-2.0 */
/* What hv gives the library. */
#ifndef HV_PLATFORM_HOST_OPS_H
#define HV_PLATFORM_HOST_OPS_H

#include <arm_vcpu/host.h>

/*
 * For arm_vm_config.ops and arm_pcpu_init(); its context pointer is a string
 * that stands before logged lines, or null. Every vCPU is the first member of a
 * struct hv_vcpu.
 */
extern const struct arm_stage2_ops hv_stage2_ops;
extern const struct arm_vm_ops hv_vm_ops;
extern const struct arm_pcpu_ops hv_pcpu_ops;

#endif
