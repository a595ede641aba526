/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/shared.h. */
#ifndef HW_SHARED_H
#define HW_SHARED_H

/* Another CPU may go on here. */
void machine_step(void);

static inline void arm_hw_shared(void)
{
	machine_step();
}

#endif
