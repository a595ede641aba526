/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CPU_GIC_H
#define CPU_GIC_H

#include <arm_vcpu/vcpu.h>

/* Virtual CPU interface of this CPU: IHI 0069 chapter 6, "ICH_*" registers. */

/* arm_hw_ops.fetch_lrs and fetch_vmcr */
void arm_gic_fetch_lrs(struct arm_vgic_cpu *vgic, uint32_t mask);
void arm_gic_fetch_vmcr(struct arm_vgic_cpu *vgic);

/* Before entry: what the core changed, and what it retired. */
void arm_gic_push(struct arm_vcpu *vcpu);

/* At bind and unbind; at unbind the virtual timer is off already. */
void arm_gic_load(struct arm_vcpu *vcpu);
void arm_gic_put(struct arm_vcpu *vcpu);

#endif
