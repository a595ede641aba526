/* SPDX-License-Identifier: Apache-2.0 */
/* A set of addresses as sorted ranges that neither touch nor overlap. */
#ifndef HV_BASE_RANGES_H
#define HV_BASE_RANGES_H

#include <stdbool.h>
#include <stdint.h>

/* 64 VMs' images, two each, and what a machine reserves. */
#define HV_RANGES_MAX 192u

struct hv_range {
	uint64_t base;
	uint64_t end; /* the first address behind it; end > base */
};

struct hv_ranges {
	uint32_t count;
	struct hv_range range[HV_RANGES_MAX];
};

/* False when the set has no room left; it is unchanged then. An empty range
 * changes nothing. */
bool hv_ranges_add(struct hv_ranges *set, uint64_t base, uint64_t end);
bool hv_ranges_remove(struct hv_ranges *set, uint64_t base, uint64_t end);

/* All of [base, end) is in the set. */
bool hv_ranges_contain(const struct hv_ranges *set, uint64_t base,
		       uint64_t end);

/* Bytes in the set. */
uint64_t hv_ranges_size(const struct hv_ranges *set);

#endif
