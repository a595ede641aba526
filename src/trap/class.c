/* SPDX-License-Identifier: Apache-2.0 */
/* Names and properties of exits and exception classes. */
#include <stddef.h>

#include "arch/esr.h"
#include "arch/spsr.h"
#include "trap/decode.h"

/*
 * All texts in one object, and where each one starts in it: no pointers, which
 * would have to be relocated in a program that moves itself, and less than
 * half of what a switch that returns them takes.
 */
#define TEXT_ROOM(name, text) char text_##name[sizeof(text)];
#define TEXT(name, text)      text,
struct exit_texts {
	ARM_VCPU_EXIT_LIST(TEXT_ROOM)
};
static const struct exit_texts exit_texts = {ARM_VCPU_EXIT_LIST(TEXT)};
static const uint16_t exit_text_at[] = {
#define EXIT_TEXT_AT(name, text) \
	[ARM_VCPU_EXIT_##name] = \
		(uint16_t)offsetof(struct exit_texts, text_##name),
	ARM_VCPU_EXIT_LIST(EXIT_TEXT_AT)
#undef EXIT_TEXT_AT
};

const char *arm_vcpu_exit_name(enum arm_vcpu_exit_reason reason)
{
	if ((unsigned)reason >= sizeof(exit_text_at) / sizeof(exit_text_at[0]))
		return "unknown exit";
	return (const char *)&exit_texts + exit_text_at[reason];
}

#define CLASS_ROOM(name, ec, text) char text_##name[sizeof(text)];
#define CLASS_TEXT(name, ec, text) text,
struct class_texts {
	char reserved[sizeof("reserved exception class")];
	ESR_EC_LIST(CLASS_ROOM)
};
static const struct class_texts class_texts = {"reserved exception class",
					       ESR_EC_LIST(CLASS_TEXT)};
static const uint16_t class_text_at[64] = {
#define CLASS_TEXT_AT(name, ec, text) \
	[ec] = (uint16_t)offsetof(struct class_texts, text_##name),
	ESR_EC_LIST(CLASS_TEXT_AT)
#undef CLASS_TEXT_AT
};

const char *arm_vcpu_exception_class_name(uint64_t esr)
{
	return (const char *)&class_texts +
	       class_text_at[BITS_GET(esr, ESR_EC)];
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

bool arm_exit_condition_failed(const struct arm_vcpu_exit_snapshot *snap,
			       const struct arm_trap_frame *frame)
{
	uint64_t condition = 0xe; /* always */

	if (!(frame->spsr & SPSR_AARCH32) ||
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
