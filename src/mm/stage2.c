/* SPDX-License-Identifier: Apache-2.0 */
/* An address space's birth and death, and its shape. */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "mm/stage2_table.h"
#include "mm/stage2_tlb.h"

/*
 * VTCR_EL2.PS (Arm ARM DDI 0487 D19.2, as ID_AA64MMFR0_EL1.PARange). 52 bits
 * need larger granules or FEAT_LPA2; without, such a machine has 48.
 */
static const uint8_t pa_sizes[] = {32, 36, 40, 42, 44, 48, 52};
#define PS_48 5u

static bool encode_pa_bits(unsigned bits, unsigned *ps)
{
	for (unsigned i = 0; i < sizeof(pa_sizes); i++) {
		if (pa_sizes[i] == bits) {
			*ps = i < PS_48 ? i : PS_48;
			return true;
		}
	}
	return false;
}

/*
 * The lowest start level whose tables, up to 16 of them concatenated, cover
 * the IPA size (Arm ARM DDI 0487 D8.2.2, D8.2.7): each level fewer is one
 * memory access less in every nested walk.
 */
static unsigned choose_start_level(unsigned ipa_bits)
{
	unsigned level = S2_LEVEL_LAST - 1u; /* SL0 has no level 3 at 4 KiB */

	while (arm_s2_shift(level) + S2_LEVEL_BITS + S2_CONCAT_BITS <
	       ipa_bits) {
		level--;
		if (level == S2_LEVEL_FIRST)
			break;
	}
	return level;
}

static unsigned choose_root_order(unsigned ipa_bits, unsigned level)
{
	unsigned one_table = arm_s2_shift(level) + S2_LEVEL_BITS;

	return ipa_bits > one_table ? ipa_bits - one_table : 0u;
}

static uint64_t build_vtcr(const struct arm_stage2_config *config,
			   unsigned level, unsigned ps)
{
	return VTCR_EL2_RES1 | BITS_PUT(VTCR_EL2_T0SZ, 64u - config->ipa_bits) |
	       BITS_PUT(VTCR_EL2_SL0, VTCR_SL0(level)) |
	       BITS_PUT(VTCR_EL2_IRGN0, VTCR_RGN_WBWA) |
	       BITS_PUT(VTCR_EL2_ORGN0, VTCR_RGN_WBWA) |
	       BITS_PUT(VTCR_EL2_SH0, S2_SH_INNER) |
	       BITS_PUT(VTCR_EL2_TG0, VTCR_TG0_4K) | BITS_PUT(VTCR_EL2_PS, ps) |
	       (config->vmid_bits == 16 ? VTCR_EL2_VS : 0u);
}

static int check_config(const struct arm_stage2_config *config, unsigned *ps)
{
	const struct arm_stage2_ops *ops = config->ops;

	if (!ops || !ops->alloc_pages || !ops->free_pages || !ops->phys_to_virt)
		return ARM_VCPU_ERR_NULL;
	if (!encode_pa_bits(config->pa_bits, ps) ||
	    config->ipa_bits < S2_MIN_IPA_BITS ||
	    config->ipa_bits > S2_MAX_BITS ||
	    config->ipa_bits > config->pa_bits)
		return ARM_VCPU_ERR_RANGE;
	if (config->vmid_bits != 8 && config->vmid_bits != 16)
		return ARM_VCPU_ERR_INVALID;
	return ARM_VCPU_OK;
}

int arm_stage2_init(struct arm_stage2 *s2,
		    const struct arm_stage2_config *config)
{
	struct arm_stage2 fresh = {0};
	unsigned level;
	unsigned ps;
	int status;

	if (!s2 || !config)
		return ARM_VCPU_ERR_NULL;
	status = check_config(config, &ps);
	if (status != ARM_VCPU_OK)
		return status;
	level = choose_start_level(config->ipa_bits);
	fresh.ops = config->ops;
	fresh.ctx = config->ctx;
	fresh.vtcr = build_vtcr(config, level, ps);
	fresh.fwb = config->fwb;
	fresh.ipa_bits = config->ipa_bits;
	fresh.pa_bits = pa_sizes[ps];
	fresh.start_level = (uint8_t)level;
	fresh.root_order = (uint8_t)choose_root_order(config->ipa_bits, level);
	fresh.root = arm_s2_alloc(&fresh, fresh.root_order, &fresh.root_pa);
	if (!fresh.root)
		return ARM_VCPU_ERR_NO_MEMORY;
	arm_s2_publish();
	*s2 = fresh;
	return ARM_VCPU_OK;
}

static void collect_tables(const struct arm_stage2 *s2, uint64_t *table,
			   unsigned level, size_t entries,
			   struct arm_s2_pages *pages)
{
	for (size_t i = 0; i < entries; i++) {
		uint64_t desc = arm_s2_read(&table[i]);

		if (arm_s2_is_table(desc, level)) {
			collect_tables(s2, arm_s2_table(s2, desc), level + 1u,
				       S2_ENTRIES, pages);
			arm_s2_push(s2, pages, desc & S2_DESC_ADDR);
		}
	}
}

void arm_stage2_free(struct arm_stage2 *s2)
{
	struct arm_s2_pages pages = {0};

	if (!s2 || !s2->root)
		return;
	collect_tables(s2, s2->root, s2->start_level,
		       (size_t)S2_ENTRIES << s2->root_order, &pages);
	__builtin_memset(s2->root, 0, ARM_STAGE2_PAGE_SIZE << s2->root_order);
	if (s2->vmid != 0)
		arm_s2_flush_vmid(s2);
	arm_s2_release(s2, &pages);
	s2->ops->free_pages(s2->ctx, s2->root_pa, s2->root_order);
	__builtin_memset(s2, 0, sizeof(*s2));
}

uint64_t arm_stage2_root(const struct arm_stage2 *s2)
{
	return s2 ? s2->root_pa : 0;
}

uint64_t arm_stage2_vtcr(const struct arm_stage2 *s2)
{
	return s2 ? s2->vtcr : 0;
}

bool arm_stage2_fwb(const struct arm_stage2 *s2)
{
	return s2 && s2->fwb;
}

int arm_s2_check(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size)
{
	if (!s2)
		return ARM_VCPU_ERR_NULL;
	if (!s2->root || size == 0)
		return ARM_VCPU_ERR_INVALID;
	if (ipa >= arm_s2_limit(s2) || size > arm_s2_limit(s2) - ipa)
		return ARM_VCPU_ERR_RANGE;
	return ARM_VCPU_OK;
}

int arm_s2_check_pages(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size)
{
	int status = arm_s2_check(s2, ipa, size);

	if (status == ARM_VCPU_OK &&
	    ((ipa | size) & (ARM_STAGE2_PAGE_SIZE - 1u)) != 0)
		return ARM_VCPU_ERR_UNALIGNED;
	return status;
}
