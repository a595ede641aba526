/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command line is found by its words in the device tree, which is not
 * parsed: a payload of our own is given no other tree than ours.
 */
#include "words.h"

#include "guest.h"

#define FDT_MAGIC 0xedfe0dd0u /* big-endian */
#define FDT_LIMIT 0x100000u
/* No word ends closer to the end of the tree: there are the strings. */
#define TREE_END 16u

static const char *tree;
static uint32_t tree_size;

static uint32_t big_endian(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

void words_from(uint64_t device_tree)
{
	uint32_t size;

	/* QEMU gives an ELF image no address, but puts the tree here. */
	if (!device_tree)
		device_tree = RAM_BASE;
	if (*(const uint32_t *)device_tree != FDT_MAGIC)
		return;
	size = big_endian((const uint8_t *)device_tree + 4);
	if (size < TREE_END || size > FDT_LIMIT)
		return;
	tree = (const char *)device_tree;
	tree_size = size;
}

const char *word_text(const char *word)
{
	for (size_t i = 0; i + TREE_END < tree_size; i++) {
		size_t n = 0;

		while (word[n] && tree[i + n] == word[n])
			n++;
		if (!word[n])
			return tree + i + n;
	}
	return NULL;
}

uint64_t word_number(const char *word, uint64_t otherwise)
{
	const char *text = word_text(word);
	uint64_t number = 0;

	if (!text)
		return otherwise;
	for (; *text >= '0' && *text <= '9'; text++)
		number = number * 10 + (uint64_t)(*text - '0');
	return number;
}
