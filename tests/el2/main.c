/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the library on AArch64 itself. `N passed, N failed`, then off. */
#include "el2.h"

int main(void);

int main(void)
{
	print("machine: EL2\n");
	if (!arm_pcpu_has_hardware_support()) {
		print("FAIL this needs EL2\n0 passed, 1 failed\n");
		power_off();
	}
	pcpu_tests();
	status_tests();
	exit_tests();
	completion_tests();
	host_tests();
	passthrough_tests();
	state_tests();
	guard_tests();
	silicon_tests();
	all_exits_test();
	pcpu_end_test();
	print_summary();
	power_off();
}
