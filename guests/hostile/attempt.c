/* SPDX-License-Identifier: Apache-2.0 */
#include "hostile.h"

/* Pages of their own: an emulator is slow to write where there is code. */
_Alignas(4096) uint32_t stubs[MAX_STUBS][2];
_Alignas(4096) uint8_t scratch[4096];

extern uint32_t attempt_slot[1];
void attempt_asm(uint64_t regs[4]);

/*
 * An ID register that is not there is undefined; a CPU with FEAT_IDST says so
 * by the class of a trapped MRS (Arm ARM DDI 0487 D1.3.5): op0 3, CRn 0, CRm
 * up to 7.
 */
static bool is_missing_id(uint64_t esr)
{
	return ESR_EC(esr) == EC_MRS && (esr & 0x303c11) == 0x300001;
}

static enum outcome outcome(void)
{
	if (!trap_end())
		return OUTCOME_VALUE;
	if (ESR_EC(trap.esr) == EC_UNKNOWN || is_missing_id(trap.esr))
		return OUTCOME_UNDEFINED;
	if (ESR_EC(trap.esr) == EC_DATA)
		return OUTCOME_ABORT;
	return OUTCOME_OTHER;
}

enum outcome attempt(uint32_t insn, uint64_t regs[4])
{
	attempt_slot[0] = insn;
	code_sync(attempt_slot, sizeof(insn));
	trap_begin();
	attempt_asm(regs);
	return outcome();
}

enum outcome attempt_stub(stub *code, uint64_t x0, uint64_t x1,
			  uint64_t *result)
{
	trap_begin();
	*result = code(x0, x1);
	return outcome();
}

void print_counts(const char *what, const uint64_t counts[OUTCOMES])
{
	print("  %s: %lu executed, %lu undefined, %lu aborted, %lu other\n",
	      what, counts[OUTCOME_VALUE], counts[OUTCOME_UNDEFINED],
	      counts[OUTCOME_ABORT], counts[OUTCOME_OTHER]);
}
