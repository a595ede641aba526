/* SPDX-License-Identifier: Apache-2.0 */
#include "support/exit_rules.h"

#include <stddef.h>
#include <string.h>

#include "trap/complete.h"
#include "trap/decode.h"

#define RULE(condition)                    \
	do {                               \
		if (!(condition))          \
			return #condition; \
	} while (0)

static bool is_width(unsigned width)
{
	return width == 1 || width == 2 || width == 4 || width == 8;
}

static const char *check_load(const struct arm_vcpu_pending *pending,
			      unsigned reg)
{
	RULE(pending->kind == ARM_VCPU_COMPLETE_LOAD);
	RULE(pending->reg == reg);
	RULE(is_width(pending->width));
	RULE(pending->reg_width == 4 || pending->reg_width == 8);
	RULE(pending->width <= pending->reg_width);
	return NULL;
}

static const char *check_mmio(const struct arm_vcpu_exit_mmio *mmio, bool write,
			      const struct arm_vcpu_pending *pending)
{
	RULE(mmio->reg <= ARM_VCPU_GPR_XZR);
	RULE(is_width(mmio->width));
	RULE(mmio->reg_width == 4 || mmio->reg_width == 8);
	RULE(mmio->width <= mmio->reg_width);
	RULE(mmio->addr < UINT64_C(1) << 56);
	if (write) {
		RULE(mmio->width == 8 || mmio->value >> 8 * mmio->width == 0);
		RULE(!mmio->sign_extend);
		RULE(pending->kind == ARM_VCPU_COMPLETE_SKIP);
		return NULL;
	}
	RULE(mmio->value == 0);
	RULE(pending->width == mmio->width);
	RULE(pending->reg_width == mmio->reg_width);
	RULE(pending->sign_extend == mmio->sign_extend);
	return check_load(pending, mmio->reg);
}

static const char *check_fault(const struct arm_vcpu_exit_snapshot *snap,
			       const struct arm_vcpu_exit_fault *fault,
			       const struct arm_vcpu_pending *pending)
{
	RULE(!fault->ipa_valid || snap->ipa_valid);
	RULE(fault->ipa_valid || fault->ipa == 0);
	RULE(fault->va_valid || fault->va == 0);
	RULE(!(fault->external && fault->ipa_valid));
	RULE(!(fault->external && fault->permission));
	if (fault->syndrome_valid) {
		RULE(fault->ipa_valid && fault->mmio.addr == fault->ipa);
		RULE(!fault->table_walk && !fault->external);
		RULE(fault->access == ARM_VCPU_ACCESS_READ ||
		     fault->access == ARM_VCPU_ACCESS_WRITE);
		return check_mmio(&fault->mmio,
				  fault->access == ARM_VCPU_ACCESS_WRITE,
				  pending);
	}
	RULE(pending->kind == ARM_VCPU_COMPLETE_FAULT ||
	     (pending->kind == ARM_VCPU_COMPLETE_SKIP && !fault->table_walk &&
	      !fault->external && fault->access != ARM_VCPU_ACCESS_EXECUTE));
	return NULL;
}

static const char *check_call(const struct arm_trap_frame *frame,
			      const struct arm_vcpu_exit *exit,
			      const struct arm_vcpu_pending *pending)
{
	RULE(exit->call.args == frame->gpr);
	RULE(pending->kind == (exit->reason == ARM_VCPU_EXIT_SMC
				       ? ARM_VCPU_COMPLETE_RESULT_SKIP
				       : ARM_VCPU_COMPLETE_RESULT));
	return NULL;
}

static const char *check_sysreg(const struct arm_vcpu_exit *exit,
				const struct arm_vcpu_pending *pending)
{
	const struct arm_vcpu_exit_sysreg *sysreg = &exit->sysreg;

	RULE(sysreg->op0 < 4 && sysreg->op1 < 8 && sysreg->op2 < 8);
	RULE(sysreg->crn < 16 && sysreg->crm < 16);
	RULE(sysreg->reg <= ARM_VCPU_GPR_XZR);
	if (exit->reason == ARM_VCPU_EXIT_SYSREG_WRITE) {
		RULE(pending->kind == ARM_VCPU_COMPLETE_SKIP);
		return NULL;
	}
	RULE(sysreg->value == 0);
	return check_load(pending, sysreg->reg);
}

