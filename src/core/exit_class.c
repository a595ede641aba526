/* SPDX-License-Identifier: Apache-2.0 */
/* Names and properties of exits and exception classes. */
#include "arch/esr.h"
#include "arch/spsr.h"
#include "core/exit.h"

const char *arm_exit_name(enum arm_vcpu_exit_reason reason)
{
	switch (reason) {
#define EXIT_TEXT(name, text) \
	case ARM_EXIT_##name: \
		return text;
		ARM_EXIT_LIST(EXIT_TEXT)
#undef EXIT_TEXT
	}
	return "unknown exit";
}

const char *arm_exception_class_name(uint64_t esr)
{
	switch (BITS_GET(esr, ESR_EC)) {
#define CLASS_TEXT(name, ec, text) \
	case (ec):                 \
		return text;
		ESR_EC_LIST(CLASS_TEXT)
#undef CLASS_TEXT
	default:
		return "reserved exception class";
	}
}

bool arm_exit_is_guest_undefined(uint32_t ec)
{
	switch (ec) {
	case ESR_EC_UNKNOWN:
	case ESR_EC_CP15_MCR:
	case ESR_EC_CP15_MCRR:
	case ESR_EC_CP14_MCR:
	case ESR_EC_CP14_LDC:
	case ESR_EC_FP_ASIMD:
	case ESR_EC_VMRS:
	case ESR_EC_PAUTH:
	case ESR_EC_OTHER:
	case ESR_EC_CP14_MRRC:
	case ESR_EC_SYS128:
	case ESR_EC_SVE:
	case ESR_EC_TSTART:
	case ESR_EC_SME:
		return true;
	default:
		return false;
	}
}

/* The classes whose ISS has CV and COND. */
static bool is_conditional(uint64_t ec)
{
	switch (ec) {
	case ESR_EC_WFX:
	case ESR_EC_CP15_MCR:
	case ESR_EC_CP15_MCRR:
	case ESR_EC_CP14_MCR:
	case ESR_EC_CP14_LDC:
	case ESR_EC_FP_ASIMD:
	case ESR_EC_VMRS:
	case ESR_EC_CP14_MRRC:
		return true;
	default:
		return false;
	}
}

/* Arm ARM DDI 0487, ConditionHolds(). */
static bool condition_holds(uint64_t condition, uint64_t spsr)
{
	const bool n = spsr & SPSR_N;
	const bool z = spsr & SPSR_Z;
	const bool c = spsr & SPSR_C;
	const bool v = spsr & SPSR_V;
	const bool table[8] = {
		z, c, n, v, c && !z, n == v, n == v && !z, true,
	};
	const bool base = table[condition >> 1];

	return condition == 0xf || !(condition & 1) ? base : !base;
}

bool arm_exit_condition_failed(const struct arm_exit_snapshot *snap,
			       const struct arm_trap_frame *frame)
{
	uint64_t condition = 0xe; /* always */

	if (!snap->aarch32 || snap->vector != ARM_VECTOR_SYNC ||
	    !is_conditional(BITS_GET(snap->esr, ESR_EC)))
		return false;
	/* Without CV a T32 instruction's condition is that of its IT block:
	 * IT[7:4], in the upper four of SPSR's IT[7:2]; none, always. */
	if (snap->esr & ESR_CV)
		condition = BITS_GET(snap->esr, ESR_COND);
	else if (frame->spsr & (SPSR_A32_IT_LOW | SPSR_A32_IT_HIGH))
		condition = BITS_GET(frame->spsr, SPSR_A32_IT_HIGH) >> 2;
	return !condition_holds(condition, frame->spsr);
}
