/* SPDX-License-Identifier: Apache-2.0 */
/* Turning virtualisation on and off on one physical CPU. */
#include "vcpu/pcpu.h"

#include <stddef.h>

#include <arm_vcpu/status.h>

#include "arch/el2.h"
#include "arch/esr.h"
#include "arch/gicv3.h"
#include "arch/id_fields.h"
#include "arch/sysreg_bits.h"
#include "hw/barrier.h"
#include "hw/debug.h"
#include "hw/guest.h"
#include "hw/irq.h"
#include "hw/serror.h"
#include "hw/sysreg.h"
#include "hw/tlb.h"
#include "lib/atomic.h"
#include "lib/format.h"
#include "vcpu/errata.h"

struct arm_pcpu *arm_pcpu_here(void)
{
	const uint64_t mpidr = READ(MPIDR_EL1) & MPIDR_AFFINITY;
	struct arm_pcpu *pcpu = arm_load_acquire(&arm_hw_cpus);

	/* The acquire: a CPU that is seen enabled has its mpidr and its saved
	 * controls. */
	while (pcpu && !(arm_load_acquire(&pcpu->enabled) &&
			 arm_load_relaxed(&pcpu->mpidr) == mpidr))
		pcpu = pcpu->next;
	return pcpu;
}

uint64_t arm_pcpu_host_hcr(const struct arm_pcpu *pcpu)
{
	return pcpu->saved.hcr | HCR_IMO | HCR_FMO | HCR_AMO;
}

uint64_t arm_pcpu_take_serror(const struct arm_pcpu *pcpu)
{
	uint64_t disr;

	if (pcpu->features.ras) {
		arm_hw_esb();
		disr = READ(DISR_EL1);
		if (disr & DISR_A) {
			WRITE(DISR_EL1, 0);
			return BITS_PUT(ESR_EC, ESR_EC_SERROR) | ESR_IL |
			       (disr & DISR_ISS);
		}
	}
	return READ(ISR_EL1) & ISR_A ? arm_hw_take_serror() : 0;
}

/* Once and for ever: other CPUs may be walking the list. */
static void list_add(struct arm_pcpu *pcpu)
{
	const bool repeat_tlbi = pcpu->repeat_tlbi;
	struct arm_pcpu *head = arm_load(&arm_hw_cpus);

	do {
		pcpu->next = head;
		pcpu->repeat_tlbi = repeat_tlbi || (head && head->repeat_tlbi);
	} while (!arm_compare_exchange(&arm_hw_cpus, &head, pcpu));
	pcpu->registered = true;
}

/* None of this kind has been enabled before, itself neither. */
static bool is_news(const struct arm_pcpu *pcpu)
{
	const struct arm_pcpu *other = arm_load_acquire(&arm_hw_cpus);

	while (other && other->features.kind != pcpu->features.kind)
		other = other->next;
	return !other;
}

int arm_pcpu_init(struct arm_pcpu *pcpu, const struct arm_pcpu_ops *ops,
		  void *ctx)
{
	if (!pcpu || !ops)
		return ARM_VCPU_ERR_NULL;
	/* Its link must not be lost. */
	for (const struct arm_pcpu *p = arm_load(&arm_hw_cpus); p; p = p->next)
		if (p == pcpu)
			return ARM_VCPU_ERR_EXISTS;
	*pcpu = (struct arm_pcpu){
		.ops = ops, .ctx = ctx, .workaround = {-1, -1, -1}};
	return ARM_VCPU_OK;
}

/*
 * UNKNOWN after reset, and 0 for every guest: the positive bits trap nothing
 * more then, the negative ones ("n...") keep trapping what guests are not told
 * of (TPIDR2_EL0, SMPRI_EL1, ACCDATA_EL1, GCS, PFAR_EL1 ...). With what has to
 * be there.
 */
#define ZEROED(X)                                  \
	X(HCRX, features->hcx)                     \
	X(HFGRTR, features->fgt)                   \
	X(HFGWTR, features->fgt)                   \
	X(HFGITR, features->fgt)                   \
	X(HDFGRTR, features->fgt)                  \
	X(HDFGWTR, features->fgt)                  \
	X(HAFGRTR, features->fgt && features->amu) \
	X(HFGRTR2, features->fgt2)                 \
	X(HFGWTR2, features->fgt2)                 \
	X(HFGITR2, features->fgt2)                 \
	X(HDFGRTR2, features->fgt2)                \
	X(HDFGWTR2, features->fgt2)

enum {
#define SLOT(name, exists) ZEROED_##name,
	ZEROED(SLOT)
#undef SLOT
		ZEROED_COUNT
};

_Static_assert(ZEROED_COUNT == ARM_PCPU_ZEROED, "one place for each");

