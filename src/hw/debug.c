/* SPDX-License-Identifier: Apache-2.0 */
#include "hw/debug.h"

#include "hw/sysreg.h"

#define EACH_COMPARATOR(X) \
	X(0)               \
	X(1)               \
	X(2)               \
	X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14) X(15)

void arm_hw_clear_comparators(unsigned breakpoints, unsigned watchpoints)
{
#define CLEAR_BREAKPOINT(n)    \
	if ((n) < breakpoints) \
		WRITE_SYSREG(2, 0, 0, n, 5, 0);
#define CLEAR_WATCHPOINT(n)    \
	if ((n) < watchpoints) \
		WRITE_SYSREG(2, 0, 0, n, 7, 0);
	EACH_COMPARATOR(CLEAR_BREAKPOINT)
	EACH_COMPARATOR(CLEAR_WATCHPOINT)
}
