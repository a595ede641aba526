/* SPDX-License-Identifier: Apache-2.0 */
/* The physical CPUs. */
#ifndef HV_PLATFORM_SMP_H
#define HV_PLATFORM_SMP_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/pcpu.h>

#include "platform/platform.h"
#include "platform/timer.h"

struct hv_cpu {
	uint64_t stack_top; /* first: start.S loads it */
	uint64_t mpidr;     /* affinity fields */
	uint32_t index;     /* 0: the boot CPU */
	_Atomic uint32_t online;
	struct arm_pcpu pcpu; /* enabled once online */
	/*
	 * Whose EL1 state is loaded here: whoever binds a vCPU says so, since
	 * a virtual timer interrupt taken at EL2 is for this one.
	 */
	struct arm_vcpu *bound;
	struct hv_timers timers;
	uint64_t redist; /* this CPU's redistributor frame */
	/*
	 * The CPU is to leave its guest and to look at the queues. Set before
	 * it is interrupted, cleared before it looks.
	 */
	_Atomic bool look;
};

static inline struct hv_cpu *hv_this_cpu(void)
{
	struct hv_cpu *cpu;

	__asm__ volatile("mrs %0, tpidr_el2" : "=r"(cpu));
	return cpu;
}

uint32_t hv_cpu_count(void); /* those online */
struct hv_cpu *hv_cpu(uint32_t index);

/* Bring the others up; each ends in hv_sched_loop(). Boot CPU, once. */
void hv_smp_init(const struct hv_platform *platform);

/*
 * Wait until an interrupt is pending, without taking it: IRQs stay masked,
 * the next arm_vcpu_run() or hv_irq_window() takes it.
 */
void hv_cpu_wait(void);

/* Take what is pending now, here. IRQs are masked before and after. */
void hv_irq_window(void);

#endif
