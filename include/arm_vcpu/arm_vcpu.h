/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Everything at once. Each header stands on its own, too; docs/PORTING.md makes
 * a host of them in 150 lines. What the program at EL2 has to be:
 *
 * - HCR_EL2.E2H is 0: see arm_pcpu_has_hardware_support().
 * - The MMU is on, SCTLR_EL2.A is 0, and the library's objects and all tables
 *   of stage 2 are mapped Normal, write-back, inner shareable: they hold
 *   atomics, are accessed unaligned, and are walked through the caches.
 * - FP and SIMD registers are left alone from arm_vcpu_bind() to
 *   arm_vcpu_unbind(), as by code that is built with -mgeneral-regs-only.
 * - There are memcpy, memmove, memset and memcmp, under the same condition. The
 *   library calls nothing else, and allocates nothing.
 * - Every call has 2 KiB of stack, and what the host's own functions need
 *   that it leads to: those of host.h.
 * - VBAR_EL2 is the library's from arm_pcpu_hardware_enable() on. SP_EL2 and
 *   TPIDR_EL2 are the host's, and SP_EL0 is back after each call.
 * - PSTATE.A is set while a vCPU is bound: an SError that its guest has caused
 *   may come late, and at EL2 it is fatal.
 *
 * A guest starts with its MMU and caches off, so past the caches: the host
 * cleans and invalidates all of the guest's memory to the point of coherency
 * (DC CIVAC) after it has written there, then the instruction caches (IC
 * IALLUIS), before the first run and before each new start. It does the first
 * again before it reads what a guest wrote with its caches off. A guest with
 * its caches on needs none of this.
 */
#ifndef ARM_VCPU_ARM_VCPU_H
#define ARM_VCPU_ARM_VCPU_H

#include <arm_vcpu/exit.h>
#include <arm_vcpu/features.h>
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
