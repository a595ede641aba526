/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_PSCI_H
#define CORE_PSCI_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/vcpu.h>

/* Is id one of the 64 that PSCI owns? */
bool arm_psci_owns(uint32_t id);

/*
 * Serve a PSCI call whose arguments are in x1 to x3 of the frame. True: it is
 * answered, *result is what x0 gets. False: *exit tells the host, and
 * pending.kind is RESULT where the call returns, NOTHING where it must not.
 * The frame is not touched.
 */
bool arm_psci_call(struct arm_vcpu *vcpu, uint32_t id, uint64_t *result,
		   struct arm_vcpu_exit *exit);

#endif
