/* SPDX-License-Identifier: Apache-2.0 */
/* For tests of hv in which one CPU does everything: base/cpu.h's functions,
 * with a time that passes only where the test says so. */
#ifndef PC_ONE_CPU_H
#define PC_ONE_CPU_H

#include <stdint.h>

#include "base/percpu.h"

#define SECOND UINT64_C(1000000) /* in counts */

struct one_cpu {
	struct hv_cpu cpu;
	uint64_t now;
	uint64_t alarm; /* UINT64_MAX: none is set */
	/* What another CPU does before this one has a lock. May be null. */
	void (*before_lock)(void);
};

extern struct one_cpu one_cpu;

/* Before a test: a new CPU, hv's only one. */
void one_cpu_make(uint64_t now);
/* Time passes, with its timers; after each interrupt, also after(). */
void one_cpu_pass(uint64_t counts, void (*after)(void));

#endif
