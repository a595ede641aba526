/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VCPU_PCPU_H
#define VCPU_PCPU_H

#include <arm_vcpu/pcpu.h>

#include "arch/el2.h"
#include "hw/sysreg.h"
#include "lib/atomic.h"

/* The calling CPU's, or null while it has none enabled. */
struct arm_pcpu *arm_pcpu_here(void);

/* The calling CPU is the one that enabled it. */
static inline bool arm_pcpu_is_this(const struct arm_pcpu *pcpu)
{
	return arm_load_relaxed(&pcpu->mpidr) ==
	       (READ(MPIDR_EL1) & MPIDR_AFFINITY);
}

/*
 * HCR_EL2 while no vCPU is bound: the host's own value, and physical
 * interrupts and SErrors to EL2, where they would otherwise never be taken (Arm
 * ARM DDI 0487 D1.3.6).
 */
uint64_t arm_pcpu_host_hcr(const struct arm_pcpu *pcpu);

/* ESR_EL2 of an SError that is pending, which it then is no more; 0 for none.
 * PSTATE.A is set. */
uint64_t arm_pcpu_take_serror(const struct arm_pcpu *pcpu);

#endif
