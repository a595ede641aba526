/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An interrupt becomes pending for the vCPU that is at EL2 on this CPU: where
 * that is simple, straight into a list register. See gic/vgic.h first.
 */
#include <arm_vcpu/status.h>

#include "context/timers.h"
#include "gic/lr.h"
#include "gic/vgic.h"
#include "lib/atomic.h"

#define NO_LR ARM_VGIC_MAX_LRS

/*
 * The LR of this vCPU that holds interrupt n of the bank, whose lock is held.
 * If the guest is done with it, it is folded, and there is none.
 */
static unsigned own_lr(struct arm_vcpu *vcpu, struct arm_vgic_bank *bank,
		       unsigned n)
{
	unsigned holder, slot;

	if (!(arm_load_relaxed(&bank->listed) >> n & 1))
		return NO_LR;
	holder = arm_load_relaxed(&bank->holder[n]);
	slot = holder & ARM_VGIC_HOLDER_LR;
	if (holder >> ARM_VGIC_HOLDER_SHIFT != vcpu->index)
		return NO_LR;
	arm_vgic_refresh_one(&vcpu->vgic, slot);
	if (vcpu->vgic.lr[slot] & ICH_LR_STATE)
		return slot;
	arm_vgic_fold(vcpu, bank, slot);
	return NO_LR;
}

/* Interrupt n of the bank became pending: into a free LR if that is simple. */
static void deliver_here(struct arm_vcpu *vcpu, unsigned number, unsigned n)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	struct arm_vgic_bank *bank = arm_vgic_bank(vcpu, number);
	uint32_t free = arm_vgic_lr_mask(vgic) & ~vgic->lr_used;
	uint32_t bit = UINT32_C(1) << n;

	if (arm_load_relaxed(&vgic->resident) && free &&
	    !(vgic->hcr & ARM_VGIC_HCR_WAITING) &&
	    !((arm_load_relaxed(&bank->listed) |
	       arm_load_relaxed(&bank->active)) &
	      bit) &&
	    (arm_bank_deliverable(vcpu->vm->vgic, bank) & bit) &&
	    (!number || arm_load_relaxed(&bank->target[n]) == vcpu->index))
		arm_vgic_list(vcpu, bank, number * ARM_VGIC_BANK_IRQS + n, true,
			      arm_lowest(free));
	else
		arm_vgic_notify_owners(vcpu, number, bit, vcpu);
}

void arm_vgic_raise_here(struct arm_vcpu *vcpu, unsigned intid)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	struct arm_vgic_bank *bank = &vgic->bank;
	uint32_t bit = UINT32_C(1) << intid;
	unsigned slot =
		arm_load_relaxed(&bank->holder[intid]) & ARM_VGIC_HOLDER_LR;

	if (arm_load_relaxed(&bank->listed) & bit) {
		arm_vgic_refresh_one(vgic, slot);
		/* Pending twice is pending once (IHI 0069 4.1.2). */
		if (vgic->lr[slot] & ICH_LR_PENDING) {
			bank->moved |= bit;
			return;
		}
		/* The guest is done with the last one, and so is the LR. */
		if (!(vgic->lr[slot] & (ICH_LR_ACTIVE | ICH_LR_EOI)) &&
		    !(vgic->hcr & ARM_VGIC_HCR_WAITING) &&
		    !(arm_load_relaxed(&vgic->attention) & 1) &&
		    (bit & arm_load_relaxed(&bank->enabled) & ~bank->forced &
		     arm_bank_forwarded(vcpu->vm->vgic, bank))) {
			vgic->lr[slot] =
				ICH_LR_PENDING |
				arm_vgic_blank_lr(intid,
						  arm_bank_rank(bank, intid));
			vgic->lr_dirty |= UINT32_C(1) << slot;
			bank->moved |= bit;
			return;
		}
		(void)own_lr(vcpu, bank, intid);
	}
	/* Pair "pending", also in raise_hw(). */
	arm_fetch_or(&bank->latch, bit);
	deliver_here(vcpu, 0, intid);
}

