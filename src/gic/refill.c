/* SPDX-License-Identifier: Apache-2.0 */
/*
 * More interrupts than list registers: all LRs are dealt out again, to the
 * most urgent ones. See gic/vgic.h first.
 */
#include "gic/lr.h"

#include "hw/sysreg.h"

/* A few interrupts in the order in which they should get LRs. */
struct shortlist {
	uint32_t key[ARM_VGIC_MAX_LRS]; /* see below; ascending */
	unsigned room, count;
	unsigned pending, active, masked; /* seen in all */
};

/* Pending of a group that the guest has disabled in ICH_VMCR_EL2: an LR that
 * it would fill is worth more to anyone else. */
#define KEY_MASKED   BIT(25)
#define KEY_ACTIVE   BIT(24)
#define KEY_PRIORITY BITS(23, 16)
#define KEY_INTID    BITS(15, 0)

static unsigned *count_of(struct shortlist *list, uint32_t key)
{
	return key & KEY_ACTIVE   ? &list->active
	       : key & KEY_MASKED ? &list->masked
				  : &list->pending;
}

static void shortlist_add(struct shortlist *best, uint32_t key)
{
	unsigned at = best->count;

	(*count_of(best, key))++;
	if (at == best->room) {
		if (at == 0 || best->key[at - 1] < key)
			return;
		at--;
	} else {
		best->count++;
	}
	for (; at && best->key[at - 1] > key; at--)
		best->key[at] = best->key[at - 1];
	best->key[at] = key;
}

/* Interrupts of the bank whose group is enabled at the CPU interface. */
static uint32_t unmasked(const struct arm_vgic_cpu *vgic,
			 const struct arm_vgic_bank *bank)
{
	uint32_t group = arm_load_relaxed(&bank->group);

	return (vgic->vmcr & ICH_VMCR_VENG1 ? group : 0) |
	       (vgic->vmcr & ICH_VMCR_VENG0 ? ~group : 0);
}

/*
 * The priority that an active interrupt runs at: its group priority, by the
 * binary point of its group (IHI 0069 4.8.2). Of one group with few bits and
 * another with many, what preempted may have the lower priority as written.
 */
static uint8_t running_priority(uint32_t vmcr, uint8_t taken)
{
	unsigned point = (unsigned)BITS_GET(vmcr, ICH_VMCR_VBPR0) + 1;

	if ((taken & 1) && !(vmcr & ICH_VMCR_VCBPR))
		point = (unsigned)BITS_GET(vmcr, ICH_VMCR_VBPR1);
	return (uint8_t)(taken & 0xffu << point);
}

/* The vCPU's unlisted interrupts; if so asked, only those that it has taken
 * and not ended. */
static void gather(struct arm_vcpu *vcpu, struct shortlist *best,
		   bool active_only)
{
	for (unsigned number = 0; number <= vcpu->vm->vgic->bank_count;
	     number++) {
		struct arm_vgic_bank *bank = arm_vgic_bank(vcpu, number);
		uint32_t deliverable = 0, left;

		arm_bank_lock(bank);
		if (!active_only)
			deliverable =
				arm_bank_deliverable(vcpu->vm->vgic, bank);
		left = arm_vgic_wanted(vcpu, number, deliverable);
		if (active_only)
			left &= ~bank->forced;
		for (; left; left &= left - 1) {
			unsigned n = arm_lowest(left);
			uint32_t intid = number * ARM_VGIC_BANK_IRQS + n;
			uint8_t rank = arm_bank_rank(bank, n);
			uint64_t key = intid;

			if (arm_load_relaxed(&bank->active) >> n & 1) {
				rank = running_priority(vcpu->vgic.vmcr,
							bank->taken[n]);
				key |= KEY_ACTIVE;
			} else if (!(unmasked(&vcpu->vgic, bank) >> n & 1)) {
				key |= KEY_MASKED;
			}
			key |= BITS_PUT(KEY_PRIORITY, rank & GIC_PRIORITY_MASK);
			shortlist_add(best, (uint32_t)key);
		}
		arm_bank_unlock(bank);
	}
}

