/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the parts of stage 2 share: geometry, descriptors, table pages, and
 * the way in which a live table is changed.
 *
 * A change goes through five steps, of which only the first can fail:
 *   1. reserve: look at the range, take every page that will be needed;
 *   2. break: write the new descriptors into the live tables with their
 *      valid bit clear ("pending"), and into new tables as they shall be;
 *   3. flush the TLBs, one pass over the range (mapping what was not mapped
 *      needs none: an invalid descriptor is never cached, Arm ARM DDI 0487
 *      D8.14) and let table walks see the new tables' contents;
 *   4. make: set the valid bit of every pending descriptor;
 *   5. free tables that are no longer linked.
 * Between changes every invalid descriptor is 0, and every table but the root
 * holds at least one that is not.
 */
#ifndef MM_STAGE2_TABLE_H
#define MM_STAGE2_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/stage2.h>

#include "arch/stage2.h"
#include "hw/shared.h"

/* How many bits of address an entry of a table at this level covers. */
static inline unsigned arm_s2_shift(unsigned level)
{
	return S2_PAGE_SHIFT + S2_LEVEL_BITS * (S2_LEVEL_LAST - level);
}

static inline uint64_t arm_s2_size(unsigned level)
{
	return UINT64_C(1) << arm_s2_shift(level);
}

/* The first address past the entry of this level that ipa lies in. */
static inline uint64_t arm_s2_next(unsigned level, uint64_t ipa)
{
	return (ipa | (arm_s2_size(level) - 1u)) + 1u;
}

static inline uint64_t arm_s2_limit(const struct arm_stage2 *s2)
{
	return UINT64_C(1) << s2->ipa_bits;
}

/* Concatenated root tables are indexed as one. */
static inline uint64_t *arm_s2_entry(const struct arm_stage2 *s2,
				     uint64_t *table, unsigned level,
				     uint64_t ipa)
{
	uint64_t index = ipa >> arm_s2_shift(level);

	return &table[level == s2->start_level ? index
					       : index & (S2_ENTRIES - 1u)];
}

/* Table walks of other CPUs run meanwhile: one access, never torn. */
static inline uint64_t arm_s2_read(const uint64_t *entry)
{
	arm_hw_shared();
	return __atomic_load_n(entry, __ATOMIC_RELAXED);
}

static inline void arm_s2_write(uint64_t *entry, uint64_t desc)
{
	arm_hw_shared();
	__atomic_store_n(entry, desc, __ATOMIC_RELAXED);
}

/* A live table gets a pending descriptor, an unlinked one a valid one. */
static inline void arm_s2_put(uint64_t *entry, uint64_t desc, bool live)
{
	arm_s2_write(entry, live ? desc & ~S2_DESC_VALID : desc);
}

static inline bool arm_s2_is_table(uint64_t desc, unsigned level)
{
	return level < S2_LEVEL_LAST &&
	       (desc & (S2_DESC_VALID | S2_DESC_TABLE)) ==
		       (S2_DESC_VALID | S2_DESC_TABLE);
}

static inline uint64_t arm_s2_table_desc(uint64_t pa)
{
	return pa | S2_DESC_TABLE | S2_DESC_VALID;
}

static inline uint64_t arm_s2_leaf_desc(unsigned level, uint64_t pa,
					uint64_t attrs)
{
	return pa | attrs | S2_DESC_VALID |
	       (level == S2_LEVEL_LAST ? S2_DESC_TABLE : 0u);
}

static inline uint64_t *arm_s2_table(const struct arm_stage2 *s2, uint64_t desc)
{
	return s2->ops->phys_to_virt(s2->ctx, desc & S2_DESC_ADDR);
}

/* enum arm_stage2_attr as descriptor bits. ARM_VCPU_ERR_INVALID. */
int arm_s2_attrs(const struct arm_stage2 *s2, unsigned attr, uint64_t *bits);

/*
 * s2 is initialised and [ipa, ipa+size) is part of its address space.
 * ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_INVALID (not initialised, or size 0),
 * ARM_VCPU_ERR_RANGE.
 */
int arm_s2_check(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size);

/* arm_s2_check(), and ARM_VCPU_ERR_UNALIGNED for what is not whole pages. */
int arm_s2_check_pages(const struct arm_stage2 *s2, uint64_t ipa,
		       uint64_t size);

/* The leaf that maps ipa. False: nothing does. */
bool arm_s2_find(const struct arm_stage2 *s2, uint64_t ipa,
		 struct arm_stage2_mapping *found);

/* Step 4: set the valid bit of the range's pending descriptors. */
void arm_s2_make(struct arm_stage2 *s2, uint64_t ipa, uint64_t end);

/*
 * Pages that are not in the tree: reserved for it, or taken out of it. The
 * first word of each holds the address of the next, which a walk that still
 * looks at the page takes for an invalid descriptor.
 */
struct arm_s2_pages {
	uint64_t head;
	uint64_t count;
};

/* 2^order pages from the host, cleared. Null: there are none. */
uint64_t *arm_s2_alloc(const struct arm_stage2 *s2, unsigned order,
		       uint64_t *pa);

/* Take one more page from the host, cleared. ARM_VCPU_ERR_NO_MEMORY. */
int arm_s2_reserve(const struct arm_stage2 *s2, struct arm_s2_pages *pages);

void arm_s2_push(const struct arm_stage2 *s2, struct arm_s2_pages *pages,
		 uint64_t pa);

/* One page out of a list that is known to have it, all entries 0. */
uint64_t *arm_s2_pop(const struct arm_stage2 *s2, struct arm_s2_pages *pages,
		     uint64_t *pa);

/* Everything in the list back to the host. */
void arm_s2_release(const struct arm_stage2 *s2, struct arm_s2_pages *pages);

#endif
