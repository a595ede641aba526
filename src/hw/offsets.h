/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers that assembly and C share; src/hw/offsets.c asserts each of them
 * against the structures.
 */
#ifndef HW_OFFSETS_H
#define HW_OFFSETS_H

/* struct arm_vcpu starts with its struct arm_trap_frame. */
#define FRAME_X(n)   ((n)*8)
#define FRAME_SP_EL0 248
#define FRAME_ELR    256
#define FRAME_SIZE   272
#define VCPU_PCPU    FRAME_SIZE

/* struct arm_pcpu */
#define PCPU_MPIDR       0
#define PCPU_NEXT        8
#define PCPU_GUARD       16
#define PCPU_FATAL_STACK 32
#define PCPU_FATAL_TOP   (PCPU_FATAL_STACK + 4096)

/*
 * The host's frame on its stack while a guest runs. The vectors find the vCPU
 * in it: SP_EL2 is the only register they can rely on.
 */
#define HOST_VCPU    0
#define HOST_SP_EL0  8
#define HOST_SCRATCH 16
#define HOST_X18     32
#define HOST_X19     48 /* x19 to x30 */
#define HOST_SIZE    144

/* struct arm_pcpu's guard: nothing, an instruction, so many times a loop, or
 * with bit 31 a function of the firmware. */
#define ARM_GUARD_NONE   0
#define ARM_GUARD_CLRBHB 1

/* What arm_guest_*() answer. */
#define ARM_RESUME      0 /* back into the guest; x19 to x29 are untouched  */
#define ARM_RESUME_FULL 1 /* back into the guest; one of x19 to x29 changed */
#define ARM_TO_HOST     2 /* return from arm_vcpu_run()                     */

#endif
