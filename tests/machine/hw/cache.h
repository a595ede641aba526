/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/cache.h. */
#ifndef HW_CACHE_H
#define HW_CACHE_H

#include <stdint.h>

void arm_hw_dc_civac(uintptr_t va);

#endif
