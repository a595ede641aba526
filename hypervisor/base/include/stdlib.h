/* SPDX-License-Identifier: Apache-2.0 */
/* What libfdt uses of the C library's <stdlib.h>. */
#ifndef HV_LIB_STDLIB_H
#define HV_LIB_STDLIB_H

#include <stddef.h>

/* Bases 0, 8, 10 and 16; ULONG_MAX when the number is too large. */
unsigned long strtoul(const char *s, char **end, int base);

#endif
