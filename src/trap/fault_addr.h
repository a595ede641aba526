/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TRAP_FAULT_ADDR_H
#define TRAP_FAULT_ADDR_H

#include <stdbool.h>

#include <arm_vcpu/exit.h>

/*
 * Fill in far, hpfar and ipa_valid of an abort whose esr is set. False: the
 * guest changed its own translation meanwhile and the address cannot be told;
 * let it execute the instruction again.
 */
bool arm_fault_addr(struct arm_vcpu_exit_snapshot *snap);

#endif
