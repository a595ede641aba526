/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The timers inside the library. While virtual_timers is set, CNTP_CTL and
 * CNTP_CVAL in vcpu->regs are the emulated timer's, never the CPU's. Bit
 * ISTATUS is not kept in them: it is computed (Arm ARM DDI 0487 D19.12.9).
 */
#ifndef CORE_VTIMER_H
#define CORE_VTIMER_H

#include "core/sysreg.h"

/* Handler of CNTP_CTL_EL0, CNTP_CVAL_EL0 and CNTP_TVAL_EL0. The vCPU is bound
 * to this CPU and has virtual timers. */
enum arm_sysreg_result arm_vtimer_access(struct arm_vcpu *vcpu,
					 const struct arm_sysreg_access *access,
					 uint64_t *value);

/* After the guest registers were reset; the vCPU is not bound. */
void arm_vtimer_reset(struct arm_vcpu *vcpu);

/* At bind, with vcpu->hw set, before the guest registers are restored; and at
 * unbind, after they were stored and with vcpu->hw still set. */
void arm_vtimer_load(struct arm_vcpu *vcpu);
void arm_vtimer_put(struct arm_vcpu *vcpu);

#endif
