/* SPDX-License-Identifier: Apache-2.0 */
/* What hv gives the library. */
#ifndef HV_PLATFORM_HOST_OPS_H
#define HV_PLATFORM_HOST_OPS_H

#include <arm_vcpu/host.h>
#include <arm_vcpu/vcpu.h>

#include "platform/timer.h"

struct hv_cpu;

/*
 * The vCPU as hv's callbacks know it: every arm_vcpu of hv's VMs is the first
 * member of one of these. All zero before arm_vcpu_init().
 */
struct hv_vcpu {
	struct arm_vcpu arm;
	struct hv_timer timer; /* host_ops.set_timer */
	/*
	 * The CPU that a kick interrupts: where it was bound last, and where
	 * it is waited for while it is parked. Null: a kick leaves its mark.
	 */
	struct hv_cpu *_Atomic home;
};

/* For arm_vm_config.ops and arm_pcpu_init(); its context pointer is unused:
 * pass null. */
extern const struct arm_host_ops hv_host_ops;

/* Bind and unbind on the calling CPU, with the bookkeeping above. */
int hv_vcpu_bind(struct hv_vcpu *vcpu);
int hv_vcpu_unbind(struct hv_vcpu *vcpu);

#endif
