/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the vGIC's frames; see gic/vgic.h first. */
#ifndef GIC_REGS_H
#define GIC_REGS_H

#include "gic/bank.h"

/* Where an access went. */
struct arm_vgic_place {
	struct arm_vcpu *vcpu;  /* that made it */
	struct arm_vcpu *owner; /* of bank 0; any vCPU of the VM otherwise */
	unsigned offset;        /* from the start of the row */
	unsigned width;         /* bytes */
	/* Rows with a field for each interrupt: first, first + 1... of a
	 * bank. */
	struct arm_vgic_bank *bank;
	unsigned number, first;
};

/* *value is 0 before. False: another vCPU has the answer and gives none in
 * time, so that the guest has to execute its load once more. */
typedef bool (*arm_vgic_reader)(const struct arm_vgic_place *at,
				uint64_t *value);
typedef void (*arm_vgic_writer)(const struct arm_vgic_place *at,
				uint64_t value);

/* One row of a frame: registers of one kind, side by side. */
struct arm_vgic_reg {
	uint16_t offset, length; /* bytes, in the frame */
	uint8_t bits;            /* for each interrupt; 0: none has a field */
	uint8_t widths;          /* that are allowed, in bytes, ORed */
	arm_vgic_reader read;
	arm_vgic_writer write;
};

/* Those concerned have to look at what changed; the bank's lock is held. */
static inline void arm_place_notify(const struct arm_vgic_place *at,
				    uint32_t mask)
{
	if (mask)
		arm_vgic_notify_owners(at->owner, at->number, mask, at->vcpu);
}

/* regs.c: a field for each interrupt (IHI 0069 12.9). */
bool arm_vgic_group_read(const struct arm_vgic_place *at, uint64_t *value);
void arm_vgic_group_write(const struct arm_vgic_place *at, uint64_t value);
bool arm_vgic_enable_read(const struct arm_vgic_place *at, uint64_t *value);
void arm_vgic_enable_set(const struct arm_vgic_place *at, uint64_t value);
void arm_vgic_enable_clear(const struct arm_vgic_place *at, uint64_t value);
bool arm_vgic_priority_read(const struct arm_vgic_place *at, uint64_t *value);
void arm_vgic_priority_write(const struct arm_vgic_place *at, uint64_t value);
bool arm_vgic_config_read(const struct arm_vgic_place *at, uint64_t *value);
void arm_vgic_config_write(const struct arm_vgic_place *at, uint64_t value);
bool arm_vgic_router_read(const struct arm_vgic_place *at, uint64_t *value);
void arm_vgic_router_write(const struct arm_vgic_place *at, uint64_t value);

/* state.c: pending and active. */
bool arm_vgic_pending_read(const struct arm_vgic_place *at, uint64_t *value);
void arm_vgic_pending_set(const struct arm_vgic_place *at, uint64_t value);
void arm_vgic_pending_clear(const struct arm_vgic_place *at, uint64_t value);
bool arm_vgic_active_read(const struct arm_vgic_place *at, uint64_t *value);
void arm_vgic_active_set(const struct arm_vgic_place *at, uint64_t value);
void arm_vgic_active_clear(const struct arm_vgic_place *at, uint64_t value);

#endif
