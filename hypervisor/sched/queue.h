/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is ready, which CPUs are idle, and which VMs have ended: everything
 * under one lock. A queue for each different mask of CPUs, so that a CPU sees
 * at once who may run on it; tickets make one order of them all.
 */
#ifndef HV_SCHED_QUEUE_H
#define HV_SCHED_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "platform/smp.h"
#include "sched/sched.h"

/* Innermost but the timers': kick() takes it, under a bank's lock. */
uint64_t hv_queue_lock(void);
void hv_queue_unlock(uint64_t daif);

/* The queue for this mask; false when there are too many. Takes the lock. */
bool hv_queue_find(uint64_t cpus, uint32_t *index);

/* What follows, down to the line, is called under the lock. */

/*
 * The vCPU is READY from now on, behind all others, and a CPU is told. here:
 * the calling CPU if it is about to take one itself, null otherwise.
 */
void hv_queue_add(struct hv_vcpu *vcpu, const struct hv_cpu *here);

/* The vCPU, which is READY, is in the queue no more. */
void hv_queue_remove(struct hv_vcpu *vcpu);

/* No vCPU of the VM is active: some CPU will be given it. */
void hv_queue_add_ended(struct hv_sched_vm *vm);

/* ------------------------------------------------------------------------ */

/* What a CPU has to do next: end a VM, or run a vCPU, which is RUNNING on it;
 * both null: nothing, the CPU counts as idle until it asks again. */
struct hv_queue_work {
	struct hv_sched_vm *ended;
	struct hv_vcpu *vcpu;
};

struct hv_queue_work hv_queue_take(const struct hv_cpu *cpu);

/* A VM waits for a CPU that ends it. */
bool hv_queue_has_ended(void);

/* Somebody is ready for this CPU, the calling one. While this has answered
 * no, the CPU is interrupted when somebody becomes so. */
bool hv_queue_has_ready(const struct hv_cpu *cpu);

#endif
