/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host for tests of the library at EL2: one VM with two vCPUs, made anew for
 * every case, whose guest is a few instructions at GUEST_RAM.
 */
#ifndef EL2_H
#define EL2_H

#include <arm_vcpu/arm_vcpu.h>

#include "guest.h"

#define GUEST_RAM      UINT64_C(0x40000000)
#define GUEST_RAM_SIZE UINT64_C(0x10000)
/* The guest's exceptions end in HVC #TRAPPED with ESR_EL1 in x10, FAR_EL1 in
 * x11 and ELR_EL1 in x12. */
#define GUEST_VECTORS (GUEST_RAM + 0x8000)
#define TRAPPED       0x77u
/* RAM that the guest may only read, and not execute. */
#define GUEST_READ_ONLY UINT64_C(0x50000000)
#define GUEST_DEVICE    UINT64_C(0x09000000) /* nothing is mapped there */

extern struct arm_pcpu pcpu;
extern struct arm_vm vm;
extern struct arm_vcpu vcpus[2];
extern struct arm_stage2 stage2;
extern struct arm_vcpu_exit out; /* of the last run */
extern const struct arm_vm_ops vm_ops;
extern const struct arm_pcpu_ops pcpu_ops;
extern uint8_t guest_ram[GUEST_RAM_SIZE];
extern unsigned kicks;
extern uint64_t deadline; /* that vm_ops.set_timer got last, or UINT64_MAX */
/* The reasons for which a guest has left so far, in any test. */
extern bool occurred[];

/* Define guest code: GUEST_CODE(name, "instruction\n" ...). */
#define GUEST_CODE(name, code)                                               \
	__asm__(".pushsection .rodata.guest, \"a\"\n"                        \
		"	.balign 4\n"                                               \
		"	.global " #name ", " #name "_end\n" #name ":\n" code \
		"\n" #name "_end:\n"                                         \
		"	.popsection\n");                                     \
	extern const uint32_t name[], name##_end[]

/* Put code at the guest's offset (0 is where both vCPUs start). */
void guest_load_at(uint64_t offset, const uint32_t *code, const uint32_t *end);
#define LOAD(name) guest_load_at(0, name, name##_end)

/* What a case's VM and its vCPUs are; all zero is the usual. */
struct world {
	struct arm_vm_config vm; /* without its table of vCPUs */
	struct arm_vcpu_setup setup;
	bool vgic; /* at QEMU's addresses */
};

/* Another world than the one that each case starts with. */
void new_world(const struct world *world);
/* Device memory at its physical address, for the VM. */
void map_device(uint64_t base, uint64_t size);

/* Load, bind vCPU 0 if it is not, run once. */
#define RUN(name)            \
	do {                 \
		LOAD(name);  \
		run_again(); \
	} while (0)
void run_again(void);
void bind(unsigned n);
void unbind(unsigned n);
/* arm_vcpu_complete() of vCPU 0, and run it again. */
void complete_and_run(uint64_t value);
uint64_t gpr(unsigned n);
uint64_t pc(void);
uint64_t reg(uint64_t id);

void exit_tests(void);
void completion_tests(void);
void host_tests(void);
void passthrough_tests(void);
void state_tests(void);
void status_tests(void);
void pcpu_tests(void); /* afterwards it is enabled */
void pcpu_end_test(void);
void silicon_tests(void);
void guard_tests(void);
void all_exits_test(void);

/* Run the tests, each in a world of its own. */
void run_el2_tests(const struct test *tests, size_t count);

#endif
