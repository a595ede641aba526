/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/guest.h. */
#ifndef HW_GUEST_H
#define HW_GUEST_H

#include <stdatomic.h>
#include <stdint.h>

#include <arm_vcpu/vcpu.h>

/* What the handlers of an exit answer, as in src/hw/offsets.h. */
#define ARM_RESUME      0
#define ARM_RESUME_FULL 1
#define ARM_TO_HOST     2

/* struct arm_pcpu's guard, the same. */
#define ARM_GUARD_NONE   0
#define ARM_GUARD_CLRBHB 1

void arm_hw_guest_enter(struct arm_vcpu *vcpu);
uintptr_t arm_hw_vectors(void);
extern const char arm_guarded_vectors[];
extern struct arm_pcpu *_Atomic arm_hw_cpus;

#endif
