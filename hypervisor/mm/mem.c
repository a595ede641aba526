/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Free memory is a list of extents in the order of their addresses, each
 * described by its own first bytes, so that memory of any size costs nothing.
 * Allocation takes the smallest extent that fits, which keeps the large ones
 * whole for guests; freeing joins neighbours. The list is as long as memory
 * is fragmented, which guests cannot influence beyond their own tables.
 */
#include "mm/mem.h"

#include <string.h>

#include "base/cache.h"
#include "base/lock.h"

struct extent {
	struct extent *next;
	uint64_t pages;
};

static struct {
	struct hv_lock lock;
	struct extent *first;
	uint64_t total_pages;
	uint64_t free_pages;
} mem;

static uint64_t base_of(const struct extent *e)
{
	return (uint64_t)(uintptr_t)e;
}

static uint64_t end_of(const struct extent *e)
{
	return base_of(e) + e->pages * HV_PAGE_SIZE;
}

/* Where pages fit into an extent, HV_NO_PAGE if nowhere. */
static uint64_t fit(const struct extent *e, uint64_t pages, uint64_t align)
{
	uint64_t at = (base_of(e) + align - 1) & ~(align - 1);

	if (at < base_of(e) || at >= end_of(e) ||
	    (end_of(e) - at) / HV_PAGE_SIZE < pages)
		return HV_NO_PAGE;
	return at;
}

/* This is free memory no more, or not an extent of its own: its description
 * is gone before somebody else reads it, or writes there without a cache. */
static void forget(struct extent *e)
{
	*e = (struct extent){0};
	hv_cache_flush(e, sizeof(*e));
}

static struct extent *make(uint64_t base, uint64_t end, struct extent *next)
{
	struct extent *e = (struct extent *)(uintptr_t)base;

	e->next = next;
	e->pages = (end - base) / HV_PAGE_SIZE;
	return e;
}

/* Cut [base, end) out of the extent that *link points to. */
static void carve(struct extent **link, uint64_t base, uint64_t end)
{
	struct extent *e = *link;
	uint64_t e_base = base_of(e), e_end = end_of(e);
	struct extent *next = e->next;

	forget(e);
	if (end < e_end)
		next = make(end, e_end, next);
	if (e_base < base)
		next = make(e_base, base, next);
	*link = next;
}

uint64_t hv_pages_alloc(uint64_t pages, uint64_t align)
{
	struct extent **link, **best = 0;
	uint64_t at = HV_NO_PAGE;
	uint64_t daif;

	if (!pages || pages > UINT64_MAX / HV_PAGE_SIZE ||
	    align < HV_PAGE_SIZE || (align & (align - 1)))
		return HV_NO_PAGE;
	daif = hv_lock(&mem.lock);
	for (link = &mem.first; *link; link = &(*link)->next) {
		if (best && (*link)->pages >= (*best)->pages)
			continue;
		if (fit(*link, pages, align) != HV_NO_PAGE)
			best = link;
	}
	if (best) {
		at = fit(*best, pages, align);
		carve(best, at, at + pages * HV_PAGE_SIZE);
		mem.free_pages -= pages;
	}
	hv_unlock(&mem.lock, daif);
	return at;
}

/* One extent of both, if the second begins where the first ends. */
static void join(struct extent *first, struct extent *second)
{
	if (end_of(first) != base_of(second))
		return;
	first->next = second->next;
	first->pages += second->pages;
	forget(second);
}

static void add(uint64_t pa, uint64_t pages)
{
	struct extent **link, *before = 0, *e;
	uint64_t daif = hv_lock(&mem.lock);

	for (link = &mem.first; *link && base_of(*link) < pa;
	     link = &(*link)->next)
		before = *link;
	e = *link = make(pa, pa + pages * HV_PAGE_SIZE, *link);
	if (e->next)
		join(e, e->next);
	if (before)
		join(before, e);
	mem.free_pages += pages;
	hv_unlock(&mem.lock, daif);
}

void hv_pages_free(uint64_t pa, uint64_t pages)
{
	void *at = (void *)(uintptr_t)pa;

	if (!pages)
		return;
	memset(at, 0, pages * HV_PAGE_SIZE);
	hv_cache_flush(at, pages * HV_PAGE_SIZE);
	add(pa, pages);
}

void *hv_zalloc(uint64_t bytes)
{
	uint64_t pages = (bytes + HV_PAGE_SIZE - 1) / HV_PAGE_SIZE;
	uint64_t pa = hv_pages_alloc(pages, HV_PAGE_SIZE);

	if (pa == HV_NO_PAGE)
		return 0;
	return memset((void *)(uintptr_t)pa, 0, pages * HV_PAGE_SIZE);
}

void hv_mem_init(const struct hv_ranges *free)
{
	uint32_t i;

	for (i = 0; i < free->count; i++) {
		uint64_t base = free->range[i].base + HV_PAGE_SIZE - 1;
		uint64_t end = free->range[i].end & ~(HV_PAGE_SIZE - 1);

		base &= ~(HV_PAGE_SIZE - 1);
		if (!base) /* an extent at 0 would look like none */
			base = HV_PAGE_SIZE;
		if (base >= end)
			continue;
		add(base, (end - base) / HV_PAGE_SIZE);
	}
	mem.total_pages = mem.free_pages;
}

void hv_mem_stats(struct hv_mem_stats *stats)
{
	uint64_t daif = hv_lock(&mem.lock);
	const struct extent *e;

	stats->total_pages = mem.total_pages;
	stats->free_pages = mem.free_pages;
	stats->largest = 0;
	for (e = mem.first; e; e = e->next)
		if (e->pages > stats->largest)
			stats->largest = e->pages;
	hv_unlock(&mem.lock, daif);
}
