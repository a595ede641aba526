/* SPDX-License-Identifier: Apache-2.0 */
/* The data caches and what an address space maps. */
#include <arm_vcpu/status.h>

#include "arch/bits.h"
#include "hw/barrier.h"
#include "hw/cache.h"
#include "hw/sysreg.h"
#include "mm/stage2_table.h"

#define CTR_DMINLINE BITS(19, 16) /* in words of 4 bytes (D19.2.34) */

struct request {
	const struct arm_stage2 *s2;
	uint64_t ipa;
	uint64_t end;
};

/* Pages that follow each other at EL2, or not, are the host's affair. */
static int clean(void *arg, const struct arm_stage2_mapping *m)
{
	const struct request *r = arg;
	const uint64_t line = UINT64_C(4)
			      << BITS_GET(READ(CTR_EL0), CTR_DMINLINE);
	uint64_t ipa = m->ipa > r->ipa ? m->ipa : r->ipa;
	uint64_t end = m->ipa + m->size;

	if (m->attr & ARM_STAGE2_DEVICE)
		return 0;
	if (end > r->end)
		end = r->end;
	for (; ipa < end; ipa += ARM_STAGE2_PAGE_SIZE) {
		uintptr_t va = (uintptr_t)r->s2->ops->phys_to_virt(
			r->s2->ctx, m->pa + (ipa - m->ipa));

		for (uint64_t at = 0; at < ARM_STAGE2_PAGE_SIZE; at += line)
			arm_hw_dc_civac(va + at);
	}
	return 0;
}

int arm_stage2_clean(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size)
{
	struct request r = {.s2 = s2, .ipa = ipa, .end = ipa + size};
	int status = arm_s2_check_pages(s2, ipa, size);

	if (status == ARM_VCPU_OK)
		status = arm_stage2_walk(s2, ipa, size, clean, &r);
	/* In memory before anybody looks at it past the caches, of any
	 * shareability: a guest with its MMU off does, on any CPU. */
	arm_hw_dsb_sy();
	return status;
}
