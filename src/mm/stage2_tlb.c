/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB maintenance for stage 2 at EL2 (Arm ARM DDI 0487 D8.14). The TLBI
 * instructions that take no VMID use the one in VTTBR_EL2, so another address
 * space's pair of VTCR_EL2 and VTTBR_EL2 is put there for as long as it takes
 * and the calling CPU's own is put back. Interrupts are masked meanwhile: a
 * handler that moved to another CPU, or loaded a vCPU, would break the pair.
 */
#include "mm/stage2_tlb.h"

#include "arch/stage2.h"
#include "hw/barrier.h"
#include "hw/guest.h"
#include "hw/irq.h"
#include "hw/sysreg.h"
#include "hw/tlb.h"
#include "lib/atomic.h"
#include "lib/walks.h"

struct context {
	uint64_t daif;
	uint64_t vtcr;
	uint64_t vttbr;
	uint64_t tcr;
	uint64_t sctlr;
	bool switched;
};

static void set_translation(uint64_t vtcr, uint64_t vttbr)
{
	WRITE(VTCR_EL2, vtcr);
	WRITE(VTTBR_EL2, vttbr);
}

static void enter(const struct arm_stage2 *s2, struct context *saved)
{
	uint64_t vttbr =
		s2->root_pa | BITS_PUT(VTTBR_EL2_VMID, arm_s2_vmid(s2));

	saved->daif = arm_hw_irq_mask();
	saved->vtcr = READ(VTCR_EL2);
	saved->vttbr = READ(VTTBR_EL2);
	/*
	 * Descriptors written before are what every walk after finds, also one
	 * that the invalidation makes necessary (D8.14, K11.5.3). The loads are
	 * for this CPU's own walks: one that has begun may not go on under
	 * another pair of VTCR_EL2 and VTTBR_EL2 (D8.1.5).
	 */
	arm_hw_dsb_ish();
	saved->switched = saved->vtcr != s2->vtcr ||
			  (saved->vttbr & ~VTTBR_EL2_CNP) != vttbr;
	if (!saved->switched)
		return;
	/* Stage 1 is still that of the vCPU that is bound here. */
	saved->tcr = READ(TCR_EL1);
	saved->sctlr = READ(SCTLR_EL1);
	arm_walks_off(saved->tcr, saved->sctlr);
	set_translation(s2->vtcr, vttbr);
	arm_hw_isb();
}

/*
 * Complete on every CPU, then for this one's own next instructions. Where a CPU
 * has an erratum of arch/errata.def, what it did by the old translation may
 * still be on its way after the first TLBI and DSB; any second pair waits for
 * it, whoever issues it.
 */
static void complete(void)
{
	/* The head of the list is seen with what it says. */
	const struct arm_pcpu *cpus = arm_load_acquire(&arm_hw_cpus);

	arm_hw_dsb_ish();
	if (cpus && cpus->repeat_tlbi) {
		arm_hw_tlbi_vmalle1is();
		arm_hw_dsb_ish();
	}
	arm_hw_isb();
}

static void leave(const struct context *saved)
{
	complete();
	if (saved->switched) {
		set_translation(saved->vtcr, saved->vttbr);
		arm_walks_on(saved->tcr, saved->sctlr);
	}
	arm_hw_irq_restore(saved->daif);
}

void arm_s2_publish(void)
{
	/* Descriptors before whatever makes a CPU walk them (B2.3.12, D8.2). */
	arm_hw_dsb_ishst();
}

void arm_s2_flush_ipa(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size,
		      uint64_t stride)
{
	struct context saved;

	enter(s2, &saved);
	for (uint64_t offset = 0; offset < size; offset += stride)
		arm_hw_tlbi_ipas2e1is(
			BITS_PUT(TLBI_IPA, (ipa + offset) >> S2_PAGE_SHIFT));
	/*
	 * Entries that combine stages 1 and 2 are tagged by VA, which nobody
	 * knows here: all of the VMID's go, after the stage-2 ones are gone.
	 */
	arm_hw_dsb_ish();
	arm_hw_tlbi_vmalle1is();
	leave(&saved);
}

void arm_s2_flush_vmid(const struct arm_stage2 *s2)
{
	struct context saved;

	enter(s2, &saved);
	arm_hw_tlbi_vmalls12e1is();
	leave(&saved);
}

void arm_s2_flush_all(void)
{
	/* A VMID-tagged instruction cache keeps a VMID's lines, too: the next
	 * holder of the number must not fetch them (D7.5, VPIPT). Descriptors
	 * stored before are what a walk after the TLBI finds. */
	arm_hw_dsb_ishst();
	arm_hw_tlbi_alle1is();
	arm_hw_ic_ialluis();
	complete();
}
