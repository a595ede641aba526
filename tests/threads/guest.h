/* SPDX-License-Identifier: Apache-2.0 */
/* What guest.c and work.c share. */
#ifndef THREADS_GUEST_H
#define THREADS_GUEST_H

#include "threads.h"

#define TH_ENTRY   UINT64_C(0x40080000)
#define TH_VECTORS UINT64_C(0x40002000)

/* Rounds of be_patient(). */
#define TH_PATIENCE 5000u

static inline uint32_t th_get(const _Atomic uint32_t *word)
{
	return atomic_load_explicit(word, memory_order_relaxed);
}

static inline uint32_t th_add(_Atomic uint32_t *word)
{
	return atomic_fetch_add_explicit(word, 1, memory_order_relaxed) + 1;
}

/* work.c: instructions to be executed, in this order. */
struct th_op *th_push(struct th_vcpu *v, enum machine_op op);
void th_msr(struct th_vcpu *v, unsigned key, uint64_t value);
void th_call(struct th_vcpu *v, uint32_t imm, uint64_t x0, uint64_t x1,
	     uint64_t x2);
void th_send(struct th_vcpu *v, unsigned to, unsigned sgi);
/* All is done: more, or a change of mind. */
void th_plan(struct th_vcpu *v);

#endif
