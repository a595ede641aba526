/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a vCPU is, in one word: what it does, and the CPU where it does or
 * last did it. tools/models/park.pml has the same machine for Spin.
 *
 *   OFF -> READY        hv_sched_start()                   under the lock
 *   READY -> RUNNING    its turn has come                  under the lock
 *   RUNNING -> READY    its time is over, or it yields     under the lock
 *   RUNNING -> PARKING  it waits: unbound, and looks whether it must
 *   PARKING -> RUNNING  by whoever kicks it meanwhile: it must not
 *   PARKING -> PARKED   it does wait: nothing to be seen, nobody came
 *   PARKED -> READY     by whoever kicks it                under the lock
 *   any -> OFF          by itself, or its VM is stopped    under the lock
 *
 * The lock is that of the queues: a vCPU is in a queue if and only if it is
 * READY. RUNNING and PARKING belong to their CPU, which alone may touch what
 * else there is of the vCPU.
 */
#ifndef HV_SCHED_STATE_H
#define HV_SCHED_STATE_H

#include <stdint.h>

#include "sched/sched.h"

enum hv_vcpu_state {
	HV_VCPU_OFF,
	HV_VCPU_READY,
	HV_VCPU_RUNNING,
	HV_VCPU_PARKING,
	HV_VCPU_PARKED,
};

#define HV_STATE_CPU_SHIFT 8u

static inline enum hv_vcpu_state hv_state_of(uint32_t word)
{
	return (enum hv_vcpu_state)(word & 0xffu);
}

static inline uint32_t hv_state_cpu(uint32_t word)
{
	return word >> HV_STATE_CPU_SHIFT;
}

static inline uint32_t hv_state(enum hv_vcpu_state state, uint32_t cpu)
{
	return (uint32_t)state | cpu << HV_STATE_CPU_SHIFT;
}

/* The same CPU, another state. */
static inline void hv_state_set(struct hv_vcpu *vcpu, enum hv_vcpu_state state)
{
	uint32_t word = atomic_load(&vcpu->state);

	atomic_store(&vcpu->state, hv_state(state, hv_state_cpu(word)));
}

#endif
