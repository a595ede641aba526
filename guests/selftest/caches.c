/* SPDX-License-Identifier: Apache-2.0 */
/* A guest may maintain its caches by set/way, and turn them on and off. */
#include "selftest.h"

#define SCTLR_M_C (UINT64_C(1) << 0 | UINT64_C(1) << 2)

static _Alignas(64) volatile uint64_t word;

/* Level 1 and 2, the first set and way; and what is no cache at all. */
static void set_way(void)
{
	static const uint64_t operands[] = {0, 2, 1 << 6 | 2, 14};

	for (size_t i = 0; i < ARRAY_SIZE(operands); i++) {
		uint64_t operand = operands[i];

		__asm__ volatile("dc csw, %0\n\tdc cisw, %0" ::"r"(operand)
				 : "memory");
		/* Clean by now: nothing gets lost. */
		__asm__ volatile("dc isw, %0\n\tdsb sy" ::"r"(operand)
				 : "memory");
	}
	word = operands[1];
	CHECK_EQ(word, 2);
	CHECK_EQ(READ_SYSREG(daif), 0x3c0);
}

/* What they are written, while hv writes them for a guest whose MMU is off. */
#define ROUND(name, value)                               \
	do {                                             \
		uint64_t saved = READ_SYSREG(name), got; \
                                                         \
		WRITE_SYSREG(name, value);               \
		got = READ_SYSREG(name);                 \
		WRITE_SYSREG(name, saved);               \
		CHECK_EQ(got, value);                    \
		CHECK_EQ(READ_SYSREG(name), saved);      \
	} while (0)

static void stage1_registers(void)
{
	ROUND(ttbr0_el1, UINT64_C(0x0012000040005000));
	ROUND(ttbr1_el1, UINT64_C(0x0034000040006000));
	ROUND(mair_el1, UINT64_C(0x00000000ff44bb04));
	ROUND(tcr_el1, UINT64_C(0x100000519));
	ROUND(esr_el1, UINT64_C(0x56000042));
	ROUND(far_el1, UINT64_C(0xffff000012345678));
	ROUND(contextidr_el1, UINT64_C(0x1234));
	WRITE_SYSREG(afsr0_el1, 0);
	WRITE_SYSREG(afsr1_el1, 0);
	WRITE_SYSREG(amair_el1, 0);
}

/* As a guest does it that starts another kernel: clean, off; and on again. */
static void off_and_on(void)
{
	uint64_t on = READ_SYSREG(sctlr_el1), off = on & ~SCTLR_M_C;

	for (uint64_t i = 0; i < 3; i++) {
		uint64_t while_off;

		word = ~i;
		/* No access by the compiler's choice with the MMU off. */
		__asm__ volatile("dc cisw, xzr\n\t"
				 "dsb	sy\n\t"
				 "msr	sctlr_el1, %3\n\t"
				 "isb\n\t"
				 "ldr	%0, [%1]\n\t"
				 "str	%4, [%1]\n\t"
				 "dsb	sy\n\t"
				 "msr	sctlr_el1, %2\n\t"
				 "isb"
				 : "=&r"(while_off)
				 : "r"(&word), "r"(on), "r"(off), "r"(i)
				 : "memory");
		CHECK_EQ(while_off, ~i);
		CHECK_EQ(word, i);
		CHECK_EQ(READ_SYSREG(sctlr_el1), on);
	}
}

void cache_tests(void)
{
	static const struct test tests[] = {
		{"caches: set/way operations", set_way},
		{"caches: the registers of stage 1", stage1_registers},
		{"caches: turned off and on", off_and_on},
	};

	/* With the MMU on, those registers translate what runs here. */
	if (READ_SYSREG(sctlr_el1) & 1) {
		run_tests(&tests[0], 1);
		run_tests(&tests[2], 1);
	} else {
		run_tests(tests, 2);
	}
}