static void deactivate(struct arm_vcpu *vcpu, uint32_t intid)
{
	arm_vgic_bank_deactivate(vcpu, intid >> ARM_VGIC_BANK_SHIFT,
				 arm_vgic_bit(intid), vcpu);
}

/*
 * The guest ended EOIcount interrupts that were active without an LR: with
 * EOImode 0 they end from the highest running priority downwards (4.8). With
 * EOImode 1 ICC_DIR_EL1 traps, and there is nothing to count; QEMU 7.2 counts
 * priority drops then. Where it cannot be trapped, the same order is the best
 * guess.
 */
void arm_vgic_apply_eoi_count(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	uint64_t count;

	if (!(vgic->hcr & ICH_HCR_LRENPIE))
		return;
	if (arm_load_relaxed(&vgic->resident) && !vgic->hcr_dirty)
		vgic->hcr = (vgic->hcr & ~(uint32_t)ICH_HCR_EOICOUNT) |
			    (uint32_t)(READ(ICH_HCR_EL2) & ICH_HCR_EOICOUNT);
	count = BITS_GET(vgic->hcr, ICH_HCR_EOICOUNT);
	arm_vgic_set_hcr(vgic, vgic->hcr & ~(uint32_t)ICH_HCR_EOICOUNT);
	if (count && arm_load_relaxed(&vgic->resident))
		vgic->vmcr = (uint32_t)READ(ICH_VMCR_EL2);
	if ((vgic->vmcr & ICH_VMCR_VEOIM) && vcpu->pcpu->features.traps_dir)
		return;
	while (count) {
		struct shortlist ended = {.room = ARM_VGIC_MAX_LRS};

		gather(vcpu, &ended, true);
		if (!ended.count)
			return;
		for (unsigned i = 0; i < ended.count && count; i++, count--)
			deactivate(vcpu,
				   (uint32_t)BITS_GET(ended.key[i], KEY_INTID));
	}
}

/* List an interrupt that gather() found, if it is still as it was found. */
static bool list_again(struct arm_vcpu *vcpu, uint32_t intid, unsigned slot)
{
	unsigned number = intid >> ARM_VGIC_BANK_SHIFT;
	struct arm_vgic_bank *bank = arm_vgic_bank(vcpu, number);
	uint32_t deliverable, want;

	arm_bank_lock(bank);
	deliverable = arm_bank_deliverable(vcpu->vm->vgic, bank);
	want = arm_vgic_wanted(vcpu, number, deliverable) & arm_vgic_bit(intid);
	if (want)
		arm_vgic_list(vcpu, bank, intid, deliverable & want, slot);
	arm_bank_unlock(bank);
	return want;
}

/* What reports that the guest enabled or disabled a group. */
static uint32_t group_changes(uint32_t vmcr)
{
	return (uint32_t)((vmcr & ICH_VMCR_VENG0 ? ICH_HCR_VGRP0DIE
						 : ICH_HCR_VGRP0EIE) |
			  (vmcr & ICH_VMCR_VENG1 ? ICH_HCR_VGRP1DIE
						 : ICH_HCR_VGRP1EIE));
}

/* Deal all LRs out anew, to the most urgent of all interrupts. */
void arm_vgic_refill(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	struct shortlist best = {.room = vgic->lr_count};
	uint32_t hcr = arm_vgic_hcr(vcpu);
	unsigned slot = 0;

	arm_vgic_fold_lrs(vcpu, true);
	vgic->vmcr = (uint32_t)READ(ICH_VMCR_EL2);
	gather(vcpu, &best, false);
	for (unsigned i = 0; i < best.count; i++) {
		uint32_t intid = (uint32_t)BITS_GET(best.key[i], KEY_INTID);

		if (list_again(vcpu, intid, slot))
			slot++;
		(*count_of(&best, best.key[i]))--;
	}
	if (best.pending)
		hcr |= ICH_HCR_NPIE;
	if (best.pending | best.masked)
		hcr |= group_changes(vgic->vmcr);
	if (best.active)
		hcr |= ICH_HCR_LRENPIE | ICH_HCR_TDIR;
	arm_vgic_set_hcr(vgic, hcr);
}
