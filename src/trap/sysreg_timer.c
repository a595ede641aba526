/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the emulated physical timer. */
#include "timer/vtimer.h"
#include "trap/sysreg_handlers.h"

ARM_SYSREG_HANDLER(arm_sysreg_cntp)
{
	if (access->is_read)
		*value = arm_vtimer_read(vcpu, access->key);
	else
		arm_vtimer_write(vcpu, access->key, *value);
	return ARM_SYSREG_DONE;
}
