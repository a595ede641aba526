/* SPDX-License-Identifier: Apache-2.0 */
/* The heap that the timers are kept in, against a plain search. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/heap.h"

#define NODES 64u
#define STEPS 20000u

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static uint64_t smallest(const struct hv_heap_node *nodes, const bool *in)
{
	uint64_t key = UINT64_MAX;

	for (unsigned i = 0; i < NODES; i++) {
		if (in[i] && nodes[i].key < key)
			key = nodes[i].key;
	}
	return key;
}

/* Whichever comes and goes, the root has the smallest key of those in it. */
static void test_root_is_smallest(void **state)
{
	struct hv_heap_node nodes[NODES] = {0}, *root = NULL;
	bool in[NODES] = {false};
	uint32_t seed = 1;

	(void)state;
	for (unsigned step = 0; step < STEPS; step++) {
		unsigned i = next_random(&seed) % NODES;

		if (in[i]) {
			hv_heap_remove(&root, &nodes[i]);
		} else {
			nodes[i].key = next_random(&seed) % 100u;
			hv_heap_insert(&root, &nodes[i]);
		}
		in[i] = !in[i];
		assert_int_equal(root ? root->key : UINT64_MAX,
				 smallest(nodes, in));
	}
}

/* Taken out from the root on, they come in their order, none missing. */
static void test_comes_out_in_order(void **state)
{
	struct hv_heap_node nodes[NODES] = {0}, *root = NULL;
	uint64_t last = 0;
	uint32_t seed = 2;

	(void)state;
	for (unsigned i = 0; i < NODES; i++) {
		nodes[i].key = next_random(&seed);
		hv_heap_insert(&root, &nodes[i]);
	}
	for (unsigned i = 0; i < NODES; i++) {
		assert_non_null(root);
		assert_true(root->key >= last);
		last = root->key;
		hv_heap_remove(&root, root);
	}
	assert_null(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_root_is_smallest),
		cmocka_unit_test(test_comes_out_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
