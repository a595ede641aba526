/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of both generic timers (DDI 0487 D11.2). */
#include "timers.h"

#include "guest.h"

#define ACCESSORS(t, counter)                      \
	static uint64_t t##_count(void)            \
	{                                          \
		ISB();                             \
		return READ_SYSREG(counter);       \
	}                                          \
	static uint64_t t##_ctl(void)              \
	{                                          \
		return READ_SYSREG(t##_ctl_el0);   \
	}                                          \
	static uint64_t t##_cval(void)             \
	{                                          \
		return READ_SYSREG(t##_cval_el0);  \
	}                                          \
	static uint64_t t##_tval(void)             \
	{                                          \
		ISB();                             \
		return READ_SYSREG(t##_tval_el0);  \
	}                                          \
	static void t##_set_ctl(uint64_t value)    \
	{                                          \
		WRITE_SYSREG(t##_ctl_el0, value);  \
		ISB();                             \
	}                                          \
	static void t##_set_cval(uint64_t value)   \
	{                                          \
		WRITE_SYSREG(t##_cval_el0, value); \
		ISB();                             \
	}                                          \
	static void t##_set_tval(uint64_t value)   \
	{                                          \
		WRITE_SYSREG(t##_tval_el0, value); \
		ISB();                             \
	}
#define TIMER(t, id)                                                     \
	{                                                                \
		id, t##_count, t##_ctl, t##_cval, t##_tval, t##_set_ctl, \
			t##_set_cval, t##_set_tval                       \
	}

ACCESSORS(cntv, cntvct_el0)
ACCESSORS(cntp, cntpct_el0)

const struct timer timers[2] = {TIMER(cntv, VTIMER), TIMER(cntp, PTIMER)};
