/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interrupts on their way through the list registers: one LR is filled or
 * folded, one bank is settled, all LRs are dealt out again. What happens to
 * them while the vCPU runs is the hardware's. See core/vgic.h first.
 */
#include "core/vgic.h"
#include "core/vgic_bank.h"

#include <arm_vcpu/status.h>

#include "core/hw.h"

/* Flags of ICH_HCR_EL2 that are set while interrupts have no LR. */
#define HCR_WAITING (ICH_HCR_NPIE | ICH_HCR_LRENPIE | ICH_HCR_TDIR)

static uint32_t bit_of(uint32_t intid)
{
	return UINT32_C(1) << (intid & ARM_VGIC_IN_BANK);
}

static uint32_t lr_mask(const struct arm_vgic_cpu *vgic)
{
	return (uint32_t)(BIT(vgic->lr_count) - 1u);
}

static void set_hcr(struct arm_vgic_cpu *vgic, uint32_t hcr)
{
	vgic->hcr_dirty |= vgic->hcr != hcr;
	vgic->hcr = hcr;
}

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
	mask &= ~vcpu->vgic.lr_dirty;
	if (vcpu->vgic.resident && mask)
		vcpu->hw->fetch_lrs(&vcpu->vgic, mask);
}

/* Take an LR's state back into its bank, whose lock is held. lr[] is fresh. */
static void fold(struct arm_vgic_cpu *vgic, struct arm_vgic_bank *bank,
		 unsigned slot)
{
	uint64_t lr = vgic->lr[slot];
	uint32_t bit = bit_of((uint32_t)lr);

	if ((lr & ICH_LR_PENDING) && (bank->moved & bit))
		atomic_fetch_or(&bank->latch, bit);
	if ((lr & ICH_LR_ACTIVE) && !(bank->inactive & bit))
		arm_word_set(&bank->active, arm_word(&bank->active) | bit);
	/* Ended by the guest, so the hardware deactivated the physical one;
	 * a latch means that there has been another one since. */
	if ((lr & ICH_LR_HW) && !(lr & ICH_LR_STATE) &&
	    !(arm_word(&bank->latch) & bit))
		bank->hw &= ~bit;
	bank->moved &= ~bit;
	bank->inactive &= ~bit;
	atomic_store(&bank->listed, arm_word(&bank->listed) & ~bit);

	vgic->lr_used &= ~(UINT32_C(1) << slot);
	vgic->lr[slot] = 0;
	/* An empty LR that asks for maintenance would go on asking. */
	if (lr & (ICH_LR_STATE | ICH_LR_EOI))
		vgic->lr_dirty |= UINT32_C(1) << slot;
}

/* Fill a free LR with interrupt n of the bank, which is deliverable or active
 * and not listed; the bank's lock is held. */
static void list(struct arm_vcpu *vcpu, struct arm_vgic_bank *bank,
		 uint32_t intid, bool deliverable, unsigned slot)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	unsigned n = intid & ARM_VGIC_IN_BANK;
	uint32_t bit = bit_of(intid), active = arm_word(&bank->active) & bit;
	uint32_t hw = bank->hw & bit;
	uint64_t lr = intid | BITS_PUT(ICH_LR_PRIORITY, bank->priority[n]);

	if (arm_word(&bank->group) & bit)
		lr |= ICH_LR_GROUP;
	if (active) {
		lr |= ICH_LR_ACTIVE;
		/* A second round waits in the bank if it is a line's, or a
		 * physical interrupt's, until the first one's EOI. */
		deliverable &= !hw && (arm_word(&bank->latch) & bit);
		arm_word_set(&bank->active, arm_word(&bank->active) & ~bit);
	}
	if (hw && !(active && (arm_bank_pending(bank) & bit)))
		lr |= ICH_LR_HW | BITS_PUT(ICH_LR_PINTID, bank->physical[n]);
	else if (hw || !(arm_word(&bank->edge) & bit))
		lr |= ICH_LR_EOI;
	atomic_store(&bank->holder[n],
		     (uint16_t)(vcpu->index << ARM_VGIC_HOLDER_SHIFT | slot));
	atomic_store(&bank->listed, arm_word(&bank->listed) | bit);
	if (deliverable) {
		lr |= ICH_LR_PENDING;
		if (atomic_fetch_and(&bank->latch, ~bit) & bit)
			bank->moved |= bit;
	}
	vgic->lr[slot] = lr;
	vgic->lr_used |= UINT32_C(1) << slot;
	vgic->lr_dirty |= UINT32_C(1) << slot;
}

/* What this vCPU should list: its own active or deliverable interrupts. Those
 * it was told about and that are another one's are passed on. */
