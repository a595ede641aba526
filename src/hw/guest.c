/* SPDX-License-Identifier: Apache-2.0 */
#include "hw/guest.h"

/* vectors.S */
extern const char arm_vectors[];

uintptr_t arm_hw_vectors(void)
{
	return (uintptr_t)arm_vectors;
}
