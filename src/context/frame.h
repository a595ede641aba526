/* SPDX-License-Identifier: Apache-2.0 */
/* The general registers in a frame, for the paths that cannot afford a call. */
#ifndef CONTEXT_FRAME_H
#define CONTEXT_FRAME_H

#include <arm_vcpu/trap_frame.h>

static inline uint64_t arm_frame_gpr(const struct arm_trap_frame *frame,
				     unsigned reg)
{
	return reg < ARM_VCPU_GPR_COUNT ? frame->gpr[reg] : 0;
}

static inline void arm_frame_set_gpr(struct arm_trap_frame *frame, unsigned reg,
				     uint64_t value)
{
	if (reg < ARM_VCPU_GPR_COUNT)
		frame->gpr[reg] = value;
}

#endif
