/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The frames of the virtual GIC (IHI 0069 12.8 GICD_, 12.10 GICR_): a table
 * of rows for each, and the registers that are no interrupt's. What no row
 * names is RAZ/WI, and so is an access of the wrong width or alignment: TYPER2,
 * STATUSR, and with no LPIs PROPBASER and PENDBASER, are so, too.
 */
#include "context/kick.h"
#include "gic/ask.h"
#include "gic/regs.h"
#include "gic/vgic.h"

/* IHI 0069 12.9.10: implementer Arm's JEP106 code, product and revision 0. */
#define IIDR UINT32_C(0x0000043b)

/* PIDR4-7, PIDR0-3, CIDR0-3 (12.9.24): GICv3 in PIDR2.ArchRev, and the
 * CoreSight preamble. */
static const uint8_t id_block[12] = {
	0x44, 0x00, 0x00, 0x00, 0x92, 0xb4, 0x3b, 0x00, 0x0d, 0xf0, 0x05, 0xb1,
};

static void wi(const struct arm_vgic_place *at, uint64_t value)
{
	(void)at;
	(void)value;
}

static bool iidr_read(const struct arm_vgic_place *at, uint64_t *value)
{
	(void)at;
	*value = IIDR;
	return true;
}

static bool id_read(const struct arm_vgic_place *at, uint64_t *value)
{
	*value = id_block[at->offset / 4];
	return true;
}

static bool typer_read(const struct arm_vgic_place *at, uint64_t *value)
{
	/* ICC_CTLR_EL1.A3V, which is this CPU's, says the same. */
	*value = at->vcpu->vm->vgic->typer |
		 BITS_PUT(GICD_TYPER_A3V, at->vcpu->pcpu->features.affinity3);
	return true;
}

static bool ctlr_read(const struct arm_vgic_place *at, uint64_t *value)
{
	const struct arm_vm *vm = at->vcpu->vm;

	/* One security state, affinity routing: fixed. */
	*value = arm_load_relaxed(&vm->vgic->ctlr) | GICD_CTLR_ARE |
		 GICD_CTLR_DS | (arm_vgic_is_late(vm) ? GICD_CTLR_RWP : 0);
	return true;
}

static void ctlr_write(const struct arm_vgic_place *at, uint64_t value)
{
	struct arm_vm *vm = at->vcpu->vm;
	uint32_t ctlr = (uint32_t)(value & (GICD_CTLR_ENABLE_GRP0 |
					    GICD_CTLR_ENABLE_GRP1));

	/* Also when it is no change: another vCPU may be making it. */
	arm_store_relaxed(&vm->vgic->ctlr, ctlr);
	for (uint32_t i = 0; i < vm->vcpu_count; i++) {
		struct arm_vcpu *to = vm->vcpus[i];

		/* Pair "entry": ctlr is stored. */
		arm_fetch_or(&to->vgic.attention, arm_vgic_all_banks(vm->vgic));
		/* A parked one must look, and a running one is asked to. Pair
		 * "resident". */
		if (!arm_load(&to->vgic.resident))
			arm_vcpu_notify(to);
	}
	arm_vgic_finish_all(at->vcpu);
}

