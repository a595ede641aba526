/* SPDX-License-Identifier: Apache-2.0 */
/* The registers with a field for each interrupt; see core/vgic.h first. */
#ifndef CORE_VGIC_REGS_H
#define CORE_VGIC_REGS_H

#include "core/vgic_bank.h"

/* Where an access went: interrupts first, first + 1... of a bank. */
struct arm_vgic_place {
	struct arm_vcpu *vcpu;  /* that made it */
	struct arm_vcpu *owner; /* of bank 0; any vCPU of the VM otherwise */
	struct arm_vgic_bank *bank;
	unsigned number, first, offset, width;
};

/* Those concerned have to look at what changed; the bank's lock is held. */
static inline void arm_place_notify(const struct arm_vgic_place *at,
				    uint32_t mask)
{
	if (mask)
		arm_vgic_notify_owners(at->owner, at->number, mask, at->vcpu);
}

/* GIC<x>_ISPENDR, ICPENDR, ISACTIVER, ICACTIVER (vgic_state.c). A read is
 * false when another vCPU has the answer and gives none in time. */
bool arm_vgic_pending_read(const struct arm_vgic_place *at, uint64_t *value);
bool arm_vgic_active_read(const struct arm_vgic_place *at, uint64_t *value);
void arm_vgic_pending_set(const struct arm_vgic_place *at, uint32_t set);
void arm_vgic_pending_clear(const struct arm_vgic_place *at, uint32_t clear);
void arm_vgic_active_set(const struct arm_vgic_place *at, uint32_t set);
void arm_vgic_active_clear(const struct arm_vgic_place *at, uint32_t clear);

/* All of them (vgic_regs.c). owner: the redistributor's vCPU, null for the
 * distributor. False as above. */
bool arm_vgic_bank_read(struct arm_vcpu *vcpu, struct arm_vcpu *owner,
			unsigned offset, unsigned width, uint64_t *value);
void arm_vgic_bank_write(struct arm_vcpu *vcpu, struct arm_vcpu *owner,
			 unsigned offset, unsigned width, uint64_t value);

#endif
