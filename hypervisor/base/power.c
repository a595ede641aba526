/* SPDX-License-Identifier: Apache-2.0 */
#include "base/power.h"

#include <stdarg.h>

#include "base/print.h"
#include "base/psci.h"
#include "base/uart.h"

static _Noreturn void halt(void)
{
	__asm__ volatile("msr daifset, #0xf");
	for (;;)
		__asm__ volatile("wfi");
}

void hv_power_off(void)
{
	hv_uart_drain();
	hv_psci_call(HV_PSCI_SYSTEM_OFF, 0, 0, 0);
	hv_printf("the firmware cannot power off; halted");
	halt();
}

void hv_stop_failed(void)
{
	/* A machine that resets again and again, and cannot say why, tells
	 * nobody anything; one that stands still can be looked at. */
	if (!hv_uart_is_there())
		halt();
	hv_uart_drain();
	hv_psci_call(HV_PSCI_SYSTEM_RESET, 0, 0, 0);
	halt();
}

void hv_fail(const char *format, ...)
{
	char line[HV_LINE_MAX] = "hv: ";
	va_list args;

	hv_uart_break_lock();
	va_start(args, format);
	hv_vformat(line + 4, sizeof(line) - 4, format, args);
	va_end(args);
	hv_uart_line(line);
	hv_stop_failed();
}
