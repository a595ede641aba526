/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exceptions that the guest takes at EL1, as the hardware would have made it
 * take them (Arm ARM DDI 0487 D1.3.3, "Exception entry"; the pseudocode is
 * AArch64.TakeException()). EL1 uses AArch64; the guest was at EL1, or at EL0
 * in either execution state, at the trapped instruction or, after HVC, past
 * it. The vCPU is the one whose exit is being served: its frame and snapshot
 * are those of that exit.
 */
#ifndef TRAP_INJECT_H
#define TRAP_INJECT_H

#include <stdbool.h>
#include <stdint.h>

struct arm_vcpu;

/* The instruction is UNDEFINED: exception class "unknown reason". */
void arm_inject_undefined(struct arm_vcpu *vcpu);

/*
 * A synchronous external abort, not on a table walk: of the instruction fetch,
 * or of a read or write at va.
 */
void arm_inject_abort(struct arm_vcpu *vcpu, bool fetch, bool write,
		      uint64_t va, bool va_valid);

#endif
