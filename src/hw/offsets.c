/* SPDX-License-Identifier: Apache-2.0 */
/* The compiler checks the numbers that the assembly uses. */
#include "hw/offsets.h"

#include <stddef.h>

#include <arm_vcpu/vcpu.h>

_Static_assert(offsetof(struct arm_vcpu, frame) == 0, "vectors.S");
_Static_assert(offsetof(struct arm_trap_frame, gpr[30]) == FRAME_X(30),
	       "vectors.S");
_Static_assert(offsetof(struct arm_trap_frame, sp_el0) == FRAME_SP_EL0,
	       "vectors.S");
_Static_assert(offsetof(struct arm_trap_frame, elr) == FRAME_ELR, "vectors.S");
_Static_assert(sizeof(struct arm_trap_frame) == FRAME_SIZE, "vectors.S");
_Static_assert(FRAME_SIZE % 16 == 0 && HOST_SIZE % 16 == 0,
	       "SP stays aligned to 16 bytes");

_Static_assert(offsetof(struct arm_vcpu, pcpu) == VCPU_PCPU, "vectors.S");
_Static_assert(offsetof(struct arm_pcpu, guard) == PCPU_GUARD, "vectors.S");
_Static_assert(offsetof(struct arm_pcpu, checks_stage1) == PCPU_GUARD + 4,
	       "vectors.S");
_Static_assert(offsetof(struct arm_pcpu, next) == PCPU_NEXT, "vectors.S");
_Static_assert(offsetof(struct arm_pcpu, mpidr) == PCPU_MPIDR, "vectors.S");
_Static_assert(offsetof(struct arm_pcpu, fatal_stack) == PCPU_FATAL_STACK,
	       "vectors.S");
_Static_assert(PCPU_FATAL_TOP - PCPU_FATAL_STACK == ARM_PCPU_FATAL_STACK_SIZE,
	       "vectors.S");
