/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/translate.h. */
#ifndef HW_TRANSLATE_H
#define HW_TRANSLATE_H

#include <stdint.h>

void arm_hw_at_s1e1r(uint64_t va);

#endif
