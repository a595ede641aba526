/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ends of the machine. Power off means success; a failing stop is a
 * system reset, which the launcher, whose machine does not come back from
 * resets, tells from a power-off; without a console to say why, it halts.
 */
#ifndef HV_BASE_POWER_H
#define HV_BASE_POWER_H

/* Drain the UART and switch off by PSCI. */
_Noreturn void hv_power_off(void);

/* Print "hv: ..." and stop the machine, failing. From any CPU and context. */
_Noreturn void hv_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/* The failing stop alone, when everything has been said. */
_Noreturn void hv_stop_failed(void);

#endif
