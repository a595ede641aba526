/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A priority queue of things that their owners keep: a pairing heap, with the
 * smallest key at its root. Entering one costs the same however many there
 * are; taking one out costs their logarithm, on the average of many.
 */
#ifndef HV_BASE_HEAP_H
#define HV_BASE_HEAP_H

#include <stdint.h>

struct hv_heap_node {
	struct hv_heap_node *child;    /* the first of those below         */
	struct hv_heap_node *next;     /* of the same parent               */
	struct hv_heap_node *previous; /* of the same parent, or that one  */
	uint64_t key;
};

/* *root is null for an empty heap. The node is in none; its key is set. */
void hv_heap_insert(struct hv_heap_node **root, struct hv_heap_node *node);

/* The node is in this heap. */
void hv_heap_remove(struct hv_heap_node **root, struct hv_heap_node *node);

#endif
