/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/debug.h. */
#ifndef HW_DEBUG_H
#define HW_DEBUG_H

void arm_hw_clear_comparators(unsigned breakpoints, unsigned watchpoints);

#endif
