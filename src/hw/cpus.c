/* SPDX-License-Identifier: Apache-2.0 */
#include "hw/guest.h"

struct arm_pcpu *_Atomic arm_hw_cpus;
