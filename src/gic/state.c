/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Pending and active, read and written by the guest wherever the interrupt is
 * (IHI 0069 12.9.7, 12.9.26 and their kin). See gic/vgic.h first.
 */
#include "context/timers.h"
#include "gic/ask.h"
#include "gic/lr.h"
#include "gic/regs.h"
#include "gic/vgic.h"
#include "hw/sysreg.h"
#include "lib/atomic.h"

/* A read that may have to ask other vCPUs. */
struct reading {
	struct arm_vgic_inquiry *inquiry; /* null: nothing to ask yet */
	uint32_t patience;
	uint32_t unknown; /* interrupts whose vCPU has to answer first */
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

static void forget(struct arm_vgic_inquiry *inquiry)
{
	inquiry->asked = 0;
	inquiry->asked_lines = false;
}

/*
 * What was asked when the guest executed this load before counts, if it has
 * executed nothing else since: an exception at EL1 would have left the load's
 * address in ELR_EL1, another thread its own, and they might know more than
 * the answer.
 */
static struct arm_vgic_inquiry *inquire(const struct arm_vgic_place *at)
{
	struct arm_vgic_inquiry *inquiry = &at->vcpu->vgic.inquiry;
	const uint64_t pc = at->vcpu->frame.elr, elr = READ(ELR_EL1);

	if (inquiry->bank != at->bank || inquiry->pc != pc ||
	    inquiry->elr != elr || elr == pc)
		forget(inquiry);
	inquiry->bank = at->bank;
	inquiry->pc = pc;
	inquiry->elr = elr;
	return inquiry;
}

static struct arm_vcpu *holder_of(const struct arm_vgic_place *at,
				  unsigned holder)
{
	return at->owner->vm->vcpus[holder >> ARM_VGIC_HOLDER_SHIFT];
}

/* Which of these interrupts, that others have listed, are in this state; the
 * bank's lock is held. An answer counts if the interrupt is where it was. */
static uint32_t in_other_lrs(const struct arm_vgic_place *at, uint32_t others,
			     uint64_t state, struct reading *reading)
{
	struct arm_vgic_inquiry *inquiry;
	uint32_t found = 0;

	reading->unknown = 0;
	if (others && !reading->inquiry)
		reading->inquiry = inquire(at);
	inquiry = reading->inquiry;
	for (; others; others &= others - 1) {
		unsigned n = arm_lowest(others);
		uint32_t bit = UINT32_C(1) << n;
		unsigned holder = arm_load_relaxed(&at->bank->holder[n]);
		const struct arm_vcpu *vcpu = holder_of(at, holder);
		bool moved = inquiry->holder[n] != holder, answered;
		uint64_t lr;

		answered = (inquiry->asked & bit) && !moved &&
			   arm_vgic_answered(vcpu, inquiry->ticket[n]);
		lr = arm_load_relaxed(
			&vcpu->vgic.seen[holder & ARM_VGIC_HOLDER_LR]);
		if (moved ||
		    (answered && (uint32_t)lr != at->number * 32u + n)) {
			inquiry->asked &= ~bit;
			answered = false;
		}
		if (!answered)
			reading->unknown |= bit;
		else if (lr & state)
			found |= bit;
	}
	return found;
}

/* Ask the vCPUs that have unknown interrupts. False without an answer. */
static bool ask(const struct arm_vgic_place *at, struct reading *reading)
{
	struct arm_vgic_inquiry *inquiry = reading->inquiry;
	struct arm_vcpu *last = NULL;
	uint32_t ticket = 0;

	for (uint32_t left = reading->unknown & ~inquiry->asked; left;
	     left &= left - 1) {
		unsigned n = arm_lowest(left);
		unsigned holder = arm_load_relaxed(&at->bank->holder[n]);
		struct arm_vcpu *to = holder_of(at, holder);

		if (to == at->vcpu)
			continue;
		if (to != last)
			ticket = arm_vgic_ask(to);
		last = to;
		inquiry->ticket[n] = ticket;
		inquiry->holder[n] = (uint16_t)holder;
		inquiry->asked |= UINT32_C(1) << n;
	}
	for (uint32_t left = reading->unknown & inquiry->asked; left;
	     left &= left - 1) {
		unsigned n = arm_lowest(left);

		if (!arm_vgic_await(at->vcpu, holder_of(at, inquiry->holder[n]),
				    inquiry->ticket[n], &reading->patience))
			return false;
	}
	return reading->patience-- != 0;
}

/* There is an answer: the next load asks anew. */
static bool done(const struct arm_vgic_place *at)
{
	forget(&at->vcpu->vgic.inquiry);
	return true;
}

/* Ask the owner of bank 0 for the lines of its timers, unless that was done. */
static uint32_t ask_for_lines(const struct arm_vgic_place *at,
			      struct reading *reading)
{
	struct arm_vgic_inquiry *inquiry = inquire(at);

	reading->inquiry = inquiry;
	if (!inquiry->asked_lines)
		inquiry->lines = arm_vgic_ask(at->owner);
	inquiry->asked_lines = true;
	return inquiry->lines;
}

/* The lines of the timers in the owner's bank 0, wherever it is. */
static bool timer_lines(const struct arm_vgic_place *at, uint32_t *high,
			struct reading *reading)
{
	struct arm_vcpu *owner = at->owner;
	uint64_t now = arm_counter();

