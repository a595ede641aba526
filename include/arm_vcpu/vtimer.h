/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A vCPU's generic timers (Arm ARM DDI 0487 D11). The virtual timer is the
 * hardware's: while the vCPU is bound it counts natively and its interrupt
 * (physical PPI 27 on every known machine) comes to the host, which hands it
 * on with arm_vtimer_irq(). The physical timer is emulated from the counter
 * and arm_vm_ops.set_timer(), because EL2 and other guests need the real one.
 */
#ifndef ARM_VCPU_VTIMER_H
#define ARM_VCPU_VTIMER_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/language.h>
#include <arm_vcpu/private.h>

ARM_VCPU_BEGIN

struct arm_vcpu;

/* The PPIs of a guest's timers, those of QEMU's virt board and of most. */
#define ARM_VTIMER_VIRTUAL_INTID  27u
#define ARM_VTIMER_PHYSICAL_INTID 30u

/*
 * The virtual timer's physical interrupt, INTID physical, was taken while
 * vcpu was bound to this CPU, and is active with its priority dropped.
 * Injects PPI 27 with the HW bit. It stays a level: the interrupt is withdrawn
 * when the vCPU passes through EL2 and the guest has moved the timer, and
 * leaves nothing behind when the vCPU is unbound; the timer asks again.
 * ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_NOT_BOUND, ARM_VCPU_ERR_RANGE.
 */
int arm_vtimer_irq(struct arm_vcpu *vcpu, uint32_t physical);

/* The deadline given to arm_vm_ops.set_timer() has passed. Any CPU.
 * ARM_VCPU_ERR_NULL. */
int arm_vcpu_timer_expired(struct arm_vcpu *vcpu);

/*
 * When a parked, unbound vCPU must run again for one of its timers: the
 * earliest CNTPCT_EL0 at which an enabled, unmasked timer fires whose
 * interrupt the vCPU would take; it has passed, perhaps by much, if the timer
 * has fired. UINT64_MAX if there is none. It changes only while the vCPU runs
 * or with a kick: after each, ask again. The vCPU must not be bound.
 */
uint64_t arm_vcpu_next_deadline(const struct arm_vcpu *vcpu);

ARM_VCPU_END

#endif
