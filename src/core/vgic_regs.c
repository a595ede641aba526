/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers that have a field for each interrupt, of the distributor and
 * of the redistributors' SGI frames (IHI 0069 12.8, 12.11). A write changes
 * the bank's words and tells whoever holds or will get the interrupts; LRs
 * are left to arm_vgic_flush(). See core/vgic.h first.
 */
#include "core/vgic_regs.h"

#include "core/timers.h"

/* Interrupts with anything in motion. A timer may be about to fire, which a
 * parked vCPU's host computes from what is enabled. */
static uint32_t in_motion(const struct arm_vgic_place *at)
{
	return arm_bank_pending(at->bank) | arm_word(&at->bank->listed) |
	       (at->number ? 0 : ARM_TIMERS);
}

static void group_write(const struct arm_vgic_place *at, uint32_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t changed;

	arm_bank_lock(bank);
	changed =
		(arm_word(&bank->group) ^ value) & arm_bank_exists(at->number);
	atomic_store(&bank->group, arm_word(&bank->group) ^ changed);
	arm_place_notify(at, changed & in_motion(at));
	arm_bank_unlock(bank);
}

static void enable_set(const struct arm_vgic_place *at, uint32_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t changed = value & arm_bank_exists(at->number);

	arm_bank_lock(bank);
	changed &= ~arm_word(&bank->enabled);
	atomic_store(&bank->enabled, arm_word(&bank->enabled) | changed);
	arm_place_notify(at, changed & in_motion(at));
	arm_bank_unlock(bank);
}

static void enable_clear(const struct arm_vgic_place *at, uint32_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t changed = value;

	arm_bank_lock(bank);
	changed &= arm_word(&bank->enabled);
	atomic_store(&bank->enabled, arm_word(&bank->enabled) & ~changed);
	arm_place_notify(at, changed & arm_word(&bank->listed));
	arm_bank_unlock(bank);
	arm_vgic_finish(at->vcpu, bank, changed);
}

static uint64_t priority_read(const struct arm_vgic_place *at)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < at->width; i++)
		value |= (uint64_t)at->bank->priority[at->first + i] << (8 * i);
	return value;
}

static void priority_write(const struct arm_vgic_place *at, uint64_t value)
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
	arm_place_notify(at, changed & in_motion(at));
	arm_bank_unlock(bank);
}

/* Two bits for each interrupt, the upper one 1 for edge; sixteen of them. */
static uint64_t config_read(const struct arm_vgic_place *at)
{
	uint32_t edge = arm_word(&at->bank->edge) >> at->first;
	uint64_t value = 0;

	for (unsigned i = 0; i < 16; i++)
		value |= (uint64_t)(edge >> i & 1) << (2 * i + 1);
	return value;
}

static void config_write(const struct arm_vgic_place *at, uint64_t value)
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
	arm_place_notify(at, changed & (arm_word(&bank->line) | in_motion(at)));
	arm_bank_unlock(bank);
}

static uint64_t router_read(const struct arm_vgic_place *at)
{
	uint64_t value;

	arm_bank_lock(at->bank);
	value = at->bank->router[at->first];
	arm_bank_unlock(at->bank);
	if (at->width == 8)
		return value;
	return (uint32_t)(at->offset & 4 ? value >> 32 : value);
}

static void router_write(const struct arm_vgic_place *at, uint64_t value)
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
	arm_place_notify(at, bit & in_motion(at));
	arm_bank_unlock(bank);
}

enum region {
	NONE,
	GROUP,
	SET_ENABLE,
	CLEAR_ENABLE,
	SET_PENDING,
	CLEAR_PENDING,
	SET_ACTIVE,
	CLEAR_ACTIVE,
	PRIORITY,
	CONFIG,
	ROUTER,
};

/*
 * The region of every 128 bytes up to 0x1000: one load finds it. ITARGETSR is
 * GICv2's and RES0 with affinity routing; IGRPMODR and NSACR are RES0 with
 * one Security state.
 */
static const uint8_t region_at[32] = {
	NONE,          GROUP,      SET_ENABLE,   CLEAR_ENABLE, SET_PENDING,
	CLEAR_PENDING, SET_ACTIVE, CLEAR_ACTIVE, PRIORITY,     PRIORITY,
	PRIORITY,      PRIORITY,   PRIORITY,     PRIORITY,     PRIORITY,
	PRIORITY,      NONE,       NONE,         NONE,         NONE,
	NONE,          NONE,       NONE,         NONE,         CONFIG,
	CONFIG,        NONE,       NONE,         NONE,         NONE,
	NONE,          NONE,
};

