/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is ready, and whose turn it is. VMs share each CPU equally, whatever
 * number of vCPUs they have: start-time fair queueing (Goyal, Vin and Cheng,
 * SIGCOMM 1996), by the counts that their vCPUs have had. The VM that has had
 * least comes first; one that has slept is not owed what it did not ask for:
 * it begins where those are that ran meanwhile. A VM's vCPUs take turns.
 *
 * Pure; calls are serialised by their caller, but for hv_ready_any().
 */
#ifndef HV_SCHED_READY_H
#define HV_SCHED_READY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/percpu.h"
#include "sched/sched.h"

/* All zero: nobody. */
struct hv_ready {
	struct hv_sched_vm *_Atomic vms; /* only ever gets longer */
	/* The highest vm->had of those that each CPU was given to. */
	uint64_t had[HV_MAX_CPUS];
};

/* One VM more, whose mask of CPUs is set for good. */
void hv_ready_add_vm(struct hv_ready *ready, struct hv_sched_vm *vm);

/* A vCPU that is in no list: it comes behind all of its VM. */
void hv_ready_add(struct hv_ready *ready, struct hv_vcpu *vcpu);

/* One that is in its VM's list: no more. */
void hv_ready_remove(struct hv_vcpu *vcpu);

/*
 * Whose turn it is on this CPU, taken out; null when nobody waits for it, or
 * only those whose VMs have had as much as limit.
 */
struct hv_vcpu *hv_ready_take(struct hv_ready *ready, uint32_t cpu,
			      uint64_t limit);

/* The VM, which has not wanted anything, begins to: from there on it counts
 * what it has had. */
void hv_ready_begin(const struct hv_ready *ready, struct hv_sched_vm *vm);

/*
 * What the VM has had, as this CPU sees it, which alone is to serve it now: no
 * more than lead beyond what the CPU gave to others. On other CPUs the VM may
 * have had much more, for which it does not have to wait here.
 */
uint64_t hv_ready_had(const struct hv_ready *ready,
		      const struct hv_sched_vm *vm, uint32_t cpu,
		      uint64_t lead);

/* Whether anybody waits for this CPU; also while others change that. */
bool hv_ready_any(const struct hv_ready *ready, uint32_t cpu);

#endif
