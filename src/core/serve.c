/* SPDX-License-Identifier: Apache-2.0 */
/* Synchronous exits that the library serves itself. */
#include "core/serve.h"

#include "arch/esr.h"
#include "core/complete.h"
#include "core/exit.h"
#include "core/inject.h"
#include "core/vgic.h"

/* A load or store with a valid syndrome that hit nothing in stage 2. */
static bool is_mmio(const struct arm_vcpu_exit_snapshot *snap)
{
	const uint64_t must =
		ESR_DABT_ISV | ESR_ABT_S1PTW | ESR_DABT_CM | ESR_DABT_LST;

	return (snap->esr & must) == ESR_DABT_ISV && snap->ipa_valid &&
	       (snap->esr & ESR_FSC_TYPE) == ESR_FSC_TRANSLATION;
}

static bool serve_vgic(struct arm_vcpu *vcpu)
{
	const struct arm_vcpu_exit_snapshot *snap = &vcpu->snap;
	const uint64_t esr = snap->esr;
	const bool write = esr & ESR_DABT_WNR;
	const unsigned width = 1u << BITS_GET(esr, ESR_DABT_SAS);
	const uint64_t ipa =
		(BITS_GET(snap->hpfar, HPFAR_FIPA) << HPFAR_FIPA_SHIFT) |
		(snap->far & FAR_PAGE_OFFSET);
	const unsigned reg = (unsigned)BITS_GET(esr, ESR_DABT_SRT);
	uint64_t value = 0;
	struct arm_vcpu_pending load;
	enum arm_vgic_access access;

	if (!vcpu->vm->vgic)
		return false;
	if (write)
		value = arm_trap_frame_gpr(&vcpu->frame, reg) &
			(UINT64_MAX >> (64u - 8u * width));
	access = arm_vgic_mmio(vcpu, ipa, width, write, &value);
	if (access != ARM_VGIC_DONE)
		return access == ARM_VGIC_AGAIN; /* PC stays */
	if (write) {
		arm_frame_skip(&vcpu->frame, snap);
		return true;
	}
	load = (struct arm_vcpu_pending){
		.kind = ARM_VCPU_COMPLETE_LOAD,
		.reg = (uint8_t)reg,
		.width = (uint8_t)width,
		.reg_width = esr & ESR_DABT_SF ? 8 : 4,
		.sign_extend = esr & ESR_DABT_SSE,
	};
	arm_complete(&vcpu->frame, snap, &load, value);
	return true;
}

static bool decode(struct arm_vcpu *vcpu)
{
	arm_exit_decode(&vcpu->snap, &vcpu->frame, vcpu->exit, &vcpu->pending);
	return false;
}

bool arm_serve_abort(struct arm_vcpu *vcpu)
{
	if (is_mmio(&vcpu->snap) && serve_vgic(vcpu))
		return true;
	return decode(vcpu);
}

bool arm_serve_other(struct arm_vcpu *vcpu)
{
	/* An AArch32 instruction may trap although its condition fails: it
	 * does nothing then (Arm ARM DDI 0487 G1.19.5). */
	if (vcpu->snap.aarch32 &&
	    arm_exit_condition_failed(&vcpu->snap, &vcpu->frame)) {
		arm_frame_skip(&vcpu->frame, &vcpu->snap);
		return true;
	}
	if (arm_exit_is_guest_undefined(
		    (uint32_t)BITS_GET(vcpu->snap.esr, ESR_EC))) {
		arm_inject_undefined(vcpu);
		return true;
	}
	return decode(vcpu);
}
