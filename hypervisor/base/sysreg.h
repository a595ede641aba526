/* SPDX-License-Identifier: Apache-2.0 */
/* System registers by name or by S<op0>_<op1>_C<n>_C<m>_<op2>. */
#ifndef HV_BASE_SYSREG_H
#define HV_BASE_SYSREG_H

#include <stdint.h>

#define HV_SYSREG_READ(name)                                                 \
	__extension__({                                                      \
		uint64_t value_;                                             \
		__asm__ volatile("mrs %0, " #name : "=r"(value_)::"memory"); \
		value_;                                                      \
	})

#define HV_SYSREG_WRITE(name, value)               \
	__asm__ volatile("msr " #name ", %x0"      \
			 :                         \
			 : "rZ"((uint64_t)(value)) \
			 : "memory")

static inline void hv_isb(void)
{
	__asm__ volatile("isb" : : : "memory");
}

#endif
