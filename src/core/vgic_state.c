/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pending and active, read and written by the guest wherever the interrupt is
 * (IHI 0069 12.9.7, 12.9.26 and their kin). See core/vgic.h first.
 */
#include "core/hw.h"
#include "core/timers.h"
#include "core/vgic.h"
#include "core/vgic_lr.h"
#include "core/vgic_regs.h"

/* What other vCPUs were asked in this access. */
struct inquiry {
	uint32_t patience;
	uint32_t asked;                      /* about these interrupts    */
	uint32_t unknown;                    /* and these are to be asked */
	uint16_t holder[ARM_VGIC_BANK_IRQS]; /* where they were then  */
};

/* Interrupts of the bank in this vCPU's LRs; in *found those with state. */
static uint32_t in_own_lrs(const struct arm_vgic_place *at, uint64_t state,
			   uint32_t *found)
{
	struct arm_vgic_cpu *vgic = &at->vcpu->vgic;
	uint32_t lrs = 0, mine = 0;

	if (at->number || at->owner == at->vcpu)
		lrs = arm_vgic_lrs_of(vgic, at->number);
	arm_vgic_refresh(at->vcpu, lrs);
	for (; lrs; lrs &= lrs - 1) {
		uint64_t lr = vgic->lr[arm_lowest(lrs)];

		mine |= arm_vgic_bit((uint32_t)lr);
		if (lr & state)
			*found |= arm_vgic_bit((uint32_t)lr);
	}
	return mine;
}

/* Which of these interrupts, that others have listed, are in this state; the
 * bank's lock is held. An answer counts if the interrupt is where it was. */
static uint32_t in_other_lrs(const struct arm_vgic_place *at, uint32_t others,
			     uint64_t state, struct inquiry *inquiry)
{
	uint32_t found = 0;

	inquiry->unknown = 0;
	for (; others; others &= others - 1) {
		unsigned n = arm_lowest(others);
		unsigned holder = atomic_load(&at->bank->holder[n]);
		const struct arm_vcpu *vcpu =
			at->owner->vm->vcpus[holder >> ARM_VGIC_HOLDER_SHIFT];
		uint64_t lr = atomic_load(
			&vcpu->vgic.seen[holder & ARM_VGIC_HOLDER_LR]);

		if (!(inquiry->asked >> n & 1) ||
		    inquiry->holder[n] != holder ||
		    (uint32_t)lr != at->number * ARM_VGIC_BANK_IRQS + n)
			inquiry->unknown |= UINT32_C(1) << n;
		else if (lr & state)
			found |= UINT32_C(1) << n;
	}
	return found;
}

/* Ask the vCPUs that have unknown interrupts. False without an answer. */
static bool ask(const struct arm_vgic_place *at, struct inquiry *inquiry)
{
	struct arm_vcpu *last = NULL;

	for (uint32_t left = inquiry->unknown; left; left &= left - 1) {
		unsigned n = arm_lowest(left);
		unsigned holder = atomic_load(&at->bank->holder[n]);
		struct arm_vcpu *to =
			at->owner->vm->vcpus[holder >> ARM_VGIC_HOLDER_SHIFT];

		inquiry->holder[n] = (uint16_t)holder;
		if (to != last && to != at->vcpu &&
		    !arm_vgic_ask(at->vcpu, to, &inquiry->patience))
			return false;
		last = to;
	}
	inquiry->asked |= inquiry->unknown;
	return inquiry->patience-- != 0;
}

/* The lines of the timers in the owner's bank 0, wherever it is. */
static bool timer_lines(const struct arm_vgic_place *at, uint32_t *high,
			struct inquiry *inquiry)
{
	struct arm_vcpu *owner = at->owner;
	uint64_t now = at->vcpu->hw->counter();

	if (owner == at->vcpu) {
		*high = arm_timers_bound(owner, now);
		return true;
	}
	if (atomic_load(&owner->vgic.resident)) {
		if (!arm_vgic_ask(at->vcpu, owner, &inquiry->patience))
			return false;
		if (atomic_load(&owner->vgic.resident)) {
			*high = atomic_load(&owner->vgic.seen_outputs);
			return true;
		}
	}
	*high = arm_timers_stored(owner, now);
	return true;
}

