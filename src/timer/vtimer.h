/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timers inside the library. While virtual_timers is set, CNTP_CTL and
 * CNTP_CVAL in vcpu->regs are the emulated timer's, never the CPU's. Bit
 * ISTATUS is not kept in them: it is computed (Arm ARM DDI 0487 D19.12.9).
 */
#ifndef TIMER_VTIMER_H
#define TIMER_VTIMER_H

#include <arm_vcpu/vcpu.h>

/* CNTP_CTL_EL0, CNTP_CVAL_EL0 and CNTP_TVAL_EL0 by their keys (arch/timer.h).
 * The vCPU is bound to this CPU and has virtual timers. */
uint64_t arm_vtimer_read(struct arm_vcpu *vcpu, uint32_t key);
void arm_vtimer_write(struct arm_vcpu *vcpu, uint32_t key, uint64_t value);

/* After the guest registers were reset; the vCPU is not bound. */
void arm_vtimer_reset(struct arm_vcpu *vcpu);

/* At bind, after the guest's registers were loaded; and at unbind, after they
 * were saved. */
void arm_vtimer_load(struct arm_vcpu *vcpu);
void arm_vtimer_put(struct arm_vcpu *vcpu);

#endif
