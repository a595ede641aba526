/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The scheduler: the vCPUs of all VMs share the physical CPUs, each VM as much
 * as any other; those of one VM that are ready take turns. One runs until it
 * waits, switches itself off, or has had its time slice while another one is
 * ready for its CPU. It may continue on any other CPU of its VM's mask.
 *
 * Everything here may be called on any CPU, from interrupt handlers, too,
 * and with IRQs on or off, unless a comment says otherwise; nothing blocks.
 */
#ifndef HV_SCHED_SCHED_H
#define HV_SCHED_SCHED_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/vcpu.h>

#include "irq/timer.h"

struct hv_sched_vm;

#define HV_EXIT_REASONS (ARM_VCPU_EXIT_UNHANDLED + 1u)

/*
 * A vCPU as hv's callbacks know it: every arm_vcpu of hv's VMs is the first
 * member of one of these. All zero before arm_vcpu_init().
 */
struct hv_vcpu {
	struct arm_vcpu arm;
	/* Bound: arm_vm_ops.set_timer. Parked: when its timers wake it. */
	struct hv_timer timer;
	/* The rest is the scheduler's. */
	struct hv_sched_vm *vm;
	struct hv_vcpu *sibling;  /* the VM's list                   */
	struct hv_vcpu *next;     /* of those ready, behind this one */
	struct hv_vcpu *previous; /* and before it                   */
	bool traps_waits;
	_Atomic uint32_t state; /* see state.h                    */
	_Atomic uint64_t since; /* CNTPCT_EL0 when it got its CPU  */
	_Atomic uint64_t ticks; /* on CPUs, without the present time there */
	/* Times it came back to the host, by the reason. */
	_Atomic uint64_t exits[HV_EXIT_REASONS];
};

/* What a vCPU does after an exit was served. */
enum hv_sched_next {
	HV_SCHED_RUN,   /* goes on                                            */
	HV_SCHED_YIELD, /* lets those run that are ready                      */
	HV_SCHED_PARK,  /* waits for an interrupt                             */
	HV_SCHED_OFF,   /* has switched itself off: hv_sched_start() later    */
};

/* What the scheduler asks of those who know what a VM is. */
struct hv_sched_ops {
	/* Do what the guest asked for by leaving. On the CPU the vCPU is
	 * bound to, IRQs masked. */
	enum hv_sched_next (*serve)(struct hv_vcpu *vcpu,
				    const struct arm_vcpu_exit *exit);
	/* The library refused what: a mistake of hv's own. Stop the VM. */
	void (*failed)(struct hv_vcpu *vcpu, int status, const char *what);
	/* No vCPU of the VM runs, waits or is bound any more, because it was
	 * stopped or all are off. May take its time, which counts as the VM's,
	 * if it lets others have theirs: hv_sched_pause(). IRQs on. May start
	 * the VM again. */
	void (*ended)(struct hv_sched_vm *vm);
};

/* The vCPUs that end together. All zero before hv_sched_vm_init(). */
struct hv_sched_vm {
	const struct hv_sched_ops *ops; /* the rest is the scheduler's */
	struct hv_vcpu *vcpus;
	uint64_t cpus; /* bit n: they may run on hv_cpu(n) */
	struct hv_sched_vm *next_vm;
	struct hv_vcpu *_Atomic ready; /* those READY, in order */
	struct hv_vcpu *last_ready;
	uint64_t had; /* counts of CNTPCT_EL0 on CPUs; see ready.h */
	struct hv_sched_vm *next_ended;
	uint32_t active; /* vCPUs that are not off, and who stops them */
	_Atomic bool stopping;
};

/* A VM without vCPUs, which may run on all CPUs that are online. */
void hv_sched_vm_init(struct hv_sched_vm *vm, const struct hv_sched_ops *ops);

/* Only on these CPUs, bit n for hv_cpu(n): before it has vCPUs. False: none of
 * them is online. */
bool hv_sched_pin(struct hv_sched_vm *vm, uint64_t cpus);

/* Only on the CPUs of the mask that are like its first one, since a guest keeps
 * what it has seen of its CPU: before it has vCPUs. How many it loses. */
uint32_t hv_sched_pin_like(struct hv_sched_vm *vm);

/* One vCPU more, which is off. Nothing of the VM is running. */
void hv_sched_vcpu_init(struct hv_vcpu *vcpu, struct hv_sched_vm *vm);

/*
 * This vCPU, which is off, is ready from now on: its power state, its entry
 * and its registers are set. False: the VM is being stopped.
 */
bool hv_sched_start(struct hv_vcpu *vcpu);

/*
 * One that has just switched itself off may still be on its way out of its
 * CPU, a few instructions long: wait until it is off. By another vCPU's CPU,
 * before it touches what belongs to this one.
 */
void hv_sched_wait_off(const struct hv_vcpu *vcpu);

/* Take all vCPUs of the VM off the CPUs and switch them off; ops->ended() is
 * called once they are. Nothing happens where that is under way, or where
 * none is on. */
void hv_sched_stop(struct hv_sched_vm *vm);

/* Have ops->ended() called for a VM of which no vCPU is on and that is not
 * being stopped: for what has to be done where it may take its time. */
void hv_sched_post(struct hv_sched_vm *vm);

/* After ended(): vCPUs may be started again. */
void hv_sched_vm_restart(struct hv_sched_vm *vm);

/* During ops->ended(), about every millisecond, with no lock held: those VMs
 * that have had less run on this CPU first. Anywhere else it does nothing. */
void hv_sched_pause(void);

/* Has something to look at. */
void hv_sched_kick(struct hv_vcpu *vcpu);

/* arm_vm_ops.kick and arm_vm_ops.set_timer of every VM; ctx is not used. */
void hv_sched_op_kick(void *ctx, struct arm_vcpu *vcpu);
void hv_sched_op_set_timer(void *ctx, struct arm_vcpu *vcpu, uint64_t deadline);

/* What a CPU does for the rest of its life: run vCPUs, or wait for some.
 * IRQs masked, virtualisation enabled, on the CPU's own stack. */
_Noreturn void hv_sched_loop(void);

/* By the CPU it runs on: it came back to the host. */
static inline void hv_sched_count_exit(struct hv_vcpu *vcpu,
				       const struct arm_vcpu_exit *exit)
{
	_Atomic uint64_t *count = &vcpu->exits[exit->reason];

	atomic_store_explicit(
		count, atomic_load_explicit(count, memory_order_relaxed) + 1,
		memory_order_relaxed);
}

/* For the console. cpu: where it runs, or ran last. */
struct hv_sched_stats {
	const char *state; /* "off", "ready", "running", "waiting" */
	uint32_t cpu;
	uint64_t exits;
	uint64_t ticks; /* of CNTPCT_EL0, on CPUs */
};

void hv_sched_stats(const struct hv_vcpu *vcpu, struct hv_sched_stats *stats);

#endif
