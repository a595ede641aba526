/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/status.h>

#include "hw/sysreg.h"
#include "mm/stage2_table.h"
#include "support/fake.h"
#include "support/fake_s2.h"

struct fake_s2 fake_s2;

/* What the TLB knows of a table page. */
struct known {
	bool used;
	bool linked; /* reached at least once since it was allocated */
	unsigned level;
	unsigned epoch;   /* when it was allocated                        */
	uint64_t base;    /* the IPA that its first entry translates      */
	uint64_t *parent; /* the cached descriptor that leads to it     */
};

/* Concatenated root tables are one table whose rows follow each other. */
static _Alignas(4096) uint64_t memory[FAKE_S2_PAGES * S2_ENTRIES];
static uint64_t cached[FAKE_S2_PAGES * S2_ENTRIES];
static struct known known[FAKE_S2_PAGES];
static unsigned epoch;
static unsigned next_fit;
static unsigned used_end; /* no page from there on was ever used */
static const struct arm_stage2 *watched;
static uint64_t watched_ipa;
static uint64_t watched_end;

static unsigned page_of(uint64_t pa)
{
	uint64_t page = (pa - FAKE_S2_PA) / ARM_STAGE2_PAGE_SIZE;

	assert_true(pa >= FAKE_S2_PA && page < FAKE_S2_PAGES);
	return (unsigned)page;
}

static uint64_t *table_at(unsigned page)
{
	return &memory[page * S2_ENTRIES];
}

static uint64_t *cached_entry(unsigned page, uint64_t index)
{
	return &cached[page * S2_ENTRIES + index];
}

static uint64_t entry_index(const struct arm_stage2 *s2, unsigned level,
			    uint64_t ipa)
{
	uint64_t index = ipa >> arm_s2_shift(level);

	return level == s2->start_level ? index : index % S2_ENTRIES;
}

static void observe_table(unsigned page, unsigned level, uint64_t ipa,
			  uint64_t end)
{
	while (ipa < end) {
		uint64_t index = entry_index(watched, level, ipa);
		uint64_t desc = table_at(page)[index];
		uint64_t *seen = cached_entry(page, index);
		uint64_t next = arm_s2_next(level, ipa);

		if ((desc & S2_DESC_VALID) != 0) {
			if (*seen != 0 && *seen != desc) {
				fail_msg("valid to valid at IPA %#llx: %#llx, "
					 "%#llx",
					 (unsigned long long)ipa,
					 (unsigned long long)*seen,
					 (unsigned long long)desc);
			}
			*seen = desc;
		}
		if (arm_s2_is_table(desc, level)) {
			unsigned child = page_of(desc & S2_DESC_ADDR);
			struct known *k = &known[child];

			assert_true(k->used);
			if (!k->linked && k->epoch == epoch) {
				fail_msg("linked before it was published");
			}
			k->linked = true;
			k->level = level + 1u;
			k->base = ipa & ~(arm_s2_size(level) - 1u);
			k->parent = seen;
			observe_table(child, level + 1u, ipa,
				      next < end ? next : end);
		}
		ipa = next;
	}
}

static void observe(void)
{
	/* Without a VMID no guest has run. */
	if (watched != NULL && watched->vmid != 0) {
		unsigned root = page_of(watched->root_pa);

		known[root].linked = true;
		known[root].level = watched->start_level;
		observe_table(root, watched->start_level, watched_ipa,
			      watched_end);
	}
}

static void check_stale(unsigned page, unsigned level, uint64_t ipa,
			uint64_t end)
{
	while (ipa < end) {
		uint64_t index = entry_index(watched, level, ipa);
		uint64_t desc = table_at(page)[index];
		uint64_t next = arm_s2_next(level, ipa);

		if ((desc & S2_DESC_VALID) == 0) {
			/* Between operations nothing is half done. */
			assert_int_equal(desc, 0);
			assert_int_equal(*cached_entry(page, index), 0);
		} else if (arm_s2_is_table(desc, level)) {
			check_stale(page_of(desc & S2_DESC_ADDR), level + 1u,
				    ipa, next < end ? next : end);
		}
		ipa = next;
	}
}

