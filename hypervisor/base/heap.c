/* SPDX-License-Identifier: Apache-2.0 */
#include "base/heap.h"

#include <stddef.h>

/* Two roots, or null: one becomes the other's first child. */
static struct hv_heap_node *merge(struct hv_heap_node *a,
				  struct hv_heap_node *b)
{
	if (!a || !b)
		return a ? a : b;
	if (b->key < a->key) {
		struct hv_heap_node *smaller = b;

		b = a;
		a = smaller;
	}
	b->next = a->child;
	if (b->next)
		b->next->previous = b;
	b->previous = a;
	a->child = b;
	return a;
}

/* The roots in a list become one: in pairs from the left, then all of these
 * from the right. Without recursion: there may be thousands. */
static struct hv_heap_node *merge_all(struct hv_heap_node *list)
{
	struct hv_heap_node *pairs = NULL, *root = NULL;

	while (list) {
		struct hv_heap_node *a = list, *b = list->next;

		list = b ? b->next : NULL;
		a = merge(a, b);
		a->next = pairs;
		pairs = a;
	}
	while (pairs) {
		struct hv_heap_node *pair = pairs;

		pairs = pair->next;
		root = merge(root, pair);
	}
	return root;
}

void hv_heap_insert(struct hv_heap_node **root, struct hv_heap_node *node)
{
	node->child = NULL;
	*root = merge(*root, node);
	(*root)->next = NULL;
	(*root)->previous = NULL;
}

void hv_heap_remove(struct hv_heap_node **root, struct hv_heap_node *node)
{
	struct hv_heap_node *below = merge_all(node->child);

	if (node == *root) {
		*root = below;
	} else {
		if (node->previous->child == node)
			node->previous->child = node->next;
		else
			node->previous->next = node->next;
		if (node->next)
			node->next->previous = node->previous;
		*root = merge(*root, below);
	}
	if (*root) {
		(*root)->next = NULL;
		(*root)->previous = NULL;
	}
}