static uint32_t wanted(struct arm_vcpu *vcpu, unsigned number,
		       uint32_t deliverable, bool pass_on)
{
	struct arm_vgic_bank *bank = arm_vgic_bank(vcpu, number);
	uint32_t listed = arm_word(&bank->listed);
	uint32_t want = (deliverable | arm_word(&bank->active)) & ~listed;
	uint32_t stray = 0;

	if (number == 0)
		return want;
	for (uint32_t left = want | (deliverable & arm_word(&bank->latch));
	     left; left &= left - 1) {
		unsigned n = arm_lowest(left);

		if (arm_bank_owner(bank, n) != vcpu->index)
			stray |= UINT32_C(1) << n;
	}
	if (pass_on && (stray & deliverable))
		arm_vgic_notify_owners(vcpu, number, stray & deliverable, vcpu);
	return want & ~stray;
}

/* Physical interrupts whose virtual one ended without EOI. */
static void retire(struct arm_vgic_cpu *vgic, struct arm_vgic_bank *bank,
		   unsigned number)
{
	uint32_t orphans =
	    bank->hw & ~(arm_bank_pending(bank) | arm_word(&bank->active) |
			 arm_word(&bank->listed));

	for (uint32_t left = orphans; left; left &= left - 1) {
		unsigned n = arm_lowest(left);

		if (bank->physical[n] < GIC_FIRST_SPI) {
			vgic->retire_ppis |= bit_of(bank->physical[n]);
			bank->hw &= ~(UINT32_C(1) << n);
		} else {
			vgic->retire_banks |= UINT32_C(1) << number;
		}
	}
}

/*
 * Apply what changed in a bank: fold this vCPU's LRs of it and list what is
 * still wanted. False when there were not enough LRs.
 */
static bool settle(struct arm_vcpu *vcpu, unsigned number)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	struct arm_vgic_bank *bank = arm_vgic_bank(vcpu, number);
	uint32_t mine = arm_vgic_lrs_of(vgic, number), deliverable, left;

	arm_vgic_refresh(vcpu, mine);
	arm_bank_lock(bank);
	for (; mine; mine &= mine - 1)
		fold(vgic, bank, arm_lowest(mine));
	if (bank->hw)
		retire(vgic, bank, number);
	deliverable = arm_bank_deliverable(vcpu->vm->vgic, bank);
	for (left = wanted(vcpu, number, deliverable, true); left;
	     left &= left - 1) {
		uint32_t free = lr_mask(vgic) & ~vgic->lr_used;
		unsigned n = arm_lowest(left);

		if (!free)
			break;
		list(vcpu, bank, number * ARM_VGIC_BANK_IRQS + n,
		     deliverable >> n & 1, arm_lowest(free));
	}
	arm_bank_unlock(bank);
	return !left;
}

/* Fold one LR; true when there may be something left to deliver. */
static bool fold_slot(struct arm_vcpu *vcpu, unsigned slot)
{
	uint32_t intid = (uint32_t)vcpu->vgic.lr[slot], left;
	unsigned number = intid >> ARM_VGIC_BANK_SHIFT;
	struct arm_vgic_bank *bank = arm_vgic_bank(vcpu, number);

	arm_bank_lock(bank);
	fold(&vcpu->vgic, bank, slot);
	/* A high line, another edge, or state that stays behind. */
	left = arm_bank_pending(bank) | arm_word(&bank->active) | bank->hw;
	arm_bank_unlock(bank);
	return left & bit_of(intid);
}

/* Fold the LRs that the guest is done with. */
static void fold_done(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	arm_vgic_refresh(vcpu, vgic->lr_used);
	for (uint32_t left = vgic->lr_used; left; left &= left - 1) {
		unsigned slot = arm_lowest(left);
		uint32_t intid = (uint32_t)vgic->lr[slot];

		if (!(vgic->lr[slot] & ICH_LR_STATE) && fold_slot(vcpu, slot))
			arm_vgic_notify(vcpu, intid >> ARM_VGIC_BANK_SHIFT,
					vcpu);
	}
}

/* Fold them all; bits of the banks where something is left. */
static uint32_t fold_all(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	uint32_t banks = 0;

	arm_vgic_refresh(vcpu, vgic->lr_used);
	for (uint32_t left = vgic->lr_used; left; left &= left - 1) {
		unsigned slot = arm_lowest(left);
		uint32_t intid = (uint32_t)vgic->lr[slot];

		if (fold_slot(vcpu, slot))
			banks |= UINT32_C(1) << (intid >> ARM_VGIC_BANK_SHIFT);
	}
	return banks;
}

/* A few interrupts in the order in which they should get LRs. */
struct shortlist {
	uint32_t key[ARM_VGIC_MAX_LRS]; /* see below; ascending */
	unsigned room, count;
	unsigned pending, active; /* seen in all */
};

