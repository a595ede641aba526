/* SPDX-License-Identifier: Apache-2.0 */
/* What hw/vectors.S calls, interrupts masked. */
#ifndef TRAP_TRAP_H
#define TRAP_TRAP_H

#include <arm_vcpu/pcpu.h>
#include <arm_vcpu/trap_frame.h>
#include <arm_vcpu/vcpu.h>

/* A guest was left by this vector; they answer ARM_RESUME, ARM_RESUME_FULL or
 * ARM_TO_HOST (hw/offsets.h). */
unsigned arm_guest_sync(struct arm_vcpu *vcpu);
unsigned arm_guest_sync_checked(struct arm_vcpu *vcpu);
unsigned arm_guest_irq(struct arm_vcpu *vcpu, unsigned fiq);
unsigned arm_guest_serror(struct arm_vcpu *vcpu);

/* An IRQ or FIQ was taken from EL2. */
void arm_el2_irq(void);

/* Anything else was taken from EL2, on the emergency stack of this CPU. */
void arm_el2_fatal(struct arm_pcpu *pcpu, struct arm_trap_frame *frame,
		   unsigned vector);

#endif
