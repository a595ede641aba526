/* SPDX-License-Identifier: Apache-2.0 */
/* Sets of ranges against a bitmap, the page allocator against a map of owners,
 * both with random operations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

/* The allocator's lock is AArch64 code; here is one CPU, without interrupts. */
#define HV_BASE_LOCK_H
struct hv_lock {
	int held;
};

static uint64_t hv_lock(struct hv_lock *lock)
{
	assert_int_equal(lock->held++, 0);
	return 0;
}

static void hv_unlock(struct hv_lock *lock, uint64_t daif)
{
	(void)daif;
	assert_int_equal(--lock->held, 0);
}

#include "base/ranges.c"
#include "mm/mem.c"

static uint64_t seed = 1;

static uint32_t draw(uint32_t below)
{
	seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % below;
}

#define MODEL_BITS 400u

static void check_against(const struct hv_ranges *set, const uint8_t *model)
{
	uint64_t members = 0;
	uint32_t i;

	for (i = 0; i < MODEL_BITS; i++) {
		assert_int_equal(hv_ranges_contain(set, i, i + 1), model[i]);
		members += model[i];
	}
	assert_int_equal(hv_ranges_size(set), members);
	for (i = 0; i < set->count; i++) {
		assert_true(set->range[i].base < set->range[i].end);
		/* Sorted, and neighbours do not even touch. */
		if (i)
			assert_true(set->range[i - 1].end < set->range[i].base);
	}
}

static void ranges_do_what_a_bitmap_does(void **state)
{
	uint8_t model[MODEL_BITS] = {0};
	struct hv_ranges set = {0};
	unsigned round;

	(void)state;
	for (round = 0; round < 5000; round++) {
		uint32_t base = draw(MODEL_BITS);
		uint32_t end = base + draw(20);
		bool add = draw(2);
		uint32_t i;

		if (end > MODEL_BITS)
			end = MODEL_BITS;
		if (!(add ? hv_ranges_add(&set, base, end)
			  : hv_ranges_remove(&set, base, end)))
			continue; /* no room: unchanged, as is checked next */
		for (i = base; i < end; i++)
			model[i] = add;
		check_against(&set, model);
	}
}

static void ranges_refuse_what_has_no_room(void **state)
{
	struct hv_ranges set = {0};
	uint64_t i;

	(void)state;
	for (i = 0; i < HV_RANGES_MAX; i++)
		assert_true(hv_ranges_add(&set, i * 100, i * 100 + 10));
	assert_false(hv_ranges_add(&set, 50, 60));
	assert_false(hv_ranges_remove(&set, 5, 6));
	assert_int_equal(hv_ranges_size(&set), HV_RANGES_MAX * 10);
	assert_true(hv_ranges_add(&set, 5, 105)); /* joins two */
	assert_int_equal(set.count, HV_RANGES_MAX - 1);
	assert_true(hv_ranges_add(&set, 0, UINT64_MAX));
	assert_int_equal(set.count, 1);
}

#define POOL_PAGES 1024u
#define BLOCKS     40u

struct block {
	uint64_t at;
	uint64_t pages;
};

static unsigned char *pool;

static uint64_t pool_page(uint64_t page)
{
	return (uint64_t)(uintptr_t)pool + page * HV_PAGE_SIZE;
}

/* What is in memory itself, as long as the caches have not been flushed. */
static unsigned char *memory;

void hv_cache_flush(const void *at, uint64_t size)
{
	memcpy(memory + ((const unsigned char *)at - pool), at, size);
}

/* The caches write back where the allocator has its notes. */
static void evict(void)
{
	for (uint64_t page = 0; page < POOL_PAGES; page++)
		memcpy(memory + page * HV_PAGE_SIZE, pool + page * HV_PAGE_SIZE,
		       64);
}

/* Free memory with this in every byte, as the boot loader left it. */
static void make_pool(int byte)
{
	struct hv_ranges ranges = {0};

	memset(pool, byte, POOL_PAGES * HV_PAGE_SIZE);
	memset(memory, byte, POOL_PAGES * HV_PAGE_SIZE);
	memset(&mem, 0, sizeof(mem));
	/* Two extents; partial pages at the edges are not given out. */
	hv_ranges_add(&ranges, pool_page(0) + 1, pool_page(500));
	hv_ranges_add(&ranges, pool_page(501), pool_page(POOL_PAGES) - 1);
	hv_mem_init(&ranges);
}

static int setup_pool(void **state)
{
	(void)state;
	pool = aligned_alloc(HV_CHUNK, POOL_PAGES * HV_PAGE_SIZE);
	memory = malloc(POOL_PAGES * HV_PAGE_SIZE);
	assert_non_null(pool);
	assert_non_null(memory);
	make_pool(0);
	return 0;
}

static int free_pool(void **state)
{
	(void)state;
	free(pool);
	free(memory);
	return 0;
}

