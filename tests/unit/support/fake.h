/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine of plain data for unit tests: a VM, its vCPUs, a host that counts
 * what it is asked for, and a CPU whose registers are an array. One
 * fake_machine at a time has its CPU (fake_cpu).
 */
#ifndef SUPPORT_FAKE_H
#define SUPPORT_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arm_vcpu/arm_vcpu.h>

#define FAKE_VCPUS    8u
#define FAKE_LINES    32u
#define FAKE_LINE_MAX 160u

struct fake_machine {
	struct arm_vm vm;
	struct arm_vcpu *vcpus[FAKE_VCPUS];
	struct arm_vcpu vcpu[FAKE_VCPUS];
	struct arm_pcpu pcpu;

	/* What the host was asked for. */
	unsigned kicks;
	unsigned kicks_of[FAKE_VCPUS];
	unsigned log_count; /* lines logged; the last FAKE_LINES are kept */
	enum arm_vcpu_log_level log_level[FAKE_LINES];
	char log[FAKE_LINES][FAKE_LINE_MAX];
	unsigned timer_calls;
	uint64_t timer_deadline; /* the last one set                      */
	unsigned pages_out;      /* 4 KiB pages allocated and not freed   */
	unsigned pages_limit;    /* alloc_pages() fails beyond that       */
};

/* The CPU behind hw/. */
struct fake_cpu {
	uint64_t reg[ARM_REG_COUNT];
	unsigned reg_writes;
	uint64_t id[8][8]; /* ID register [CRm][op2] of op0=3 op1=0 CRn=0 */
	uint64_t lr[ARM_VGIC_MAX_LRS];
	uint64_t *lrs;      /* where they are, if not there */
	uint64_t vmcr, hcr; /* ICH_VMCR_EL2, ICH_HCR_EL2 */
	uint64_t esr, far, hpfar;
	unsigned lr_fetches;
	uint64_t counter;
	unsigned smc_calls;
	uint64_t smc_args[18];    /* as the last SMC passed them           */
	uint64_t smc_results[18]; /* what an SMC answers                   */
};

/* A thread that runs vCPUs has one of its own. */
extern _Thread_local struct fake_cpu fake_cpu;
extern const struct arm_vm_ops fake_vm_ops;

/* Everything zero: a VM without vCPUs and without vGIC, and a new fake_cpu. */
void fake_machine_make(struct fake_machine *machine);

/*
 * The next vCPU of the machine, power ON, not bound, EL1h, virtual
 * interrupts and timers, 40-bit IPA. mpidr: affinity fields.
 */
struct arm_vcpu *fake_vcpu_make(struct fake_machine *machine, uint64_t mpidr);

/* As if it were loaded into fake_cpu, or not any more. */
void fake_vcpu_bind(struct fake_machine *machine, struct arm_vcpu *vcpu);
void fake_vcpu_unbind(struct arm_vcpu *vcpu);

/* The line logged last, "" if there was none. */
const char *fake_last_log(const struct fake_machine *machine);

#endif
