/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/serror.h. */
#ifndef HW_SERROR_H
#define HW_SERROR_H

#include <stdint.h>

void arm_hw_mask_serror(void);
void arm_hw_unmask_serror(void);
void arm_hw_esb(void);
uint64_t arm_hw_take_serror(void);

#endif
