/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HV_BOOT_SMP_H
#define HV_BOOT_SMP_H

#include "dt/platform.h"

/* Make this CPU, the boot CPU, ready to run guests, and bring the others up;
 * each of those ends in hv_sched_loop(). Once. */
void hv_smp_init(const struct hv_platform *platform);

#endif
