/* SPDX-License-Identifier: Apache-2.0 */
/* Which errata a CPU has, and what this library does about them. */
#include "vcpu/errata.h"

#include "arch/cores.h"
#include "lib/format.h"

enum action {
	NOTHING,
	REPEAT_TLBI,  /* mm/stage2_tlb.c, on every CPU */
	CHECK_STAGE1, /* hw/guarded.S, if the host has it */
};

/* ERRATUM_NUMBER and ERRATUM_ACTION in one word. */
struct erratum {
	uint32_t what;
	uint16_t part;
	uint8_t first, last;
};

#define ERRATUM_NUMBER BITS(23, 0)
#define ERRATUM_ACTION BITS(31, 24)

#define ERRATUM(core, number, first, last, action) \
	{(number) | (uint32_t)(action) << 24, PART_##core, (first), (last)},
static const struct erratum errata[] = {
#include "arch/errata.def"
};
#undef ERRATUM
#define ERRATUM(core, number, first, last, action) \
	_Static_assert((number) <= ERRATUM_NUMBER, "24 bits");
#include "arch/errata.def"
#undef ERRATUM

static bool has(uint64_t midr, const struct erratum *erratum)
{
	const uint64_t step = BITS_GET(midr, MIDR_VARIANT) << 4 |
			      BITS_GET(midr, MIDR_REVISION);

	return BITS_GET(midr, MIDR_IMPLEMENTER) == MIDR_ARM &&
	       BITS_GET(midr, MIDR_PART) == erratum->part &&
	       step >= erratum->first && step <= erratum->last;
}

void arm_errata_find(struct arm_pcpu *pcpu)
{
	struct arm_line line;
	bool any = false;

	arm_line_start(&line);
	arm_line_text(&line,
		      "arm_vcpu: errata of this CPU, all worked around:");
	for (unsigned n = 0; n < sizeof(errata) / sizeof(errata[0]); n++) {
		const struct erratum *erratum = &errata[n];
		unsigned action;

		action = (unsigned)BITS_GET(erratum->what, ERRATUM_ACTION);
		if (!has(pcpu->features.midr, erratum) ||
		    (action == CHECK_STAGE1 && !pcpu->find_guard))
			continue;
		pcpu->repeat_tlbi |= action == REPEAT_TLBI;
		pcpu->checks_stage1 |= action == CHECK_STAGE1;
		arm_line_text(&line, " ");
		arm_line_decimal(&line,
				 BITS_GET(erratum->what, ERRATUM_NUMBER));
		any = true;
	}
	if (any && pcpu->is_news && pcpu->ops->log)
		pcpu->ops->log(pcpu->ctx, ARM_VCPU_LOG_INFO, line.text);
}
