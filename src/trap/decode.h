/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From a syndrome to a typed exit: pure functions of the snapshot and the
 * frame. Every syndrome decodes to something; nothing moves.
 */
#ifndef TRAP_DECODE_H
#define TRAP_DECODE_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/exit.h>
#include <arm_vcpu/trap_frame.h>
#include <arm_vcpu/vcpu.h>

/*
 * What a synchronous exception of a guest is: fill the reason of *exit and the
 * member that goes with it, and say in *pending what arm_complete() will have
 * to do once it is served. pending->reg is XZR where no register is written.
 * exit->call.args points into the frame. Returns the reason.
 */
enum arm_vcpu_exit_reason arm_decode(const struct arm_vcpu_exit_snapshot *snap,
				     const struct arm_trap_frame *frame,
				     struct arm_vcpu_exit *exit,
				     struct arm_vcpu_pending *pending);

/* The same where the class is known: ESR_EC_SYS64, and ESR_EC_DABT_LOW. */
enum arm_vcpu_exit_reason
arm_decode_sysreg(const struct arm_vcpu_exit_snapshot *snap,
		  const struct arm_trap_frame *frame,
		  struct arm_vcpu_exit *exit, struct arm_vcpu_pending *pending);
enum arm_vcpu_exit_reason
arm_decode_data_abort(const struct arm_vcpu_exit_snapshot *snap,
		      const struct arm_trap_frame *frame,
		      struct arm_vcpu_exit *exit,
		      struct arm_vcpu_pending *pending);

/*
 * An exception class of ARM_VCPU_EXIT_UNHANDLED that a guest may cause by an
 * instruction which, on the CPU that it is shown, does not exist: it takes an
 * UNDEFINED exception.
 */
bool arm_exit_is_guest_undefined(uint32_t ec);

/*
 * A trapped AArch32 instruction whose condition does not hold. It is
 * IMPLEMENTATION DEFINED whether such an instruction is trapped at all (Arm
 * ARM DDI 0487 G1.19.5); it has no effect and is only to be skipped.
 */
bool arm_exit_condition_failed(const struct arm_vcpu_exit_snapshot *snap,
			       const struct arm_trap_frame *frame);

#endif
