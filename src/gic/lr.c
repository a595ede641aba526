/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts on their way through the list registers: one LR is filled or
 * folded. What happens to them while the vCPU runs is the hardware's. See
 * gic/vgic.h first.
 */
#include "gic/lr.h"

#include "context/timers.h"

uint32_t arm_vgic_lrs_of(const struct arm_vgic_cpu *vgic, unsigned number)
{
	uint32_t lrs = 0;

	/* The hardware changes an LR's state, never its INTID. */
	for (uint32_t used = vgic->lr_used; used; used &= used - 1) {
		unsigned slot = arm_lowest(used);

		if ((uint32_t)vgic->lr[slot] >> ARM_VGIC_BANK_SHIFT == number)
			lrs |= UINT32_C(1) << slot;
	}
	return lrs;
}

void arm_vgic_refresh(struct arm_vcpu *vcpu, uint32_t mask)
{
	for (; mask; mask &= mask - 1)
		arm_vgic_refresh_one(&vcpu->vgic, arm_lowest(mask));
}

void arm_vgic_fold(struct arm_vcpu *vcpu, struct arm_vgic_bank *bank,
		   unsigned slot)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	uint64_t lr = vgic->lr[slot];
	unsigned n = (unsigned)lr & ARM_VGIC_IN_BANK;
	uint32_t bit = UINT32_C(1) << n;
	bool active = (lr & ICH_LR_ACTIVE) && !(bank->inactive & bit);

	/* Pair "pending": latch, line and active first, then not listed, and
	 * the caller looks at latch and line. */
	if ((lr & ICH_LR_PENDING) && (bank->moved & bit))
		arm_fetch_or(&bank->latch, bit);
	/* Made active while it was listed as pending, or listed so already: in
	 * all other cases it was taken, or is not active. */
	if (active == (arm_load_relaxed(&bank->active) >> n & 1))
		bank->forced &= ~bit;
	if (active) {
		arm_store_relaxed(&bank->active,
				  arm_load_relaxed(&bank->active) | bit);
		bank->taken[n] = (uint8_t)(BITS_GET(lr, ICH_LR_PRIORITY) |
					   BITS_GET(lr, ICH_LR_GROUP));
	}
	/* Ended by the guest, so the hardware deactivated the physical one: a
	 * timer that still asks will ask again. */
	if ((lr & ICH_LR_HW) && !(lr & ICH_LR_STATE)) {
		bank->hw &= ~bit;
		if (bank == &vgic->bank && (bit & arm_timers_native(vcpu)))
			arm_fetch_and(&bank->line, ~bit);
	}
	bank->moved &= ~bit;
	bank->inactive &= ~bit;
	arm_store(&bank->listed, arm_load_relaxed(&bank->listed) & ~bit);

	vgic->lr_used &= ~(UINT32_C(1) << slot);
	vgic->lr[slot] = 0;
	/* An empty LR that asks for maintenance would go on asking. */
	if (lr & (ICH_LR_STATE | ICH_LR_EOI))
		vgic->lr_dirty |= UINT32_C(1) << slot;
}

/* The host has the line high, beside a physical interrupt: an EOI that ends
 * both (ICH_LR.HW) would not be heard of, and the line comes again after it. */
static bool is_driven(const struct arm_vcpu *vcpu,
		      const struct arm_vgic_bank *bank, uint32_t bit)
{
	/* Pair "pending". */
	uint32_t lines = arm_load(&bank->line) & ~arm_load_relaxed(&bank->edge);

	if (bank == &vcpu->vgic.bank)
		lines &= ~arm_timers_native(vcpu);
	return lines & bit;
}

/* Fill a free LR with interrupt n of the bank, which is deliverable or active
 * and not listed; the bank's lock is held. */