const char *exit_rules_check(const struct arm_vcpu_exit_snapshot *snap,
			     const struct arm_trap_frame *frame,
			     const struct arm_vcpu_exit *exit,
			     const struct arm_vcpu_pending *pending)
{
	switch (exit->reason) {
	case ARM_VCPU_EXIT_MMIO_READ:
	case ARM_VCPU_EXIT_MMIO_WRITE:
		RULE(snap->ipa_valid);
		return check_mmio(&exit->mmio,
				  exit->reason == ARM_VCPU_EXIT_MMIO_WRITE,
				  pending);
	case ARM_VCPU_EXIT_HYPERCALL:
	case ARM_VCPU_EXIT_SMC:
		return check_call(frame, exit, pending);
	case ARM_VCPU_EXIT_SYSREG_READ:
	case ARM_VCPU_EXIT_SYSREG_WRITE:
		return check_sysreg(exit, pending);
	case ARM_VCPU_EXIT_WFI:
	case ARM_VCPU_EXIT_WFE:
		RULE(exit->wait.timed || exit->wait.deadline == 0);
		RULE(pending->kind == ARM_VCPU_COMPLETE_SKIP);
		return NULL;
	case ARM_VCPU_EXIT_DATA_FAULT:
	case ARM_VCPU_EXIT_FETCH_FAULT:
	case ARM_VCPU_EXIT_NO_SYNDROME:
		return check_fault(snap, &exit->fault, pending);
	case ARM_VCPU_EXIT_UNHANDLED:
		RULE(pending->kind == ARM_VCPU_COMPLETE_FAULT);
		return NULL;
	case ARM_VCPU_EXIT_INTERRUPT:
	case ARM_VCPU_EXIT_SERROR:
	case ARM_VCPU_EXIT_NOTHING:
	case ARM_VCPU_EXIT_SEND_IPI:
	case ARM_VCPU_EXIT_CPU_UP:
	case ARM_VCPU_EXIT_CPU_DOWN:
	case ARM_VCPU_EXIT_CPU_SUSPEND:
	case ARM_VCPU_EXIT_SYSTEM_OFF:
	case ARM_VCPU_EXIT_SYSTEM_RESET:
		break;
	}
	return "decode yields only reasons that a syndrome can have";
}

/* Completion moves PC by one instruction, and no register but Rt or x0. */
static const char *check_completed(const struct arm_trap_frame *before,
				   const struct arm_trap_frame *after,
				   const struct arm_vcpu_pending *pending)
{
	const bool result = pending->kind == ARM_VCPU_COMPLETE_RESULT ||
			    pending->kind == ARM_VCPU_COMPLETE_RESULT_SKIP;
	const bool moves = pending->kind != ARM_VCPU_COMPLETE_FAULT &&
			   pending->kind != ARM_VCPU_COMPLETE_RESULT;
	const uint64_t step = after->elr - before->elr;

	for (unsigned reg = 0; reg < ARM_VCPU_GPR_COUNT; reg++) {
		const bool written =
			result ? reg == 0
			       : pending->kind == ARM_VCPU_COMPLETE_LOAD &&
					 reg == pending->reg;

		RULE(written || after->gpr[reg] == before->gpr[reg]);
	}
	RULE(after->sp_el0 == before->sp_el0);
	if (!moves) {
		RULE(step == 0 && after->spsr == before->spsr);
	} else if (!(before->spsr & SPSR_AARCH32)) {
		RULE(step == 4);
	} else {
		RULE((uint32_t)step == 4 || (uint32_t)step == 2);
		RULE(after->elr >> 32 == 0);
	}
	return NULL;
}

const char *exit_rules_run(const struct arm_vcpu_exit_snapshot *snap,
			   const struct arm_trap_frame *frame, uint64_t value)
{
	struct arm_trap_frame after = *frame;
	struct arm_vcpu_pending pending;
	struct arm_vcpu_exit exit;
	const char *broken;

	memset(&exit, 0xa5, sizeof(exit));
	memset(&pending, 0xa5, sizeof(pending));
	(void)arm_decode(snap, &after, &exit, &pending);
	RULE(memcmp(&after, frame, sizeof(after)) == 0);
	broken = exit_rules_check(snap, &after, &exit, &pending);
	if (broken)
		return broken;
	RULE(arm_vcpu_exit_name(exit.reason)[0] != '\0');
	arm_complete(&after, snap, &pending, value);
	return check_completed(frame, &after, &pending);
}
