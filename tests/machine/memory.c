/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Physical memory: wherever somebody looks there is some, in chunks of 64 KiB
 * that are made on first sight. The host's pages come from one region of it.
 */
#include <stdlib.h>
#include <string.h>

#include "machine/state.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(start, size)   ((void)(start), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(start, size) ((void)(start), (void)(size))
#endif

#define PAGE_SHIFT   12u
#define PAGE         (UINT64_C(1) << PAGE_SHIFT)
#define CHUNK_SHIFT  16u
#define CHUNK        (UINT64_C(1) << CHUNK_SHIFT)
#define CHUNK_PAGES  16u
#define SLOTS        8192u
#define REGION       UINT64_C(0x100000000)
#define REGION_PAGES 16384u

struct chunk {
	uint64_t number; /* of the chunk of physical memory */
	unsigned char *bytes;
};

static MACHINE_LOCAL struct chunk chunks[SLOTS];
static MACHINE_LOCAL unsigned chunk_count;
static MACHINE_LOCAL uint8_t taken[REGION_PAGES];
static MACHINE_LOCAL unsigned next_fit, pages_out;

void machine_memory_make(void)
{
	for (unsigned n = 0; n < SLOTS; n++)
		free(chunks[n].bytes);
	memset(chunks, 0, sizeof(chunks));
	memset(taken, 0, sizeof(taken));
	chunk_count = 0;
	next_fit = 0;
	pages_out = 0;
}

static unsigned char *make_chunk(struct chunk *chunk, uint64_t number)
{
	if (++chunk_count == SLOTS)
		machine_fail("out of physical memory");
	chunk->number = number;
	chunk->bytes = aligned_alloc(CHUNK, CHUNK);
	if (!chunk->bytes)
		machine_fail("out of memory");
	/* Valid descriptors, to whoever does not clear them. */
	memset(chunk->bytes, 0xa5, CHUNK);
	return chunk->bytes;
}

void *machine_phys(uint64_t pa)
{
	const uint64_t number = pa >> CHUNK_SHIFT;
	unsigned slot = (unsigned)(number * 0x9e3779b1u) % SLOTS;

	while (chunks[slot].bytes && chunks[slot].number != number)
		slot = (slot + 1) % SLOTS;
	return (chunks[slot].bytes ? chunks[slot].bytes
				   : make_chunk(&chunks[slot], number)) +
	       pa % CHUNK;
}

static bool is_free(unsigned page, unsigned count)
{
	for (unsigned n = 0; n < count; n++)
		if (taken[page + n])
			return false;
	return true;
}

uint64_t machine_alloc_pages(unsigned order)
{
	const unsigned count = 1u << order;

	if (count > CHUNK_PAGES)
		machine_fail("2^%u pages", order);
	for (unsigned tried = 0; tried < REGION_PAGES; tried += count) {
		const unsigned page =
			(next_fit + count - 1) / count * count % REGION_PAGES;

		next_fit = page + count;
		if (!is_free(page, count))
			continue;
		memset(&taken[page], 1, count);
		pages_out += count;
		ASAN_UNPOISON_MEMORY_REGION(machine_phys(REGION + page * PAGE),
					    count * PAGE);
		return REGION + page * PAGE;
	}
	return MACHINE_NO_PAGE;
}

bool machine_is_allocated(uint64_t pa)
{
	const uint64_t page = (pa - REGION) >> PAGE_SHIFT;

	return pa >= REGION && page < REGION_PAGES && taken[page];
}

void machine_free_pages(uint64_t pa, unsigned order)
{
	const unsigned count = 1u << order;

	for (unsigned n = 0; n < count; n++) {
		const uint64_t at = pa + n * PAGE;

		if (pa % (count * PAGE) || !machine_is_allocated(at))
			machine_fail("page %#llx is freed, but not allocated",
				     (unsigned long long)at);
		machine_tlb_forgot(at);
		memset(machine_phys(at), 0xa5, PAGE);
		ASAN_POISON_MEMORY_REGION(machine_phys(at), PAGE);
		taken[(at - REGION) >> PAGE_SHIFT] = 0;
	}
	pages_out -= count;
}

unsigned machine_pages_out(void)
{
	return pages_out;
}
