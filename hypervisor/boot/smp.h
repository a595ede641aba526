/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HV_BOOT_SMP_H
#define HV_BOOT_SMP_H

#include "dt/platform.h"

/* Make this CPU, the boot CPU, ready to run guests, and bring the others up;
 * each of those then waits for hv_smp_go(). Once. */
void hv_smp_init(const struct hv_platform *platform);

/* Does not return. */
typedef void (*hv_cpu_loop)(void);

/* What the other CPUs do from now on. */
void hv_smp_go(hv_cpu_loop loop);

#endif
