/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CORE_SERVE_H
#define CORE_SERVE_H

#include <stdbool.h>

#include <arm_vcpu/vcpu.h>

/*
 * A synchronous exit whose syndrome is in vcpu->snap. True: the library has
 * served it and the guest goes on. False: *vcpu->exit tells the host.
 */
bool arm_serve_sync(struct arm_vcpu *vcpu);

#endif
