/* SPDX-License-Identifier: Apache-2.0 */
#include "mm/stage2_ops.h"

#include "mm/mem.h"

_Static_assert(HV_NO_PAGE == ARM_STAGE2_NO_PAGE, "handed on as it is");

static uint64_t alloc_pages(void *ctx, unsigned order)
{
	(void)ctx;
	return hv_pages_alloc(UINT64_C(1) << order, HV_PAGE_SIZE << order);
}

static void free_pages(void *ctx, uint64_t pa, unsigned order)
{
	(void)ctx;
	hv_pages_free(pa, UINT64_C(1) << order);
}

static void *phys_to_virt(void *ctx, uint64_t pa)
{
	(void)ctx;
	return (void *)(uintptr_t)pa;
}

const struct arm_stage2_ops hv_stage2_ops = {
	.alloc_pages = alloc_pages,
	.free_pages = free_pages,
	.phys_to_virt = phys_to_virt,
};
