/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of text on the console. */
#ifndef HV_BASE_PRINT_H
#define HV_BASE_PRINT_H

#include <stdarg.h>
#include <stddef.h>

#include <arm_vcpu/host.h>

#define HV_LINE_MAX 256u /* longer lines are cut */

/*
 * Format into buf, always terminated; answers the length without the cut.
 * Conversions: %s %c %d %i %u %x %p %%, with l, ll or z, a width, and the
 * flags 0 and -; .N limits %s. Anything else is printed as it stands.
 */
size_t hv_vformat(char *buf, size_t size, const char *format, va_list args);
size_t hv_format(char *buf, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * One line on the console, written as a whole: "hv: " in front and a newline
 * behind are added. From any CPU and context.
 */
void hv_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same with a level; levels above hv_log_level are not printed. */
void hv_log(enum arm_vcpu_log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

extern enum arm_vcpu_log_level hv_log_level; /* ARM_VCPU_LOG_INFO at first */

#endif
