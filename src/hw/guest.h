/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Into a guest and out of it: the vectors of EL2 and what they need. They call
 * the arm_guest_*() functions and arm_el2_*() of src/trap.
 */
#ifndef HW_GUEST_H
#define HW_GUEST_H

#include <stdatomic.h>
#include <stdint.h>

#include <arm_vcpu/vcpu.h>

#include "hw/offsets.h"

/* Into the guest; comes back when a handler answers ARM_TO_HOST. Interrupts
 * are masked, and the vCPU's state is in this CPU. */
void arm_hw_guest_enter(struct arm_vcpu *vcpu);

/* For VBAR_EL2. */
uintptr_t arm_hw_vectors(void);
/* The same, for a CPU whose struct arm_pcpu has a guard. */
extern const char arm_guarded_vectors[];

/*
 * Every struct arm_pcpu that was ever enabled: the one writable word of the
 * library, since a vector of EL2 gets nothing but its own address.
 */
extern struct arm_pcpu *_Atomic arm_hw_cpus;

#endif
