/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which cases run: the words only=TEXT and skip=TEXT of the command line,
 * TEXT being part of a case's name with a dot for any character. The command
 * line is found by its words in the device tree, which is not parsed: a
 * payload of our own is given no other tree than ours.
 */
#include "conformance.h"

#define FDT_MAGIC 0xedfe0dd0u /* big-endian */
#define FDT_LIMIT 0x100000u

static const char *only, *skip;

static uint32_t big_endian(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
	       (uint32_t)at[2] << 8 | at[3];
}

static bool ends_word(char c)
{
	return c == '\0' || c == ' ';
}

/* The text after a word that begins like this; null if there is none. */
static const char *find_word(const char *from, size_t size, const char *word)
{
	for (size_t i = 0; i + 16 < size; i++) {
		size_t n = 0;

		while (word[n] && from[i + n] == word[n])
			n++;
		if (!word[n])
			return from + i + n;
	}
	return NULL;
}

void select_from(uint64_t device_tree)
{
	/* QEMU gives an ELF image no address, but puts the tree here. */
	const char *tree = (const char *)(device_tree ? device_tree : RAM_BASE);
	uint32_t size;

	if (*(const uint32_t *)(const void *)tree != FDT_MAGIC)
		return;
	size = big_endian((const uint8_t *)tree + 4);
	if (size > FDT_LIMIT)
		return;
	only = find_word(tree, size, "only=");
	skip = find_word(tree, size, "skip=");
}

static bool matches(const char *name, const char *text)
{
	for (; *name; name++) {
		size_t n = 0;

		while (!ends_word(text[n]) && name[n] &&
		       (text[n] == '.' || text[n] == name[n]))
			n++;
		if (ends_word(text[n]))
			return true;
	}
	return false;
}

bool selected(const char *name)
{
	return (!only || matches(name, only)) && !(skip && matches(name, skip));
}
