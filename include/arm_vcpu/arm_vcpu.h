/* SPDX-License-Identifier: Apache-2.0 */
/* Everything at once. Each header stands on its own, too. */
#ifndef ARM_VCPU_ARM_VCPU_H
#define ARM_VCPU_ARM_VCPU_H

#include <arm_vcpu/exit.h>
#include <arm_vcpu/guest_regs.h>
#include <arm_vcpu/host.h>
#include <arm_vcpu/pcpu.h>
#include <arm_vcpu/stage2.h>
#include <arm_vcpu/status.h>
#include <arm_vcpu/trap_frame.h>
#include <arm_vcpu/vcpu.h>
#include <arm_vcpu/version.h>
#include <arm_vcpu/vgic.h>
#include <arm_vcpu/vm.h>
#include <arm_vcpu/vtimer.h>

#endif
