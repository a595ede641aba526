/* SPDX-License-Identifier: Apache-2.0 */
/* Both timers have the same registers; the cases take one as an argument. */
#ifndef TIMER_H
#define TIMER_H

#include "conformance.h"

#define ENABLE  1u
#define IMASK   2u
#define ISTATUS 4u

struct timer {
	uint32_t intid;
	uint64_t (*count)(void);
	uint64_t (*ctl)(void);
	uint64_t (*cval)(void);
	uint64_t (*tval)(void);
	void (*set_ctl)(uint64_t value);
	void (*set_cval)(uint64_t value);
	void (*set_tval)(uint64_t value);
};
extern const struct timer timers[2]; /* virtual, physical */

/* A case for each timer, run on all CPUs at once. */
#define ON_ALL_CPUS(name)                 \
	static void virtual_##name(void)  \
	{                                 \
		on_all(name, 0);          \
	}                                 \
	static void physical_##name(void) \
	{                                 \
		on_all(name, 1);          \
	}

#endif