static bool redist_ctlr_read(const struct arm_vgic_place *at, uint64_t *value)
{
	/* No LPIs. */
	*value = arm_vgic_is_late(at->owner->vm) ? GICR_CTLR_RWP : 0;
	return true;
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

static bool redist_typer_read(const struct arm_vgic_place *at, uint64_t *value)
{
	uint64_t whole = redist_typer(at->owner);

	if (at->width == 8)
		*value = whole;
	else
		*value = (uint32_t)(at->offset ? whole >> 32 : whole);
	return true;
}

static bool waker_read(const struct arm_vgic_place *at, uint64_t *value)
{
	uint32_t waker = arm_load_relaxed(&at->owner->vgic.waker);

	/* The interface sleeps and wakes at once (11.1). */
	*value = waker ? waker | GICR_WAKER_CHILDREN_ASLEEP : 0;
	return true;
}

static void waker_write(const struct arm_vgic_place *at, uint64_t value)
{
	arm_store_relaxed(&at->owner->vgic.waker,
			  (uint32_t)(value & GICR_WAKER_PROCESSOR_SLEEP));
}

/* clang-format off */
static const struct arm_vgic_reg dist_regs[] = {
	{GICD_CTLR,    4,      0,  4,     ctlr_read,            ctlr_write},
	{GICD_TYPER,   4,      0,  4,     typer_read,           wi},
	{GICD_IIDR,    4,      0,  4,     iidr_read,            wi},
	{GICD_IROUTER, 0x2000, 64, 4 | 8, arm_vgic_router_read, arm_vgic_router_write},
	{GIC_ID_BLOCK, 0x30,   0,  4,     id_read,              wi},
};

static const struct arm_vgic_reg redist_regs[] = {
	{GICR_CTLR,      4,    0, 4,     redist_ctlr_read,  wi},
	{GICR_IIDR,      4,    0, 4,     iidr_read,         wi},
	{GICR_TYPER,     8,    0, 4 | 8, redist_typer_read, wi},
	{GICR_WAKER,     4,    0, 4,     waker_read,        waker_write},
	{GIC_ID_BLOCK,   0x30, 0, 4,     id_read,           wi},
};

/*
 * In the distributor and in the SGI frame, which has the first 32 interrupts
 * only. No row: ITARGETSR is GICv2's and RES0 with affinity routing; IGRPMODR
 * and NSACR are RES0 with one Security state.
 */
enum irq_row {
	GROUP, SET_ENABLE, CLEAR_ENABLE, SET_PENDING, CLEAR_PENDING, SET_ACTIVE,
	CLEAR_ACTIVE, PRIORITY, CONFIG, NONE,
};

static const struct arm_vgic_reg irq_regs[] = {
	[GROUP] =         {GIC_IGROUPR,    0x80,  1, 4,     arm_vgic_group_read,    arm_vgic_group_write},
	[SET_ENABLE] =    {GIC_ISENABLER,  0x80,  1, 4,     arm_vgic_enable_read,   arm_vgic_enable_set},
	[CLEAR_ENABLE] =  {GIC_ICENABLER,  0x80,  1, 4,     arm_vgic_enable_read,   arm_vgic_enable_clear},
	[SET_PENDING] =   {GIC_ISPENDR,    0x80,  1, 4,     arm_vgic_pending_read,  arm_vgic_pending_set},
	[CLEAR_PENDING] = {GIC_ICPENDR,    0x80,  1, 4,     arm_vgic_pending_read,  arm_vgic_pending_clear},
	[SET_ACTIVE] =    {GIC_ISACTIVER,  0x80,  1, 4,     arm_vgic_active_read,   arm_vgic_active_set},
	[CLEAR_ACTIVE] =  {GIC_ICACTIVER,  0x80,  1, 4,     arm_vgic_active_read,   arm_vgic_active_clear},
	[PRIORITY] =      {GIC_IPRIORITYR, 0x400, 8, 1 | 4, arm_vgic_priority_read, arm_vgic_priority_write},
	[CONFIG] =        {GIC_ICFGR,      0x100, 2, 4,     arm_vgic_config_read,   arm_vgic_config_write},
	[NONE] =          {0}, /* of no width: RAZ/WI */
};

/* The row of every 128 bytes up to there: one load finds it. */
static const uint8_t irq_row_at[] = {
	NONE, GROUP, SET_ENABLE, CLEAR_ENABLE, SET_PENDING, CLEAR_PENDING, SET_ACTIVE, CLEAR_ACTIVE,
	PRIORITY, PRIORITY, PRIORITY, PRIORITY, PRIORITY, PRIORITY, PRIORITY, PRIORITY,
	NONE, NONE, NONE, NONE, NONE, NONE, NONE, NONE,
	CONFIG, CONFIG,
};
/* clang-format on */

#define HAS_IRQ_ROW(offset) \
	((offset)-GIC_IGROUPR < sizeof(irq_row_at) * 128u - GIC_IGROUPR)

/* The row of the first so many that has this offset, or null. */
static const struct arm_vgic_reg *find(const struct arm_vgic_reg *row,
				       unsigned count, unsigned offset)
{
	for (; count; count--, row++)
		if (offset - row->offset < row->length)
			return row;
	return NULL;
}

#define FIND(rows, offset) find(rows, sizeof(rows) / sizeof((rows)[0]), offset)

/*
 * Which interrupts an access is about. SGIs and PPIs are the redistributors'
 * with affinity routing, and they have nothing else (IHI 0069 12.1.4).
 */
static bool locate(struct arm_vgic_place *at, unsigned bits, bool is_private)
{
	unsigned intid = at->offset * 8u / bits;

	at->number = intid >> ARM_VGIC_BANK_SHIFT;
	at->first = intid & ARM_VGIC_IN_BANK;
	if (is_private ? at->number != 0
		       : at->number - 1u >= at->vcpu->vm->vgic->bank_count)
		return false;
	at->bank = arm_vgic_bank(at->owner, at->number);
	return true;
}

static bool serve(struct arm_vgic_place *at, const struct arm_vgic_reg *row,
		  bool is_private, bool write, uint64_t *value)
{
	if (!write)
		*value = 0;
	if (!row || !(row->widths & at->width) ||
	    (at->offset & (at->width - 1)))
		return true;
	at->offset -= row->offset;
	if (row->bits && !locate(at, row->bits, is_private))
		return true;
	if (!write)
		return row->read(at, value);
	row->write(at, *value);
	return true;
}

/* The frame at an IPA and its row. False: no frame is there. */
static bool look_up(struct arm_vgic_place *at, uint64_t ipa,
		    const struct arm_vgic_reg **row, bool *is_private)
{
	const struct arm_vm *vm = at->vcpu->vm;
	const uint64_t in_dist = ipa - vm->vgic->dist_base;
	const uint64_t in_redist = ipa - vm->vgic->redist_base;

	if (in_dist < ARM_VGIC_DIST_SIZE) {
		at->offset = (unsigned)in_dist;
		*row = HAS_IRQ_ROW(at->offset)
			       ? &irq_regs[irq_row_at[at->offset / 128u]]
			       : FIND(dist_regs, at->offset);
		return true;
	}
	if (in_redist / ARM_VGIC_REDIST_SIZE >= vm->vcpu_count)
		return false;
	at->owner = vm->vcpus[in_redist / ARM_VGIC_REDIST_SIZE];
	at->offset = (unsigned)in_redist & (GICR_FRAME_SIZE - 1u);
	*is_private = in_redist & GICR_FRAME_SIZE;
	if (!*is_private)
		*row = FIND(redist_regs, at->offset);
	else if (HAS_IRQ_ROW(at->offset))
		*row = &irq_regs[irq_row_at[at->offset / 128u]];
	return true;
}

enum arm_vgic_access arm_vgic_mmio(struct arm_vcpu *vcpu, uint64_t ipa,
				   unsigned width, bool write, uint64_t *value)
{
	struct arm_vgic_place at;
	const struct arm_vgic_reg *row = NULL;
	bool is_private = false;

	at.vcpu = vcpu;
	at.owner = vcpu;
	at.width = width;
	if (!vcpu->vm->vgic || !look_up(&at, ipa, &row, &is_private))
		return ARM_VGIC_NOT_HERE;
	return serve(&at, row, is_private, write, value) ? ARM_VGIC_DONE
							 : ARM_VGIC_AGAIN;
}
