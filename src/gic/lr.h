/* SPDX-License-Identifier: Apache-2.0 */
/* What the files about list registers share; see gic/vgic.h first. */
#ifndef GIC_LR_H
#define GIC_LR_H

#include "gic/bank.h"
#include "hw/lr.h"

/* Flags of ICH_HCR_EL2 that are set while interrupts have no LR. */
#define ARM_VGIC_HCR_GROUPS                                       \
	(ICH_HCR_VGRP0EIE | ICH_HCR_VGRP0DIE | ICH_HCR_VGRP1EIE | \
	 ICH_HCR_VGRP1DIE)
#define ARM_VGIC_HCR_WAITING \
	(ICH_HCR_NPIE | ICH_HCR_LRENPIE | ARM_VGIC_HCR_GROUPS)

/* While they all have one. An SPI may be deactivated by another PE than the
 * one that acknowledged it (IHI 0069 4.5.4), by ICC_DIR_EL1 with its INTID. */
static inline uint32_t arm_vgic_hcr(const struct arm_vcpu *vcpu)
{
	return vcpu->vm->vcpu_count > 1 ? ICH_HCR_EN | ICH_HCR_TDIR
					: ICH_HCR_EN;
}

static inline uint32_t arm_vgic_bit(uint32_t intid)
{
	return UINT32_C(1) << (intid & ARM_VGIC_IN_BANK);
}

static inline uint32_t arm_vgic_lr_mask(const struct arm_vgic_cpu *vgic)
{
	return (uint32_t)(BIT(vgic->lr_count) - 1u);
}

static inline void arm_vgic_set_hcr(struct arm_vgic_cpu *vgic, uint32_t hcr)
{
	vgic->hcr_dirty |= vgic->hcr != hcr;
	vgic->hcr = hcr;
}

/* An LR without state. */
static inline uint64_t arm_vgic_blank_lr(uint32_t intid, uint8_t rank)
{
	return intid | BITS_PUT(ICH_LR_PRIORITY, rank & GIC_PRIORITY_MASK) |
	       BITS_PUT(ICH_LR_GROUP, rank & 1u);
}

/* The vCPU's LRs that hold interrupts of a bank, as bits. */
uint32_t arm_vgic_lrs_of(const struct arm_vgic_cpu *vgic, unsigned number);

/* Make lr[] current for one LR. Only this CPU changes resident. */
static inline void arm_vgic_refresh_one(struct arm_vgic_cpu *vgic,
					unsigned slot)
{
	if (arm_load_relaxed(&vgic->resident) && !(vgic->lr_dirty >> slot & 1))
		vgic->lr[slot] = arm_hw_read_lr(slot);
}

/* The same for all of these. */
void arm_vgic_refresh(struct arm_vcpu *vcpu, uint32_t mask);

/* Take an LR's state back into its bank, whose lock is held. lr[] is fresh. */
void arm_vgic_fold(struct arm_vcpu *vcpu, struct arm_vgic_bank *bank,
		   unsigned slot);

/* Fill a free LR with an interrupt that is deliverable or active and not
 * listed; the bank's lock is held. */
void arm_vgic_list(struct arm_vcpu *vcpu, struct arm_vgic_bank *bank,
		   uint32_t intid, bool deliverable, unsigned slot);

/* An SGI of this vCPU's, which is at EL2 on this CPU, became pending once more:
 * into an LR if that is simple. The lock of its bank is held. */
void arm_vgic_raise_here(struct arm_vcpu *vcpu, unsigned intid);

/* What this vCPU should list of a bank, whose lock is held: its own active or
 * deliverable interrupts. */
uint32_t arm_vgic_wanted(struct arm_vcpu *vcpu, unsigned number,
			 uint32_t deliverable);

/* Fold the LRs: all of them, or those that the guest is done with. Bits of the
 * banks where something is left for this vCPU. */
uint32_t arm_vgic_fold_lrs(struct arm_vcpu *vcpu, bool all);

/* The guest's EOIs of interrupts that were active without an LR. */
void arm_vgic_apply_eoi_count(struct arm_vcpu *vcpu);
/* Deal all LRs out anew, to the most urgent of all interrupts. */
void arm_vgic_refill(struct arm_vcpu *vcpu);

#endif
