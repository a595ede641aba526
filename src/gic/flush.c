/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Before the guest goes on: what happened to its interrupts reaches the list
 * registers, and who asked is answered. See gic/vgic.h first.
 */
#include "context/timers.h"
#include "gic/lr.h"
#include "gic/vgic.h"

/* Physical interrupts whose virtual one ended without EOI. */
static void retire(struct arm_vgic_cpu *vgic, struct arm_vgic_bank *bank,
		   unsigned number)
{
	uint32_t orphans = bank->hw & ~(arm_bank_pending(bank) |
					arm_load_relaxed(&bank->active) |
					arm_load_relaxed(&bank->listed));

	for (uint32_t left = orphans; left; left &= left - 1) {
		unsigned n = arm_lowest(left);

		if (bank->physical[n] < GIC_FIRST_SPI) {
			vgic->retire_ppis |= arm_vgic_bit(bank->physical[n]);
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
	uint32_t lrs = arm_vgic_lrs_of(vgic, number), folded = 0;
	uint32_t deliverable, left;

	arm_vgic_refresh(vcpu, lrs);
	arm_bank_lock(bank);
	for (; lrs; lrs &= lrs - 1) {
		unsigned slot = arm_lowest(lrs);

		folded |= arm_vgic_bit((uint32_t)vgic->lr[slot]);
		arm_vgic_fold(vcpu, bank, slot);
	}
	if (bank->hw)
		retire(vgic, bank, number);
	deliverable = arm_bank_deliverable(vcpu->vm->vgic, bank);
	left = arm_vgic_wanted(vcpu, number, deliverable);
	/* What was routed elsewhere while it was here goes there now. */
	arm_vgic_notify_owners(vcpu, number, folded & deliverable & ~left,
			       vcpu);
	for (; left; left &= left - 1) {
		uint32_t free = arm_vgic_lr_mask(vgic) & ~vgic->lr_used;
		unsigned n = arm_lowest(left);

		if (!free)
			break;
		arm_vgic_list(vcpu, bank, number * ARM_VGIC_BANK_IRQS + n,
			      deliverable >> n & 1, arm_lowest(free));
	}
	arm_bank_unlock(bank);
	return !left;
}

/* In seen, for an LR that holds nothing: 0 would be SGI 0. */
#define EMPTY UINT64_MAX

static void answer(struct arm_vcpu *vcpu, uint32_t ticket)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	arm_vgic_refresh(vcpu, vgic->lr_used);
	for (unsigned slot = 0; slot < ARM_VGIC_MAX_LRS; slot++)
		arm_store_relaxed(&vgic->seen[slot], vgic->lr_used >> slot & 1
							     ? vgic->lr[slot]
							     : EMPTY);
	arm_store_relaxed(&vgic->seen_outputs,
			  arm_timers_bound(vcpu, arm_counter()));
	/* Pair "answer". */
	arm_store_release(&vgic->answered, ticket);
}

/*
 * While a native timer's physical interrupt is active, nobody but its own
 * register tells its level. True when it fell.
 */
static bool sample_timers(struct arm_vcpu *vcpu)
{
	struct arm_vgic_bank *bank = &vcpu->vgic.bank;
	uint32_t held = bank->hw & arm_timers_native(vcpu), high, was;

	if (!held)
		return false;
	high = held & arm_timers_sample(vcpu);
	/* Others change the other lines of the word. */
	was = arm_fetch_or(&bank->line, high);
	arm_fetch_and(&bank->line, ~(held ^ high));
	return was & (held ^ high);
}

void arm_vgic_watch(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	if (!(vgic->watch & ~arm_timers_sample(vcpu)))
		return;
	vgic->watch = 0;
	/* Others set the other bits. */
	arm_fetch_or(&vgic->attention, 1);
}

void arm_vgic_flush(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	bool enough = !(vgic->hcr & ARM_VGIC_HCR_WAITING);
	uint32_t ticket = 0, banks;
	uint64_t left;

	if (!arm_load_relaxed(&vgic->resident))
		return;
	arm_vgic_apply_eoi_count(vcpu);
	/* Pair "entry": the banks are looked at after this. */
	left = arm_exchange(&vgic->attention, 0);
	/* Whoever has a ticket now set his other bits before; who asks from
	 * now on is served by the next flush, for which he kicks. */
	if (left & ARM_VGIC_ASKED) {
		ticket = arm_load_acquire(&vgic->wanted);
		left |= arm_fetch_and(&vgic->attention, ARM_VGIC_ASKED);
	}
	banks = (uint32_t)left;
	if (sample_timers(vcpu))
		banks |= 1;
	while (banks) {
		unsigned number = arm_lowest(banks);

		banks &= banks - 1;
		if (settle(vcpu, number))
			continue;
		/* An LR is done with once: this comes to an end. */
		banks |= arm_vgic_fold_lrs(vcpu, false);
		enough &= settle(vcpu, number);
	}
	if (!enough)
		arm_vgic_refill(vcpu);
	if (left & ARM_VGIC_ASKED)
		answer(vcpu, ticket);
}
