/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is ready, which CPUs are idle, and which VMs have ended: everything
 * under one lock. Whose turn it is, is ready.h's to say.
 */
#ifndef HV_SCHED_QUEUE_H
#define HV_SCHED_QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/percpu.h"
#include "sched/sched.h"

/* Innermost but the timers': kick() takes it, under a bank's lock. */
uint64_t hv_queue_lock(void);
void hv_queue_unlock(uint64_t daif);

/* The VM will have vCPUs to run; vm->cpus is set. Takes the lock. */
void hv_queue_add_vm(struct hv_sched_vm *vm);

/* What follows, down to the line, is called under the lock. */

/*
 * The vCPU is READY from now on, behind its VM's others, and a CPU is told.
 * here: the calling CPU if it is about to take one itself, null otherwise.
 */
void hv_queue_add(struct hv_vcpu *vcpu, const struct hv_cpu *here);

/* The vCPU, which is READY, is in the queue no more. */
void hv_queue_remove(struct hv_vcpu *vcpu);

/* No vCPU of the VM is active: some CPU of its mask will be given it. */
void hv_queue_add_ended(struct hv_sched_vm *vm);

/* ------------------------------------------------------------------------ */

/* What a CPU has to do next: end a VM, or run a vCPU, which is RUNNING on it;
 * both null: nothing, the CPU counts as idle until it asks again. */
struct hv_queue_work {
	struct hv_sched_vm *ended;
	struct hv_vcpu *vcpu;
};

struct hv_queue_work hv_queue_take(const struct hv_cpu *cpu);

/* For a CPU that ends vm: the time the VM has had, see hv_ready_had(). */
uint64_t hv_queue_had(const struct hv_cpu *cpu, const struct hv_sched_vm *vm,
		      uint64_t lead);
/* A vCPU whose VM has had less time than had. It is RUNNING here from now on;
 * null if there is none. */
struct hv_vcpu *hv_queue_take_before(const struct hv_cpu *cpu, uint64_t had);

/* A VM waits for a CPU that ends it; this one would do. */
bool hv_queue_has_ended(const struct hv_cpu *cpu);

/* Somebody is ready for this CPU, the calling one. While this has answered
 * no, the CPU is interrupted when somebody becomes so. */
bool hv_queue_has_ready(const struct hv_cpu *cpu);

/* The VM, or its end, had a CPU for so many counts of CNTPCT_EL0. */
void hv_queue_charge(struct hv_sched_vm *vm, uint64_t counts);

#endif
