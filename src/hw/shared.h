/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HW_SHARED_H
#define HW_SHARED_H

/*
 * Called before an access to memory that other CPUs write. Silicon needs
 * nothing here; the simulated machine lets another CPU run.
 */
static inline void arm_hw_shared(void)
{
}

#endif
