/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HV_BASE_RANDOM_H
#define HV_BASE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/* What the boot loader gave as a seed. Boot CPU. */
void hv_random_stir(const void *seed, size_t size);

/* 64 random bits, from the seeds and the counter; enough for a guest's
 * kaslr-seed, not for keys. From any CPU. */
uint64_t hv_random(void);

#endif