	if (owner == at->vcpu) {
		*high = arm_timers_bound(owner, now);
		return true;
	}
	/* What was published is read after this. */
	while (arm_load_acquire(&owner->vgic.resident)) {
		const uint32_t ticket = ask_for_lines(at, reading);

		if (!arm_vgic_await(at->vcpu, owner, ticket,
				    &reading->patience))
			return false;
		if (arm_vgic_answered(owner, ticket)) {
			*high = arm_load_relaxed(&owner->vgic.seen_outputs);
			return true;
		}
		/* It was away for a moment, without an answer. */
		if (!reading->patience)
			return false;
		reading->patience--;
	}
	*high = arm_timers_stored(owner, now);
	return true;
}

bool arm_vgic_pending_read(const struct arm_vgic_place *at, uint64_t *value)
{
	struct reading reading = {.patience = ARM_VGIC_PATIENCE};
	struct arm_vgic_bank *bank = at->bank;
	uint32_t timers = 0, high = 0;

	if (!at->number) {
		timers = ARM_TIMERS;
		if (!timer_lines(at, &high, &reading))
			return false;
	}
	for (;;) {
		uint32_t mine, found = 0, pending;

		arm_bank_lock(bank);
		mine = in_own_lrs(at, ICH_LR_PENDING, &found);
		pending = arm_load_relaxed(&bank->latch) | high |
			  (arm_load_relaxed(&bank->line) & ~timers &
			   ~arm_load_relaxed(&bank->edge));
		found |= in_other_lrs(at, bank->moved & ~mine & ~pending,
				      ICH_LR_PENDING, &reading);
		*value = (pending | (bank->moved & found)) &
			 arm_bank_exists(at->number);
		arm_bank_unlock(bank);
		if (!reading.unknown)
			return done(at);
		if (!ask(at, &reading))
			return false;
	}
}

bool arm_vgic_active_read(const struct arm_vgic_place *at, uint64_t *value)
{
	struct reading reading = {.patience = ARM_VGIC_PATIENCE};
	struct arm_vgic_bank *bank = at->bank;

	for (;;) {
		uint32_t mine, found = 0, active;

		arm_bank_lock(bank);
		mine = in_own_lrs(at, ICH_LR_ACTIVE, &found);
		active = arm_load_relaxed(&bank->active);
		found |= in_other_lrs(at,
				      arm_load_relaxed(&bank->listed) & ~mine &
					      ~active & ~bank->inactive,
				      ICH_LR_ACTIVE, &reading);
		*value = active | (found & ~bank->inactive);
		arm_bank_unlock(bank);
		if (!reading.unknown)
			return done(at);
		if (!ask(at, &reading))
			return false;
	}
}

void arm_vgic_pending_set(const struct arm_vgic_place *at, uint64_t value)
{
	const uint32_t set = (uint32_t)value & arm_bank_exists(at->number);
	struct arm_vgic_bank *bank = at->bank;

	arm_bank_lock(bank);
	/* Others set other bits without the lock. */
	arm_fetch_or(&bank->latch, set);
	arm_place_notify(at, set & (arm_load_relaxed(&bank->enabled) |
				    arm_load_relaxed(&bank->listed)));
	arm_bank_unlock(bank);
}

void arm_vgic_pending_clear(const struct arm_vgic_place *at, uint64_t value)
{
	const uint32_t clear = (uint32_t)value;
	struct arm_vgic_bank *bank = at->bank;

	arm_bank_lock(bank);
	/* As above. */
	arm_fetch_and(&bank->latch, ~clear);
	bank->moved &= ~clear;
	arm_place_notify(at, clear & arm_load_relaxed(&bank->listed));
	/* A physical SPI is this vCPU's to retire: the virtual one may be
	 * routed to nobody. */
	if (clear & bank->hw)
		arm_vgic_notify(at->owner, at->number, at->vcpu);
	arm_bank_unlock(bank);
	arm_vgic_finish(at->vcpu, bank, clear);
}

/* An interrupt that nobody has taken is active at the vCPU that says so, also
 * while it is routed to nobody: any PE may deactivate it (IHI 0069 4.5.4). */
void arm_vgic_active_set(const struct arm_vgic_place *at, uint64_t value)
{
	uint32_t set = (uint32_t)value & arm_bank_exists(at->number);
	struct arm_vgic_bank *bank = at->bank;
	uint32_t left;

	arm_bank_lock(bank);
	set &= ~arm_load_relaxed(&bank->active);
	for (left = set; left; left &= left - 1) {
		unsigned n = arm_lowest(left);

		bank->taken[n] = arm_bank_rank(bank, n);
		if (!(arm_load_relaxed(&bank->listed) >> n & 1))
			arm_store_relaxed(&bank->holder[n],
					  (uint16_t)(at->owner->index
						     << ARM_VGIC_HOLDER_SHIFT));
	}
	/* Listed as active because a write said so before: it is still nobody's
	 * whose EOI is to come, whatever the LR says. */
	bank->inactive |= set & bank->forced & arm_load_relaxed(&bank->listed);
	bank->forced |= set;
	/* Who sees them active sees the holders. */
	arm_store_release(&bank->active, arm_load_relaxed(&bank->active) | set);
	arm_place_notify(at, set);
	arm_bank_unlock(bank);
}

void arm_vgic_active_clear(const struct arm_vgic_place *at, uint64_t clear)
{
	arm_vgic_bank_deactivate(at->owner, at->number, (uint32_t)clear,
				 at->vcpu);
	arm_vgic_finish(at->vcpu, at->bank, (uint32_t)clear);
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
	arm_vgic_active_clear(&at, arm_vgic_bit(intid));
}
