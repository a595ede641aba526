/* SPDX-License-Identifier: Apache-2.0 */
#include <stddef.h>

#include <arm_vcpu/guest_regs.h>

#include "context/reg.h"

/* The columns of the list, for the whole of it. */
static const struct arm_guest_regs reset_values = {
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) .name = (reset),
#define ORDERED_REG                                     GUEST_REG
#define CONTROL_REG                                     GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
};

/* Arrays, not pointers: nothing to relocate in a program that moves itself. */
static const char names[ARM_REG_COUNT][16] = {
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) #name,
#define ORDERED_REG                                     GUEST_REG
#define CONTROL_REG                                     GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
};

void arm_guest_regs_reset(struct arm_guest_regs *regs)
{
	if (regs)
		*regs = reset_values;
}

const char *arm_reg_name(enum arm_reg reg)
{
	return names[reg];
}
