/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VCPU_ERRATA_H
#define VCPU_ERRATA_H

#include <arm_vcpu/pcpu.h>

/* The calling CPU's errata (arch/errata.def): notes in *pcpu what has to be
 * done about them, and logs a line with their numbers, if there are any. */
void arm_errata_find(struct arm_pcpu *pcpu);

#endif
