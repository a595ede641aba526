/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What another vCPU's list registers hold is in its CPU's hardware. It is
 * asked: it passes through EL2, does what its attention bits say, and tells.
 * See core/vgic.h first.
 */
#include "core/hw.h"
#include "core/timers.h"
#include "core/vcpu.h"
#include "core/vgic.h"
#include "core/vgic_lr.h"

bool arm_vgic_answered(const struct arm_vcpu *vcpu, uint32_t ticket)
{
	return (int32_t)(atomic_load(&vcpu->vgic.answered) - ticket) >= 0;
}

uint32_t arm_vgic_ask(struct arm_vcpu *to)
{
	struct arm_vgic_cpu *other = &to->vgic;
	/* The ticket first: who sees the bit sees the ticket. */
	uint32_t ticket = atomic_fetch_add(&other->wanted, 1) + 1;

	atomic_fetch_or(&other->attention, ARM_VGIC_ASKED);
	arm_vcpu_notify(to);
	return ticket;
}

bool arm_vgic_await(struct arm_vcpu *vcpu, const struct arm_vcpu *to,
		    uint32_t ticket, uint32_t *patience)
{
	while (!arm_vgic_answered(to, ticket)) {
		/* Its list registers are empty. */
		if (!atomic_load(&to->vgic.resident))
			return true;
		if (*patience == 0)
			return false;
		--*patience;
		/* It may be waiting for this one. */
		if (atomic_load_explicit(&vcpu->vgic.attention,
					 memory_order_relaxed) &
		    ARM_VGIC_ASKED)
			arm_vgic_flush(vcpu);
	}
	return true;
}

void arm_vgic_answer(struct arm_vcpu *vcpu, uint32_t ticket)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	arm_vgic_refresh(vcpu, vgic->lr_used);
	for (unsigned slot = 0; slot < ARM_VGIC_MAX_LRS; slot++)
		atomic_store_explicit(&vgic->seen[slot],
				      vgic->lr_used >> slot & 1 ? vgic->lr[slot]
								: 0,
				      memory_order_relaxed);
	atomic_store_explicit(&vgic->seen_outputs,
			      arm_timers_bound(vcpu, vcpu->hw->counter()),
			      memory_order_relaxed);
	atomic_store(&vgic->answered, ticket);
}

void arm_vgic_answer_nothing(struct arm_vgic_cpu *vgic)
{
	uint32_t ticket = atomic_load(&vgic->wanted);

	if (atomic_load(&vgic->answered) == ticket)
		return;
	for (unsigned slot = 0; slot < ARM_VGIC_MAX_LRS; slot++)
		atomic_store_explicit(&vgic->seen[slot], 0,
				      memory_order_relaxed);
	atomic_store(&vgic->answered, ticket);
}

static void finish(struct arm_vcpu *vcpu, struct arm_vcpu *to,
		   uint32_t *patience)
{
	if (to != vcpu && atomic_load(&to->vgic.resident) &&
	    !arm_vgic_await(vcpu, to, arm_vgic_ask(to), patience))
		atomic_store(&vcpu->vm->vgic->late, 1);
}

void arm_vgic_finish(struct arm_vcpu *vcpu, const struct arm_vgic_bank *bank,
		     uint32_t mask)
{
	uint32_t patience = ARM_VGIC_PATIENCE;
	struct arm_vcpu *last = vcpu;

	for (mask &= atomic_load(&bank->listed); mask; mask &= mask - 1) {
		unsigned holder = atomic_load(&bank->holder[arm_lowest(mask)]);
		struct arm_vcpu *to =
			vcpu->vm->vcpus[holder >> ARM_VGIC_HOLDER_SHIFT];

		if (to != last)
			finish(vcpu, to, &patience);
		last = to;
	}
}

void arm_vgic_finish_all(struct arm_vcpu *vcpu)
{
	uint32_t patience = ARM_VGIC_PATIENCE;

	for (uint32_t i = 0; i < vcpu->vm->vcpu_count; i++)
		finish(vcpu, vcpu->vm->vcpus[i], &patience);
}

bool arm_vgic_is_late(const struct arm_vm *vm)
{
	if (!atomic_load(&vm->vgic->late))
		return false;
	atomic_store(&vm->vgic->late, 0);
	for (uint32_t i = 0; i < vm->vcpu_count; i++) {
		const struct arm_vcpu *vcpu = vm->vcpus[i];

		if (atomic_load(&vcpu->vgic.resident) &&
		    !arm_vgic_answered(vcpu, atomic_load(&vcpu->vgic.wanted))) {
			atomic_store(&vm->vgic->late, 1);
			return true;
		}
	}
	return false;
}
