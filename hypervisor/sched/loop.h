/* SPDX-License-Identifier: Apache-2.0 */
/* What a CPU's loop needs of the vCPUs' lives. */
#ifndef HV_SCHED_LOOP_H
#define HV_SCHED_LOOP_H

#include "sched/sched.h"

/*
 * The vCPU, unbound, waits for an interrupt or one of its timers. False: it
 * must not, since there is one already or it was kicked; it is still this
 * CPU's. True: it may be running elsewhere by now.
 */
bool hv_sched_park(struct hv_vcpu *vcpu);

/* The vCPU, unbound, is off: it, and its VM, may be gone by now. */
void hv_sched_off(struct hv_vcpu *vcpu);

#endif
