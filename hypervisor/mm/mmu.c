/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2 stage 1, 4 KiB granule, 48 bits (Arm ARM DDI 0487 D8.2, D8.3). Nothing
 * that is mapped is ever changed or unmapped, so no TLB maintenance is needed
 * after the MMU is on. The device tree is not read before that: who loaded it
 * may have left it in the caches.
 *
 * hv_mmu_early() and what it calls run with the MMU off, where all memory is
 * Device: this file is built with -mstrict-align, and calls no memset().
 */
#include "mm/mmu.h"

#include "base/cache.h"
#include "base/power.h"
#include "mm/mem.h"

#define TABLE_ENTRIES 512u
#define TABLE_POOL    32u

/* Descriptors: D8.3.1, D8.3.2. */
#define DESC_VALID    UINT64_C(0x1)
#define DESC_TABLE    UINT64_C(0x3) /* at level 3: a page */
#define DESC_TYPE     UINT64_C(0x3)
#define DESC_ADDR     UINT64_C(0x0000fffffffff000)
#define DESC_DEVICE   (UINT64_C(1) << 2) /* AttrIndx: MAIR's second byte */
#define DESC_AP1      (UINT64_C(1) << 6) /* RES1 at EL2 */
#define DESC_READONLY (UINT64_C(1) << 7)
#define DESC_INNER    (UINT64_C(3) << 8)
#define DESC_ACCESSED (UINT64_C(1) << 10)
#define DESC_XN       (UINT64_C(1) << 54)
#define DESC_MEMORY   (DESC_VALID | DESC_AP1 | DESC_INNER | DESC_ACCESSED)

#define MAIR_NORMAL_DEVICE UINT64_C(0x04ff) /* 0: WB, RW-allocate; 1: nGnRE */

/* TCR: 48 bits, walks inner shareable and write-back, 4 KiB (D19.2.139). */
#define TCR_COMMON      UINT64_C(0x3510)
#define TCR_EL2_RES1    (UINT64_C(1) << 31 | UINT64_C(1) << 23)
#define TCR_EL2_PS(n)   ((uint64_t)(n) << 16)
#define TCR_EL1_EPD1    (UINT64_C(1) << 23)
#define TCR_EL1_IPS(n)  ((uint64_t)(n) << 32)
#define PARANGE_48_BITS 5u

#define STACK_STRIDE (2u * HV_STACK_SIZE)
#define FDT_MAGIC_BE UINT32_C(0xedfe0dd0) /* as a little-endian word */
#define FDT_SIZE_MAX UINT64_C(0x200000)   /* arm64 booting.rst */

/* start.S loads these; its offsets are the order. */
struct hv_mmu_config {
	uint64_t ttbr;
	uint64_t mair;
	uint64_t tcr_el2;
	uint64_t tcr_el1;
};
extern struct hv_mmu_config hv_mmu_config;
struct hv_mmu_config hv_mmu_config;

extern char hv_image_start[], hv_rodata_start[], hv_data_start[],
	hv_image_end[];
extern char hv_boot_stack_guard[];

static _Alignas(4096) uint64_t pool[TABLE_POOL][TABLE_ENTRIES];
static uint32_t pool_used;
static struct hv_range fdt_range; /* in bytes, not in pages */

static uint64_t kind_bits(enum hv_mmu_kind kind)
{
	switch (kind) {
	case HV_MMU_TEXT:
		return DESC_MEMORY | DESC_READONLY;
	case HV_MMU_RODATA:
		return DESC_MEMORY | DESC_READONLY | DESC_XN;
	case HV_MMU_DATA:
		return DESC_MEMORY | DESC_XN;
	case HV_MMU_DEVICE:
		return DESC_MEMORY | DESC_DEVICE | DESC_XN;
	}
	return 0;
}

static uint64_t *new_table(void)
{
	return pool_used < TABLE_POOL ? pool[pool_used++] : 0;
}

/* The table that an entry points to, made when there is none. */
static uint64_t *next_table(uint64_t *entry)
{
	uint64_t *table;

	if ((*entry & DESC_TYPE) == DESC_TABLE)
		return (uint64_t *)(uintptr_t)(*entry & DESC_ADDR);
	if (*entry & DESC_VALID)
		return 0;
	table = new_table();
	if (table)
		*entry = (uint64_t)(uintptr_t)table | DESC_TABLE;
	return table;
}

/*
 * One entry for the start of [va, va + size), as large as alignment, size and
 * the tables that exist allow. Answers the bytes that it covers, 0 if it
 * cannot be.
 */
static uint64_t map_one(uint64_t va, uint64_t pa, uint64_t size, uint64_t bits)
{
	uint64_t *table = pool[0];
	unsigned level;

	for (level = 0; level < 4; level++) {
		unsigned shift = 39 - 9 * level;
		uint64_t block = UINT64_C(1) << shift;
		uint64_t *entry = &table[(va >> shift) % TABLE_ENTRIES];
		int fits = level && size >= block && !((va | pa) % block);

		if (fits && !(*entry & DESC_VALID)) {
			*entry = pa | bits | (level == 3 ? DESC_TABLE : 0);
			return block;
		}
		if (level == 3)
			return 0;
		table = next_table(entry);
		if (!table)
			return 0;
	}
	return 0;
}

static bool map(uint64_t va, uint64_t pa, uint64_t size, enum hv_mmu_kind kind)
{
	uint64_t done;

	for (done = 0; done < size;) {
		uint64_t n = map_one(va + done, pa + done, size - done,
				     kind_bits(kind));

		if (!n)
			return false;
		done += n;
	}
	/* The walker of any CPU sees the entries before the next access. */
	__asm__ volatile("dsb ishst\n\tisb" : : : "memory");
	return true;
}

