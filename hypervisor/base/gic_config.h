/* SPDX-License-Identifier: Apache-2.0 */
/* Where a machine's GIC is: the device tree says it, irq/ uses it. */
#ifndef HV_BASE_GIC_CONFIG_H
#define HV_BASE_GIC_CONFIG_H

#include <stdint.h>

#include "base/ranges.h"

#define HV_MAX_REDIST_REGIONS 8u

struct hv_gic_config {
	struct hv_range dist;
	struct hv_range redist[HV_MAX_REDIST_REGIONS];
	uint32_t redist_count;
	uint64_t redist_stride; /* 0: as GICR_TYPER.VLPIS says */
	/* INTIDs of what each CPU has. */
	uint32_t maintenance;
	uint32_t timer_virtual;
	uint32_t timer_hyp;
};

#endif
