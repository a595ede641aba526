/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest reads in the ID registers: the CPU's value through the keep
 * list of arch/id_regs.def. Hidden unless listed.
 */
#ifndef TRAP_ID_REGS_H
#define TRAP_ID_REGS_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/vcpu.h>

#include "arch/sysreg.h"

/* op0=3, op1=0, CRn=0, CRm=1 to 7: the space of HCR_EL2.TID3. */
static inline bool arm_id_space(uint32_t key)
{
	uint32_t crm = (uint32_t)BITS_GET(key, SYSREG_CRM);

	return (key & ~(uint32_t)(SYSREG_CRM | SYSREG_OP2)) ==
		       SYSREG(3, 0, 0, 0, 0) &&
	       crm >= 1 && crm <= 7;
}

/* The guest's value of the register with this key, which must be in that
 * space. The vCPU is bound: the value is made from the CPU's own. */
uint64_t arm_id_read(const struct arm_vcpu *vcpu, uint32_t key);

#endif
