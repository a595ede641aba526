/* SPDX-License-Identifier: Apache-2.0 */
/* The cases take one of the timers as an argument. */
#ifndef TIMER_H
#define TIMER_H

#include "conformance.h"
#include "timers.h"

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
