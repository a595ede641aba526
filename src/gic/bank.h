/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the vGIC share about banks; see gic/vgic.h first. */
#ifndef GIC_BANK_H
#define GIC_BANK_H

#include <arm_vcpu/vcpu.h>

#include "arch/gicv3.h"
#include "lib/atomic.h"

#define ARM_VGIC_BANK_SHIFT 5u
#define ARM_VGIC_IN_BANK    31u

/* holder[] is vCPU index and list register; target[] may name nobody. */
#define ARM_VGIC_HOLDER_SHIFT 4u
#define ARM_VGIC_HOLDER_LR    15u
#define ARM_VGIC_NO_TARGET    UINT16_MAX

/* In attention, beside the banks. */
#define ARM_VGIC_ASKED BIT(32)

static inline void arm_bank_lock(struct arm_vgic_bank *bank)
{
	arm_lock(&bank->lock);
}

static inline void arm_bank_unlock(struct arm_vgic_bank *bank)
{
	arm_unlock(&bank->lock);
}

/* Bank 0 is the vCPU's own. number is at most the VM's bank_count. */
static inline struct arm_vgic_bank *arm_vgic_bank(struct arm_vcpu *vcpu,
						  unsigned number)
{
	return number ? &vcpu->vm->vgic->banks[number - 1] : &vcpu->vgic.bank;
}

static inline const struct arm_vgic_bank *
arm_vgic_bank_seen(const struct arm_vcpu *vcpu, unsigned number)
{
	return number ? &vcpu->vm->vgic->banks[number - 1] : &vcpu->vgic.bank;
}

/* Bit n for each bank n that a vCPU of this VM can see. */
static inline uint32_t arm_vgic_all_banks(const struct arm_vgic *vgic)
{
	return (uint32_t)(BIT(vgic->bank_count + 1u) - 1u);
}

/* INTID 1020 to 1023 are no interrupts (IHI 0069 2.2.1). */
static inline uint32_t arm_bank_exists(unsigned number)
{
	return number == GIC_FIRST_SPECIAL / 32u ? UINT32_C(0x0fffffff)
						 : UINT32_MAX;
}

/* The second half of the pairs "pending" and "enabled" in gic/vgic.h. */
static inline uint32_t arm_bank_pending(const struct arm_vgic_bank *bank)
{
	return arm_load(&bank->latch) |
	       (arm_load(&bank->line) & ~arm_load_relaxed(&bank->edge));
}

/* Those whose group the distributor forwards (GICD_CTLR.EnableGrp0, 1). */
static inline uint32_t arm_bank_forwarded(const struct arm_vgic *vgic,
					  const struct arm_vgic_bank *bank)
{
	uint32_t ctlr = arm_load_relaxed(&vgic->ctlr);
	uint32_t group = arm_load_relaxed(&bank->group);

	return (ctlr & GICD_CTLR_ENABLE_GRP1 ? group : 0) |
	       (ctlr & GICD_CTLR_ENABLE_GRP0 ? ~group : 0);
}

/* Pending and neither disabled nor of a disabled group. Under the bank's lock,
 * under which enabled is written. */
static inline uint32_t arm_bank_deliverable(const struct arm_vgic *vgic,
					    const struct arm_vgic_bank *bank)
{
	return arm_bank_pending(bank) & arm_load_relaxed(&bank->enabled) &
	       arm_bank_forwarded(vgic, bank);
}

/* Priority and group of interrupt n, as `taken` has them: what they are when
 * it becomes active is what its EOI has to find (IHI 0069 4.8.4). Under the
 * bank's lock. */
static inline uint8_t arm_bank_rank(const struct arm_vgic_bank *bank,
				    unsigned n)
{
	return (uint8_t)(arm_load_relaxed(&bank->priority[n]) |
			 (arm_load_relaxed(&bank->group) >> n & 1));
}

/* Index of the vCPU that has to deal with interrupt n of an SPI bank. Pair
 * "pending"; the holder is not older than what says that there is one. */
static inline unsigned arm_bank_owner(const struct arm_vgic_bank *bank,
				      unsigned n)
{
	uint32_t taken = arm_load(&bank->listed) | arm_load(&bank->active);

	if (taken & (UINT32_C(1) << n))
		return arm_load_relaxed(&bank->holder[n]) >>
		       ARM_VGIC_HOLDER_SHIFT;
	return arm_load(&bank->target[n]);
}

/* Lowest set bit's number; word is not 0. */
static inline unsigned arm_lowest(uint32_t word)
{
	return (unsigned)__builtin_ctz(word);
}

/*
 * Have vCPU `to` look at a bank before it runs its guest again. from is the
 * vCPU that is at EL2 on this CPU and will flush anyway, or null.
 */
void arm_vgic_notify(struct arm_vcpu *to, unsigned number,
		     const struct arm_vcpu *from);

/* The same for whoever owns the interrupts in mask; owner of bank 0. */
void arm_vgic_notify_owners(struct arm_vcpu *owner, unsigned number,
			    uint32_t mask, const struct arm_vcpu *from);

/* Who gets an SPI with this IROUTER value. */
uint16_t arm_vgic_route(const struct arm_vm *vm, uint64_t router);

/* The state after reset; edge: which are edge-triggered then. Neither
 * the lock, nor hw and the routes. */
void arm_vgic_bank_reset(struct arm_vgic_bank *bank, uint32_t edge);

/* These interrupts are not active any more, wherever they were; owner of bank
 * 0, from as arm_vgic_notify() has it. LRs of others change with their next
 * flush. */
void arm_vgic_bank_deactivate(struct arm_vcpu *owner, unsigned number,
			      uint32_t mask, const struct arm_vcpu *from);

#endif