static void check_stats(uint64_t allocated)
{
	struct hv_mem_stats stats;

	hv_mem_stats(&stats);
	assert_int_equal(stats.total_pages, 499 + 522);
	assert_int_equal(stats.free_pages, stats.total_pages - allocated);
}

static void fill(const struct block *block, int byte)
{
	unsigned char *at = (void *)(uintptr_t)block->at;

	memset(at, byte, block->pages * HV_PAGE_SIZE);
	memset(memory + (at - pool), byte, block->pages * HV_PAGE_SIZE);
}

/* Nobody else wrote into it since. */
static void check_filled(const struct block *block, int byte)
{
	const unsigned char *p = (const void *)(uintptr_t)block->at;
	uint64_t i;

	for (i = 0; i < block->pages * HV_PAGE_SIZE; i += 64)
		assert_int_equal(p[i], byte);
}

/* With and without caches there is nothing to be seen in it. */
static void check_cleared(const struct block *block)
{
	const unsigned char *p = (const void *)(uintptr_t)block->at;

	for (uint64_t i = 0; i < block->pages * HV_PAGE_SIZE; i++) {
		assert_int_equal(p[i], 0);
		assert_int_equal(memory[p + i - pool], 0);
	}
}

static void blocks_never_overlap_and_all_come_back(void **state)
{
	struct block blocks[BLOCKS] = {0};
	uint64_t allocated = 0;
	unsigned round, i;

	(void)state;
	for (round = 0; round < 4000; round++) {
		struct block *b = &blocks[i = draw(BLOCKS)];
		uint64_t align = HV_PAGE_SIZE << draw(6);

		evict();
		if (b->pages) {
			check_filled(b, (int)i);
			hv_pages_free(b->at, b->pages);
			allocated -= b->pages;
			b->pages = 0;
		} else {
			uint64_t pages = 1 + draw(48);

			b->at = hv_pages_alloc(pages, align);
			if (b->at != HV_NO_PAGE) {
				assert_int_equal(b->at % align, 0);
				b->pages = pages;
				allocated += pages;
				check_cleared(b);
				fill(b, (int)i);
			}
		}
		check_stats(allocated);
	}
	for (i = 0; i < BLOCKS; i++)
		hv_pages_free(blocks[i].at, blocks[i].pages);
	check_stats(0);
	/* Neighbours were joined: the large extent is whole again. */
	assert_int_equal(hv_pages_alloc(522, HV_PAGE_SIZE), pool_page(501));
}

static void small_blocks_leave_large_extents_alone(void **state)
{
	(void)state;
	assert_int_equal(hv_pages_alloc(1, HV_PAGE_SIZE), pool_page(1));
	assert_int_equal(hv_pages_alloc(256, HV_CHUNK / 2), pool_page(512));
	assert_int_equal(hv_pages_alloc(256, HV_CHUNK / 2), HV_NO_PAGE);
}

static void a_part_can_be_given_back(void **state)
{
	uint64_t at = hv_pages_alloc(8, HV_PAGE_SIZE);

	(void)state;
	hv_pages_free(at + 2 * HV_PAGE_SIZE, 3);
	check_stats(5);
	assert_int_equal(hv_pages_alloc(3, HV_PAGE_SIZE),
			 at + 2 * HV_PAGE_SIZE);
}

static void nonsense_gets_no_page(void **state)
{
	(void)state;
	assert_int_equal(hv_pages_alloc(0, HV_PAGE_SIZE), HV_NO_PAGE);
	assert_int_equal(hv_pages_alloc(1, 0), HV_NO_PAGE);
	assert_int_equal(hv_pages_alloc(1, 3 * HV_PAGE_SIZE), HV_NO_PAGE);
	assert_int_equal(hv_pages_alloc(UINT64_MAX, HV_PAGE_SIZE), HV_NO_PAGE);
	assert_int_equal(hv_pages_alloc(POOL_PAGES, HV_PAGE_SIZE), HV_NO_PAGE);
	check_stats(0);
}

static void zalloc_clears(void **state)
{
	const unsigned char *p;
	uint64_t i;

	(void)state;
	make_pool(0x5a);
	p = hv_zalloc(3 * HV_PAGE_SIZE + 1);
	assert_non_null(p);
	check_stats(4);
	for (i = 0; i < 4 * HV_PAGE_SIZE; i++)
		assert_int_equal(p[i], 0);
	assert_null(hv_zalloc(POOL_PAGES * HV_PAGE_SIZE));
}

#define POOL_TEST(name) \
	cmocka_unit_test_setup_teardown(name, setup_pool, free_pool)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_do_what_a_bitmap_does),
		cmocka_unit_test(ranges_refuse_what_has_no_room),
		POOL_TEST(blocks_never_overlap_and_all_come_back),
		POOL_TEST(small_blocks_leave_large_extents_alone),
		POOL_TEST(a_part_can_be_given_back),
		POOL_TEST(nonsense_gets_no_page),
		POOL_TEST(zalloc_clears),
	};

	return cmocka_run_group_tests(tests, 0, 0);
}
