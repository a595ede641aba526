/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank of interrupts: its reset, whom a change concerns, and the end of an
 * active state. See gic/vgic.h first.
 */
#include "gic/bank.h"

#include "context/kick.h"
#include "hw/irq.h"

void arm_vgic_bank_reset(struct arm_vgic_bank *bank, uint32_t edge)
{
	/* Other vCPUs may be running, and wait for the lock meanwhile. */
	const uint64_t daif = arm_hw_irq_mask();

	arm_bank_lock(bank);
	arm_store_relaxed(&bank->latch, 0);
	arm_store_relaxed(&bank->line, 0);
	arm_store_relaxed(&bank->enabled, 0);
	arm_store_relaxed(&bank->group, 0);
	arm_store_relaxed(&bank->edge, edge);
	arm_store_relaxed(&bank->active, 0);
	arm_store_relaxed(&bank->listed, 0);
	bank->moved = 0;
	bank->inactive = 0;
	bank->forced = 0;
	for (unsigned n = 0; n < ARM_VGIC_BANK_IRQS; n++)
		arm_store_relaxed(&bank->priority[n], 0);
	/* bank->hw stays: what was physically active still is, and has to be
	 * retired now that nobody will end it. */
	arm_bank_unlock(bank);
	arm_hw_irq_restore(daif);
}

uint16_t arm_vgic_route(const struct arm_vm *vm, uint64_t router)
{
	struct arm_vcpu *vcpu = arm_vm_find_vcpu(vm, router & GIC_AFFINITY);

	return vcpu ? (uint16_t)vcpu->index : ARM_VGIC_NO_TARGET;
}

void arm_vgic_notify(struct arm_vcpu *to, unsigned number,
		     const struct arm_vcpu *from)
{
	/* Pair "entry": after what changed, before the host's look. */
	arm_fetch_or(&to->vgic.attention, UINT32_C(1) << number);
	if (to != from)
		arm_vcpu_notify(to);
}

void arm_vgic_notify_owners(struct arm_vcpu *owner, unsigned number,
			    uint32_t mask, const struct arm_vcpu *from)
{
	struct arm_vgic_bank *bank = arm_vgic_bank(owner, number);
	struct arm_vm *vm = owner->vm;
	unsigned last = ARM_VGIC_NO_TARGET;

	if (number == 0 && mask)
		arm_vgic_notify(owner, 0, from);
	for (; number && mask; mask &= mask - 1) {
		unsigned index = arm_bank_owner(bank, arm_lowest(mask));

		if (index == last || index >= vm->vcpu_count)
			continue;
		arm_vgic_notify(vm->vcpus[index], number, from);
		last = index;
	}
}

void arm_vgic_bank_deactivate(struct arm_vcpu *owner, unsigned number,
			      uint32_t mask, const struct arm_vcpu *from)
{
	struct arm_vgic_bank *bank = arm_vgic_bank(owner, number);
	uint32_t was;

	arm_bank_lock(bank);
	was = mask & (arm_load_relaxed(&bank->active) |
		      arm_load_relaxed(&bank->listed));
	/* Their owner first: afterwards they may have none. */
	arm_vgic_notify_owners(owner, number, was, from);
	/* A physical SPI is retired by who does this: the holder may be off. */
	if (mask & bank->hw)
		arm_vgic_notify(owner, number, from);
	bank->inactive |= mask & arm_load_relaxed(&bank->listed);
	bank->forced &= ~mask;
	/* Pair "pending". */
	arm_store(&bank->active, arm_load_relaxed(&bank->active) & ~mask);
	arm_vgic_notify_owners(owner, number, was & arm_bank_pending(bank),
			       from);
	arm_bank_unlock(bank);
}
