/* SPDX-License-Identifier: Apache-2.0 */
#ifndef GIC_CPUIF_H
#define GIC_CPUIF_H

#include <arm_vcpu/vcpu.h>

#include "lib/atomic.h"

/* Virtual CPU interface of this CPU: IHI 0069 chapter 6, "ICH_*" registers. */

/* Before entry: what the vGIC changed, and what it retired. */
void arm_gic_push(struct arm_vcpu *vcpu);

/*
 * What happened in the vGIC, by this vCPU or another, takes effect before the
 * guest goes on: interrupts are masked from here to ERET, so whoever comes
 * later interrupts the guest. The load of attention is sequentially consistent
 * as take_kick()'s is: who notifies writes attention and then looks where the
 * vCPU runs, the host wrote where it runs before it came here, and one of the
 * two sees the other. An acquire alone may pass the host's store (LDAPR, Arm
 * ARM DDI 0487 B2.3.11).
 */
void arm_gic_settle_now(struct arm_vcpu *vcpu);

static inline void arm_gic_settle(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	if (arm_load(&vgic->attention) | vgic->watch | vgic->lr_dirty |
	    (uint32_t)vgic->hcr_dirty | vgic->retire_ppis | vgic->retire_banks)
		arm_gic_settle_now(vcpu);
}

/* At bind and unbind; at unbind the virtual timer is off already. */
void arm_gic_load(struct arm_vcpu *vcpu);
void arm_gic_put(struct arm_vcpu *vcpu);

#endif
