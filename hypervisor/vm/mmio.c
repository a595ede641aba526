/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/mmio.h"

/* How many regions begin at addr or below it: the last of them may have it. */
static uint32_t regions_up_to(const struct hv_mmio *mmio, uint64_t addr)
{
	uint32_t low = 0, high = mmio->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (mmio->regions[middle].base <= addr)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool hv_mmio_add(struct hv_mmio *mmio, const struct hv_mmio_region *region)
{
	uint64_t last = region->base + (region->size - 1);
	uint32_t at = regions_up_to(mmio, region->base);

	if (mmio->count == HV_MMIO_REGIONS || region->size == 0 ||
	    last < region->base)
		return false;
	/* No other begins inside it, nor reaches into it from below. */
	if (regions_up_to(mmio, last) != at)
		return false;
	if (at != 0 && region->base - mmio->regions[at - 1].base <
			       mmio->regions[at - 1].size)
		return false;
	for (uint32_t i = mmio->count++; i > at; i--)
		mmio->regions[i] = mmio->regions[i - 1];
	mmio->regions[at] = *region;
	return true;
}

bool hv_mmio_serve(const struct hv_mmio *mmio,
		   const struct arm_vcpu_exit_mmio *access, uint64_t *value)
{
	uint32_t at = regions_up_to(mmio, access->addr);
	const struct hv_mmio_region *region;
	uint64_t offset;

	if (at == 0)
		return false;
	region = &mmio->regions[at - 1];
	offset = access->addr - region->base;
	if (offset >= region->size || access->width > region->size - offset)
		return false;
	if (access->is_write)
		region->write(region->ctx, offset, access->width,
			      access->value);
	else
		*value = region->read(region->ctx, offset, access->width);
	return true;
}
