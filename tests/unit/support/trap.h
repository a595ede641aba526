/* SPDX-License-Identifier: Apache-2.0 */
/* One vCPU whose system register accesses trap. */
#ifndef SUPPORT_TRAP_H
#define SUPPORT_TRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/bits.h"
#include "support/fake.h"
#include "trap/sysreg.h"

#define TRAP_PC   0x8000u
#define TRAP_VBAR UINT64_C(0x10000)
#define TRAP_EL1H UINT64_C(0x3c5)
#define TRAP_EL0T UINT64_C(0x3c0)

struct trap_case {
	struct fake_machine machine;
	struct arm_vcpu *vcpu;
	struct arm_vcpu_exit exit;
};

extern struct trap_case trap;

/* A cmocka setup: a bound vCPU, EL1h, VBAR set, no vGIC. */
int trap_setup(void **state);

/* arm_guest_sync() of an MRS (is_read) or MSR with register rt:
 * whether the guest goes on. */
bool trap_access(uint32_t key, unsigned rt, bool is_read);

/* True: UNDEF was injected, as the architecture has it. False: the
 * instruction, with x7, is done. */
bool trap_undefined(uint32_t key, bool is_read, uint64_t spsr);

/* An access at EL1 that must succeed. */
uint64_t trap_mrs(uint32_t key);
void trap_msr(uint32_t key, uint64_t value);

#endif
