/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registers with a pattern, kept while interrupts come and other CPUs run,
 * and arithmetic that C here does not have.
 */
#ifndef SURVIVE_H
#define SURVIVE_H

#include <stdint.h>

struct simd {
	uint64_t v[32][2];
	uint64_t fpcr, fpsr;
};

/* in goes into the registers, and what is there when CNTVCT_EL0 has come to
 * end goes to out: x0 to x28; x29 and x30; V0 to V31, FPCR and FPSR. */
void survive_general(const uint64_t in[29], uint64_t out[29], uint64_t end);
void survive_link(const uint64_t in[2], uint64_t out[2], uint64_t end);
void survive_simd(const struct simd *in, struct simd *out, uint64_t end);

/* A sum of products in double, as bits: the same for the same rounds. */
uint64_t float_work(uint64_t rounds);

/* LDADDAL, if ID_AA64ISAR0_EL1.Atomic says that it exists: the old value. */
uint64_t lse_add(uint64_t *value, uint64_t more);

#endif
