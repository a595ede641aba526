/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finishing an instruction on the guest's behalf: the one place that writes
 * Rt and moves PC.
 */
#ifndef TRAP_COMPLETE_H
#define TRAP_COMPLETE_H

#include <stdint.h>

#include <arm_vcpu/exit.h>
#include <arm_vcpu/trap_frame.h>
#include <arm_vcpu/vcpu.h>

#include "arch/spsr.h"

/* What *pending says; kind NOTHING changes nothing. See arm_vcpu_complete()
 * for the meaning of value. */
void arm_complete(struct arm_trap_frame *frame,
		  const struct arm_vcpu_exit_snapshot *snap,
		  const struct arm_vcpu_pending *pending, uint64_t value);

/* arm_frame_skip() for a guest in AArch32 state. */
void arm_frame_skip_aarch32(struct arm_trap_frame *frame,
			    const struct arm_vcpu_exit_snapshot *snap);

/*
 * Advance PC past the trapped instruction. What completing an instruction
 * does to PSTATE is done as well: a software step becomes due (Arm ARM DDI
 * 0487 D2.12.3, SSAdvance()) and BTYPE is zero again (D8.4.5).
 */
static inline void arm_frame_skip(struct arm_trap_frame *frame,
				  const struct arm_vcpu_exit_snapshot *snap)
{
	if (frame->spsr & SPSR_AARCH32) {
		arm_frame_skip_aarch32(frame, snap);
		return;
	}
	frame->elr += 4;
	frame->spsr &= ~(SPSR_SS | SPSR_BTYPE);
}

/* The low bytes of a value; width is 1, 2, 4 or 8. */
static inline uint64_t arm_cut(uint64_t value, unsigned width)
{
	return value & (UINT64_MAX >> (64u - 8u * width));
}

#endif
