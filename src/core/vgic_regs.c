/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers that have a field for each interrupt, of the distributor and
 * of the redistributors' SGI frames (IHI 0069 12.8, 12.11). A write changes
 * the bank's words and tells whoever holds or will get the interrupts; LRs
 * are left to arm_vgic_flush(). See core/vgic.h first.
 */
#include "core/vgic.h"
#include "core/vgic_bank.h"

/* Where an access went: interrupts first, first + 1... of a bank. */
struct place {
	struct arm_vcpu *vcpu;  /* that made it */
	struct arm_vcpu *owner; /* of bank 0; any vCPU of the VM otherwise */
	struct arm_vgic_bank *bank;
	unsigned number, first, offset, width;
};

struct region {
	uint16_t offset, length;
	uint8_t log2_bits; /* bits for each interrupt: 1 << log2_bits */
	uint8_t widths;    /* allowed, in bytes, ORed                 */
	uint64_t (*read)(const struct place *at);
	void (*write)(const struct place *at, uint64_t value);
};

static void notify(const struct place *at, uint32_t mask)
{
	if (mask)
		arm_vgic_notify_owners(at->owner, at->number, mask, at->vcpu);
}

/* Interrupts with anything in motion. */
static uint32_t in_motion(const struct arm_vgic_bank *bank)
{
	return arm_bank_pending(bank) | arm_word(&bank->listed);
}

static uint64_t raz(const struct place *at)
{
	(void)at;
	return 0;
}

static void wi(const struct place *at, uint64_t value)
{
	(void)at;
	(void)value;
}

static uint64_t group_read(const struct place *at)
{
	return arm_word(&at->bank->group);
}

static void group_write(const struct place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t changed;

	arm_bank_lock(bank);
	changed = (arm_word(&bank->group) ^ (uint32_t)value) &
		  arm_bank_exists(at->number);
	atomic_store(&bank->group, arm_word(&bank->group) ^ changed);
	notify(at, changed & in_motion(bank));
	arm_bank_unlock(bank);
}

static uint64_t enable_read(const struct place *at)
{
	return arm_word(&at->bank->enabled);
}

static void enable_set(const struct place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t changed = (uint32_t)value & arm_bank_exists(at->number);

	arm_bank_lock(bank);
	changed &= ~arm_word(&bank->enabled);
	atomic_store(&bank->enabled, arm_word(&bank->enabled) | changed);
	notify(at, changed & in_motion(bank));
	arm_bank_unlock(bank);
}

static void enable_clear(const struct place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t changed = (uint32_t)value;

	arm_bank_lock(bank);
	changed &= arm_word(&bank->enabled);
	atomic_store(&bank->enabled, arm_word(&bank->enabled) & ~changed);
	notify(at, changed & arm_word(&bank->listed));
	arm_bank_unlock(bank);
}

/*
 * Pending, or active, in this vCPU's LRs of the bank. What other vCPUs have
 * is in their hardware: a latch that moved there is taken for pending still.
 */
static uint32_t in_lrs(const struct place *at, uint64_t state, uint32_t *mine)
{
	struct arm_vgic_cpu *vgic = &at->vcpu->vgic;
	uint32_t lrs = 0, found = 0;

	*mine = 0;
	if (at->number || at->owner == at->vcpu)
		lrs = arm_vgic_lrs_of(vgic, at->number);
	arm_vgic_refresh(at->vcpu, lrs);
	for (; lrs; lrs &= lrs - 1) {
		uint64_t lr = vgic->lr[arm_lowest(lrs)];
		uint32_t bit = UINT32_C(1) << (lr & ARM_VGIC_IN_BANK);

		*mine |= bit;
		if (lr & state)
			found |= bit;
	}
	return found;
}

static uint64_t pending_read(const struct place *at)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t mine, there, pending;

	arm_bank_lock(bank);
	there = in_lrs(at, ICH_LR_PENDING, &mine);
	pending = arm_bank_pending(bank) | (bank->moved & (there | ~mine));
	arm_bank_unlock(bank);
	return pending & arm_bank_exists(at->number);
}

static void pending_set(const struct place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t set = (uint32_t)value & arm_bank_exists(at->number);

	arm_bank_lock(bank);
	atomic_fetch_or(&bank->latch, set);
	notify(at, set & (arm_word(&bank->enabled) | arm_word(&bank->listed)));
	arm_bank_unlock(bank);
}

static void pending_clear(const struct place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t clear = (uint32_t)value;

	arm_bank_lock(bank);
	atomic_fetch_and(&bank->latch, ~clear);
	bank->moved &= ~clear;
	notify(at, clear & (arm_word(&bank->listed) | bank->hw));
	arm_bank_unlock(bank);
}