void fake_s2_watch(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size)
{
	watched = s2;
	watched_ipa = ipa;
	watched_end = ipa + size;
	epoch++;
	observe();
}

void fake_s2_settle(void)
{
	observe();
	check_stale(page_of(watched->root_pa), watched->start_level,
		    watched_ipa, watched_end);
}

static bool flushing; /* TLBI IPAS2E1IS without what completes it */

static void drop(unsigned page, const struct arm_stage2 *s2, uint64_t ipa)
{
	const struct known *k = &known[page];
	uint64_t entries = k->level == s2->start_level
				   ? (uint64_t)S2_ENTRIES << s2->root_order
				   : S2_ENTRIES;
	uint64_t index = (ipa - k->base) >> arm_s2_shift(k->level);

	if (ipa >= k->base && index < entries)
		*cached_entry(page, index) = 0;
}

static void at_vmid(void)
{
	fake_s2.vmid = (uint16_t)(READ(VTTBR_EL2) >> 48);
	assert_int_not_equal(fake_s2.vmid, 0);
}

static void forget_ipa(uint64_t ipa)
{
	fake_s2.ipa_steps++;
	if (!flushing)
		fake_s2.ipa_flushes++;
	flushing = true;
	for (unsigned page = 0; page < used_end; page++)
		if (known[page].linked && watched)
			drop(page, watched, ipa);
}

void fake_s2_maintenance(enum machine_maintenance what, uint64_t operand)
{
	switch (what) {
	case MACHINE_DSB_ISHST:
		fake_s2.publishes++;
		observe();
		break;
	case MACHINE_TLBI_IPAS2E1IS:
		at_vmid();
		forget_ipa(operand);
		return;
	case MACHINE_TLBI_VMALLE1IS:
		/* Stage-1 entries, which combine both: after stage 2's. */
		at_vmid();
		assert_true(flushing);
		flushing = false;
		break;
	case MACHINE_TLBI_VMALLS12E1IS:
		at_vmid();
		fake_s2.vmid_flushes++;
		memset(cached, 0, sizeof(cached));
		break;
	case MACHINE_DSB_ISH:
		observe();
		break;
	case MACHINE_TLBI_ALLE1IS:
	case MACHINE_TLBI_ALLE1:
		fake_s2.all_flushes++;
		memset(cached, 0, sizeof(cached));
		break;
	case MACHINE_DC_CIVAC:
		if (fake_s2.lines++ == 0)
			fake_s2.first_line = operand;
		fake_s2.last_line = operand;
		fake_s2.incomplete = true;
		return;
	case MACHINE_DSB_SY:
		fake_s2.incomplete = false;
		return;
	}
	epoch++;
}

static bool is_free(unsigned page, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (known[page + i].used) {
			return false;
		}
	}
	return true;
}

static uint64_t alloc_pages(void *ctx, unsigned order)
{
	unsigned count = 1u << order;
	uint64_t answer = fake_s2.next_page;

	(void)ctx;
	if (answer != 0) {
		fake_s2.next_page = 0;
		return answer;
	}
	if (fake_s2.pages_out + count > fake_s2.pages_limit) {
		return ARM_STAGE2_NO_PAGE;
	}
	for (unsigned tried = 0; tried < FAKE_S2_PAGES; tried += count) {
		unsigned page =
			(next_fit + count - 1u) / count * count % FAKE_S2_PAGES;

		next_fit = page + count;
		if (!is_free(page, count)) {
			continue;
		}
		for (unsigned i = page; i < page + count; i++) {
			known[i] = (struct known){.used = true, .epoch = epoch};
		}
		/* Whoever does not clear it has valid descriptors in it. */
		memset(table_at(page), 0xa5, count * ARM_STAGE2_PAGE_SIZE);
		fake_s2.pages_out += count;
		if (used_end < page + count)
			used_end = page + count;
		return FAKE_S2_PA + page * ARM_STAGE2_PAGE_SIZE;
	}
	return ARM_STAGE2_NO_PAGE;
}

