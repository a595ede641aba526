/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What another vCPU's list registers hold is in its CPU's hardware. It is
 * asked: it passes through EL2, does what its attention bits say, and tells.
 * See gic/vgic.h first.
 */
#include "gic/ask.h"
#include "context/kick.h"
#include "gic/vgic.h"

bool arm_vgic_answered(const struct arm_vcpu *vcpu, uint32_t ticket)
{
	/* Pair "answer": what was told is read after this. */
	return (int32_t)(arm_load_acquire(&vcpu->vgic.answered) - ticket) >= 0;
}

uint32_t arm_vgic_ask(struct arm_vcpu *to)
{
	struct arm_vgic_cpu *other = &to->vgic;
	/* The ticket first: who sees the bit sees the ticket. Pair "entry". */
	uint32_t ticket = arm_fetch_add(&other->wanted, 1) + 1;

	arm_fetch_or(&other->attention, ARM_VGIC_ASKED);
	arm_vcpu_notify(to);
	return ticket;
}

bool arm_vgic_await(struct arm_vcpu *vcpu, const struct arm_vcpu *to,
		    uint32_t ticket, uint32_t *patience)
{
	while (!arm_vgic_answered(to, ticket)) {
		/* Its list registers are empty. Pair "resident". */
		if (!arm_load(&to->vgic.resident))
			return true;
		if (*patience == 0)
			return false;
		--*patience;
		/* It may be waiting for this one. */
		if (arm_load_relaxed(&vcpu->vgic.attention) & ARM_VGIC_ASKED)
			arm_vgic_flush(vcpu);
	}
	return true;
}

static void finish(struct arm_vcpu *vcpu, struct arm_vcpu *to,
		   uint32_t *patience)
{
	/* Pair "resident"; late after the ticket, for arm_vgic_is_late(). */
	if (to != vcpu && arm_load(&to->vgic.resident) &&
	    !arm_vgic_await(vcpu, to, arm_vgic_ask(to), patience))
		arm_fetch_add(&vcpu->vm->vgic->late, 1);
}

void arm_vgic_finish(struct arm_vcpu *vcpu, const struct arm_vgic_bank *bank,
		     uint32_t mask)
{
	uint32_t patience = ARM_VGIC_PATIENCE;
	struct arm_vcpu *last = vcpu;

	/* The holder is not older than listed. */
	for (mask &= arm_load_acquire(&bank->listed); mask; mask &= mask - 1) {
		unsigned holder =
			arm_load_relaxed(&bank->holder[arm_lowest(mask)]);
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

/* What was late when this began has arrived once nobody owes an answer: two
 * that look at the same time must not take each other's word for it. */
bool arm_vgic_is_late(const struct arm_vm *vm)
{
	/* The tickets of these writes are seen below. */
	const uint32_t late = arm_load_acquire(&vm->vgic->late);

	/* And what the one saw that stored this. */
	if (arm_load_acquire(&vm->vgic->arrived) == late)
		return false;
	for (uint32_t i = 0; i < vm->vcpu_count; i++) {
		const struct arm_vcpu *vcpu = vm->vcpus[i];

		/* Not resident: no guest has what its LRs hold. */
		if (arm_load_acquire(&vcpu->vgic.resident) &&
		    !arm_vgic_answered(vcpu,
				       arm_load_relaxed(&vcpu->vgic.wanted)))
			return true;
	}
	arm_store_release(&vm->vgic->arrived, late);
	return false;
}
