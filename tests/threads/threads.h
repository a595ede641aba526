/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library's vGIC and hv's scheduler on real threads, for ThreadSanitizer.
 *
 * Each physical CPU is a thread with a simulated machine of its own (TLS), in
 * which it is the one CPU that runs; so what CPUs share is only what the
 * library and hv share. Time and interrupts between CPUs are in cpus.c. What
 * guests count for the checks is relaxed: it must order nothing.
 */
#ifndef THREADS_H
#define THREADS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/arm_vcpu.h>

#include "base/percpu.h"
#include "machine/machine.h"
#include "sched/sched.h"

#define TH_CPUS  4u
#define TH_VMS   2u
#define TH_VCPUS 4u /* of each VM */
#define TH_SPIS  4u
#define TH_TODO  40u /* instructions that a vCPU has planned */

#define TH_DIST   UINT64_C(0x08000000)
#define TH_REDIST UINT64_C(0x080a0000)

/* SGIs. What is sent as PING is answered with PONG. */
enum { TH_SGIS = 3, TH_PING, TH_PONG, TH_SGI_COUNT };

/* HVC's immediate, beside 0, which is PSCI's. */
#define TH_RAISE 0x100u /* the SPI's line, if it is low  */
#define TH_LOWER 0x200u /* by the handler of this SPI    */

struct th_vm;

/* What was sent, and what was taken: never more, and in the end the last. */
struct th_count {
	_Atomic uint32_t sent;
	_Atomic uint32_t taken;
	_Atomic uint32_t seen; /* sent, when it was taken last */
};

/* An instruction, and x0 to x2 before it: the last alone unless it is HVC. */
struct th_op {
	struct machine_insn insn;
	uint64_t x[3];
};

struct th_vcpu {
	struct hv_vcpu host; /* first */
	struct machine_guest guest;
	struct th_vm *vm;
	unsigned index;
	uint64_t random;
	/* The guest, by whoever runs it. */
	enum { TH_BOOT, TH_STARTED, TH_READY, TH_WORK, TH_DONE } phase;
	enum { TH_NO_WAIT, TH_WAIT_ANSWER, TH_WAIT_TIMER } wait;
	unsigned left, patience;
	uint32_t progress; /* the VM's, when patience was new */
	struct th_op todo[TH_TODO];
	unsigned next, count;          /* of them; next is at pc */
	unsigned resume, resume_count; /* behind the handler     */
	uint64_t pc, resume_pc;
	bool handling, acknowledged;
	_Atomic uint32_t answers;
	_Atomic uint32_t fired; /* interrupts of its timer */
	uint32_t awaited;       /* as answers or fired is then */
	struct th_count sgi[TH_SGI_COUNT];
	_Atomic uint32_t pinged_by[TH_VCPUS]; /* who wants an answer */
};

struct th_vm {
	struct hv_sched_vm sched; /* first */
	unsigned number;
	struct arm_vm vm;
	struct arm_vgic vgic;
	struct arm_vgic_bank bank[1];
	struct arm_vcpu *table[TH_VCPUS];
	struct th_vcpu vcpu[TH_VCPUS];
	_Atomic uint32_t ready, done, off;
	_Atomic uint32_t progress; /* what the vCPUs have begun to do */
	_Atomic bool killed;       /* anything may have been left undone */
	_Atomic bool high[TH_SPIS];
	struct th_count spi[TH_SPIS];
	uint64_t lives;
};

struct th {
	struct hv_cpu cpu[TH_CPUS];
	struct th_vm vm[TH_VMS];
	unsigned vms;
	_Atomic bool over;      /* no VM begins anew     */
	_Atomic uint32_t ended; /* VMs that did not      */
	_Atomic uint64_t exits, interrupts;
};

extern struct th th;

_Noreturn __attribute__((format(printf, 1, 2))) void th_fail(const char *format,
							     ...);
static inline struct th_vcpu *th_vcpu_of(struct arm_vcpu *vcpu)
{
	return (struct th_vcpu *)(void *)vcpu;
}

/* cpus.c: the calling thread is this CPU, from reset. */
void th_cpu_make(unsigned number, uint64_t seed);

/* guest.c */
void th_guest_reset(struct th_vcpu *vcpu, uint64_t seed);
/* The VM has ended: everything came, and once. */
void th_guest_check(const struct th_vm *vm);

/* host.c */
extern const struct arm_pcpu_ops th_pcpu_ops;
extern const struct arm_vm_ops th_vm_ops;
extern const struct hv_sched_ops th_sched_ops;

#endif
