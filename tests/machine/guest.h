/* SPDX-License-Identifier: Apache-2.0 */
/* Between the world switch (guest.c) and the instructions (insn.c). */
#ifndef MACHINE_GUEST_H
#define MACHINE_GUEST_H

#include "machine/state.h"

enum machine_exit_kind { EXIT_NONE, EXIT_SYNC, EXIT_IRQ, EXIT_SERROR };

struct machine_exit {
	enum machine_exit_kind kind;
	uint64_t esr;
	uint64_t far, ipa; /* UNKNOWN unless they are known */
	bool far_known, ipa_known;
	unsigned advance; /* where ELR_EL2 points: past the instruction, or 0 */
};

/* Execute one instruction, or say how it leaves. True: it is complete. */
bool machine_execute(struct machine_cpu *cpu, const struct machine_insn *insn,
		     struct machine_exit *exit);

/* An exception to EL1: to this vector of its group. */
void machine_take_el1(struct machine_cpu *cpu, uint64_t offset);
/* The same: an instruction is UNDEFINED. */
void machine_undefined(struct machine_cpu *cpu);

#endif
