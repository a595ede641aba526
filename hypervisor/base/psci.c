/* SPDX-License-Identifier: Apache-2.0 */
#include "base/psci.h"

#include "base/sysreg.h"

static enum hv_psci_conduit conduit;

static unsigned current_el(void)
{
	return HV_SYSREG_READ(currentel) >> 2 & 3;
}

void hv_psci_init(enum hv_psci_conduit from_tree)
{
	conduit = from_tree;
}

bool hv_psci_is_smc(void)
{
	return conduit == HV_PSCI_SMC;
}

/* SMCCC 1.0 (DEN0028): x0 to x3 in and out, x4 to x17 clobbered. */
int64_t hv_psci_call(uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t x0 __asm__("x0") = function;
	register uint64_t x1 __asm__("x1") = a;
	register uint64_t x2 __asm__("x2") = b;
	register uint64_t x3 __asm__("x3") = c;

	if (conduit == HV_PSCI_SMC)
		__asm__ volatile("smc #0"
				 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
				 :
				 : "x4", "x5", "x6", "x7", "x8", "x9", "x10",
				   "x11", "x12", "x13", "x14", "x15", "x16",
				   "x17", "memory");
	else if (conduit == HV_PSCI_HVC && current_el() == 1)
		__asm__ volatile("hvc #0"
				 : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)
				 :
				 : "x4", "x5", "x6", "x7", "x8", "x9", "x10",
				   "x11", "x12", "x13", "x14", "x15", "x16",
				   "x17", "memory");
	else /* an HVC at EL2 would only call ourselves */
		return HV_PSCI_NOT_SUPPORTED;
	return (int64_t)x0;
}