static bool map_identity(const void *from, const void *to,
			 enum hv_mmu_kind kind)
{
	uint64_t base = (uint64_t)(uintptr_t)from;

	return map(base, base, (uint64_t)(uintptr_t)to - base, kind);
}

static struct hv_range pages_around(struct hv_range range)
{
	struct hv_range pages = {
		.base = range.base & ~(HV_PAGE_SIZE - 1),
		.end = (range.end + HV_PAGE_SIZE - 1) & ~(HV_PAGE_SIZE - 1),
	};

	return pages;
}

/* The first page of the device tree: its header, of which nothing is known
 * yet. Its two words that count do not leave the page. */
static void map_fdt_header(const void *fdt)
{
	uint64_t base = (uint64_t)(uintptr_t)fdt;
	struct hv_range page =
		pages_around((struct hv_range){.base = base, .end = base + 8});

	if (!fdt || base % 8 || page.end > HV_MEMORY_END ||
	    !map(page.base, page.base, HV_PAGE_SIZE, HV_MMU_RODATA))
		return;
	fdt_range.base = fdt_range.end = base;
}

/* The rest of it, once the header was read; before anything can be said about
 * a bad one. */
static void map_fdt_rest(void)
{
	const uint32_t *header = (const void *)(uintptr_t)fdt_range.base;
	struct hv_range pages;
	uint64_t size;

	if (!header || header[0] != FDT_MAGIC_BE)
		return;
	size = __builtin_bswap32(header[1]);
	if (size > FDT_SIZE_MAX || fdt_range.base + size > HV_MEMORY_END)
		return;
	fdt_range.end = fdt_range.base + size;
	pages = pages_around(fdt_range);
	pages.base += HV_PAGE_SIZE; /* the header's */
	if (pages.base < pages.end &&
	    !map(pages.base, pages.base, pages.end - pages.base, HV_MMU_RODATA))
		fdt_range.end = fdt_range.base;
}

static uint64_t pa_range(void)
{
	uint64_t mmfr0, range;

	__asm__("mrs %0, id_aa64mmfr0_el1" : "=r"(mmfr0));
	range = mmfr0 & 0xf;
	return range < PARANGE_48_BITS ? range : PARANGE_48_BITS;
}

__attribute__((no_stack_protector)) void hv_mmu_early(const void *fdt)
{
	uint64_t ps = pa_range();

	pool_used = 1; /* pool[0] is the root */
	map_identity(hv_image_start, hv_rodata_start, HV_MMU_TEXT);
	map_identity(hv_rodata_start, hv_data_start, HV_MMU_RODATA);
	map_identity(hv_data_start, hv_boot_stack_guard, HV_MMU_DATA);
	map_identity(hv_boot_stack_guard + HV_PAGE_SIZE, hv_image_end,
		     HV_MMU_DATA);
	map_fdt_header(fdt);
	hv_mmu_config.ttbr = (uint64_t)(uintptr_t)pool[0];
	hv_mmu_config.mair = MAIR_NORMAL_DEVICE;
	hv_mmu_config.tcr_el2 = TCR_COMMON | TCR_EL2_RES1 | TCR_EL2_PS(ps);
	hv_mmu_config.tcr_el1 = TCR_COMMON | TCR_EL1_EPD1 | TCR_EL1_IPS(ps);
}

const void *hv_mmu_fdt(uint64_t *size)
{
	if (fdt_range.end == fdt_range.base)
		map_fdt_rest();
	*size = fdt_range.end - fdt_range.base;
	return *size ? (const void *)(uintptr_t)fdt_range.base : 0;
}

struct hv_range hv_mmu_image(void)
{
	struct hv_range image = {
		.base = (uint64_t)(uintptr_t)hv_image_start,
		.end = (uint64_t)(uintptr_t)hv_image_end,
	};

	return image;
}

void hv_mmu_map_memory(const struct hv_ranges *memory,
		       const struct hv_ranges *no_map)
{
	static struct hv_ranges todo;
	struct hv_range image = hv_mmu_image();
	struct hv_range fdt = pages_around(fdt_range);
	uint32_t i;
	bool ok;

	todo = *memory;
	ok = hv_ranges_remove(&todo, image.base, image.end) &&
	     hv_ranges_remove(&todo, fdt.base, fdt.end);
	for (i = 0; ok && i < no_map->count; i++) {
		struct hv_range hole = pages_around(no_map->range[i]);

		ok = hv_ranges_remove(&todo, hole.base, hole.end);
	}
	for (i = 0; ok && i < todo.count; i++) {
		uint64_t base = (todo.range[i].base + HV_PAGE_SIZE - 1) &
				~(HV_PAGE_SIZE - 1);
		uint64_t end = todo.range[i].end & ~(HV_PAGE_SIZE - 1);

		ok = base >= end || map(base, base, end - base, HV_MMU_DATA);
	}
	if (!ok)
		hv_fail("the memory is in too many pieces to be mapped");
}

bool hv_mmu_map_device(struct hv_range range)
{
	struct hv_range pages = pages_around(range);

	if (pages.end <= pages.base || pages.end > HV_MEMORY_END)
		return false;
	return map(pages.base, pages.base, pages.end - pages.base,
		   HV_MMU_DEVICE);
}

uint64_t hv_mmu_map_stack(uint32_t index, uint64_t pa)
{
	uint64_t top = HV_MEMORY_END + (uint64_t)(index + 1) * STACK_STRIDE;

	if (!map(top - HV_STACK_SIZE, pa, HV_STACK_SIZE, HV_MMU_DATA))
		return 0;
	return top;
}

void hv_mmu_clean_config(void)
{
	hv_cache_flush(&hv_mmu_config, sizeof(hv_mmu_config));
}
