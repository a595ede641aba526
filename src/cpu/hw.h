/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPU_HW_H
#define CPU_HW_H

#include "core/hw.h"

/* This CPU, as the core sees it. */
extern const struct arm_hw_ops arm_cpu_hw;

#endif
