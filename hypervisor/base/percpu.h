/* SPDX-License-Identifier: Apache-2.0 */
/* The physical CPUs, and what each keeps for itself. */
#ifndef HV_BASE_PERCPU_H
#define HV_BASE_PERCPU_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/pcpu.h>

#include "base/cpu.h"

#define HV_MAX_CPUS 64u

struct hv_cpu {
	uint64_t stack_top;             /* first: secondary.S loads it */
	void (*enter)(struct hv_cpu *); /* and calls this              */
	uint64_t mpidr;                 /* affinity fields             */
	uint32_t index;                 /* 0: the boot CPU             */
	_Atomic uint32_t online;
	struct arm_pcpu pcpu; /* enabled once online */
	/*
	 * Whose EL1 state is loaded here: whoever binds a vCPU says so, since
	 * a virtual timer interrupt taken at EL2 is for this one.
	 */
	struct arm_vcpu *bound;
	/*
	 * The CPU is to leave its guest and to look at the queues. Set before
	 * it is interrupted, cleared before it looks.
	 */
	_Atomic bool look;
#ifdef HV_LOCK_RANKS
	uint32_t held; /* ranks of the locks that it holds: lock.c */
#endif
};

uint32_t hv_cpu_count(void);           /* those online                  */
struct hv_cpu *hv_cpu(uint32_t index); /* null when there is none such */

/* At boot: this one has index, which nobody has yet; and then, so many are
 * online. */
void hv_cpu_add(uint32_t index, struct hv_cpu *cpu);
void hv_cpu_set_count(uint32_t count);

#endif
