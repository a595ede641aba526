/* SPDX-License-Identifier: Apache-2.0 */
/* Asking other vCPUs; see gic/vgic.h first. */
#ifndef GIC_ASK_H
#define GIC_ASK_H

#include "gic/bank.h"

/* Looks at another vCPU's answer in one access: far more than a CPU needs
 * that is in its guest, and few enough to go on without one. */
#define ARM_VGIC_PATIENCE 4096u

/*
 * Ask vCPU `to`: it does what its attention bits say and tells in vgic.seen
 * what its LRs hold. It has answered the ticket, or is not resident, when
 * arm_vgic_await() returns true; false when that took longer than *patience,
 * which counts down. vcpu, at EL2 on this CPU, holds no lock, and answers
 * others meanwhile.
 */
uint32_t arm_vgic_ask(struct arm_vcpu *to);
bool arm_vgic_answered(const struct arm_vcpu *vcpu, uint32_t ticket);
bool arm_vgic_await(struct arm_vcpu *vcpu, const struct arm_vcpu *to,
		    uint32_t ticket, uint32_t *patience);

/* Wait until the LRs of other vCPUs show a change: of those that hold
 * interrupts in mask, or of all. If that takes too long, GICD_CTLR.RWP reads 1
 * until they do: arm_vgic_is_late(). */
void arm_vgic_finish(struct arm_vcpu *vcpu, const struct arm_vgic_bank *bank,
		     uint32_t mask);
void arm_vgic_finish_all(struct arm_vcpu *vcpu);
bool arm_vgic_is_late(const struct arm_vm *vm);

#endif