static uint64_t active_read(const struct place *at)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t mine, active;

	arm_bank_lock(bank);
	active = in_lrs(at, ICH_LR_ACTIVE, &mine) & ~bank->inactive;
	active |= arm_word(&bank->active);
	arm_bank_unlock(bank);
	return active;
}

/* An interrupt that nobody has taken is active at the vCPU it is routed to. */
static void active_set(const struct place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t set = (uint32_t)value & arm_bank_exists(at->number), left;

	arm_bank_lock(bank);
	set &= ~arm_word(&bank->active);
	for (left = set & ~arm_word(&bank->listed); left; left &= left - 1) {
		unsigned n = arm_lowest(left);
		unsigned index =
			at->number ? bank->target[n] : at->owner->index;

		if (index < at->owner->vm->vcpu_count)
			bank->holder[n] =
				(uint16_t)(index << ARM_VGIC_HOLDER_SHIFT);
		else
			set &= ~(UINT32_C(1) << n);
	}
	atomic_store(&bank->active, arm_word(&bank->active) | set);
	notify(at, set);
	arm_bank_unlock(bank);
}

static void active_clear(const struct place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t clear = (uint32_t)value, was;

	arm_bank_lock(bank);
	was = clear & (arm_word(&bank->active) | arm_word(&bank->listed));
	/* Their owner first: afterwards they may have none. */
	notify(at, was);
	bank->inactive |= clear & arm_word(&bank->listed);
	atomic_store(&bank->active, arm_word(&bank->active) & ~clear);
	notify(at, was & arm_bank_pending(bank));
	arm_bank_unlock(bank);
}

static uint64_t priority_read(const struct place *at)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < at->width; i++)
		value |= (uint64_t)at->bank->priority[at->first + i] << (8 * i);
	return value;
}

static void priority_write(const struct place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t changed = 0;

	arm_bank_lock(bank);
	for (unsigned i = 0; i < at->width; i++) {
		unsigned n = at->first + i;
		uint8_t new = (uint8_t)(value >> (8 * i) & GIC_PRIORITY_MASK);

		if (!(arm_bank_exists(at->number) >> n & 1))
			continue;
		changed |= (uint32_t)(bank->priority[n] != new) << n;
		bank->priority[n] = new;
	}
	notify(at, changed & in_motion(bank));
	arm_bank_unlock(bank);
}

/* Two bits for each interrupt, the upper one 1 for edge; sixteen of them. */
static uint64_t config_read(const struct place *at)
{
	uint32_t edge = arm_word(&at->bank->edge) >> at->first;
	uint64_t value = 0;

	for (unsigned i = 0; i < 16; i++)
		value |= (uint64_t)(edge >> i & 1) << (2 * i + 1);
	return value;
}

static void config_write(const struct place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t edge = 0, changed;

	if (at->number == 0)
		return; /* fixed: see core/vgic.h */
	for (unsigned i = 0; i < 16; i++)
		edge |= (uint32_t)(value >> (2 * i + 1) & 1) << i;
	arm_bank_lock(bank);
	changed = (arm_word(&bank->edge) ^ edge << at->first) &
		  UINT32_C(0xffff) << at->first & arm_bank_exists(at->number);
	atomic_store(&bank->edge, arm_word(&bank->edge) ^ changed);
	/* Whatever the line says is pending now, or is not any more. */
	notify(at, changed & (arm_word(&bank->line) | in_motion(bank)));
	arm_bank_unlock(bank);
}

static uint64_t router_read(const struct place *at)
{
	uint64_t value;

	arm_bank_lock(at->bank);
	value = at->bank->router[at->first];
	arm_bank_unlock(at->bank);
	if (at->width == 8)
		return value;
	return (uint32_t)(at->offset & 4 ? value >> 32 : value);
}

static void router_write(const struct place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	unsigned n = at->first;
	uint32_t bit = UINT32_C(1) << n;
	uint64_t old;

	if (!(arm_bank_exists(at->number) & bit))
		return;
	arm_bank_lock(bank);
	old = bank->router[n];
	if (at->offset & 4)
		value = (old & UINT32_MAX) | value << 32;
	else if (at->width == 4)
		value = (old & ~(uint64_t)UINT32_MAX) | (uint32_t)value;
	bank->router[n] = value & GIC_AFFINITY;
	atomic_store(&bank->target[n],
		     arm_vgic_route(at->owner->vm, bank->router[n]));
	/* To who has it if it is listed, and to who gets it otherwise. */
	notify(at, bit & in_motion(bank));
	arm_bank_unlock(bank);
}

enum region_name {
	NONE,
	GROUP,
	SET_ENABLE,
	CLEAR_ENABLE,
	SET_PENDING,
	CLEAR_PENDING,
	SET_ACTIVE,
	CLEAR_ACTIVE,
	PRIORITY,
	TARGETS,
	CONFIG,
	GROUP_MODIFIER,
	NS_ACCESS,
	ROUTER,
};

