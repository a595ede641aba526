/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMIDs are handed out in order and never given back. When they run out, a
 * new generation begins: every TLB is flushed once, and each address space
 * gets a new VMID when it next asks. VMID 0 is given to nobody, so that it can
 * mean none.
 */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "arch/stage2.h"
#include "lib/atomic.h"
#include "mm/stage2_tlb.h"

#define GENERATION_SHIFT 16u
#define FIRST_VMID       1u

static uint64_t generation_start(uint64_t generation)
{
	return generation << GENERATION_SHIFT | FIRST_VMID;
}

int arm_stage2_vmid_pool_init(struct arm_stage2_vmid_pool *pool, unsigned bits)
{
	if (!pool)
		return ARM_VCPU_ERR_NULL;
	if (bits != 8 && bits != 16)
		return ARM_VCPU_ERR_INVALID;
	/* Generation 0 is that of an address space without VMID. */
	atomic_init(&pool->next, generation_start(1));
	pool->bits = bits;
	return ARM_VCPU_OK;
}

/* The number after the last one is 0: this generation has none left. */
static uint64_t following(uint64_t vmid, unsigned bits)
{
	uint64_t last = (UINT64_C(1) << bits) - 1u;
	uint64_t number = vmid & ((UINT64_C(1) << GENERATION_SHIFT) - 1u);

	return number == last ? vmid - number : vmid + 1u;
}

int arm_stage2_vmid(struct arm_stage2 *s2, struct arm_stage2_vmid_pool *pool,
		    uint16_t *vmid)
{
	uint64_t next;

	if (!s2 || !pool || !vmid)
		return ARM_VCPU_ERR_NULL;
	/* Without VTCR_EL2.VS hardware sees 8 bits: numbers would collide. */
	if (!s2->root || pool->bits == 0 ||
	    (pool->bits == 16 && (s2->vtcr & VTCR_EL2_VS) == 0))
		return ARM_VCPU_ERR_INVALID;
	next = arm_load_relaxed(&pool->next);
	if (s2->vmid >> GENERATION_SHIFT != next >> GENERATION_SHIFT) {
		uint64_t generation = next >> GENERATION_SHIFT;

		if (next == generation << GENERATION_SHIFT) {
			arm_s2_flush_all();
			next = generation_start(generation + 1u);
		}
		s2->vmid = next;
		arm_store_relaxed(&pool->next, following(next, pool->bits));
	}
	*vmid = arm_s2_vmid(s2);
	return ARM_VCPU_OK;
}
