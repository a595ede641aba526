/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the vGIC share about banks; see core/vgic.h first. */
#ifndef CORE_VGIC_BANK_H
#define CORE_VGIC_BANK_H

#include <arm_vcpu/vcpu.h>

#include "arch/gicv3.h"

#define ARM_VGIC_BANK_SHIFT 5u
#define ARM_VGIC_IN_BANK    31u

/* holder[] is vCPU index and list register; target[] may name nobody. */
#define ARM_VGIC_HOLDER_SHIFT 4u
#define ARM_VGIC_HOLDER_LR    15u
#define ARM_VGIC_NO_TARGET    UINT16_MAX

/* In attention, beside the banks. */
#define ARM_VGIC_ASKED BIT(32)
/* Looks at another vCPU's answer in one access: far more than a CPU needs
 * that is in its guest, and few enough to go on without one. */
#define ARM_VGIC_PATIENCE 4096u

/* A word of a bank: plain accesses, order comes from the lock. */
static inline uint32_t arm_word(const _Atomic uint32_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

static inline void arm_word_set(_Atomic uint32_t *word, uint32_t value)
{
	atomic_store_explicit(word, value, memory_order_relaxed);
}

static inline void arm_bank_lock(struct arm_vgic_bank *bank)
{
	while (atomic_exchange_explicit(&bank->lock, 1, memory_order_acquire))
		while (arm_word(&bank->lock))
			;
}

static inline void arm_bank_unlock(struct arm_vgic_bank *bank)
{
	atomic_store_explicit(&bank->lock, 0, memory_order_release);
}

/* Bank 0 is the vCPU's own. number is at most the VM's bank_count. */
static inline struct arm_vgic_bank *arm_vgic_bank(struct arm_vcpu *vcpu,
						  unsigned number)
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

/* Sequentially consistent: the second half of the pairs in core/vgic.h. */
static inline uint32_t arm_bank_pending(const struct arm_vgic_bank *bank)
{
	return atomic_load(&bank->latch) |
	       (atomic_load(&bank->line) & ~arm_word(&bank->edge));
}

/* Those whose group the distributor forwards (GICD_CTLR.EnableGrp0, 1). */
static inline uint32_t arm_bank_forwarded(const struct arm_vgic *vgic,
					  const struct arm_vgic_bank *bank)
{
	uint32_t ctlr = arm_word(&vgic->ctlr);
	uint32_t group = arm_word(&bank->group);

	return (ctlr & GICD_CTLR_ENABLE_GRP1 ? group : 0) |
	       (ctlr & GICD_CTLR_ENABLE_GRP0 ? ~group : 0);
}

/* Pending and neither disabled nor of a disabled group. */
static inline uint32_t arm_bank_deliverable(const struct arm_vgic *vgic,
					    const struct arm_vgic_bank *bank)
{
	return arm_bank_pending(bank) & atomic_load(&bank->enabled) &
	       arm_bank_forwarded(vgic, bank);
}

/* Priority and group of interrupt n, as `taken` has them: what they are when
 * it becomes active is what its EOI has to find (IHI 0069 4.8.4). */
static inline uint8_t arm_bank_rank(const struct arm_vgic_bank *bank,
				    unsigned n)
{
	return (uint8_t)(bank->priority[n] | (arm_word(&bank->group) >> n & 1));
}

/* Index of the vCPU that has to deal with interrupt n of an SPI bank. */
static inline unsigned arm_bank_owner(const struct arm_vgic_bank *bank,
				      unsigned n)
{
	uint32_t taken =
		atomic_load(&bank->listed) | atomic_load(&bank->active);

	if (taken & (UINT32_C(1) << n))
		return atomic_load(&bank->holder[n]) >> ARM_VGIC_HOLDER_SHIFT;
	return atomic_load(&bank->target[n]);
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

/* The vCPU's LRs that hold interrupts of a bank, as bits. */
uint32_t arm_vgic_lrs_of(const struct arm_vgic_cpu *vgic, unsigned number);
/* Make lr[] current for these LRs. */
void arm_vgic_refresh(struct arm_vcpu *vcpu, uint32_t mask);
/* An SGI of this vCPU's, which is at EL2 on this CPU, became pending once more:
 * into an LR if that is simple. The lock of its bank is held. */
void arm_vgic_raise_here(struct arm_vcpu *vcpu, unsigned intid);

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
/* By `to`, in arm_vgic_flush(); and when nothing is listed any more. */
void arm_vgic_answer(struct arm_vcpu *vcpu, uint32_t ticket);
void arm_vgic_answer_nothing(struct arm_vgic_cpu *vgic);
/* A change has reached the LRs of other vCPUs that hold interrupts in mask,
 * or all other LRs; or GICD_CTLR.RWP, arm_vgic_is_late(), is set until then. */
void arm_vgic_finish(struct arm_vcpu *vcpu, const struct arm_vgic_bank *bank,
		     uint32_t mask);
void arm_vgic_finish_all(struct arm_vcpu *vcpu);
bool arm_vgic_is_late(const struct arm_vm *vm);
/* Who gets an SPI with this IROUTER value. */
uint16_t arm_vgic_route(const struct arm_vm *vm, uint64_t router);

#endif
