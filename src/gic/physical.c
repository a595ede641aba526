/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vGIC and the CPU it is loaded into: bind, unbind, the maintenance
 * interrupt, and physical interrupts that belong to virtual ones. See
 * gic/vgic.h first.
 */
#include "gic/lr.h"
#include "gic/vgic.h"

#include <arm_vcpu/status.h>

#include "context/timers.h"
#include "lib/atomic.h"

int arm_vgic_maintenance(struct arm_vcpu *vcpu)
{
	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (!vcpu->pcpu)
		return ARM_VCPU_ERR_NOT_BOUND;
	if (!vcpu->vm->vgic)
		return ARM_VCPU_ERR_NOT_FOUND;
	/* Others set the other bits. */
	arm_fetch_or(&vcpu->vgic.attention, arm_vgic_fold_lrs(vcpu, false));
	arm_vgic_flush(vcpu);
	return ARM_VCPU_OK;
}

void arm_vgic_load(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	vgic->lr_count = vcpu->pcpu->features.list_registers;
	vgic->lr_dirty = arm_vgic_lr_mask(vgic);
	vgic->hcr = vcpu->vm->vgic ? arm_vgic_hcr(vcpu) : 0;
	vgic->hcr_dirty = true;
	vgic->watch = 0;
	/* From here on the physical interrupt tells. */
	arm_fetch_and(&vgic->bank.line, ~arm_timers_native(vcpu));
	/* Pair "resident": before attention is looked at. */
	arm_store(&vgic->resident, vcpu->vm->vgic);
}

/*
 * A private physical interrupt is this CPU's, and the next vCPU here needs
 * it. If its source still asks when the vCPU is back, it comes again; of a
 * timer nothing else is left.
 */
static void release_ppis(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	struct arm_vgic_bank *bank = &vgic->bank;
	uint32_t timers = arm_timers_native(vcpu), high, left;

	high = timers & arm_timers_stored(vcpu, arm_counter());
	arm_bank_lock(bank);
	for (left = bank->hw; left; left &= left - 1) {
		unsigned n = arm_lowest(left);

		if (bank->physical[n] < GIC_FIRST_SPI) {
			vgic->retire_ppis |= arm_vgic_bit(bank->physical[n]);
			bank->hw &= ~(UINT32_C(1) << n);
		}
	}
	/* For arm_vgic_has_pending() until the vCPU is back. */
	arm_fetch_and(&bank->line, ~timers | high);
	arm_fetch_or(&bank->line, high);
	arm_bank_unlock(bank);
	if (high)
		arm_fetch_or(&vgic->attention, 1);
}

void arm_vgic_put(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	uint32_t left;

	if (!arm_load_relaxed(&vgic->resident))
		return;
	arm_vgic_apply_eoi_count(vcpu); /* reads it from the hardware */
	/* lr[] is complete: nothing is fetched. And who sees that it is not
	 * resident sees what was published of its timers. */
	arm_store_release(&vgic->resident, false);
	left = arm_vgic_fold_lrs(vcpu, true);
	if (vgic->hcr & ARM_VGIC_HCR_WAITING)
		left = arm_vgic_all_banks(vcpu->vm->vgic);
	/* Others set the other bits. */
	arm_fetch_or(&vgic->attention, left);
	release_ppis(vcpu);
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
		orphans = bank->hw & ~(arm_bank_pending(bank) |
				       arm_load_relaxed(&bank->active) |
				       arm_load_relaxed(&bank->listed));
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