bool arm_vgic_pending_read(const struct arm_vgic_place *at, uint64_t *value)
{
	struct inquiry inquiry = {.patience = ARM_VGIC_PATIENCE};
	struct arm_vgic_bank *bank = at->bank;
	uint32_t timers = 0, high = 0;

	if (!at->number) {
		timers = ARM_TIMERS;
		if (!timer_lines(at, &high, &inquiry))
			return false;
	}
	for (;;) {
		uint32_t mine, found = 0, pending;

		arm_bank_lock(bank);
		mine = in_own_lrs(at, ICH_LR_PENDING, &found);
		pending = atomic_load(&bank->latch) | high |
			  (atomic_load(&bank->line) & ~timers &
			   ~arm_word(&bank->edge));
		found |= in_other_lrs(at, bank->moved & ~mine & ~pending,
				      ICH_LR_PENDING, &inquiry);
		*value = (pending | (bank->moved & found)) &
			 arm_bank_exists(at->number);
		arm_bank_unlock(bank);
		if (!inquiry.unknown)
			return true;
		if (!ask(at, &inquiry))
			return false;
	}
}

bool arm_vgic_active_read(const struct arm_vgic_place *at, uint64_t *value)
{
	struct inquiry inquiry = {.patience = ARM_VGIC_PATIENCE};
	struct arm_vgic_bank *bank = at->bank;

	for (;;) {
		uint32_t mine, found = 0, active;

		arm_bank_lock(bank);
		mine = in_own_lrs(at, ICH_LR_ACTIVE, &found);
		active = arm_word(&bank->active);
		found |= in_other_lrs(at,
				      arm_word(&bank->listed) & ~mine &
					      ~active & ~bank->inactive,
				      ICH_LR_ACTIVE, &inquiry);
		*value = active | (found & ~bank->inactive);
		arm_bank_unlock(bank);
		if (!inquiry.unknown)
			return true;
		if (!ask(at, &inquiry))
			return false;
	}
}

void arm_vgic_pending_set(const struct arm_vgic_place *at, uint32_t set)
{
	struct arm_vgic_bank *bank = at->bank;

	set &= arm_bank_exists(at->number);
	arm_bank_lock(bank);
	atomic_fetch_or(&bank->latch, set);
	arm_place_notify(
		at, set & (arm_word(&bank->enabled) | arm_word(&bank->listed)));
	arm_bank_unlock(bank);
}

void arm_vgic_pending_clear(const struct arm_vgic_place *at, uint32_t clear)
{
	struct arm_vgic_bank *bank = at->bank;

	arm_bank_lock(bank);
	atomic_fetch_and(&bank->latch, ~clear);
	bank->moved &= ~clear;
	arm_place_notify(at, clear & (arm_word(&bank->listed) | bank->hw));
	arm_bank_unlock(bank);
	arm_vgic_finish(at->vcpu, bank, clear);
}

/* An interrupt that nobody has taken is active at the vCPU it is routed to. */
void arm_vgic_active_set(const struct arm_vgic_place *at, uint32_t set)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t left;

	set &= arm_bank_exists(at->number);
	arm_bank_lock(bank);
	set &= ~arm_word(&bank->active);
	for (left = set & ~arm_word(&bank->listed); left; left &= left - 1) {
		unsigned n = arm_lowest(left);
		unsigned index =
			at->number ? bank->target[n] : at->owner->index;

		if (index < at->owner->vm->vcpu_count)
			bank->holder[n] =
				(uint16_t)(index << ARM_VGIC_HOLDER_SHIFT);
		else
			set &= ~(UINT32_C(1) << n);
	}
	atomic_store(&bank->active, arm_word(&bank->active) | set);
	arm_place_notify(at, set);
	arm_bank_unlock(bank);
}

static void deactivate(const struct arm_vgic_place *at, uint32_t clear)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t was;

	arm_bank_lock(bank);
	was = clear & (arm_word(&bank->active) | arm_word(&bank->listed));
	/* Their owner first: afterwards they may have none. */
	arm_place_notify(at, was);
	bank->inactive |= clear & arm_word(&bank->listed);
	atomic_store(&bank->active, arm_word(&bank->active) & ~clear);
	arm_place_notify(at, was & arm_bank_pending(bank));
	arm_bank_unlock(bank);
}

void arm_vgic_active_clear(const struct arm_vgic_place *at, uint32_t clear)
{
	deactivate(at, clear);
	arm_vgic_finish(at->vcpu, at->bank, clear);
}

void arm_vgic_deactivate(struct arm_vcpu *vcpu, uint32_t intid)
{
	const struct arm_vgic *vgic = vcpu->vm->vgic;
	struct arm_vgic_place at = {
		.vcpu = vcpu,
		.owner = vcpu,
		.number = intid >> ARM_VGIC_BANK_SHIFT,
	};

	if (!vgic || at.number > vgic->bank_count)
		return;
	at.bank = arm_vgic_bank(vcpu, at.number);
	deactivate(&at, arm_vgic_bit(intid));
}
