/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_SERVE_H
#define CORE_SERVE_H

#include <stdbool.h>

#include <arm_vcpu/vcpu.h>

/*
 * A synchronous exit whose syndrome is in vcpu->snap. True: the library has
 * served it and the guest goes on. False: *vcpu->exit tells the host. Calls
 * are arm_smccc_call(), system registers arm_sysreg_trap().
 */

/* Data and instruction aborts; those that hit the vGIC never become exits,
 * and are answered from the syndrome, without decoding it first. */
bool arm_serve_abort(struct arm_vcpu *vcpu);

/* Any other exception class. */
bool arm_serve_other(struct arm_vcpu *vcpu);

#endif
