/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical memory: what /memory gives, minus /memreserve/, /reserved-memory,
 * hv itself, the device tree and the boot modules. All of it is mapped at EL2
 * where it lies (virtual = physical).
 */
#ifndef HV_MM_MEM_H
#define HV_MM_MEM_H

#include <stdint.h>

#include "base/ranges.h"

#define HV_PAGE_SIZE UINT64_C(4096)
#define HV_NO_PAGE   UINT64_MAX
#define HV_CHUNK     UINT64_C(0x200000) /* 2 MiB: a level-2 block */

struct hv_mem_stats {
	uint64_t total_pages; /* given to the allocator                 */
	uint64_t free_pages;  /* of those, not allocated now            */
	uint64_t largest;     /* pages of the largest free extent       */
};

/* Hand the free ranges over, once, at boot. */
void hv_mem_init(const struct hv_ranges *free);

/*
 * pages contiguous 4 KiB pages, aligned to align bytes (a power of two, at
 * least 4 KiB). Nothing of hv's and nothing of any guest's is in them, nor are
 * they in any cache; at first they are as the boot loader left them. The
 * address, or HV_NO_PAGE. From any CPU; so is the rest of this header.
 */
uint64_t hv_pages_alloc(uint64_t pages, uint64_t align);

/* Give back exactly, or a part of, what hv_pages_alloc() gave: page-aligned.
 * It is cleared: nobody finds there what another one left. */
void hv_pages_free(uint64_t pa, uint64_t pages);

/* The same, cleared, as a pointer; null when there is nothing left. */
void *hv_zalloc(uint64_t bytes);

void hv_mem_stats(struct hv_mem_stats *stats);

#endif
