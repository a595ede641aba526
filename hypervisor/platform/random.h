/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HV_PLATFORM_RANDOM_H
#define HV_PLATFORM_RANDOM_H

/* Seed hv_random() (platform.h). Boot CPU, once. */
void hv_random_init(const void *fdt);

#endif
