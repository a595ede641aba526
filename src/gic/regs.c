/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers that have a field for each interrupt, of the distributor and
 * of the redistributors' SGI frames (IHI 0069 12.8, 12.11). A write changes
 * the bank's words and tells whoever holds or will get the interrupts; LRs
 * are left to arm_vgic_flush(). See gic/vgic.h first.
 */
#include "gic/regs.h"

#include "context/timers.h"
#include "gic/ask.h"
#include "lib/atomic.h"

/* Interrupts with anything in motion. A timer may be about to fire, which a
 * parked vCPU's host computes from what is enabled. */
static uint32_t in_motion(const struct arm_vgic_place *at)
{
	return arm_bank_pending(at->bank) |
	       arm_load_relaxed(&at->bank->listed) |
	       (at->number ? 0 : ARM_TIMERS);
}

bool arm_vgic_group_read(const struct arm_vgic_place *at, uint64_t *value)
{
	*value = arm_load_relaxed(&at->bank->group);
	return true;
}

void arm_vgic_group_write(const struct arm_vgic_place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t changed;

	arm_bank_lock(bank);
	changed = (arm_load_relaxed(&bank->group) ^ (uint32_t)value) &
		  arm_bank_exists(at->number);
	arm_store_relaxed(&bank->group,
			  arm_load_relaxed(&bank->group) ^ changed);
	arm_place_notify(at, changed & in_motion(at));
	arm_bank_unlock(bank);
}

bool arm_vgic_enable_read(const struct arm_vgic_place *at, uint64_t *value)
{
	*value = arm_load_relaxed(&at->bank->enabled);
	return true;
}

void arm_vgic_enable_set(const struct arm_vgic_place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t changed = (uint32_t)value & arm_bank_exists(at->number);

	arm_bank_lock(bank);
	changed &= ~arm_load_relaxed(&bank->enabled);
	/* Pair "enabled". */
	arm_store(&bank->enabled, arm_load_relaxed(&bank->enabled) | changed);
	arm_place_notify(at, changed & in_motion(at));
	arm_bank_unlock(bank);
}

void arm_vgic_enable_clear(const struct arm_vgic_place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t changed = (uint32_t)value;

	arm_bank_lock(bank);
	changed &= arm_load_relaxed(&bank->enabled);
	arm_store_relaxed(&bank->enabled,
			  arm_load_relaxed(&bank->enabled) & ~changed);
	arm_place_notify(at, changed & arm_load_relaxed(&bank->listed));
	arm_bank_unlock(bank);
	/* Also what another vCPU is still disabling. */
	arm_vgic_finish(at->vcpu, bank, (uint32_t)value);
}

bool arm_vgic_priority_read(const struct arm_vgic_place *at, uint64_t *value)
{
	for (unsigned i = 0; i < at->width; i++)
		*value |= (uint64_t)arm_load_relaxed(
				  &at->bank->priority[at->first + i])
			  << (8 * i);
	return true;
}

void arm_vgic_priority_write(const struct arm_vgic_place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t changed = 0;

	arm_bank_lock(bank);
	for (unsigned i = 0; i < at->width; i++) {
		unsigned n = at->first + i;
		uint8_t new = (uint8_t)(value >> (8 * i) & GIC_PRIORITY_MASK);

		if (!(arm_bank_exists(at->number) >> n & 1))
			continue;
		changed |=
			(uint32_t)(arm_load_relaxed(&bank->priority[n]) != new)
			<< n;
		arm_store_relaxed(&bank->priority[n], new);
	}
	arm_place_notify(at, changed & in_motion(at));
	arm_bank_unlock(bank);
}

/* Two bits for each interrupt, the upper one 1 for edge; sixteen of them. */
bool arm_vgic_config_read(const struct arm_vgic_place *at, uint64_t *value)
{
	uint32_t edge = arm_load_relaxed(&at->bank->edge) >> at->first;

	for (unsigned i = 0; i < 16; i++)
		*value |= (uint64_t)(edge >> i & 1) << (2 * i + 1);
	return true;
}

void arm_vgic_config_write(const struct arm_vgic_place *at, uint64_t value)
{
	struct arm_vgic_bank *bank = at->bank;
	uint32_t edge = 0, changed;

	if (at->number == 0)
		return; /* fixed: see gic/vgic.h */
	for (unsigned i = 0; i < 16; i++)
		edge |= (uint32_t)(value >> (2 * i + 1) & 1) << i;
	arm_bank_lock(bank);
	changed = (arm_load_relaxed(&bank->edge) ^ edge << at->first) &
		  UINT32_C(0xffff) << at->first & arm_bank_exists(at->number);
	arm_store_relaxed(&bank->edge, arm_load_relaxed(&bank->edge) ^ changed);
	/* Whatever the line says is pending now, or is not any more. */
	arm_place_notify(
		at, changed & (arm_load_relaxed(&bank->line) | in_motion(at)));
	arm_bank_unlock(bank);
}

bool arm_vgic_router_read(const struct arm_vgic_place *at, uint64_t *value)
{
	uint64_t router;

	arm_bank_lock(at->bank);
	router = at->bank->router[at->first];
	arm_bank_unlock(at->bank);
	if (at->width == 8)
		*value = router;
	else
		*value = (uint32_t)(at->offset & 4 ? router >> 32 : router);
	return true;
}

void arm_vgic_router_write(const struct arm_vgic_place *at, uint64_t value)
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
	/* Pair "pending". */
	arm_store(&bank->target[n],
		  arm_vgic_route(at->owner->vm, bank->router[n]));
	/* To who has it if it is listed, and to who gets it otherwise. */
	arm_place_notify(at, bit & in_motion(at));
	arm_bank_unlock(bank);
}
