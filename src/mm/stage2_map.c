/* SPDX-License-Identifier: Apache-2.0 */
/* Mapping what is not mapped. */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "mm/stage2_table.h"
#include "mm/stage2_tlb.h"

int arm_s2_attrs(const struct arm_stage2 *s2, unsigned attr, uint64_t *bits)
{
	const unsigned known = ARM_STAGE2_READ | ARM_STAGE2_WRITE |
			       ARM_STAGE2_EXEC | ARM_STAGE2_DEVICE;
	const unsigned device_code = ARM_STAGE2_DEVICE | ARM_STAGE2_EXEC;
	unsigned memattr =
		s2->fwb ? S2_MEMATTR_FWB_NORMAL_WB : S2_MEMATTR_NORMAL_WB;

	if ((attr & ~known) != 0 || (attr & device_code) == device_code)
		return ARM_VCPU_ERR_INVALID;
	if ((attr & ARM_STAGE2_DEVICE) != 0)
		memattr = S2_MEMATTR_DEVICE_NGNRE;
	/* AF set: without FEAT_HAFDBS a clear one would fault. */
	*bits = BITS_PUT(S2_DESC_MEMATTR, memattr) |
		BITS_PUT(S2_DESC_SH, S2_SH_INNER) | S2_DESC_AF |
		((attr & ARM_STAGE2_READ) != 0 ? S2_DESC_READ : 0u) |
		((attr & ARM_STAGE2_WRITE) != 0 ? S2_DESC_WRITE : 0u) |
		((attr & ARM_STAGE2_EXEC) != 0 ? 0u : S2_DESC_XN);
	return ARM_VCPU_OK;
}

struct request {
	struct arm_stage2 *s2;
	struct arm_s2_pages pages; /* reserved, not yet used         */
	uint64_t delta;            /* pa - ipa, modulo 2^64          */
	uint64_t attrs;
};

/* One entry of this level maps from ipa on: page, or aligned block. */
static bool fits_leaf(const struct request *r, unsigned level, uint64_t ipa,
		      uint64_t end)
{
	uint64_t size = arm_s2_size(level);

	return level >= S2_LEVEL_1G && ((ipa | r->delta) & (size - 1u)) == 0 &&
	       end - ipa >= size;
}

static int reserve_tables(struct request *r, uint64_t *table, unsigned level,
			  uint64_t ipa, uint64_t end);

/* The table behind one entry, if it is missing, and all below. */
static int reserve_below(struct request *r, uint64_t desc, unsigned level,
			 uint64_t ipa, uint64_t end)
{
	uint64_t *child = NULL;

	if (desc != 0) {
		child = arm_s2_table(r->s2, desc);
	} else {
		int status = arm_s2_reserve(r->s2, &r->pages);

		if (status != ARM_VCPU_OK)
			return status;
	}
	return reserve_tables(r, child, level + 1u, ipa, end);
}

/* Reserve the tables that the range lacks; table is null where it is one of
 * those itself. */
static int reserve_tables(struct request *r, uint64_t *table, unsigned level,
			  uint64_t ipa, uint64_t end)
{
	int status = ARM_VCPU_OK;

	if (level == S2_LEVEL_LAST)
		return ARM_VCPU_OK;
	while (ipa < end && status == ARM_VCPU_OK) {
		uint64_t next = arm_s2_next(level, ipa);

		if (!fits_leaf(r, level, ipa, end)) {
			uint64_t desc = 0;

			if (table)
				desc = arm_s2_read(
					arm_s2_entry(r->s2, table, level, ipa));
			status = reserve_below(r, desc, level, ipa,
					       next < end ? next : end);
		}
		ipa = next;
	}
	return status;
}

/* Cannot fail: the range is free, the tables are reserved. */
static void fill_table(struct request *r, uint64_t *table, unsigned level,
		       uint64_t ipa, uint64_t end, bool live)
{
	while (ipa < end) {
		uint64_t *entry = arm_s2_entry(r->s2, table, level, ipa);
		uint64_t next = arm_s2_next(level, ipa);
		uint64_t stop = next < end ? next : end;
		uint64_t desc = arm_s2_read(entry);
		uint64_t pa;

		/* Every page fits at the last level. */
		if (level >= S2_LEVEL_LAST || fits_leaf(r, level, ipa, end)) {
			pa = ipa + r->delta;
			arm_s2_put(entry, arm_s2_leaf_desc(level, pa, r->attrs),
				   live);
		} else if (desc != 0) {
			fill_table(r, arm_s2_table(r->s2, desc), level + 1u,
				   ipa, stop, live);
		} else {
			uint64_t *child = arm_s2_pop(r->s2, &r->pages, &pa);

			fill_table(r, child, level + 1u, ipa, stop, false);
			arm_s2_put(entry, arm_s2_table_desc(pa), live);
		}
		ipa = next;
	}
}

static void make_table(struct arm_stage2 *s2, uint64_t *table, unsigned level,
		       uint64_t ipa, uint64_t end)
{
	while (ipa < end) {
		uint64_t *entry = arm_s2_entry(s2, table, level, ipa);
		uint64_t next = arm_s2_next(level, ipa);
		uint64_t desc = arm_s2_read(entry);

		if (arm_s2_is_table(desc, level)) {
			make_table(s2, arm_s2_table(s2, desc), level + 1u, ipa,
				   next < end ? next : end);
		} else if (desc != 0 && (desc & S2_DESC_VALID) == 0) {
			arm_s2_write(entry, desc | S2_DESC_VALID);
		}
		ipa = next;
	}
}

void arm_s2_make(struct arm_stage2 *s2, uint64_t ipa, uint64_t end)
{
	make_table(s2, s2->root, s2->start_level, ipa, end);
	arm_s2_publish();
}

static int refuse(void *arg, const struct arm_stage2_mapping *m)
{
	(void)arg;
	(void)m;
	return ARM_VCPU_ERR_EXISTS;
}

static int check_request(struct arm_stage2 *s2, uint64_t ipa, uint64_t pa,
			 uint64_t size, unsigned attr, uint64_t *attrs)
{
	uint64_t pa_limit;
	int status = arm_s2_check_pages(s2, ipa, size);

	if (status != ARM_VCPU_OK)
		return status;
	if ((pa & (ARM_STAGE2_PAGE_SIZE - 1u)) != 0)
		return ARM_VCPU_ERR_UNALIGNED;
	pa_limit = UINT64_C(1) << s2->pa_bits;
	if (pa >= pa_limit || size > pa_limit - pa)
		return ARM_VCPU_ERR_RANGE;
	status = arm_s2_attrs(s2, attr, attrs);
	if (status != ARM_VCPU_OK)
		return status;
	return arm_stage2_walk(s2, ipa, size, refuse, NULL);
}

int arm_stage2_map(struct arm_stage2 *s2, uint64_t ipa, uint64_t pa,
		   uint64_t size, unsigned attr)
{
	struct request r = {.s2 = s2, .delta = pa - ipa};
	int status = check_request(s2, ipa, pa, size, attr, &r.attrs);

	if (status != ARM_VCPU_OK)
		return status;
	status = reserve_tables(&r, s2->root, s2->start_level, ipa, ipa + size);
	if (status != ARM_VCPU_OK) {
		arm_s2_release(s2, &r.pages);
		return status;
	}
	fill_table(&r, s2->root, s2->start_level, ipa, ipa + size, true);
	/* Walks must find the new tables' contents behind their links. */
	arm_s2_publish();
	arm_s2_make(s2, ipa, ipa + size);
	return ARM_VCPU_OK;
}