/* In the order of the names. TARGETS is GICv2's and RES0 with affinity
 * routing; GROUP_MODIFIER and NS_ACCESS are RES0 with one security state. */
static const struct region regions[] = {
	{0, 0, 0, 0, raz, wi},
	{GIC_IGROUPR, 0x80, 0, 4, group_read, group_write},
	{GIC_ISENABLER, 0x80, 0, 4, enable_read, enable_set},
	{GIC_ICENABLER, 0x80, 0, 4, enable_read, enable_clear},
	{GIC_ISPENDR, 0x80, 0, 4, pending_read, pending_set},
	{GIC_ICPENDR, 0x80, 0, 4, pending_read, pending_clear},
	{GIC_ISACTIVER, 0x80, 0, 4, active_read, active_set},
	{GIC_ICACTIVER, 0x80, 0, 4, active_read, active_clear},
	{GIC_IPRIORITYR, 0x400, 3, 1 | 4, priority_read, priority_write},
	{GIC_ITARGETSR, 0x400, 3, 1 | 4, raz, wi},
	{GIC_ICFGR, 0x100, 1, 4, config_read, config_write},
	{GIC_IGRPMODR, 0x80, 0, 4, raz, wi},
	{GIC_NSACR, 0x100, 1, 4, raz, wi},
	{GICD_IROUTER, 0x2000, 6, 4 | 8, router_read, router_write},
};

/* The region of every 128 bytes up to 0x1000: one load finds it. */
static const uint8_t region_at[32] = {
	NONE,          GROUP,          SET_ENABLE,   CLEAR_ENABLE, SET_PENDING,
	CLEAR_PENDING, SET_ACTIVE,     CLEAR_ACTIVE, PRIORITY,     PRIORITY,
	PRIORITY,      PRIORITY,       PRIORITY,     PRIORITY,     PRIORITY,
	PRIORITY,      TARGETS,        TARGETS,      TARGETS,      TARGETS,
	TARGETS,       TARGETS,        TARGETS,      TARGETS,      CONFIG,
	CONFIG,        GROUP_MODIFIER, NONE,         NS_ACCESS,    NS_ACCESS,
	NONE,          NONE,
};

/* False where there is no register of this width, or no interrupt. */
static bool find(struct arm_vcpu *vcpu, struct arm_vcpu *owner, unsigned offset,
		 unsigned width, struct place *at, const struct region **region)
{
	const struct region *found = &regions[NONE];
	unsigned intid;

	if (offset < sizeof(region_at) << 7)
		found = &regions[region_at[offset >> 7]];
	else if (offset >= GICD_IROUTER && offset < GICD_IROUTER_END && !owner)
		found = &regions[ROUTER];
	if (!(found->widths & width))
		return false;
	intid = ((offset - found->offset) << 3) >> found->log2_bits;
	at->number = intid >> ARM_VGIC_BANK_SHIFT;
	/* SGIs and PPIs are the redistributors' with affinity routing, and
	 * they have nothing else (IHI 0069 12.1.4). */
	if (owner ? at->number != 0
		  : at->number == 0 || at->number > vcpu->vm->vgic->bank_count)
		return false;
	at->vcpu = vcpu;
	at->owner = owner ? owner : vcpu;
	at->bank = arm_vgic_bank(at->owner, at->number);
	at->first = intid & ARM_VGIC_IN_BANK;
	at->offset = offset;
	at->width = width;
	*region = found;
	return true;
}

uint64_t arm_vgic_bank_read(struct arm_vcpu *vcpu, struct arm_vcpu *owner,
			    unsigned offset, unsigned width)
{
	const struct region *region;
	struct place at;

	if (!find(vcpu, owner, offset, width, &at, &region))
		return 0;
	return region->read(&at);
}

void arm_vgic_bank_write(struct arm_vcpu *vcpu, struct arm_vcpu *owner,
			 unsigned offset, unsigned width, uint64_t value)
{
	const struct region *region;
	struct place at;

	if (find(vcpu, owner, offset, width, &at, &region))
		region->write(&at, value);
}

void arm_vgic_deactivate(struct arm_vcpu *vcpu, uint32_t intid)
{
	const struct arm_vgic *vgic = vcpu->vm->vgic;
	struct place at = {
		.vcpu = vcpu,
		.owner = vcpu,
		.number = intid >> ARM_VGIC_BANK_SHIFT,
		.width = 4,
	};

	if (!vgic || at.number > vgic->bank_count)
		return;
	at.bank = arm_vgic_bank(vcpu, at.number);
	active_clear(&at, UINT32_C(1) << (intid & ARM_VGIC_IN_BANK));
}
