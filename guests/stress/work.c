/* SPDX-License-Identifier: Apache-2.0 */
/* What CPUs do besides: FP and SIMD, a lock and atomics that all share. */
#include "stress.h"
#include "survive.h"

#define FLOAT_ROUNDS 1000u
#define LOCKS        20u
/* DDI 0487 C5.2.8, C5.2.10: AHP, DN, FZ, RMode; QC and the flags. */
#define FPCR_BITS UINT64_C(0x07c00000)
#define FPSR_BITS UINT64_C(0x0800009f)

uint64_t locked_count, locked_shadow, added_sum;
static struct spinlock shared;
static uint64_t float_want;
static struct simd before[MAX_CPUS], after[MAX_CPUS];

void work_init(void)
{
	float_want = float_work(FLOAT_ROUNDS);
}

void work_float(uint64_t random)
{
	unsigned self = cpu_index();
	struct simd *in = &before[self], *out = &after[self];
	uint64_t *word = &in->v[0][0];

	at(FLOATING);
	for (uint64_t i = 0; i < 64; i++)
		word[i] = random * (2 * i + 1) + self;
	in->fpcr = random & FPCR_BITS;
	in->fpsr = random & FPSR_BITS;
	survive_simd(in, out, now() + READ_SYSREG(cntfrq_el0) / 5000);
	for (unsigned i = 0; i < 64; i++)
		CHECK_EQ((&out->v[0][0])[i], word[i]);
	CHECK_EQ(out->fpcr, in->fpcr);
	CHECK_EQ(out->fpsr, in->fpsr);
	CHECK_EQ(float_work(FLOAT_ROUNDS), float_want);
	counts[self].float_rounds++;
}

/* Interrupts are masked: the handlers take the same lock. */
static void add_locked(void)
{
	lock(&shared);
	/* Not atomic: only the lock keeps these two the same. */
	locked_count = LIVE(locked_count) + 1;
	locked_shadow = LIVE(locked_shadow) + 1;
	CHECK_EQ(LIVE(locked_count), LIVE(locked_shadow));
	spin_unlock(&shared);
	counts[cpu_index()].locked++;
}

void work_locked(void)
{
	at(LOCKING);
	for (unsigned i = 0; i < LOCKS; i++) {
		IRQ_OFF();
		add_locked();
		IRQ_ON();
	}
}

void work_locked_in_handler(void)
{
	add_locked();
}

void work_added(uint64_t random)
{
	for (unsigned i = 0; i < 64; i++) {
		uint64_t more = random >> i & 0xff;

		atomic_add(&added_sum, more);
		counts[cpu_index()].added += more;
	}
}