#define KEY_ACTIVE   BIT(24)
#define KEY_PRIORITY BITS(23, 16)
#define KEY_INTID    BITS(15, 0)

static void shortlist_add(struct shortlist *best, uint32_t key)
{
	unsigned at = best->count;

	if (key & KEY_ACTIVE)
		best->active++;
	else
		best->pending++;
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

/* The vCPU's unlisted interrupts, active ones only if so asked. */
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
		left = wanted(vcpu, number, deliverable, false);
		for (; left; left &= left - 1) {
			unsigned n = arm_lowest(left);
			uint32_t intid = number * ARM_VGIC_BANK_IRQS + n;
			uint64_t key =
			    intid | BITS_PUT(KEY_PRIORITY, bank->priority[n]);

			if (arm_word(&bank->active) & bit_of(intid))
				key |= KEY_ACTIVE;
			shortlist_add(best, (uint32_t)key);
		}
		arm_bank_unlock(bank);
	}
}

/*
 * The guest ended EOIcount interrupts that were active without an LR: with
 * EOImode 0 they end from the highest priority downwards (IHI 0069 4.8).
 */
static void apply_eoi_count(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	uint64_t count;

	if (!(vgic->hcr & ICH_HCR_LRENPIE))
		return;
	if (vgic->resident && !vgic->hcr_dirty)
		vcpu->hw->fetch_lrs(vgic, 0);
	count = BITS_GET(vgic->hcr, ICH_HCR_EOICOUNT);
	set_hcr(vgic, vgic->hcr & ~(uint32_t)ICH_HCR_EOICOUNT);
	while (count) {
		struct shortlist ended = {.room = ARM_VGIC_MAX_LRS};

		gather(vcpu, &ended, true);
		if (!ended.count)
			return;
		for (unsigned i = 0; i < ended.count && count; i++, count--)
			arm_vgic_deactivate(
			    vcpu, (uint32_t)BITS_GET(ended.key[i], KEY_INTID));
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
	want = wanted(vcpu, number, deliverable, false) & bit_of(intid);
	if (want)
		list(vcpu, bank, intid, deliverable & want, slot);
	arm_bank_unlock(bank);
	return want;
}

/* Deal all LRs out anew, to the most urgent of all interrupts. */
static void refill(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	struct shortlist best = {.room = vgic->lr_count};
	uint32_t hcr = ICH_HCR_EN;
	unsigned slot = 0;

	fold_all(vcpu);
	gather(vcpu, &best, false);
	for (unsigned i = 0; i < best.count; i++) {
		uint32_t intid = (uint32_t)BITS_GET(best.key[i], KEY_INTID);

		if (list_again(vcpu, intid, slot))
			slot++;
		if (best.key[i] & KEY_ACTIVE)
			best.active--;
		else
			best.pending--;
	}
	if (best.pending)
		hcr |= ICH_HCR_NPIE;
	if (best.active)
		hcr |= ICH_HCR_LRENPIE | ICH_HCR_TDIR;
	set_hcr(vgic, hcr);
}

void arm_vgic_flush(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	bool enough = !(vgic->hcr & HCR_WAITING);

	if (!vgic->resident)
		return;
	apply_eoi_count(vcpu);
	for (uint32_t left = atomic_exchange(&vgic->attention, 0); left;
	     left &= left - 1) {
		if (settle(vcpu, arm_lowest(left)))
			continue;
		fold_done(vcpu);
		enough &= settle(vcpu, arm_lowest(left));
	}
	if (!enough)
		refill(vcpu);
}

int arm_vgic_maintenance(struct arm_vcpu *vcpu)
{
	if (!vcpu)
		return ARM_ERR_NULL;
	if (!vcpu->hw)
		return ARM_ERR_NOT_BOUND;
	if (!vcpu->vm->vgic)
		return ARM_ERR_NOT_FOUND;
	fold_done(vcpu);
	arm_vgic_flush(vcpu);
	return ARM_OK;
}

void arm_vgic_deliver_here(struct arm_vcpu *vcpu, unsigned number, unsigned n)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	struct arm_vgic_bank *bank = arm_vgic_bank(vcpu, number);
	uint32_t bit = UINT32_C(1) << n, free;

	/* The usual LR of this interrupt, which has been served since. */
	if (arm_word(&bank->listed) & bit) {
		unsigned holder = bank->holder[n];
		unsigned slot = holder & ARM_VGIC_HOLDER_LR;

		if (holder >> ARM_VGIC_HOLDER_SHIFT == vcpu->index) {
			arm_vgic_refresh(vcpu, UINT32_C(1) << slot);
			if (!(vgic->lr[slot] & ICH_LR_STATE))
				fold(vgic, bank, slot);
		}
	}
	free = lr_mask(vgic) & ~vgic->lr_used;
	if (vgic->resident && free && !(vgic->hcr & HCR_WAITING) &&
	    !((arm_word(&bank->listed) | arm_word(&bank->active)) & bit) &&
	    (arm_bank_deliverable(vcpu->vm->vgic, bank) & bit) &&
	    (!number || bank->target[n] == vcpu->index))
		list(vcpu, bank, number * ARM_VGIC_BANK_IRQS + n, true,
		     arm_lowest(free));
	else
		arm_vgic_notify_owners(vcpu, number, bit, vcpu);
}

