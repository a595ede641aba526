/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finishing an instruction on the guest's behalf: the one place that writes
 * Rt and moves PC.
 */
#ifndef TRAP_COMPLETE_H
#define TRAP_COMPLETE_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/exit.h>
#include <arm_vcpu/trap_frame.h>
#include <arm_vcpu/vcpu.h>

#include "arch/esr.h"
#include "arch/spsr.h"
#include "context/frame.h"

/* arm_frame_skip() for a guest in AArch32 state. */
void arm_frame_skip_aarch32(struct arm_trap_frame *frame,
			    const struct arm_vcpu_exit_snapshot *snap);

/*
 * Advance PC past the trapped instruction. What completing an instruction
 * does to PSTATE is done as well: a software step becomes due (Arm ARM DDI
 * 0487 D2.12.3, SSAdvance()) and BTYPE is zero again (D8.4.5).
 */
__attribute__((always_inline)) static inline void
arm_frame_skip(struct arm_trap_frame *frame,
	       const struct arm_vcpu_exit_snapshot *snap)
{
	if (frame->spsr & SPSR_AARCH32) {
		arm_frame_skip_aarch32(frame, snap);
		return;
	}
	frame->elr += 4;
	frame->spsr &= ~(SPSR_SS | SPSR_BTYPE);
}

/* Of a call, ESR_EC_HVC64 or ESR_EC_SMC64: they differ in one bit. */
static inline bool arm_called_by_smc(const struct arm_vcpu *vcpu)
{
	return BITS_GET(vcpu->snap.esr, ESR_EC) & (ESR_EC_HVC64 ^ ESR_EC_SMC64);
}

/* The result of a call by HVC or SMC that was served here: ARM_RESUME. HVC
 * returns past itself by architecture, SMC by us. */
unsigned arm_answer_call(struct arm_vcpu *vcpu, uint64_t result);

/* The low bytes of a value; width is 1, 2, 4 or 8. */
static inline uint64_t arm_cut(uint64_t value, unsigned width)
{
	return value & (UINT64_MAX >> (64u - 8u * width));
}

/*
 * The value that a load writes to Rt: the bytes loaded, sign-extended to the
 * size of the register where the instruction says so. Writing a W register
 * zeroes the upper half of the X register (DDI 0487 B1.2.1).
 */
static inline uint64_t arm_extend(const struct arm_vcpu_pending *pending,
				  uint64_t value)
{
	const unsigned above = (64u - 8u * pending->width) & 63u;

	/* To the top, and down again with or without the sign: GCC and Clang
	 * shift signed numbers arithmetically. */
	value <<= above;
	if (pending->sign_extend)
		value = (uint64_t)((int64_t)value >> above);
	else
		value >>= above;
	return pending->reg_width == 8 ? value : (uint32_t)value;
}

/* What *pending says; kind NOTHING changes nothing. See arm_vcpu_complete()
 * for the meaning of value. */
static inline void arm_complete(struct arm_trap_frame *frame,
				const struct arm_vcpu_exit_snapshot *snap,
				const struct arm_vcpu_pending *pending,
				uint64_t value)
{
	/* Loads are the most frequent. */
	switch (__builtin_expect(pending->kind, ARM_VCPU_COMPLETE_LOAD)) {
	case ARM_VCPU_COMPLETE_NOTHING:
	case ARM_VCPU_COMPLETE_FAULT:
		return;
	case ARM_VCPU_COMPLETE_RESULT:
		frame->gpr[0] = value;
		return;
	case ARM_VCPU_COMPLETE_LOAD:
		arm_frame_set_gpr(frame, pending->reg,
				  arm_extend(pending, value));
		break;
	case ARM_VCPU_COMPLETE_RESULT_SKIP:
		frame->gpr[0] = value;
		break;
	case ARM_VCPU_COMPLETE_SKIP:
		break;
	}
	arm_frame_skip(frame, snap);
}

#endif
