/* SPDX-License-Identifier: Apache-2.0 */
/* For -fstack-protector, of hv and of libfdt. start.S sets the guard. */
#include <stdint.h>

#include "base/power.h"

extern uintptr_t __stack_chk_guard;
_Noreturn void __stack_chk_fail(void);

uintptr_t __stack_chk_guard;

void __stack_chk_fail(void)
{
	hv_fail("a stack buffer overflowed near %p",
		__builtin_return_address(0));
}
