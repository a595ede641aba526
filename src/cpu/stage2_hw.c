/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLB maintenance for stage 2 at EL2 (Arm ARM DDI 0487 D8.14). The TLBI
 * instructions that take no VMID use the one in VTTBR_EL2, so another address
 * space's pair of VTCR_EL2 and VTTBR_EL2 is put there for as long as it takes
 * and the calling CPU's own is put back. Interrupts are masked meanwhile: a
 * handler that moved to another CPU, or loaded a vCPU, would break the pair.
 */
#include <arm_vcpu/stage2.h>

#include "arch/stage2.h"
#include "core/stage2_tlb.h"

struct context {
	uint64_t daif;
	uint64_t vtcr;
	uint64_t vttbr;
	bool switched;
};

static inline void set_translation(uint64_t vtcr, uint64_t vttbr)
{
	__asm__ volatile("msr vtcr_el2, %0\n\t"
			 "msr vttbr_el2, %1\n\t"
			 "isb" ::"r"(vtcr),
			 "r"(vttbr)
			 : "memory");
}

static void enter(const struct arm_stage2 *s2, struct context *saved)
{
	uint64_t vttbr =
		s2->root_pa | BITS_PUT(VTTBR_EL2_VMID, arm_s2_vmid(s2));

	__asm__ volatile("mrs %0, daif\n\t"
			 "msr daifset, #3\n\t"
			 "mrs %1, vtcr_el2\n\t"
			 "mrs %2, vttbr_el2"
			 : "=&r"(saved->daif), "=&r"(saved->vtcr),
			   "=&r"(saved->vttbr)
			 :
			 : "memory");
	/* Descriptors written before must be what a walk after finds. */
	__asm__ volatile("dsb ishst" ::: "memory");
	saved->switched = saved->vtcr != s2->vtcr ||
			  (saved->vttbr & ~VTTBR_EL2_CNP) != vttbr;
	if (saved->switched) {
		set_translation(s2->vtcr, vttbr);
	}
}

static void leave(const struct context *saved)
{
	/* Complete on every CPU, then for this one's own next instructions. */
	__asm__ volatile("dsb ish\n\t"
			 "isb" ::
				 : "memory");
	if (saved->switched) {
		set_translation(saved->vtcr, saved->vttbr);
	}
	__asm__ volatile("msr daif, %0" ::"r"(saved->daif) : "memory");
}

static void publish(void)
{
	__asm__ volatile("dsb ishst" ::: "memory");
}

static void flush_ipa(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size,
		      uint64_t stride)
{
	struct context saved;

	enter(s2, &saved);
	for (uint64_t offset = 0; offset < size; offset += stride) {
		uint64_t page = (ipa + offset) >> S2_PAGE_SHIFT;

		__asm__ volatile(
			"tlbi ipas2e1is, %0" ::"r"(BITS_PUT(TLBI_IPA, page))
			: "memory");
	}
	/*
	 * Entries that combine stages 1 and 2 are tagged by VA, which nobody
	 * knows here: all of the VMID's go, after the stage-2 ones are gone.
	 */
	__asm__ volatile("dsb ish\n\t"
			 "tlbi vmalle1is" ::
				 : "memory");
	leave(&saved);
}

static void flush_vmid(const struct arm_stage2 *s2)
{
	struct context saved;

	enter(s2, &saved);
	__asm__ volatile("tlbi vmalls12e1is" ::: "memory");
	leave(&saved);
}

static void flush_all(void)
{
	/* A VMID-tagged instruction cache keeps a VMID's lines, too: the next
	 * holder of the number must not fetch them (D7.5, VPIPT). */
	__asm__ volatile("dsb ishst\n\t"
			 "tlbi alle1is\n\t"
			 "ic ialluis\n\t"
			 "dsb ish\n\t"
			 "isb" ::
				 : "memory");
}

static const struct arm_s2_tlb_ops hardware = {
	.publish = publish,
	.flush_ipa = flush_ipa,
	.flush_vmid = flush_vmid,
	.flush_all = flush_all,
};

int arm_stage2_init(struct arm_stage2 *s2,
		    const struct arm_stage2_config *config)
{
	return arm_stage2_init_with(s2, config, &hardware);
}
