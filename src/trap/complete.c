/* SPDX-License-Identifier: Apache-2.0 */
#include "trap/complete.h"

#include <arm_vcpu/status.h>

#include "hw/guest.h"
#include "trap/inject.h"

/*
 * Arm ARM DDI 0487, AArch32.ITAdvance(): IT[4:0] moves left by one, and the
 * block ends after the instruction for which IT[2:0] is zero. In A32 state
 * ITSTATE is zero and stays so.
 */
static uint64_t it_advance(uint64_t spsr)
{
	uint64_t it = BITS_GET(spsr, SPSR_A32_IT_LOW) |
		      BITS_GET(spsr, SPSR_A32_IT_HIGH) << 2;

	if (it & BITS(2, 0))
		it = (it & BITS(7, 5)) | (it << 1 & BITS(4, 0));
	else
		it = 0;
	spsr &= ~(SPSR_A32_IT_LOW | SPSR_A32_IT_HIGH);
	return spsr | BITS_PUT(SPSR_A32_IT_LOW, it & 3u) |
	       BITS_PUT(SPSR_A32_IT_HIGH, it >> 2);
}

void arm_frame_skip_aarch32(struct arm_trap_frame *frame,
			    const struct arm_vcpu_exit_snapshot *snap)
{
	const uint64_t length =
		(frame->spsr & SPSR_A32_T) && !(snap->esr & ESR_IL) ? 2 : 4;

	frame->elr = (uint32_t)(frame->elr + length); /* PC has 32 bits */
	frame->spsr = it_advance(frame->spsr) & ~SPSR_SS;
}

unsigned arm_answer_call(struct arm_vcpu *vcpu, uint64_t result)
{
	vcpu->frame.gpr[0] = result;
	if (arm_called_by_smc(vcpu))
		arm_frame_skip(&vcpu->frame, &vcpu->snap);
	return ARM_RESUME;
}

static void finish(struct arm_vcpu *vcpu)
{
	vcpu->pending.kind = ARM_VCPU_COMPLETE_NOTHING;
	vcpu->uncleaned = 0;
}

int arm_vcpu_complete(struct arm_vcpu *vcpu, uint64_t value)
{
	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (vcpu->pending.kind == ARM_VCPU_COMPLETE_NOTHING ||
	    vcpu->pending.kind == ARM_VCPU_COMPLETE_FAULT)
		return ARM_VCPU_ERR_NO_COMPLETION;
	arm_complete(&vcpu->frame, &vcpu->snap, &vcpu->pending, value);
	finish(vcpu);
	return ARM_VCPU_OK;
}

int arm_vcpu_fail(struct arm_vcpu *vcpu, enum arm_vcpu_failure how)
{
	const uint64_t ec = vcpu ? BITS_GET(vcpu->snap.esr, ESR_EC) : 0;
	const bool fetch = ec == ESR_EC_IABT_LOW;
	const bool abort = fetch || ec == ESR_EC_DABT_LOW;

	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (vcpu->pending.kind == ARM_VCPU_COMPLETE_NOTHING)
		return ARM_VCPU_ERR_NO_COMPLETION;

	switch (how) {
	case ARM_VCPU_FAIL_UNDEFINED:
		arm_inject_undefined(vcpu);
		break;
	case ARM_VCPU_FAIL_EXTERNAL_ABORT:
		arm_inject_abort(vcpu, fetch,
				 abort && (vcpu->snap.esr & ESR_DABT_WNR),
				 vcpu->snap.far,
				 abort && !(vcpu->snap.esr & ESR_ABT_FNV));
		break;
	default:
		return ARM_VCPU_ERR_INVALID;
	}
	finish(vcpu);
	return ARM_VCPU_OK;
}
