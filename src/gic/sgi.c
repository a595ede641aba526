/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Software-generated interrupts: ICC_SGI1R_EL1 and ICC_SGI0R_EL1 (IHI 0069
 * 12.2.24, 12.2.23). With one security state an SGI reaches those targets
 * that have configured it into the register's group.
 */
#include "gic/lr.h"
#include "gic/vgic.h"
#include "lib/atomic.h"

/* Is the SGI of this group at its target? */
static bool same_group(const struct arm_vgic_bank *bank, unsigned intid,
		       unsigned group)
{
	return (arm_load_relaxed(&bank->group) >> intid & 1) == group;
}

/* Latch, then listed and enabled: pairs "pending" and "enabled". */
static void send(struct arm_vcpu *vcpu, struct arm_vcpu *to, unsigned intid,
		 unsigned group)
{
	struct arm_vgic_bank *bank = &to->vgic.bank;
	uint32_t bit = UINT32_C(1) << intid;

	if (!same_group(bank, intid, group))
		return;
	arm_fetch_or(&bank->latch, bit);
	if ((arm_load(&bank->enabled) | arm_load(&bank->listed)) & bit)
		arm_vgic_notify(to, 0, vcpu);
}

/* To itself: straight into a list register. */
static void send_here(struct arm_vcpu *vcpu, unsigned intid, unsigned group)
{
	struct arm_vgic_bank *bank = &vcpu->vgic.bank;

	if (!same_group(bank, intid, group))
		return;
	arm_bank_lock(bank);
	arm_vgic_raise_here(vcpu, intid);
	arm_bank_unlock(bank);
}

void arm_vgic_send_sgi(struct arm_vcpu *vcpu, uint64_t sgir, unsigned group)
{
	const struct arm_vm *vm = vcpu->vm;
	unsigned intid = (unsigned)BITS_GET(sgir, ICC_SGIR_INTID);
	uint64_t cluster =
		(sgir & ICC_SGIR_AFF3) >> 16 | (sgir & ICC_SGIR_AFF2) >> 16 |
		(sgir & ICC_SGIR_AFF1) >> 8 | BITS_GET(sgir, ICC_SGIR_RS) << 4;

	if (!vm->vgic)
		return;
	if (sgir & ICC_SGIR_IRM) {
		for (uint32_t i = 0; i < vm->vcpu_count; i++)
			if (vm->vcpus[i] != vcpu)
				send(vcpu, vm->vcpus[i], intid, group);
		return;
	}
	for (uint32_t left = sgir & ICC_SGIR_TARGETS; left; left &= left - 1) {
		uint64_t affinity = cluster | arm_lowest(left);
		struct arm_vcpu *to;

		if (affinity == (vcpu->mpidr & GIC_AFFINITY)) {
			send_here(vcpu, intid, group);
			continue;
		}
		to = arm_vm_find_vcpu(vm, affinity);
		if (to)
			send(vcpu, to, intid, group);
	}
}
