/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which cases run: the words only=TEXT and skip=TEXT of the command line,
 * TEXT being part of a case's name with a dot for any character.
 */
#include "conformance.h"
#include "words.h"

static const char *only, *skip;

void select_from(uint64_t device_tree)
{
	words_from(device_tree);
	only = word_text("only=");
	skip = word_text("skip=");
}

static bool ends_word(char c)
{
	return c == '\0' || c == ' ';
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
