/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRAP_FAULT_ADDR_H
#define TRAP_FAULT_ADDR_H

#include <stdbool.h>

#include <arm_vcpu/exit.h>

#include "arch/esr.h"
#include "hw/sysreg.h"

/* Where HPFAR_EL2 does not hold it: what arm_fault_addr() does then. */
bool arm_fault_addr_rest(struct arm_vcpu_exit_snapshot *snap);

/* Of an abort: stage 1 lets a read of EL1's pass, or it is a walk of stage 1
 * that was aborted. */
bool arm_fault_is_stage2(uint64_t esr);

/*
 * Fill in far, hpfar and ipa_valid of an abort whose esr is set. False: the
 * guest changed its own translation meanwhile and the address cannot be told;
 * let it execute the instruction again.
 */
static inline bool arm_fault_addr(struct arm_vcpu_exit_snapshot *snap)
{
	snap->far = READ(FAR_EL2);
	snap->hpfar = READ(HPFAR_EL2);
	snap->ipa_valid = true;
	/* Address size, translation and access flag faults, and any on a
	 * stage-1 walk. */
	return (snap->esr & ESR_ABT_S1PTW) ||
	       BITS_GET(snap->esr, ESR_ABT_FSC) < ESR_FSC_PERMISSION ||
	       arm_fault_addr_rest(snap);
}

#endif
