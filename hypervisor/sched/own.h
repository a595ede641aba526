/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instead of the scheduler: one VM that has the machine's interrupts, each of
 * its vCPUs a CPU for itself. hv takes no interrupt any more. A CPU without a
 * vCPU to run waits for the event that hv_own_start() sends.
 */
#ifndef HV_SCHED_OWN_H
#define HV_SCHED_OWN_H

#include "sched/sched.h"

/* This CPU is for this vCPU, which is off. Before hv_own_loop(). */
void hv_own_give(uint32_t cpu, struct hv_vcpu *vcpu);

/* As hv_sched_start(). */
void hv_own_start(struct hv_vcpu *vcpu);

/*
 * What every CPU does for the rest of its life: give the GIC up, and run its
 * vCPU. When all are off, ops->ended() is called, with IRQs masked. As
 * hv_sched_loop().
 */
_Noreturn void hv_own_loop(void);

#endif
