/* SPDX-License-Identifier: Apache-2.0 */
/* Device accesses, firmware calls, code written at run time. */
#include "guest.h"

#define MMIO_ACCESSORS(bits, load, store, width)                          \
	uint##bits##_t mmio_read##bits(uint64_t address)                  \
	{                                                                 \
		uint##bits##_t value;                                     \
		__asm__ volatile(load " %" width "0, [%1]"                \
				 : "=r"(value)                            \
				 : "r"(address)                           \
				 : "memory");                             \
		return value;                                             \
	}                                                                 \
	void mmio_write##bits(uint64_t address, uint##bits##_t value)     \
	{                                                                 \
		__asm__ volatile(store " %" width "0, [%1]" ::"r"(value), \
				 "r"(address)                             \
				 : "memory");                             \
	}

MMIO_ACCESSORS(8, "ldrb", "strb", "w")
MMIO_ACCESSORS(16, "ldrh", "strh", "w")
MMIO_ACCESSORS(32, "ldr", "str", "w")
MMIO_ACCESSORS(64, "ldr", "str", "x")

/* SMCCC 1.0 (DEN0028 2.6) lets a callee change x0 to x17. */
#define CALL(name, instruction)                                               \
	uint64_t name(uint64_t function, uint64_t a, uint64_t b, uint64_t c)  \
	{                                                                     \
		register uint64_t x0 __asm__("x0") = function;                \
		register uint64_t x1 __asm__("x1") = a;                       \
		register uint64_t x2 __asm__("x2") = b;                       \
		register uint64_t x3 __asm__("x3") = c;                       \
		__asm__ volatile(instruction                                  \
				 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)     \
				 :                                            \
				 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", \
				   "x11", "x12", "x13", "x14", "x15", "x16",  \
				   "x17", "memory");                          \
		return x0;                                                    \
	}

CALL(hvc, "hvc #0")
CALL(smc, ".inst 0xd4000003") /* smc #0, which some assemblers hide */

void code_sync(const void *start, size_t size)
{
	uint64_t ctr = READ_SYSREG(ctr_el0);
	uint64_t first = (uintptr_t)start, end = first + size;
	uint64_t data_line = UINT64_C(4) << (ctr >> 16 & 15);
	uint64_t code_line = UINT64_C(4) << (ctr & 15);

	for (uint64_t p = first & ~(data_line - 1); p < end; p += data_line)
		__asm__ volatile("dc cvau, %0" ::"r"(p) : "memory");
	DSB();
	for (uint64_t p = first & ~(code_line - 1); p < end; p += code_line)
		__asm__ volatile("ic ivau, %0" ::"r"(p) : "memory");
	DSB();
	ISB();
}
