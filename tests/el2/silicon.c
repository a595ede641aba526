/* SPDX-License-Identifier: Apache-2.0 */
/* What the host had set on the CPU, and what the library sets for the guest. */
#include "el2.h"

#define CPTR_TFP (UINT64_C(1) << 10)

GUEST_CODE(guest_call, "	hvc	#1\n");

/* A host that traps FP at EL2 (for its own lazy switching, say): the library
 * may not touch what that traps, FPEXC32_EL2 among it. */
static void host_traps_fp(void)
{
	const uint64_t cptr = READ_SYSREG(cptr_el2);

	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_OK);
	WRITE_SYSREG(cptr_el2, cptr | CPTR_TFP);
	ISB();
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_OK);
	RUN(guest_call);
	CHECK_EQ(out.reason, ARM_EXIT_HYPERCALL);
	unbind(0);
	CHECK_EQ(READ_SYSREG(cptr_el2), cptr | CPTR_TFP);
	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_OK);
	CHECK_EQ(READ_SYSREG(cptr_el2), cptr | CPTR_TFP);
	WRITE_SYSREG(cptr_el2, cptr);
	ISB();
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_OK);
}

void silicon_tests(void)
{
	static const struct test tests[] = {
		{"a host that traps FP at EL2", host_traps_fp},
	};

	run_el2_tests(tests, ARRAY_SIZE(tests));
}
