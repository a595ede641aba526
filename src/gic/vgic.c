/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GIC as the host sees it: made, reset, and interrupts raised
 * from any CPU without a lock. See gic/vgic.h first.
 */
#include "gic/vgic.h"

#include <arm_vcpu/status.h>

#include "context/timers.h"
#include "gic/lr.h"
#include "hw/irq.h"
#include "hw/lr.h"
#include "lib/atomic.h"

#define FRAME_ALIGN UINT64_C(0x10000)
#define IPA_BITS    48u

static void banks_reset(struct arm_vgic *vgic)
{
	uint16_t target = arm_vgic_route(vgic->vm, 0);

	for (uint32_t i = 0; i < vgic->bank_count; i++) {
		struct arm_vgic_bank *bank = &vgic->banks[i];

		arm_vgic_bank_reset(bank, 0);
		for (unsigned n = 0; n < ARM_VGIC_BANK_IRQS; n++) {
			bank->router[n] = 0;
			arm_store_relaxed(&bank->target[n], target);
		}
	}
}

int arm_vgic_init(struct arm_vgic *vgic, struct arm_vm *vm,
		  const struct arm_vgic_config *config)
{
	uint64_t redist_size;

	if (!vgic || !vm || !config ||
	    (config->spi_count && !config->spi_banks))
		return ARM_VCPU_ERR_NULL;
	if (vm->vgic)
		return ARM_VCPU_ERR_EXISTS;
	redist_size = vm->vcpu_capacity * ARM_VGIC_REDIST_SIZE;
	if (config->spi_count > ARM_VGIC_MAX_SPIS ||
	    config->dist_base > BIT(IPA_BITS) - ARM_VGIC_DIST_SIZE ||
	    config->redist_base > BIT(IPA_BITS) - redist_size)
		return ARM_VCPU_ERR_RANGE;
	if ((config->dist_base | config->redist_base) % FRAME_ALIGN)
		return ARM_VCPU_ERR_UNALIGNED;
	if (config->dist_base < config->redist_base + redist_size &&
	    config->redist_base < config->dist_base + ARM_VGIC_DIST_SIZE)
		return ARM_VCPU_ERR_INVALID;

	*vgic = (struct arm_vgic){
		.vm = vm,
		.banks = config->spi_banks,
		.dist_base = config->dist_base,
		.redist_base = config->redist_base,
		.bank_count = ARM_VGIC_BANKS(config->spi_count),
		.spi_count = config->spi_count,
	};
	vgic->typer =
		(uint32_t)(BITS_PUT(GICD_TYPER_IT_LINES, vgic->bank_count) |
			   BITS_PUT(GICD_TYPER_ID_BITS, 10 - 1) |
			   GICD_TYPER_NO_1N | GICD_TYPER_RSS);
	for (uint32_t i = 0; i < vgic->bank_count; i++)
		vgic->banks[i] = (struct arm_vgic_bank){0};
	banks_reset(vgic);
	vm->vgic = vgic;
	return ARM_VCPU_OK;
}

int arm_vgic_reset(struct arm_vgic *vgic)
{
	struct arm_vm *vm;

	if (!vgic)
		return ARM_VCPU_ERR_NULL;
	vm = vgic->vm;
	for (uint32_t i = 0; i < vm->vcpu_count; i++)
		if (vm->vcpus[i]->pcpu)
			return ARM_VCPU_ERR_BOUND;
	arm_store_relaxed(&vgic->ctlr, 0);
	banks_reset(vgic);
	for (uint32_t i = 0; i < vm->vcpu_count; i++)
		arm_vgic_cpu_reset(vm->vcpus[i]);
	return ARM_VCPU_OK;
}

void arm_vgic_cpu_init(struct arm_vcpu *vcpu)
{
	struct arm_vgic *vgic = vcpu->vm->vgic;

	/* Routes that named this vCPU before it was there. */
	for (uint32_t i = 0; vgic && i < vgic->bank_count; i++) {
		struct arm_vgic_bank *bank = &vgic->banks[i];

		for (unsigned n = 0; n < ARM_VGIC_BANK_IRQS; n++)
			if (bank->router[n] == (vcpu->mpidr & GIC_AFFINITY))
				arm_store_relaxed(&bank->target[n],
						  (uint16_t)vcpu->index);
	}
	arm_vgic_cpu_reset(vcpu);
}

