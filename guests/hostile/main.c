/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest that tries to break what is above it. It cannot see EL2; that every
 * attempt ends in a value, an undefined instruction or an abort, and that the
 * last line comes, is the proof that EL2 is still there.
 */
#include "hostile.h"

void payload(uint64_t device_tree)
{
	(void)device_tree;
	WRITE_SYSREG(cpacr_el1, CPACR_ALL);
	gic_init();
	instruction_tests();
	eret_tests();
	aarch32_tests();
	call_tests();
	device_tests();
	sysreg_tests();
	mmu_on();
	print("MMU on\n");
	smp_tests();
	alias_tests();
	walk_tests();
}
