/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bit field is its mask, written with the Arm ARM's bit numbers:
 *
 *   #define ESR_DABT_SRT BITS(20, 16)
 *   reg = BITS_GET(iss, ESR_DABT_SRT);
 */
#ifndef ARCH_BITS_H
#define ARCH_BITS_H

#include <stdint.h>

#define BIT(n)       (UINT64_C(1) << (n))
#define BITS(hi, lo) ((UINT64_MAX >> (63 - (hi))) & (UINT64_MAX << (lo)))

#define BITS_LOWEST(field)     ((field) & (~(field) + 1u))
#define BITS_GET(value, field) (((value) & (field)) / BITS_LOWEST(field))
#define BITS_PUT(field, value) \
	(((uint64_t)(value)*BITS_LOWEST(field)) & (field))

/*
 * BITS_DISJOINT(REG) asserts that no two fields of a register overlap, given
 * REG_FIELDS(X), a list of X(field): the sum of the masks equals their union.
 */
__extension__ typedef unsigned __int128 bits_wide;
#define BITS_SUM_(field) +(bits_wide)(field)
#define BITS_OR_(field)  | (bits_wide)(field)
#define BITS_DISJOINT(reg)                                 \
	_Static_assert((0 reg##_FIELDS(BITS_SUM_)) ==      \
			       (0 reg##_FIELDS(BITS_OR_)), \
		       #reg " has overlapping fields")

#endif
