/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HOSTILE_H
#define HOSTILE_H

#include "guest.h"

/* CPACR_EL1: EL1 traps no FP; and none of FP, SVE and SME, so that what is
 * hidden must be hidden by EL2. */
#define CPACR_FP  (UINT64_C(3) << 20)
#define CPACR_ALL (UINT64_C(3) << 16 | CPACR_FP | UINT64_C(3) << 24)

/* What one attempt came to. */
enum outcome {
	OUTCOME_VALUE,     /* it executed                              */
	OUTCOME_UNDEFINED, /* EC 0, or FEAT_IDST's for an ID register  */
	OUTCOME_ABORT,     /* a data abort                             */
	OUTCOME_OTHER,     /* any other exception                      */
	OUTCOMES
};

/*
 * Execute one instruction with x0 to x3 from regs (and put back what it left
 * there), and say how it ended. trap has the details of an exception.
 */
enum outcome attempt(uint32_t insn, uint64_t regs[4]);

/* The same for prepared code in stubs, which returns a result in x0. */
typedef uint64_t stub(uint64_t x0, uint64_t x1);
enum outcome attempt_stub(stub *code, uint64_t x0, uint64_t x1,
			  uint64_t *result);

/* Room for stubs of two instructions each. */
#define MAX_STUBS 65536u
extern uint32_t stubs[MAX_STUBS][2];
#define RET 0xd65f03c0u
static inline stub *stub_at(size_t n)
{
	return (stub *)(uintptr_t)stubs[n];
}

/* `  reads: 12 values, 3 undefined, ...` */
void print_counts(const char *what, const uint64_t counts[OUTCOMES]);

/* 4 KiB that nobody minds losing. */
extern uint8_t scratch[4096];

void sysreg_tests(void);
void instruction_tests(void);
void eret_tests(void);
void aarch32_tests(void);
void call_tests(void);
void device_tests(void);
void smp_tests(void);   /* with the MMU on */
void alias_tests(void); /* with the MMU on */
void walk_tests(void);  /* with the MMU on */

#endif
