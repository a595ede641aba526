/* SPDX-License-Identifier: Apache-2.0 */
#include "hw/debug.h"

#include "hw/sysreg.h"

/* From the last one down, each falls into the next. */
#define EACH_COMPARATOR(X) \
	X(15)              \
	X(14)              \
	X(13)              \
	X(12)              \
	X(11) X(10) X(9) X(8) X(7) X(6) X(5) X(4) X(3) X(2) X(1) X(0)

#define CLEAR_BREAKPOINT(n)                     \
	case (n) + 1:                           \
		WRITE_SYSREG(2, 0, 0, n, 5, 0); \
		__attribute__((fallthrough));
#define CLEAR_WATCHPOINT(n)                     \
	case (n) + 1:                           \
		WRITE_SYSREG(2, 0, 0, n, 7, 0); \
		__attribute__((fallthrough));

void arm_hw_clear_comparators(unsigned breakpoints, unsigned watchpoints)
{
	switch (breakpoints) {
		EACH_COMPARATOR(CLEAR_BREAKPOINT)
	default:
		break;
	}
	switch (watchpoints) {
		EACH_COMPARATOR(CLEAR_WATCHPOINT)
	default:
		break;
	}
}
