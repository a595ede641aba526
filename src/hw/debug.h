/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HW_DEBUG_H
#define HW_DEBUG_H

/* Zero the control registers of the first so many breakpoints and watchpoints;
 * those that do not exist are UNDEFINED (Arm ARM DDI 0487 D2.8). */
void arm_hw_clear_comparators(unsigned breakpoints, unsigned watchpoints);

#endif
