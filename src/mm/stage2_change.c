/* SPDX-License-Identifier: Apache-2.0 */
/* Changing what is mapped: unmap and protect. */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "mm/stage2_table.h"
#include "mm/stage2_tlb.h"

/* From here on one operation on the whole VMID is cheaper than one a page,
 * each of which is broadcast to every CPU. */
#define MAX_FLUSH_STEPS 512u

struct change {
	struct arm_stage2 *s2;
	uint64_t ipa;
	uint64_t end;
	bool remove;    /* unmap; otherwise set attrs            */
	uint64_t attrs; /* descriptor bits                       */
	struct arm_s2_pages reserved;
	struct arm_s2_pages unlinked;
	bool pending; /* something waits for arm_s2_make()     */
	uint64_t flush_ipa;
	uint64_t flush_end; /* 0: nothing to flush                   */
	uint64_t flush_stride;
};

static bool alters(const struct change *c, uint64_t attrs)
{
	return c->remove || attrs != c->attrs;
}

static void note_flush(struct change *c, uint64_t ipa, uint64_t size)
{
	if (c->flush_end == 0) {
		c->flush_ipa = ipa;
		c->flush_stride = size;
	}
	if (c->flush_stride > size)
		c->flush_stride = size;
	c->flush_end = ipa + size;
}

static void flush(const struct change *c)
{
	const struct arm_stage2 *s2 = c->s2;
	uint64_t size = c->flush_end - c->flush_ipa;

	if (s2->vmid == 0) {
		/* No guest ran: no TLB knows anything. */
		arm_s2_publish();
	} else if (size / c->flush_stride > MAX_FLUSH_STEPS) {
		arm_s2_flush_vmid(s2);
	} else {
		arm_s2_flush_ipa(s2, c->flush_ipa, size, c->flush_stride);
	}
}

static bool is_empty(const uint64_t *table)
{
	for (unsigned i = 0; i < S2_ENTRIES; i++)
		if (arm_s2_read(&table[i]) != 0)
			return false;
	return true;
}

static void change_table(struct change *c, uint64_t *table, unsigned level,
			 uint64_t ipa, uint64_t end, bool live);

/* A new table that maps what a block maps, but for the change. */
static uint64_t split_block(struct change *c, uint64_t block, unsigned level,
			    uint64_t ipa, uint64_t end)
{
	uint64_t size = arm_s2_size(level + 1u);
	uint64_t attrs = block & S2_DESC_ATTRS;
	uint64_t pa = block & S2_DESC_ADDR;
	uint64_t table_pa;
	uint64_t *table = arm_s2_pop(c->s2, &c->reserved, &table_pa);

	for (unsigned i = 0; i < S2_ENTRIES; i++)
		arm_s2_write(&table[i], arm_s2_leaf_desc(level + 1u,
							 pa + i * size, attrs));
	change_table(c, table, level + 1u, ipa, end, false);
	return arm_s2_table_desc(table_pa);
}

/* ipa to end: the part of the leaf that the change covers. */
static void change_leaf(struct change *c, uint64_t *entry, unsigned level,
			uint64_t ipa, uint64_t end, bool live)
{
	uint64_t desc = arm_s2_read(entry);
	uint64_t size = arm_s2_size(level);
	uint64_t changed = 0;

	if (!alters(c, desc & S2_DESC_ATTRS))
		return;
	if (end - ipa != size) {
		changed = split_block(c, desc, level, ipa, end);
	} else if (!c->remove) {
		changed = (desc & ~S2_DESC_ATTRS) | c->attrs;
	}
	arm_s2_put(entry, changed, live);
	if (live) {
		note_flush(c, ipa & ~(size - 1u), size);
		c->pending |= changed != 0;
	}
}

