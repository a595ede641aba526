/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ranges.h"

static void delete_at(struct hv_ranges *set, uint32_t at, uint32_t count)
{
	uint32_t i;

	for (i = at; i + count < set->count; i++)
		set->range[i] = set->range[i + count];
	set->count -= count;
}

/* Room for one at index at. */
static void open_at(struct hv_ranges *set, uint32_t at)
{
	uint32_t i;

	for (i = set->count; i > at; i--)
		set->range[i] = set->range[i - 1];
	set->count++;
}

bool hv_ranges_add(struct hv_ranges *set, uint64_t base, uint64_t end)
{
	uint32_t first, last;

	if (base >= end)
		return true;
	for (first = 0; first < set->count; first++)
		if (set->range[first].end >= base)
			break;
	for (last = first; last < set->count; last++)
		if (set->range[last].base > end)
			break;
	/* [first, last) touch or overlap the new one and become one with it. */
	if (first == last) {
		if (set->count == HV_RANGES_MAX)
			return false;
		open_at(set, first);
	} else {
		if (set->range[first].base < base)
			base = set->range[first].base;
		if (set->range[last - 1].end > end)
			end = set->range[last - 1].end;
		delete_at(set, first, last - first - 1);
	}
	set->range[first].base = base;
	set->range[first].end = end;
	return true;
}

/* Take [base, end) out of a range that it cuts into two. */
static bool split(struct hv_ranges *set, uint32_t at, uint64_t base,
		  uint64_t end)
{
	if (set->count == HV_RANGES_MAX)
		return false;
	open_at(set, at);
	set->range[at].end = base;
	set->range[at + 1].base = end;
	return true;
}

bool hv_ranges_remove(struct hv_ranges *set, uint64_t base, uint64_t end)
{
	uint32_t i = 0;

	while (base < end && i < set->count) {
		struct hv_range *r = &set->range[i];

		if (r->end <= base || r->base >= end) {
			i++;
		} else if (r->base < base && r->end > end) {
			return split(set, i, base, end);
		} else if (r->base < base) {
			r->end = base;
			i++;
		} else if (r->end > end) {
			r->base = end;
			i++;
		} else {
			delete_at(set, i, 1);
		}
	}
	return true;
}

bool hv_ranges_contain(const struct hv_ranges *set, uint64_t base, uint64_t end)
{
	uint32_t i;

	for (i = 0; i < set->count; i++)
		if (set->range[i].base <= base && end <= set->range[i].end)
			return base < end;
	return false;
}

uint64_t hv_ranges_size(const struct hv_ranges *set)
{
	uint64_t size = 0;
	uint32_t i;

	for (i = 0; i < set->count; i++)
		size += set->range[i].end - set->range[i].base;
	return size;
}
