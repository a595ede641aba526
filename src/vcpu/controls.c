/* SPDX-License-Identifier: Apache-2.0 */
/* The EL2 controls a vCPU runs under: what is trapped, and what is not. */
#include <arm_vcpu/status.h>

#include "arch/el2.h"
#include "arch/sysreg_bits.h"
#include "lib/atomic.h"
#include "vcpu/vcpu.h"

/*
 * Stage 2 on, AArch64 EL1; SErrors, SMCs, ID registers, ACTLR, LORegions and
 * the implementation-defined space trap. Cache maintenance by set/way works
 * on the real caches (as clean and invalidate, SWIO) unless the VM watches it,
 * TLB and barrier operations reach the inner shareable domain, because the vCPU
 * may have run on another CPU a moment ago. What the guest is not told of
 * (pointer authentication, MTE, RAS, nested virtualisation ...) stays trapped
 * by bits that are left 0.
 */
#define HCR_ALWAYS                                                           \
	(HCR_VM | HCR_SWIO | HCR_PTW | HCR_AMO | HCR_FB |                    \
	 BITS_PUT(HCR_BSU, HCR_BSU_INNER) | HCR_TID3 | HCR_TSC | HCR_TIDCP | \
	 HCR_TACR | HCR_RW)

/*
 * Set/way maintenance always, to hear of it; the registers of stage 1 while the
 * caches are off, and from the first set/way operation to when they are turned
 * on, since a guest that turns them off properly begins with one.
 */
static uint64_t cache_traps(const struct arm_guest_regs *regs)
{
	if ((regs->SCTLR_EL1 & SCTLR_EL1_CACHING) != SCTLR_EL1_CACHING)
		return HCR_TSW | HCR_TVM;
	return HCR_TSW | (regs->HCR_EL2 & HCR_TVM);
}

static uint64_t hcr(const struct arm_vcpu *vcpu,
		    const struct arm_pcpu_features *features)
{
	uint64_t value = HCR_ALWAYS |
			 (vcpu->regs.HCR_EL2 & (HCR_TWI | HCR_TWE | HCR_FWB));

	if (vcpu->virtual_interrupts)
		value |= HCR_IMO | HCR_FMO;
	if (features->lor)
		value |= HCR_TLOR;
	if (features->ras)
		value |= HCR_TERR;
	if (features->mte)
		value |= HCR_TID5; /* GMID_EL1 */
	if (vcpu->vm->watch_caches)
		value |= cache_traps(&vcpu->regs);
	return value;
}

static uint64_t mdcr(const struct arm_pcpu_features *features)
{
	/* HPMN: its reset value, since firmware may leave any there; 0, while
	 * there are counters, is CONSTRAINED UNPREDICTABLE without
	 * FEAT_HPMN0 (D19.3.18). */
	uint64_t value = BITS_PUT(MDCR_HPMN, features->pmu_counters) |
			 MDCR_TDA | MDCR_TDOSA | MDCR_TDRA;

	if (features->pmu)
		value |= MDCR_TPM | MDCR_TPMCR;
	if (features->spe)
		value |= MDCR_TPMS;
	if (features->trace)
		value |= MDCR_TTRF;
	return value;
}

static uint64_t cptr(const struct arm_pcpu_features *features)
{
	uint64_t value = CPTR_RES1 | CPTR_TZ | CPTR_TSM | CPTR_TFP;

	if (features->trace)
		value |= CPTR_TTA;
	if (features->amu)
		value |= CPTR_TAM;
	return value;
}

void arm_vcpu_controls(struct arm_vcpu *vcpu,
		       const struct arm_pcpu_features *features)
{
	struct arm_guest_regs *regs = &vcpu->regs;

	regs->HCR_EL2 = hcr(vcpu, features);
	regs->MDCR_EL2 = mdcr(features);
	regs->CPTR_EL2 = cptr(features);
	regs->HSTR_EL2 = 0;
	regs->VMPIDR_EL2 = MPIDR_RES1 | vcpu->mpidr;
	regs->CNTVOFF_EL2 = vcpu->vm->cntvoff;
	regs->CNTHCTL_EL2 =
		CNTHCTL_EL1PCTEN | (vcpu->virtual_timers ? 0 : CNTHCTL_EL1PCEN);
	/* The guest keeps the kind of CPU it saw first, and with it the MIDR:
	 * what it decided at boot stays right. */
	vcpu->kind = features->kind;
	regs->VPIDR_EL2 = features->midr;
}

int arm_vcpu_check_bind(const struct arm_vcpu *vcpu,
			const struct arm_pcpu *pcpu)
{
	if (!vcpu || !pcpu)
		return ARM_VCPU_ERR_NULL;
	if (!vcpu->is_setup)
		return ARM_VCPU_ERR_NOT_SETUP;
	if (!vcpu->has_root)
		return ARM_VCPU_ERR_NO_ROOT;
	if (!arm_load_acquire(&pcpu->enabled))
		return ARM_VCPU_ERR_NOT_ENABLED;
	if (vcpu->pcpu || pcpu->bound)
		return ARM_VCPU_ERR_BOUND;
	if (vcpu->kind && vcpu->kind != pcpu->features.kind)
		return ARM_VCPU_ERR_UNLIKE;
	if (vcpu->virtual_interrupts && vcpu->vm->vgic &&
	    !pcpu->features.list_registers)
		return ARM_VCPU_ERR_UNSUPPORTED;
	if ((vcpu->features & ARM_VCPU_AARCH32_EL0) &&
	    !pcpu->features.aarch32_el0)
		return ARM_VCPU_ERR_UNSUPPORTED;
	/* Without, its tables would mean something else. */
	if ((vcpu->regs.HCR_EL2 & HCR_FWB) && !pcpu->features.fwb)
		return ARM_VCPU_ERR_UNSUPPORTED;
	return ARM_VCPU_OK;
}

int arm_vcpu_trap_wait(struct arm_vcpu *vcpu, bool wfi, bool wfe)
{
	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	vcpu->regs.HCR_EL2 &= ~(HCR_TWI | HCR_TWE);
	if (wfi)
		vcpu->regs.HCR_EL2 |= HCR_TWI;
	if (wfe)
		vcpu->regs.HCR_EL2 |= HCR_TWE;
	/* Bound: the CPU's copy is replaced at the next entry. */
	vcpu->controls_dirty = true;
	return ARM_VCPU_OK;
}
