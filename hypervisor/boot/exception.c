/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>

#include "base/power.h"

/* Called by vectors.S. */
_Noreturn void hv_boot_exception(uint64_t vector, uint64_t esr, uint64_t elr,
				 uint64_t far);

void hv_boot_exception(uint64_t vector, uint64_t esr, uint64_t elr,
		       uint64_t far)
{
	hv_fail("exception %lu while booting: ESR %lx, PC %lx, address %lx",
		(unsigned long)vector, (unsigned long)esr, (unsigned long)elr,
		(unsigned long)far);
}
