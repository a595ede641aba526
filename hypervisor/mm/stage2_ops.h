/* SPDX-License-Identifier: Apache-2.0 */
/* Memory for the library's translation tables. */
#ifndef HV_MM_STAGE2_OPS_H
#define HV_MM_STAGE2_OPS_H

#include <arm_vcpu/host.h>

/* For arm_stage2_config.ops; its context pointer is null. */
extern const struct arm_stage2_ops hv_stage2_ops;

#endif