/* MPAMIDR_EL1 may be read only where there is MPAM. */
static bool has_mpamhcr(const struct arm_pcpu_features *features)
{
	return features->mpam && (READ(MPAMIDR_EL1) & MPAMIDR_HAS_HCR);
}

static void save_controls(struct arm_pcpu *pcpu)
{
	struct arm_pcpu_saved *saved = &pcpu->saved;
	const struct arm_pcpu_features *features = &pcpu->features;

	saved->vbar = READ(VBAR_EL2);
	saved->hcr = READ(HCR_EL2);
	saved->cptr = READ(CPTR_EL2);
	saved->mdcr = READ(MDCR_EL2);
	saved->hstr = READ(HSTR_EL2);
	saved->cnthctl = READ(CNTHCTL_EL2);
	saved->vpidr = READ(VPIDR_EL2);
	saved->vmpidr = READ(VMPIDR_EL2);
	saved->cntvoff = READ(CNTVOFF_EL2);
	saved->vtcr = READ(VTCR_EL2);
	saved->vttbr = READ(VTTBR_EL2);
	saved->oslsr = READ(OSLSR_EL1);
	if (features->gicv3)
		saved->sre = READ(ICC_SRE_EL2);
	if (features->mpam)
		saved->mpam2 = READ(MPAM2_EL2);
	if (has_mpamhcr(features))
		saved->mpamhcr = READ(MPAMHCR_EL2);
#define SAVE(name, exists) \
	if (exists)        \
		saved->zeroed[ZEROED_##name] = READ(name##_EL2);
	ZEROED(SAVE)
#undef SAVE
}

static void restore_controls(const struct arm_pcpu *pcpu)
{
	const struct arm_pcpu_saved *saved = &pcpu->saved;
	const struct arm_pcpu_features *features = &pcpu->features;

	WRITE(VBAR_EL2, saved->vbar);
	WRITE(HCR_EL2, saved->hcr);
	WRITE(CPTR_EL2, saved->cptr);
	WRITE(MDCR_EL2, saved->mdcr);
	WRITE(HSTR_EL2, saved->hstr);
	WRITE(CNTHCTL_EL2, saved->cnthctl);
	WRITE(VPIDR_EL2, saved->vpidr);
	WRITE(VMPIDR_EL2, saved->vmpidr);
	WRITE(CNTVOFF_EL2, saved->cntvoff);
	WRITE(VTCR_EL2, saved->vtcr);
	WRITE(VTTBR_EL2, saved->vttbr);
	WRITE(OSLAR_EL1, BITS_GET(saved->oslsr, OSLSR_EL1_OSLK));
	/* SRE was on when it was saved, by arm_pcpu_read_features(): to clear
	 * it is UNPREDICTABLE (IHI 0069 12.2.26). */
	if (features->gicv3)
		WRITE(ICC_SRE_EL2, saved->sre);
	if (features->mpam)
		WRITE(MPAM2_EL2, saved->mpam2);
	if (has_mpamhcr(features))
		WRITE(MPAMHCR_EL2, saved->mpamhcr);
#define RESTORE(name, exists) \
	if (exists)           \
		WRITE(name##_EL2, saved->zeroed[ZEROED_##name]);
	ZEROED(RESTORE)
#undef RESTORE
	arm_hw_isb();
}

/* What does not depend on the vCPU. */
static void set_controls(const struct arm_pcpu *pcpu)
{
	const struct arm_pcpu_features *features = &pcpu->features;

	WRITE(VBAR_EL2, pcpu->vectors);
	/* The VMID that is nobody's, see mm/vmid.c: what is speculated from
	 * here on hits no guest. */
	WRITE(VTTBR_EL2, 0);
	WRITE(HCR_EL2, arm_pcpu_host_hcr(pcpu));
	/* Locked after reset, it would suppress guests' software steps (Arm
	 * ARM DDI 0487 D2.3); theirs is emulated. */
	WRITE(OSLAR_EL1, 0);
	if (features->gicv3) {
		/* Enable is left 0: ICC_SRE_EL1 traps (IHI 0069 12.2.26). */
		WRITE(ICC_SRE_EL2,
		      ICC_SRE_EL2_SRE | ICC_SRE_EL2_DFB | ICC_SRE_EL2_DIB);
		arm_hw_isb();
		/* Where SRE is not fixed it is 0 at EL1 after reset, and the
		 * virtual CPU interface undefined to guests. */
		WRITE(ICC_SRE_EL1,
		      ICC_SRE_EL2_SRE | ICC_SRE_EL2_DFB | ICC_SRE_EL2_DIB);
		WRITE(ICH_HCR_EL2, 0);
	}
	if (features->mpam)
		WRITE(MPAM2_EL2, (pcpu->saved.mpam2 & ~MPAM2_ENMPAMSM) |
					 MPAM2_TRAPMPAM0EL1 |
					 MPAM2_TRAPMPAM1EL1 | MPAM2_TIDR);
	if (has_mpamhcr(features))
		WRITE(MPAMHCR_EL2, MPAMHCR_TRAP_MPAMIDR);
#define ZERO(name, exists) \
	if (exists)        \
		WRITE(name##_EL2, 0);
	ZEROED(ZERO)
#undef ZERO
	arm_hw_isb();
}

/*
 * A guest may enable debug exceptions (MDSCR_EL1.MDE), but the breakpoint and
 * watchpoint registers trap and are not given to it: what firmware left in
 * them must not fire (Arm ARM DDI 0487 D2.9). Every CPU has 2 of each; the
 * others are UNDEFINED where they do not exist.
 */
static void disable_breakpoints(void)
{
	const uint64_t dfr0 = READ(ID_AA64DFR0_EL1);

	arm_hw_clear_comparators((unsigned)BITS_GET(dfr0, DFR0_BRPS) + 1,
				 (unsigned)BITS_GET(dfr0, DFR0_WRPS) + 1);
}

/*
 * What a boot loader or an earlier kernel left under a VMID that a guest will
 * have, in the TLBs and in an instruction cache that knows VMIDs. Their
 * contents are UNKNOWN after a reset, too (Arm ARM DDI 0487 D8.14, D7.5). After
 * VTTBR_EL2 is in effect: then nothing of the kind comes back.
 */
static void forget_everything(void)
{
	arm_hw_tlbi_alle1();
	arm_hw_ic_iallu();
	/* This CPU's only, and before it can be a guest's. */
	arm_hw_dsb_nsh();
	arm_hw_isb();
}

/* It would be the first guest's, and end it. */
static void take_old_serror(const struct arm_pcpu *pcpu)
{
	const uint64_t esr = arm_pcpu_take_serror(pcpu);
	struct arm_line line;

	if (!esr || !pcpu->ops->log)
		return;
	arm_line_start(&line);
	arm_line_text(&line, "arm_vcpu: an SError from before: ESR_EL2 ");
	arm_line_hex(&line, esr, 16);
	pcpu->ops->log(pcpu->ctx, ARM_VCPU_LOG_WARN, line.text);
}

int arm_pcpu_hardware_enable(struct arm_pcpu *pcpu)
{
	struct arm_pcpu_features again;
	uint64_t daif;

	if (!pcpu || !pcpu->ops)
		return ARM_VCPU_ERR_NULL;
	if (!arm_pcpu_has_hardware_support())
		return ARM_VCPU_ERR_UNSUPPORTED;
	if (arm_load_acquire(&pcpu->enabled) || arm_pcpu_here())
		return ARM_VCPU_ERR_ENABLED;
	if (pcpu->registered && !arm_pcpu_is_this(pcpu))
		return ARM_VCPU_ERR_EXISTS;
	/* In the list others read it: it stays as it was. */
	arm_pcpu_read_features(pcpu->registered ? &again : &pcpu->features);
	arm_store_relaxed(&pcpu->mpidr, READ(MPIDR_EL1) & MPIDR_AFFINITY);
	save_controls(pcpu);
	pcpu->vectors = arm_hw_vectors();
	pcpu->is_news = is_news(pcpu);
	if (!pcpu->registered)
		arm_errata_find(pcpu);
	if (pcpu->find_guard)
		pcpu->find_guard(pcpu);
	if (!pcpu->registered)
		list_add(pcpu);
	daif = arm_hw_irq_mask();
	arm_hw_mask_serror();
	set_controls(pcpu);
	forget_everything();
	take_old_serror(pcpu);
	disable_breakpoints();
	arm_store_release(&pcpu->enabled, true);
	arm_hw_irq_restore(daif);
	return ARM_VCPU_OK;
}

int arm_pcpu_hardware_disable(struct arm_pcpu *pcpu)
{
	if (!pcpu)
		return ARM_VCPU_ERR_NULL;
	if (!arm_load_acquire(&pcpu->enabled) || !arm_pcpu_is_this(pcpu))
		return ARM_VCPU_ERR_NOT_ENABLED;
	if (pcpu->bound)
		return ARM_VCPU_ERR_BOUND;
	restore_controls(pcpu);
	arm_store_release(&pcpu->enabled, false);
	return ARM_VCPU_OK;
}

bool arm_pcpu_is_enabled(const struct arm_pcpu *pcpu)
{
	return pcpu && arm_load_acquire(&pcpu->enabled);
}

const struct arm_pcpu_features *
arm_pcpu_get_features(const struct arm_pcpu *pcpu)
{
	return pcpu && pcpu->registered ? &pcpu->features : NULL;
}
