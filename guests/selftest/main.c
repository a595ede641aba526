/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the library promises a guest, seen from EL1. Everything that moves
 * data through an exit is done twice: with the guest's MMU off and on.
 */
#include "selftest.h"

void payload(uint64_t device_tree)
{
	(void)device_tree;
	gic_init();
	psci_tests();
	id_tests();
	register_tests();
	mmio_tests();
	timer_tests();
	gic_tests();
	uart_tests();
	cache_tests();
	mmu_on();
	print("MMU on\n");
	register_tests();
	mmio_tests();
	timer_tests();
	gic_tests();
	cache_tests();
}