/* Its offset, log2 of the bits for each interrupt, and the widths that are
 * allowed, in bytes, ORed. */
static const struct {
	uint16_t offset;
	uint8_t log2_bits, widths;
} regions[] = {
	[NONE] = {0, 0, 0},
	[GROUP] = {GIC_IGROUPR, 0, 4},
	[SET_ENABLE] = {GIC_ISENABLER, 0, 4},
	[CLEAR_ENABLE] = {GIC_ICENABLER, 0, 4},
	[SET_PENDING] = {GIC_ISPENDR, 0, 4},
	[CLEAR_PENDING] = {GIC_ICPENDR, 0, 4},
	[SET_ACTIVE] = {GIC_ISACTIVER, 0, 4},
	[CLEAR_ACTIVE] = {GIC_ICACTIVER, 0, 4},
	[PRIORITY] = {GIC_IPRIORITYR, 3, 1 | 4},
	[CONFIG] = {GIC_ICFGR, 1, 4},
	[ROUTER] = {GICD_IROUTER, 6, 4 | 8},
};

/* NONE where there is no register of this width, or no interrupt. */
static enum region find(struct arm_vcpu *vcpu, struct arm_vcpu *owner,
			unsigned offset, unsigned width,
			struct arm_vgic_place *at)
{
	enum region found = NONE;
	unsigned intid;

	if (offset < sizeof(region_at) << 7)
		found = (enum region)region_at[offset >> 7];
	else if (offset >= GICD_IROUTER && offset < GICD_IROUTER_END && !owner)
		found = ROUTER;
	if (!(regions[found].widths & width))
		return NONE;
	intid = ((offset - regions[found].offset) << 3) >>
		regions[found].log2_bits;
	at->number = intid >> ARM_VGIC_BANK_SHIFT;
	/* SGIs and PPIs are the redistributors' with affinity routing, and
	 * they have nothing else (IHI 0069 12.1.4). */
	if (owner ? at->number != 0
		  : at->number == 0 || at->number > vcpu->vm->vgic->bank_count)
		return NONE;
	at->vcpu = vcpu;
	at->owner = owner ? owner : vcpu;
	at->bank = arm_vgic_bank(at->owner, at->number);
	at->first = intid & ARM_VGIC_IN_BANK;
	at->offset = offset;
	at->width = width;
	return found;
}

bool arm_vgic_bank_read(struct arm_vcpu *vcpu, struct arm_vcpu *owner,
			unsigned offset, unsigned width, uint64_t *value)
{
	struct arm_vgic_place at;

	*value = 0;
	switch (find(vcpu, owner, offset, width, &at)) {
	case NONE:
		break;
	case GROUP:
		*value = arm_word(&at.bank->group);
		break;
	case SET_ENABLE:
	case CLEAR_ENABLE:
		*value = arm_word(&at.bank->enabled);
		break;
	case SET_PENDING:
	case CLEAR_PENDING:
		return arm_vgic_pending_read(&at, value);
	case SET_ACTIVE:
	case CLEAR_ACTIVE:
		return arm_vgic_active_read(&at, value);
	case PRIORITY:
		*value = priority_read(&at);
		break;
	case CONFIG:
		*value = config_read(&at);
		break;
	case ROUTER:
		*value = router_read(&at);
		break;
	}
	return true;
}

void arm_vgic_bank_write(struct arm_vcpu *vcpu, struct arm_vcpu *owner,
			 unsigned offset, unsigned width, uint64_t value)
{
	struct arm_vgic_place at;

	switch (find(vcpu, owner, offset, width, &at)) {
	case NONE:
		break;
	case GROUP:
		group_write(&at, (uint32_t)value);
		break;
	case SET_ENABLE:
		enable_set(&at, (uint32_t)value);
		break;
	case CLEAR_ENABLE:
		enable_clear(&at, (uint32_t)value);
		break;
	case SET_PENDING:
		arm_vgic_pending_set(&at, (uint32_t)value);
		break;
	case CLEAR_PENDING:
		arm_vgic_pending_clear(&at, (uint32_t)value);
		break;
	case SET_ACTIVE:
		arm_vgic_active_set(&at, (uint32_t)value);
		break;
	case CLEAR_ACTIVE:
		arm_vgic_active_clear(&at, (uint32_t)value);
		break;
	case PRIORITY:
		priority_write(&at, value);
		break;
	case CONFIG:
		config_write(&at, value);
		break;
	case ROUTER:
		router_write(&at, value);
		break;
	}
}