/* What the vCPU had taken stays active, and no EOI of its is to come. */
static void disown(struct arm_vcpu *vcpu)
{
	const unsigned last = vcpu->vm->vgic ? vcpu->vm->vgic->bank_count : 0;

	for (unsigned number = 0; number <= last; number++) {
		struct arm_vgic_bank *bank = arm_vgic_bank(vcpu, number);
		const uint64_t daif = arm_hw_irq_mask();
		uint32_t left;

		arm_bank_lock(bank);
		left = arm_load_relaxed(&bank->active) &
		       ~arm_load_relaxed(&bank->listed);
		for (; left; left &= left - 1) {
			unsigned n = arm_lowest(left);

			if (!number || arm_load_relaxed(&bank->holder[n]) >>
						       ARM_VGIC_HOLDER_SHIFT ==
					       vcpu->index)
				bank->forced |= UINT32_C(1) << n;
		}
		arm_bank_unlock(bank);
		arm_hw_irq_restore(daif);
	}
}

void arm_vgic_cpu_interface_reset(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	for (unsigned i = 0; i < ARM_VGIC_MAX_LRS; i++)
		vgic->lr[i] = 0;
	for (unsigned i = 0; i < 4; i++) {
		vgic->ap0r[i] = 0;
		vgic->ap1r[i] = 0;
	}
	vgic->vmcr = 0;
	vgic->hcr = 0;
	vgic->lr_used = 0;
	vgic->watch = 0;
	vgic->inquiry = (struct arm_vgic_inquiry){0};
	disown(vcpu);
	/* The timers are off after reset. Others drive the other lines. */
	arm_fetch_and(&vgic->bank.line, ~ARM_TIMERS);
}

void arm_vgic_cpu_reset(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	const struct arm_vgic *dist = vcpu->vm->vgic;

	/* SGIs are edge-triggered, PPIs level-sensitive. */
	arm_vgic_bank_reset(&vgic->bank, (uint32_t)BITS(15, 0));
	arm_vgic_cpu_interface_reset(vcpu);
	arm_store_relaxed(&vgic->waker, GICR_WAKER_PROCESSOR_SLEEP);
	/* SPIs are not this vCPU's to reset, and may wait for it. Others set
	 * the bits, too. */
	arm_fetch_or(&vgic->attention, dist ? arm_vgic_all_banks(dist) : 0);
}

/* The input of one interrupt, as any CPU drives it. */
static void drive(struct arm_vcpu *owner, uint32_t intid, bool level,
		  const struct arm_vcpu *from)
{
	unsigned number = intid >> ARM_VGIC_BANK_SHIFT;
	uint32_t bit = UINT32_C(1) << (intid & ARM_VGIC_IN_BANK);
	struct arm_vgic_bank *bank = arm_vgic_bank(owner, number);
	bool edge = arm_load_relaxed(&bank->edge) & bit;
	bool was;

	/* Pairs "pending" and "enabled". */
	if (level)
		was = arm_fetch_or(&bank->line, bit) & bit;
	else
		was = arm_fetch_and(&bank->line, ~bit) & bit;
	if (edge && !level)
		return;
	if (edge)
		arm_fetch_or(&bank->latch, bit);
	else if (was == level)
		return;
	/* A disabled one is looked at when it is enabled. A line that falls
	 * matters only to who has it in a list register. */
	if ((arm_load(&bank->listed) | (level ? arm_load(&bank->enabled) : 0)) &
	    bit)
		arm_vgic_notify_owners(owner, number, bit, from);
}

int arm_vgic_set_irq(struct arm_vm *vm, uint32_t intid, bool level)
{
	if (!vm)
		return ARM_VCPU_ERR_NULL;
	if (!vm->vgic)
		return ARM_VCPU_ERR_NOT_FOUND;
	if (intid < GIC_FIRST_SPI ||
	    intid - GIC_FIRST_SPI >= vm->vgic->spi_count)
		return ARM_VCPU_ERR_RANGE;
	if (vm->vcpu_count)
		drive(vm->vcpus[0], intid, level, NULL);
	return ARM_VCPU_OK;
}

void arm_vgic_drive_ppi(struct arm_vcpu *vcpu, uint32_t intid, bool level,
			const struct arm_vcpu *from)
{
	drive(vcpu, intid, level, from);
}

int arm_vgic_set_ppi(struct arm_vcpu *vcpu, uint32_t intid, bool level)
{
	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (!vcpu->vm->vgic)
		return ARM_VCPU_ERR_NOT_FOUND;
	if (intid < GIC_FIRST_PPI || intid >= GIC_FIRST_SPI)
		return ARM_VCPU_ERR_RANGE;
	drive(vcpu, intid, level, NULL);
	return ARM_VCPU_OK;
}