static void change_table(struct change *c, uint64_t *table, unsigned level,
			 uint64_t ipa, uint64_t end, bool live)
{
	while (ipa < end) {
		uint64_t *entry = arm_s2_entry(c->s2, table, level, ipa);
		uint64_t next = arm_s2_next(level, ipa);
		uint64_t stop = next < end ? next : end;
		uint64_t desc = arm_s2_read(entry);

		if (arm_s2_is_table(desc, level)) {
			uint64_t *child = arm_s2_table(c->s2, desc);

			change_table(c, child, level + 1u, ipa, stop, live);
			if (c->remove && is_empty(child)) {
				arm_s2_write(entry, 0);
				arm_s2_push(c->s2, &c->unlinked,
					    desc & S2_DESC_ADDR);
			}
		} else if (desc != 0) {
			change_leaf(c, entry, level, ipa, stop, live);
		}
		ipa = next;
	}
}

/*
 * Reserve the tables that splitting the leaf around edge takes. Where the
 * other end of the range lies in the same block, it has seen to that.
 */
static int reserve_split(struct change *c, uint64_t edge, uint64_t other)
{
	struct arm_stage2_mapping m;
	uint64_t attrs;
	int status = ARM_VCPU_OK;

	if (edge >= arm_s2_limit(c->s2) || !arm_s2_find(c->s2, edge, &m) ||
	    arm_s2_attrs(c->s2, m.attr, &attrs) != ARM_VCPU_OK ||
	    !alters(c, attrs))
		return ARM_VCPU_OK;
	for (uint64_t size = m.size;
	     size > ARM_STAGE2_PAGE_SIZE && (edge & (size - 1u)) != 0;
	     size >>= S2_LEVEL_BITS) {
		if ((other & (size - 1u)) != 0 && other / size == edge / size)
			continue;
		status = arm_s2_reserve(c->s2, &c->reserved);
		if (status != ARM_VCPU_OK)
			break;
	}
	return status;
}

static int change_range(struct change *c)
{
	struct arm_stage2 *s2 = c->s2;
	int status = reserve_split(c, c->ipa, 0);

	if (status == ARM_VCPU_OK)
		status = reserve_split(c, c->end, c->ipa);
	if (status != ARM_VCPU_OK) {
		arm_s2_release(s2, &c->reserved);
		return status;
	}
	change_table(c, s2->root, s2->start_level, c->ipa, c->end, true);
	if (c->flush_end != 0)
		flush(c);
	if (c->pending)
		arm_s2_make(s2, c->ipa, c->end);
	arm_s2_release(s2, &c->unlinked);
	return ARM_VCPU_OK;
}

int arm_stage2_unmap(struct arm_stage2 *s2, uint64_t ipa, uint64_t size)
{
	struct change c = {
		.s2 = s2, .ipa = ipa, .end = ipa + size, .remove = true};
	int status = arm_s2_check_pages(s2, ipa, size);

	return status == ARM_VCPU_OK ? change_range(&c) : status;
}

/* arg: the address up to which all is mapped. */
static int extend(void *arg, const struct arm_stage2_mapping *m)
{
	uint64_t *covered = arg;

	if (m->ipa > *covered)
		return ARM_VCPU_ERR_NOT_FOUND;
	*covered = m->ipa + m->size;
	return 0;
}

int arm_stage2_protect(struct arm_stage2 *s2, uint64_t ipa, uint64_t size,
		       unsigned attr)
{
	struct change c = {.s2 = s2, .ipa = ipa, .end = ipa + size};
	uint64_t covered = ipa;
	int status = arm_s2_check_pages(s2, ipa, size);

	if (status == ARM_VCPU_OK)
		status = arm_s2_attrs(s2, attr, &c.attrs);
	if (status == ARM_VCPU_OK)
		status = arm_stage2_walk(s2, ipa, size, extend, &covered);
	if (status == ARM_VCPU_OK && covered < c.end)
		status = ARM_VCPU_ERR_NOT_FOUND;
	return status == ARM_VCPU_OK ? change_range(&c) : status;
}
