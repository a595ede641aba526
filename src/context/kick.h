/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONTEXT_KICK_H
#define CONTEXT_KICK_H

#include <arm_vcpu/vcpu.h>

/*
 * Something changed that vcpu must look at before it executes more of its
 * guest: make it pass through EL2, or wake it. Unlike a kick, the host's loop
 * does not see it.
 */
static inline void arm_vcpu_notify(struct arm_vcpu *vcpu)
{
	vcpu->vm->ops->kick(vcpu->vm->ctx, vcpu);
}

#endif