int arm_vcpu_inject_interrupt(struct arm_vcpu *vcpu, uint32_t intid)
{
	unsigned number = intid >> ARM_VGIC_BANK_SHIFT;
	uint32_t bit = UINT32_C(1) << (intid & ARM_VGIC_IN_BANK);
	struct arm_vgic_bank *bank;

	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (!vcpu->vm->vgic)
		return ARM_VCPU_ERR_NOT_FOUND;
	if (intid >= GIC_FIRST_SPI + vcpu->vm->vgic->spi_count)
		return ARM_VCPU_ERR_RANGE;
	bank = arm_vgic_bank(vcpu, number);
	/* Pairs "pending" and "enabled". */
	arm_fetch_or(&bank->latch, bit);
	if ((arm_load(&bank->listed) | arm_load(&bank->enabled)) & bit)
		arm_vgic_notify_owners(vcpu, number, bit, NULL);
	return ARM_VCPU_OK;
}

/* The interrupts of a bank that this vCPU's CPU interface would let through.
 * While it is resident, the hardware knows better: all of them. */
static uint32_t let_through(const struct arm_vgic_cpu *vgic,
			    const struct arm_vgic_bank *bank, uint32_t mask)
{
	uint32_t group = arm_load_relaxed(&bank->group), passed = 0;

	if (arm_load_relaxed(&vgic->resident))
		return mask;
	mask &= (vgic->vmcr & ICH_VMCR_VENG1 ? group : 0) |
		(vgic->vmcr & ICH_VMCR_VENG0 ? ~group : 0);
	for (; mask; mask &= mask - 1) {
		unsigned n = arm_lowest(mask);

		if (arm_load_relaxed(&bank->priority[n]) <
		    BITS_GET(vgic->vmcr, ICH_VMCR_VPMR))
			passed |= UINT32_C(1) << n;
	}
	return passed;
}

/* Those that could be taken if they were pending. Who enables one kicks: the
 * host has said where the vCPU is before this look, as in pair "entry". */
static uint32_t takeable(const struct arm_vcpu *vcpu,
			 const struct arm_vgic_bank *bank)
{
	return arm_load(&bank->enabled) &
	       arm_bank_forwarded(vcpu->vm->vgic, bank) &
	       ~arm_load_relaxed(&bank->active) &
	       ~arm_load_relaxed(&bank->listed);
}

static bool bank_signals(const struct arm_vcpu *vcpu, unsigned number)
{
	const struct arm_vgic_cpu *vgic = &vcpu->vgic;
	const struct arm_vgic_bank *bank = arm_vgic_bank_seen(vcpu, number);
	uint32_t left = arm_bank_pending(bank);

	/* A timer whose physical interrupt is still to be taken. */
	if (!number && arm_load_relaxed(&vgic->resident))
		left |= arm_timers_sample(vcpu);
	left = let_through(vgic, bank, left & takeable(vcpu, bank));
	for (; left; left &= left - 1)
		if (!number ||
		    arm_bank_owner(bank, arm_lowest(left)) == vcpu->index)
			return true;
	return false;
}

bool arm_vgic_listens(const struct arm_vcpu *vcpu, uint32_t intid)
{
	const struct arm_vgic_bank *bank = &vcpu->vgic.bank;

	return let_through(&vcpu->vgic, bank,
			   takeable(vcpu, bank) & UINT32_C(1) << intid);
}

/* What an LR holds now. */
static uint64_t lr_now(const struct arm_vgic_cpu *vgic, unsigned slot)
{
	return arm_load_relaxed(&vgic->resident) &&
			       !(vgic->lr_dirty >> slot & 1)
		       ? arm_hw_read_lr(slot)
		       : vgic->lr[slot];
}

bool arm_vgic_has_pending(const struct arm_vcpu *vcpu)
{
	const struct arm_vgic_cpu *vgic;
	uint32_t banks;

	if (!vcpu || !vcpu->vm->vgic)
		return false;
	vgic = &vcpu->vgic;
	for (uint32_t left = vgic->lr_used; left; left &= left - 1)
		if ((lr_now(vgic, arm_lowest(left)) & ICH_LR_STATE) ==
		    ICH_LR_PENDING)
			return true;
	/* What could be listed, and is not, is in a bank that has this vCPU's
	 * attention, or waits for an LR, or is a timer's. Pair "entry": the
	 * banks are looked at after attention. */
	banks = 1 | (uint32_t)arm_load(&vgic->attention);
	if (vgic->hcr & ARM_VGIC_HCR_WAITING)
		banks = arm_vgic_all_banks(vcpu->vm->vgic);
	for (; banks; banks &= banks - 1)
		if (bank_signals(vcpu, arm_lowest(banks)))
			return true;
	return false;
}
