/* SPDX-License-Identifier: Apache-2.0 */
/* The table of a VM's devices, against a map of owners of each byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "vm/mmio.h"

#define SPACE 512u

static struct {
	void *ctx;
	uint64_t offset;
	unsigned width;
	uint64_t value;
	unsigned reads;
	unsigned writes;
} seen;

static uint64_t device_read(void *ctx, uint64_t offset, unsigned width)
{
	seen.ctx = ctx;
	seen.offset = offset;
	seen.width = width;
	seen.reads++;
	return 0x1234;
}

static void device_write(void *ctx, uint64_t offset, unsigned width,
			 uint64_t value)
{
	seen.ctx = ctx;
	seen.offset = offset;
	seen.width = width;
	seen.value = value;
	seen.writes++;
}

static bool add(struct hv_mmio *mmio, uint64_t base, uint64_t size, void *ctx)
{
	const struct hv_mmio_region region = {
		.base = base,
		.size = size,
		.read = device_read,
		.write = device_write,
		.ctx = ctx,
	};

	return hv_mmio_add(mmio, &region);
}

static bool access_at(const struct hv_mmio *mmio, uint64_t addr, uint8_t width,
		      bool is_write, uint64_t *value)
{
	const struct arm_vcpu_exit_mmio access = {
		.addr = addr,
		.value = 0x77,
		.width = width,
		.is_write = is_write,
	};

	memset(&seen, 0, sizeof(seen));
	return hv_mmio_serve(mmio, &access, value);
}

static void reads_and_writes_reach_their_device(void **state)
{
	struct hv_mmio mmio = {0};
	uint64_t value = 0;
	int first, second;

	(void)state;
	assert_false(access_at(&mmio, 0x9000000, 4, false, &value));
	assert_true(add(&mmio, 0xa000000, 0x200, &second));
	assert_true(add(&mmio, 0x9000000, 0x1000, &first));
	assert_true(access_at(&mmio, 0x9000018, 4, false, &value));
	assert_ptr_equal(seen.ctx, &first);
	assert_int_equal(seen.offset, 0x18);
	assert_int_equal(seen.width, 4);
	assert_int_equal(seen.reads, 1);
	assert_int_equal(seen.writes, 0);
	assert_int_equal(value, 0x1234);
	assert_true(access_at(&mmio, 0xa0001ff, 1, true, &value));
	assert_ptr_equal(seen.ctx, &second);
	assert_int_equal(seen.offset, 0x1ff);
	assert_int_equal(seen.value, 0x77);
	assert_int_equal(seen.writes, 1);
	assert_int_equal(seen.reads, 0);
	assert_false(access_at(&mmio, 0x8ffffff, 1, false, &value));
	assert_false(access_at(&mmio, 0x9001000, 1, false, &value));
	assert_false(access_at(&mmio, 0x9000ffe, 4, false, &value));
	assert_int_equal(seen.reads, 0);
}

static void the_edges_of_the_address_space(void **state)
{
	struct hv_mmio mmio = {0};
	uint64_t value;
	int top, all;

	(void)state;
	assert_false(add(&mmio, 0x1000, 0, NULL));
	assert_false(add(&mmio, UINT64_MAX, 2, NULL));
	assert_true(add(&mmio, UINT64_MAX - 7, 8, &top));
	assert_true(access_at(&mmio, UINT64_MAX - 7, 8, false, &value));
	assert_false(access_at(&mmio, UINT64_MAX - 6, 8, false, &value));
	assert_true(access_at(&mmio, UINT64_MAX, 1, false, &value));
	assert_true(add(&mmio, 0, UINT64_MAX - 7, &all));
	assert_true(access_at(&mmio, 0, 8, false, &value));
	assert_ptr_equal(seen.ctx, &all);
	assert_false(add(&mmio, 5, 1, NULL));
}

static uint32_t draw(uint64_t *seed, uint32_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(*seed >> 33) % below;
}

static void check_all(const struct hv_mmio *mmio, const uint8_t *owner,
		      char *contexts)
{
	for (uint32_t at = 0; at < SPACE; at++) {
		uint64_t value;
		bool served = access_at(mmio, at, 1, false, &value);

		assert_int_equal(served, owner[at] != 0);
		if (served)
			assert_ptr_equal(seen.ctx, &contexts[owner[at]]);
	}
}

static void any_order_of_regions(void **state)
{
	static char contexts[HV_MMIO_REGIONS + 1];

	(void)state;
	for (uint64_t seed = 1; seed <= 200; seed++) {
		struct hv_mmio mmio = {0};
		uint8_t owner[SPACE] = {0};
		uint64_t random = seed;
		uint8_t count = 0;

		for (unsigned i = 0; i < 100; i++) {
			uint32_t base = draw(&random, SPACE - 16);
			uint32_t size = 1 + draw(&random, 16);
			bool free = count < HV_MMIO_REGIONS;

			for (uint32_t at = base; at < base + size; at++)
				free = free && owner[at] == 0;
			assert_int_equal(
				add(&mmio, base, size, &contexts[count + 1]),
				free);
			if (free)
				memset(&owner[base], ++count, size);
		}
		check_all(&mmio, owner, contexts);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_and_writes_reach_their_device),
		cmocka_unit_test(the_edges_of_the_address_space),
		cmocka_unit_test(any_order_of_regions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
