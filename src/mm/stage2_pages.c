/* SPDX-License-Identifier: Apache-2.0 */
/* Table pages between the host and the tree. */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "mm/stage2_table.h"

uint64_t *arm_s2_alloc(const struct arm_stage2 *s2, unsigned order,
		       uint64_t *pa)
{
	uint64_t size = ARM_STAGE2_PAGE_SIZE << order;
	uint64_t page = s2->ops->alloc_pages(s2->ctx, order);
	uint64_t *table;

	if (page == ARM_STAGE2_NO_PAGE)
		return NULL;
	/* A table that the descriptors cannot point at is none. */
	if ((page & (size - 1u)) != 0 || page >> s2->pa_bits != 0) {
		s2->ops->free_pages(s2->ctx, page, order);
		return NULL;
	}
	table = s2->ops->phys_to_virt(s2->ctx, page);
	__builtin_memset(table, 0, size);
	*pa = page;
	return table;
}

int arm_s2_reserve(const struct arm_stage2 *s2, struct arm_s2_pages *pages)
{
	uint64_t pa;

	if (!arm_s2_alloc(s2, 0, &pa))
		return ARM_VCPU_ERR_NO_MEMORY;
	arm_s2_push(s2, pages, pa);
	return ARM_VCPU_OK;
}

void arm_s2_push(const struct arm_stage2 *s2, struct arm_s2_pages *pages,
		 uint64_t pa)
{
	arm_s2_write(arm_s2_table(s2, pa), pages->head);
	pages->head = pa;
	pages->count++;
}

uint64_t *arm_s2_pop(const struct arm_stage2 *s2, struct arm_s2_pages *pages,
		     uint64_t *pa)
{
	uint64_t *table = arm_s2_table(s2, pages->head);

	*pa = pages->head;
	pages->head = table[0];
	pages->count--;
	table[0] = 0;
	return table;
}

void arm_s2_release(const struct arm_stage2 *s2, struct arm_s2_pages *pages)
{
	while (pages->count != 0) {
		uint64_t pa;

		arm_s2_pop(s2, pages, &pa);
		s2->ops->free_pages(s2->ctx, pa, 0);
	}
}
