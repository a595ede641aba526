/* SPDX-License-Identifier: Apache-2.0 */
/* What holds for every decoded exit, whatever the syndrome was: checked by
 * the unit tests' walk over the syndromes and by the fuzzer. */
#ifndef SUPPORT_EXIT_RULES_H
#define SUPPORT_EXIT_RULES_H

#include <arm_vcpu/exit.h>
#include <arm_vcpu/trap_frame.h>
#include <arm_vcpu/vcpu.h>

/* The rule that is broken, null when all hold. */
const char *exit_rules_check(const struct arm_vcpu_exit_snapshot *snap,
			     const struct arm_trap_frame *frame,
			     const struct arm_vcpu_exit *exit,
			     const struct arm_vcpu_pending *pending);

/* Decode and complete with value; the rule that is broken, or null. */
const char *exit_rules_run(const struct arm_vcpu_exit_snapshot *snap,
			   const struct arm_trap_frame *frame, uint64_t value);

#endif
