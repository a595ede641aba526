/* SPDX-License-Identifier: Apache-2.0 */
#include "trap/inject.h"

#include <arm_vcpu/vcpu.h>

#include "arch/esr.h"
#include "arch/spsr.h"
#include "hw/sysreg.h"

static bool from_el0(uint64_t spsr)
{
	return (spsr & SPSR_AARCH32) || !(spsr & SPSR_EL);
}

/* Arm ARM DDI 0487 D1.3.1.4: the group of vectors says where from. */
static uint64_t vector_offset(uint64_t spsr)
{
	if (spsr & SPSR_AARCH32)
		return VECTOR_LOWER_A32;
	if (from_el0(spsr))
		return VECTOR_LOWER_A64;
	return spsr & SPSR_SP ? VECTOR_CURRENT_SPX : VECTOR_CURRENT_SP0;
}

/*
 * PSTATE after the entry: NZCV, DIT and PAN are kept; EL1h with DAIF masked;
 * SS, IL, UAO, BTYPE and the AArch32 bits are zero. What a feature adds
 * follows the CPU, not what the guest's ID registers admit: on a CPU without
 * FEAT_PAN or FEAT_SSBS the bits set here are RES0, and a guest to whom the
 * feature is hidden leaves SPAN one (RES1 to it), so that PAN stays, and
 * DSSBS zero (RES0 to it). TCO is set on a CPU with memory tagging.
 */
static uint64_t entry_pstate(const struct arm_vcpu *vcpu, uint64_t spsr,
			     uint64_t sctlr)
{
	uint64_t pstate = spsr & (SPSR_NZCV | SPSR_DIT | SPSR_PAN);

	pstate |= SPSR_DAIF | SPSR_M_EL1H;
	if (!(sctlr & SCTLR_EL1_SPAN))
		pstate |= SPSR_PAN;
	if (sctlr & SCTLR_EL1_DSSBS)
		pstate |= SPSR_SSBS;
	if (vcpu->pcpu && vcpu->pcpu->features.mte)
		pstate |= SPSR_TCO;
	return pstate;
}

/* A host may fail an instruction after unbind: arm_vcpu_fail(). */
static void take_exception(struct arm_vcpu *vcpu, uint64_t esr)
{
	const uint64_t spsr = vcpu->frame.spsr, elr = vcpu->frame.elr;
	struct arm_guest_regs *regs = &vcpu->regs;
	uint64_t vbar, sctlr;

	if (vcpu->pcpu) {
		WRITE(ESR_EL1, esr);
		WRITE(SPSR_EL1, spsr);
		WRITE(ELR_EL1, elr);
		vbar = READ(VBAR_EL1);
		sctlr = READ(SCTLR_EL1);
	} else {
		regs->ESR_EL1 = esr;
		regs->SPSR_EL1 = spsr;
		regs->ELR_EL1 = elr;
		vbar = regs->VBAR_EL1;
		sctlr = regs->SCTLR_EL1;
	}
	vcpu->frame.elr = (vbar & VBAR_BASE) + vector_offset(spsr);
	vcpu->frame.spsr = entry_pstate(vcpu, spsr, sctlr);
}

/* HVC's preferred return address is the next instruction; that of an
 * UNDEFINED one is its own (D1.3.3.1). */
static bool is_past_hvc(const struct arm_vcpu_exit_snapshot *snap)
{
	const uint64_t ec = BITS_GET(snap->esr, ESR_EC);

	return ec == ESR_EC_HVC64;
}

void arm_inject_undefined(struct arm_vcpu *vcpu)
{
	if (is_past_hvc(&vcpu->snap))
		vcpu->frame.elr -= 4;
	take_exception(vcpu, BITS_PUT(ESR_EC, ESR_EC_UNKNOWN) | ESR_IL);
}

void arm_inject_abort(struct arm_vcpu *vcpu, bool fetch, bool write,
		      uint64_t va, bool va_valid)
{
	const bool lower = from_el0(vcpu->frame.spsr);
	uint64_t esr = ESR_IL | BITS_PUT(ESR_ABT_FSC, ESR_FSC_EXTERNAL);

	if (fetch)
		esr |= BITS_PUT(ESR_EC,
				lower ? ESR_EC_IABT_LOW : ESR_EC_IABT_SAME);
	else
		esr |= BITS_PUT(ESR_EC,
				lower ? ESR_EC_DABT_LOW : ESR_EC_DABT_SAME);
	if (write && !fetch)
		esr |= ESR_DABT_WNR;
	if (!va_valid)
		esr |= ESR_ABT_FNV; /* FAR is UNKNOWN: leak nothing */
	if (!va_valid)
		va = 0;
	if (vcpu->pcpu)
		WRITE(FAR_EL1, va);
	else
		vcpu->regs.FAR_EL1 = va;
	take_exception(vcpu, esr);
}
