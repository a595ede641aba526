/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Beside the simulated machine's TLBs: memory for stage-2 tables, and a TLB
 * that never forgets: it takes every valid descriptor that it can reach
 * whenever the code under test gives it a chance, keeps it until it is told to
 * drop it, and fails the test when
 *   - a valid descriptor became a different valid one without a flush in
 *     between (break-before-make, Arm ARM DDI 0487 D8.14.1),
 *   - a table was linked before its contents were published,
 *   - a page went back to the host that a walk could still come by,
 *   - something stayed cached that is no longer mapped.
 */
#ifndef SUPPORT_FAKE_S2_H
#define SUPPORT_FAKE_S2_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/stage2.h>

#include "machine/machine.h"

#define FAKE_S2_PAGES    1024u
#define FAKE_S2_PA       UINT64_C(0x80000000)
#define FAKE_S2_NO_LIMIT UINT32_MAX

struct fake_s2 {
	uint32_t pages_out;   /* 4 KiB pages allocated and not freed      */
	uint32_t pages_limit; /* alloc_pages() fails beyond that          */
	uint64_t next_page;   /* not 0: what alloc_pages() answers, once  */
	uint64_t bad_page;    /* a page from there that came back         */
	unsigned publishes;
	unsigned ipa_flushes;
	unsigned ipa_steps; /* TLBI instructions that those take        */
	unsigned vmid_flushes;
	unsigned all_flushes;
	uint16_t vmid;  /* of the last flush                        */
	unsigned lines; /* of the data cache that were cleaned     */
	uint64_t first_line, last_line;
	bool incomplete; /* no DSB since                            */
};

extern struct fake_s2 fake_s2;
extern const struct arm_stage2_ops fake_s2_host_ops;

/* What the machine's CPUs do to their TLBs. */
void fake_s2_maintenance(enum machine_maintenance what, uint64_t operand);

/* Forget everything. */
void fake_s2_reset(void);

/* reset, and an empty address space with 16-bit VMIDs, without one. */
void fake_s2_make(struct arm_stage2 *s2, unsigned ipa_bits, unsigned pa_bits);

/* The TLB looks at this range of s2 from now on. */
void fake_s2_watch(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size);

/* An operation is over: what is cached must be what is mapped. */
void fake_s2_settle(void);

/* How many tables the address space has, the root's pages included; fails
 * for an empty one. */
unsigned fake_s2_count_tables(const struct arm_stage2 *s2);

/* The descriptor that ends the walk for ipa, and its level. */
uint64_t fake_s2_descriptor(const struct arm_stage2 *s2, uint64_t ipa,
			    unsigned *level);

/* A number that differs when any table in use differs. */
uint64_t fake_s2_hash(void);

#endif