void arm_vgic_list(struct arm_vcpu *vcpu, struct arm_vgic_bank *bank,
		   uint32_t intid, bool deliverable, unsigned slot)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	unsigned n = intid & ARM_VGIC_IN_BANK;
	uint32_t bit = arm_vgic_bit(intid),
		 active = arm_load_relaxed(&bank->active) & bit;
	uint32_t hw = bank->hw & bit;
	uint8_t rank = arm_bank_rank(bank, n);
	bool again = false;
	uint64_t lr = 0;

	/* Pair "pending": who sees listed sees the holder. */
	arm_store_relaxed(
		&bank->holder[n],
		(uint16_t)(vcpu->index << ARM_VGIC_HOLDER_SHIFT | slot));
	arm_store(&bank->listed, arm_load_relaxed(&bank->listed) | bit);
	if (active) {
		lr |= ICH_LR_ACTIVE;
		/* Pair "pending": before the latch is read. */
		arm_store(&bank->active,
			  arm_load_relaxed(&bank->active) & ~bit);
		again = arm_load(&bank->latch) & bit &
			arm_load_relaxed(&bank->enabled) &
			arm_bank_forwarded(vcpu->vm->vgic, bank);
		/* The second round waits for the first one's EOI if it is a
		 * line's, another vCPU's or not of the same priority and
		 * group, or if there is no first one: the hardware or
		 * maintenance reports that. */
		deliverable =
			again && rank == bank->taken[n] &&
			!(bank->forced & bit) &&
			(bank == &vgic->bank ||
			 arm_load_relaxed(&bank->target[n]) == vcpu->index);
		rank = bank->taken[n];
	}
	lr |= arm_vgic_blank_lr(intid, rank);
	if (hw && !again && !is_driven(vcpu, bank, bit))
		lr |= ICH_LR_HW | BITS_PUT(ICH_LR_PINTID, bank->physical[n]);
	else if (hw || (again && !deliverable) ||
		 !(arm_load_relaxed(&bank->edge) & bit))
		lr |= ICH_LR_EOI;
	if (deliverable) {
		lr |= ICH_LR_PENDING;
		/* Pending by its line, then. If that fell before listed was
		 * stored, nobody was told: pair "pending". If it rises
		 * meanwhile, this vCPU is told. */
		if (arm_fetch_and(&bank->latch, ~bit) & bit) {
			bank->moved |= bit;
		} else if (!(arm_load(&bank->line) & bit)) {
			arm_store_relaxed(&bank->listed,
					  arm_load_relaxed(&bank->listed) &
						  ~bit);
			arm_vgic_notify(vcpu, intid >> ARM_VGIC_BANK_SHIFT,
					vcpu);
			return;
		}
		if (bank == &vgic->bank)
			vgic->watch |= bit & hw &
				       arm_load_relaxed(&bank->line) &
				       arm_timers_native(vcpu);
	}
	vgic->lr[slot] = lr;
	vgic->lr_used |= UINT32_C(1) << slot;
	vgic->lr_dirty |= UINT32_C(1) << slot;
}

uint32_t arm_vgic_wanted(struct arm_vcpu *vcpu, unsigned number,
			 uint32_t deliverable)
{
	struct arm_vgic_bank *bank = arm_vgic_bank(vcpu, number);
	uint32_t want = (deliverable | arm_load_relaxed(&bank->active)) &
			~arm_load_relaxed(&bank->listed);
	uint32_t mine = want;

	for (uint32_t left = number ? want : 0; left; left &= left - 1) {
		unsigned n = arm_lowest(left);

		if (arm_bank_owner(bank, n) != vcpu->index)
			mine &= ~(UINT32_C(1) << n);
	}
	return mine;
}

/* Fold one LR; true when there may be something left to do for this vCPU. */
static bool fold_slot(struct arm_vcpu *vcpu, unsigned slot)
{
	uint32_t intid = (uint32_t)vcpu->vgic.lr[slot], left;
	unsigned number = intid >> ARM_VGIC_BANK_SHIFT;
	struct arm_vgic_bank *bank = arm_vgic_bank(vcpu, number);
	bool here;

	arm_bank_lock(bank);
	arm_vgic_fold(vcpu, bank, slot);
	/* A high line, another edge, or state that stays behind. */
	left = arm_bank_pending(bank) | arm_load_relaxed(&bank->active) |
	       bank->hw;
	left &= arm_vgic_bit(intid);
	here = !number ||
	       arm_bank_owner(bank, intid & ARM_VGIC_IN_BANK) == vcpu->index;
	if (!here)
		arm_vgic_notify_owners(vcpu, number, left, vcpu);
	arm_bank_unlock(bank);
	return left && here;
}

uint32_t arm_vgic_fold_lrs(struct arm_vcpu *vcpu, bool all)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	uint32_t banks = 0;

	arm_vgic_refresh(vcpu, vgic->lr_used);
	for (uint32_t left = vgic->lr_used; left; left &= left - 1) {
		unsigned slot = arm_lowest(left);
		uint32_t intid = (uint32_t)vgic->lr[slot];

		if ((all || !(vgic->lr[slot] & ICH_LR_STATE)) &&
		    fold_slot(vcpu, slot))
			banks |= UINT32_C(1) << (intid >> ARM_VGIC_BANK_SHIFT);
	}
	return banks;
}
