/* SPDX-License-Identifier: Apache-2.0 */
/* One exit, from its syndrome to what it is decoded to. */
#ifndef SUPPORT_DECODED_H
#define SUPPORT_DECODED_H

#include <stdint.h>

#include <arm_vcpu/exit.h>
#include <arm_vcpu/trap_frame.h>

#include "trap/decode.h"

/* What x<n> holds: n in every byte. */
#define GPR(n) ((uint64_t)(n)*UINT64_C(0x0101010101010101))

extern struct arm_trap_frame frame;
extern struct arm_vcpu_exit_snapshot snap;
extern struct arm_vcpu_exit result;
extern struct arm_vcpu_pending pending;

/* Set-up of a test: a guest at EL1 in AArch64 state. */
int fresh(void **state);

/* Decode the class with this ISS, and hold it against the rules of all
 * exits. */
void decode(unsigned ec, uint64_t iss);

#endif
