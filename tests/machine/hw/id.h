/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/id.h. */
#ifndef HW_ID_H
#define HW_ID_H

#include <stdint.h>

uint64_t arm_hw_read_id(uint32_t key);

#endif
