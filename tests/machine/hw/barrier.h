/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/barrier.h. */
#ifndef HW_BARRIER_H
#define HW_BARRIER_H

void arm_hw_isb(void);
void arm_hw_dsb_sy(void);
void arm_hw_dsb_nsh(void);
void arm_hw_dsb_ish(void);
void arm_hw_dsb_ishst(void);

#endif