int arm_vgic_inject_hw(struct arm_vcpu *vcpu, uint32_t intid, uint32_t physical)
{
	unsigned number = intid >> ARM_VGIC_BANK_SHIFT;
	unsigned n = intid & ARM_VGIC_IN_BANK;
	struct arm_vgic_bank *bank;

	if (!vcpu)
		return ARM_ERR_NULL;
	if (!vcpu->vm->vgic)
		return ARM_ERR_NOT_FOUND;
	if (intid < GIC_FIRST_PPI || physical < GIC_FIRST_PPI ||
	    physical >= GIC_FIRST_SPECIAL ||
	    intid >= GIC_FIRST_SPI + vcpu->vm->vgic->spi_count ||
	    (physical < GIC_FIRST_SPI && intid >= GIC_FIRST_SPI))
		return ARM_ERR_RANGE;
	if (!vcpu->hw)
		return ARM_ERR_NOT_BOUND;

	bank = arm_vgic_bank(vcpu, number);
	arm_bank_lock(bank);
	bank->hw |= UINT32_C(1) << n;
	bank->physical[n] = (uint16_t)physical;
	atomic_fetch_or(&bank->latch, UINT32_C(1) << n);
	arm_vgic_deliver_here(vcpu, number, n);
	arm_bank_unlock(bank);
	return ARM_OK;
}

void arm_vgic_load(struct arm_vcpu *vcpu, unsigned lr_count,
		   unsigned priority_bits)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	vgic->lr_count =
	    (uint8_t)(lr_count > ARM_VGIC_MAX_LRS ? ARM_VGIC_MAX_LRS
						  : lr_count);
	vgic->priority_bits = (uint8_t)priority_bits;
	vgic->lr_dirty = lr_mask(vgic);
	vgic->hcr = vcpu->vm->vgic ? ICH_HCR_EN : 0;
	vgic->hcr_dirty = true;
	vgic->resident = vcpu->vm->vgic;
}

void arm_vgic_put(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	struct arm_vgic_bank *bank = &vgic->bank;
	uint32_t left;

	if (!vgic->resident)
		return;
	vgic->resident = false; /* lr[] is complete: nothing is fetched */
	apply_eoi_count(vcpu);
	left = fold_all(vcpu);
	if (vgic->hcr & HCR_WAITING)
		left = arm_vgic_all_banks(vcpu->vm->vgic);
	atomic_fetch_or(&vgic->attention, left);
	/* A private physical interrupt is this CPU's, and the next vCPU here
	 * needs it. If its source still asks when the vCPU is back, it comes
	 * again; the virtual one goes on without it. */
	arm_bank_lock(bank);
	for (left = bank->hw; left; left &= left - 1) {
		unsigned n = arm_lowest(left);

		if (bank->physical[n] < GIC_FIRST_SPI) {
			vgic->retire_ppis |= bit_of(bank->physical[n]);
			bank->hw &= ~(UINT32_C(1) << n);
		}
	}
	arm_bank_unlock(bank);
}

bool arm_vgic_take_retired(struct arm_vcpu *vcpu, uint32_t *physical)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	if (vgic->retire_ppis) {
		*physical = arm_lowest(vgic->retire_ppis);
		vgic->retire_ppis &= vgic->retire_ppis - 1;
		return true;
	}
	while (vgic->retire_banks) {
		unsigned number = arm_lowest(vgic->retire_banks);
		struct arm_vgic_bank *bank = arm_vgic_bank(vcpu, number);
		uint32_t orphans;

		arm_bank_lock(bank);
		orphans = bank->hw &
			  ~(arm_bank_pending(bank) | arm_word(&bank->active) |
			    arm_word(&bank->listed));
		if (orphans) {
			*physical = bank->physical[arm_lowest(orphans)];
			bank->hw &= ~(orphans & (~orphans + 1u));
		} else {
			vgic->retire_banks &= ~(UINT32_C(1) << number);
		}
		arm_bank_unlock(bank);
		if (orphans)
			return true;
	}
	return false;
}