/* What the guest's EOI of this LR deactivates, too, from now on; while it is
 * active and pending that is not allowed (IHI 0069 12.4.8). */
static void tie(struct arm_vgic_cpu *vgic, unsigned slot, unsigned physical)
{
	uint64_t lr = vgic->lr[slot] & ~(ICH_LR_HW | ICH_LR_PINTID);

	if ((lr & ICH_LR_STATE) == ICH_LR_STATE)
		lr |= ICH_LR_EOI;
	else
		lr |= ICH_LR_HW | BITS_PUT(ICH_LR_PINTID, physical);
	vgic->lr[slot] = lr;
	vgic->lr_dirty |= UINT32_C(1) << slot;
}

/*
 * A tick like the last one: the timer's LR is as it was written then, tied to
 * the physical interrupt, which could not come again before the guest was
 * done with it. Nothing about it has changed, or there would be attention: what
 * changes after this look comes with a kick.
 */
static bool tick_again(struct arm_vcpu *vcpu, uint32_t bit, unsigned n)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	struct arm_vgic_bank *bank = &vgic->bank;
	unsigned slot = arm_load_relaxed(&bank->holder[n]) & ARM_VGIC_HOLDER_LR;

	if (!(bank->hw & arm_load_relaxed(&bank->listed) &
	      arm_load_relaxed(&bank->line) & bit) ||
	    (bank->moved & bit) || (vgic->lr_dirty >> slot & 1) ||
	    (vgic->lr[slot] & (ICH_LR_HW | ICH_LR_STATE)) !=
		    (ICH_LR_HW | ICH_LR_PENDING) ||
	    ((arm_load_relaxed(&vgic->attention) |
	      arm_load_relaxed(&bank->latch) >> n) &
	     1))
		return false;
	vgic->lr_dirty |= UINT32_C(1) << slot;
	vgic->watch |= bit;
	return true;
}

/* Physical interrupt `physical` became active on behalf of interrupt n of the
 * bank, whose lock is held. */
static void raise_hw(struct arm_vcpu *vcpu, struct arm_vgic_bank *bank,
		     unsigned number, unsigned n, unsigned physical)
{
	uint32_t bit = UINT32_C(1) << n;
	bool is_timer = !number && (bit & arm_timers_native(vcpu));
	unsigned slot;

	if (is_timer && bank->physical[n] == physical &&
	    tick_again(vcpu, bit, n))
		return;
	slot = own_lr(vcpu, bank, n);
	bank->hw |= bit;
	bank->physical[n] = (uint16_t)physical;
	if (!is_timer) {
		arm_fetch_or(&bank->latch, bit);
		deliver_here(vcpu, number, n);
		return;
	}
	arm_fetch_or(&bank->line, bit);
	if (slot != NO_LR)
		tie(&vcpu->vgic, slot, physical);
	else
		deliver_here(vcpu, number, n);
}

int arm_vgic_inject_hw(struct arm_vcpu *vcpu, uint32_t intid, uint32_t physical)
{
	unsigned number = intid >> ARM_VGIC_BANK_SHIFT;
	struct arm_vgic_bank *bank;

	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (!vcpu->vm->vgic)
		return ARM_VCPU_ERR_NOT_FOUND;
	if (intid < GIC_FIRST_PPI || physical < GIC_FIRST_PPI ||
	    physical >= GIC_FIRST_SPECIAL ||
	    intid >= GIC_FIRST_SPI + vcpu->vm->vgic->spi_count ||
	    (physical < GIC_FIRST_SPI && intid >= GIC_FIRST_SPI))
		return ARM_VCPU_ERR_RANGE;
	if (!vcpu->pcpu)
		return ARM_VCPU_ERR_NOT_BOUND;

	bank = arm_vgic_bank(vcpu, number);
	arm_bank_lock(bank);
	raise_hw(vcpu, bank, number, intid & ARM_VGIC_IN_BANK, physical);
	arm_bank_unlock(bank);
	return ARM_VCPU_OK;
}
