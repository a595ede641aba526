/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the command line: name=text and name=number. */
#ifndef WORDS_H
#define WORDS_H

#include <stdint.h>

/* The tree that the payload was given, before the first question. */
void words_from(uint64_t device_tree);
/* What follows a word such as "only=": it ends with a space or a zero. Null
 * if the word is not there. */
const char *word_text(const char *word);
uint64_t word_number(const char *word, uint64_t otherwise);

#endif
