/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frames of the virtual GIC and the registers in them that are no
 * interrupt's (IHI 0069 12.8 GICD_, 12.10 GICR_). Everything that is not
 * listed is RAZ/WI, and so is an access of the wrong width or alignment.
 */
#include "core/vcpu.h"
#include "core/vgic.h"
#include "core/vgic_regs.h"

/* IHI 0069 12.9.10: implementer Arm's JEP106 code, product and revision 0. */
#define IIDR UINT32_C(0x0000043b)

/* PIDR4-7, PIDR0-3, CIDR0-3 (12.9.24): GICv3 in PIDR2.ArchRev, and the
 * CoreSight preamble. */
static const uint8_t id_block[12] = {
	0x44, 0x00, 0x00, 0x00, 0x92, 0xb4, 0x3b, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
};

static uint64_t id_read(unsigned offset, unsigned width)
{
	return width == 4 ? id_block[(offset - GIC_ID_BLOCK) / 4] : 0;
}

static uint64_t dist_read(struct arm_vcpu *vcpu, unsigned offset,
			  unsigned width)
{
	const struct arm_vgic *vgic = vcpu->vm->vgic;

	if (offset >= GIC_ID_BLOCK)
		return id_read(offset, width);
	if (width != 4)
		return 0;
	switch (offset) {
	case GICD_TYPER:
		/* ICC_CTLR_EL1.A3V, which is this CPU's, says the same. */
		return vgic->typer |
		       BITS_PUT(GICD_TYPER_A3V, vcpu->pcpu->features.affinity3);
	case GICD_CTLR:
		/* One security state, affinity routing: fixed. */
		return arm_word(&vgic->ctlr) | GICD_CTLR_ARE | GICD_CTLR_DS |
		       (arm_vgic_is_late(vcpu->vm) ? GICD_CTLR_RWP : 0);
	case GICD_IIDR:
		return IIDR;
	default: /* TYPER2 and STATUSR among them */
		return 0;
	}
}

static void ctlr_write(struct arm_vcpu *vcpu, uint64_t value)
{
	struct arm_vm *vm = vcpu->vm;
	uint32_t ctlr = (uint32_t)(value & (GICD_CTLR_ENABLE_GRP0 |
					    GICD_CTLR_ENABLE_GRP1));

	if (atomic_exchange(&vm->vgic->ctlr, ctlr) == ctlr)
		return;
	for (uint32_t i = 0; i < vm->vcpu_count; i++) {
		struct arm_vcpu *to = vm->vcpus[i];

		atomic_fetch_or(&to->vgic.attention,
				arm_vgic_all_banks(vm->vgic));
		/* A parked one must look, and a running one is asked to. */
		if (!atomic_load(&to->vgic.resident))
			arm_vcpu_notify(to);
	}
	arm_vgic_finish_all(vcpu);
}

static uint64_t redist_typer(const struct arm_vcpu *owner)
{
	uint64_t affinity = owner->mpidr;
	uint64_t typer =
		BITS_PUT(GICR_TYPER_PROCESSOR, owner->index) |
		BITS_PUT(GICR_TYPER_AFF2_TO_0,
			 BITS_GET(affinity, GIC_AFF2_TO_0)) |
		BITS_PUT(GICR_TYPER_AFF3, BITS_GET(affinity, GIC_AFF3));

	if (owner->index + 1 == owner->vm->vcpu_count)
		typer |= GICR_TYPER_LAST;
	return typer;
}

static uint64_t redist_read(const struct arm_vcpu *owner, unsigned offset,
			    unsigned width)
{
	uint32_t waker = arm_word(&owner->vgic.waker);

	if (offset >= GIC_ID_BLOCK)
		return id_read(offset, width);
	if (offset == GICR_TYPER && width == 8)
		return redist_typer(owner);
	if (width != 4)
		return 0;
	switch (offset) {
	case GICR_CTLR: /* no LPIs */
		return arm_vgic_is_late(owner->vm) ? GICR_CTLR_RWP : 0;
	case GICR_IIDR:
		return IIDR;
	case GICR_TYPER:
		return (uint32_t)redist_typer(owner);
	case GICR_TYPER + 4:
		return redist_typer(owner) >> 32;
	case GICR_WAKER:
		/* The interface sleeps and wakes at once (11.1). */
		return waker ? waker | GICR_WAKER_CHILDREN_ASLEEP : 0;
	default: /* PROPBASER, PENDBASER: no LPIs */
		return 0;
	}
}

static void redist_write(struct arm_vcpu *owner, unsigned offset,
			 unsigned width, uint64_t value)
{
	if (offset == GICR_WAKER && width == 4)
		arm_word_set(&owner->vgic.waker,
			     (uint32_t)(value & GICR_WAKER_PROCESSOR_SLEEP));
}

static bool dist_access(struct arm_vcpu *vcpu, unsigned offset, unsigned width,
			bool write, uint64_t *value)
{
	const bool is_bank = offset >= GIC_IGROUPR && offset < GIC_ID_BLOCK;

	if (is_bank && !write)
		return arm_vgic_bank_read(vcpu, NULL, offset, width, value);
	if (is_bank)
		arm_vgic_bank_write(vcpu, NULL, offset, width, *value);
	else if (!write)
		*value = dist_read(vcpu, offset, width);
	else if (offset == GICD_CTLR && width == 4)
		ctlr_write(vcpu, *value);
	return true;
}

static bool redist_access(struct arm_vcpu *vcpu, struct arm_vcpu *owner,
			  unsigned offset, unsigned width, bool write,
			  uint64_t *value)
{
	const unsigned in_frame = offset & 0xffffu;
	const bool is_bank = offset != in_frame;

	if (is_bank && !write)
		return arm_vgic_bank_read(vcpu, owner, in_frame, width, value);
	if (is_bank)
		arm_vgic_bank_write(vcpu, owner, in_frame, width, *value);
	else if (!write)
		*value = redist_read(owner, offset, width);
	else
		redist_write(owner, offset, width, *value);
	return true;
}

enum arm_vgic_access arm_vgic_mmio(struct arm_vcpu *vcpu, uint64_t ipa,
				   unsigned width, bool write, uint64_t *value)
{
	const struct arm_vm *vm = vcpu->vm;
	const struct arm_vgic *vgic = vm->vgic;
	uint64_t offset, index;
	bool done = true;

	if (!vgic)
		return ARM_VGIC_NOT_HERE;
	offset = ipa - vgic->dist_base;
	if (offset < ARM_VGIC_DIST_SIZE) {
		if (!(ipa & (width - 1)))
			done = dist_access(vcpu, (unsigned)offset, width, write,
					   value);
		else if (!write)
			*value = 0;
		return done ? ARM_VGIC_DONE : ARM_VGIC_AGAIN;
	}
	offset = ipa - vgic->redist_base;
	index = offset / ARM_VGIC_REDIST_SIZE;
	if (index >= vm->vcpu_count)
		return ARM_VGIC_NOT_HERE;
	if (!(ipa & (width - 1)))
		done = redist_access(vcpu, vm->vcpus[index],
				     (unsigned)(offset % ARM_VGIC_REDIST_SIZE),
				     width, write, value);
	else if (!write)
		*value = 0;
	return done ? ARM_VGIC_DONE : ARM_VGIC_AGAIN;
}