static void check_forgotten(unsigned page)
{
	const struct known *k = &known[page];

	for (unsigned i = 0; i < S2_ENTRIES; i++) {
		assert_int_equal(*cached_entry(page, i), 0);
	}
	if (k->parent != NULL) {
		assert_false((*k->parent & S2_DESC_VALID) != 0 &&
			     page_of(*k->parent & S2_DESC_ADDR) == page);
	}
}

static void free_pages(void *ctx, uint64_t pa, unsigned order)
{
	unsigned count = 1u << order;

	(void)ctx;
	if (pa < FAKE_S2_PA ||
	    pa >= FAKE_S2_PA + FAKE_S2_PAGES * ARM_STAGE2_PAGE_SIZE ||
	    pa % ARM_STAGE2_PAGE_SIZE != 0) {
		fake_s2.bad_page = pa;
		return;
	}
	for (unsigned page = page_of(pa); page < page_of(pa) + count; page++) {
		assert_true(known[page].used);
		check_forgotten(page);
		known[page] = (struct known){0};
		memset(table_at(page), 0xff, ARM_STAGE2_PAGE_SIZE);
	}
	fake_s2.pages_out -= count;
}

static void *phys_to_virt(void *ctx, uint64_t pa)
{
	(void)ctx;
	if (pa < FAKE_S2_PA) /* a guest's, and nobody looks into it */
		return (void *)(uintptr_t)pa;
	return table_at(page_of(pa));
}

const struct arm_stage2_ops fake_s2_host_ops = {
	.alloc_pages = alloc_pages,
	.free_pages = free_pages,
	.phys_to_virt = phys_to_virt,
};

void fake_s2_reset(void)
{
	fake_cpus_make(1);
	memset(&fake_s2, 0, sizeof(fake_s2));
	memset(known, 0, sizeof(known));
	memset(cached, 0, sizeof(cached));
	fake_s2.pages_limit = FAKE_S2_NO_LIMIT;
	next_fit = 0;
	used_end = 0;
	watched = NULL;
}

void fake_s2_make(struct arm_stage2 *s2, unsigned ipa_bits, unsigned pa_bits)
{
	const struct arm_stage2_config config = {
		.ops = &fake_s2_host_ops,
		.ipa_bits = (uint8_t)ipa_bits,
		.pa_bits = (uint8_t)pa_bits,
		.vmid_bits = 16,
	};

	fake_s2_reset();
	assert_int_equal(arm_stage2_init(s2, &config), ARM_VCPU_OK);
}

static unsigned count_below(const uint64_t *table, unsigned level,
			    size_t entries)
{
	unsigned tables = 0;

	for (size_t i = 0; i < entries; i++) {
		if (arm_s2_is_table(table[i], level)) {
			const uint64_t *child =
				table_at(page_of(table[i] & S2_DESC_ADDR));
			unsigned filled = 0;

			for (unsigned j = 0; j < S2_ENTRIES; j++) {
				filled += child[j] != 0;
			}
			assert_int_not_equal(filled, 0);
			tables +=
				1u + count_below(child, level + 1u, S2_ENTRIES);
		}
	}
	return tables;
}

unsigned fake_s2_count_tables(const struct arm_stage2 *s2)
{
	return (1u << s2->root_order) +
	       count_below(s2->root, s2->start_level,
			   (size_t)S2_ENTRIES << s2->root_order);
}

uint64_t fake_s2_descriptor(const struct arm_stage2 *s2, uint64_t ipa,
			    unsigned *level)
{
	const uint64_t *table = s2->root;
	uint64_t desc = table[entry_index(s2, s2->start_level, ipa)];

	*level = s2->start_level;
	while (arm_s2_is_table(desc, *level)) {
		table = table_at(page_of(desc & S2_DESC_ADDR));
		++*level;
		desc = table[entry_index(s2, *level, ipa)];
	}
	return desc;
}

uint64_t fake_s2_hash(void)
{
	uint64_t hash = 0;

	for (unsigned page = 0; page < FAKE_S2_PAGES; page++) {
		if (!known[page].used) {
			continue;
		}
		for (unsigned i = 0; i < S2_ENTRIES; i++) {
			hash = (hash ^ table_at(page)[i]) *
			       UINT64_C(0x100000001b3);
			hash ^= hash >> 29;
		}
	}
	return hash;
}
