/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRAP_PSCI_H
#define TRAP_PSCI_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/vcpu.h>

#include "arch/psci.h"
#include "arch/smccc.h"

/* Is id one of the 64 that PSCI owns? */
static inline bool arm_psci_owns(uint32_t id)
{
	return (id & ~(uint32_t)SMCCC_64) - PSCI_BASE_32 < PSCI_FUNCTIONS;
}

/*
 * Serve the PSCI call in x0 to x3 of the frame; x0 is an id that PSCI owns.
 * ARM_RESUME: it is answered. ARM_TO_HOST: *vcpu->exit tells the host, and
 * vcpu->pending how arm_vcpu_complete() answers, if it may.
 */
unsigned arm_psci_call(struct arm_vcpu *vcpu);

#endif
