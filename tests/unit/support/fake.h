/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For unit tests: the simulated machine (tests/machine), whose time stands
 * still, and on it a VM, its vCPUs, and a host that counts what it is asked
 * for. The tests are CPU 0 unless they say otherwise (machine_be()).
 */
#ifndef SUPPORT_FAKE_H
#define SUPPORT_FAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arm_vcpu/arm_vcpu.h>

#include "machine/machine.h"

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

/* The SMCs of EL2. */
struct fake_smc {
	unsigned calls;
	uint64_t args[18];    /* as the last one passed them */
	uint64_t results[18]; /* what it answers             */
};

extern struct fake_smc fake_smc;

/* Addresses that stage 1 does not let pass; null: none. */
extern bool (*fake_denied)(uint64_t va);
extern const struct arm_vm_ops fake_vm_ops;

enum fake_cpu_key {
#define MACHINE_REG(name, op0, op1, crn, crm, op2, exists, direction, trap) \
	CPU_##name = MACHINE_SYSREG(op0, op1, crn, crm, op2),
#include "machine/registers.def"
#undef MACHINE_REG
};

/* A register of this CPU, by its name or as ID register: what is in it,
 * without what reading or writing it does. */
#define CPU(name)        (*fake_cpu_reg(CPU_##name))
#define CPU_ID(crm, op2) (*fake_cpu_reg(MACHINE_SYSREG(3, 0, 0, crm, op2)))
uint64_t *fake_cpu_reg(unsigned key);

/* So many CPUs after reset that EL2 has begun to use; what is UNKNOWN, and the
 * ID registers, are zero. */
void fake_cpus_make(unsigned cpus);

/* main(0), main(1)... by as many CPUs, interleaved as the seed has it, until
 * all of them have returned. */
void fake_cpus_run(uint64_t seed, unsigned cpus, void (*main)(void *number));

/* Everything zero: a VM without vCPUs and without vGIC, and FAKE_VCPUS new
 * CPUs. */
void fake_machine_make(struct fake_machine *machine);

/*
 * The next vCPU of the machine, power ON, not bound, EL1h, virtual
 * interrupts and timers, 40-bit IPA. mpidr: affinity fields.
 */
struct arm_vcpu *fake_vcpu_make(struct fake_machine *machine, uint64_t mpidr);

/* As if it were loaded into this CPU, or not any more. */
void fake_vcpu_bind(struct fake_machine *machine, struct arm_vcpu *vcpu);
void fake_vcpu_unbind(struct arm_vcpu *vcpu);

/* The line logged last, "" if there was none. */
const char *fake_last_log(const struct fake_machine *machine);

#endif
