/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "irq/timer.h"
#include "one_cpu.h"

struct one_cpu one_cpu = {.alarm = UINT64_MAX};

void one_cpu_make(uint64_t now)
{
	memset(&one_cpu, 0, sizeof(one_cpu));
	one_cpu.now = now;
	one_cpu.alarm = UINT64_MAX;
	hv_cpu_add(0, &one_cpu.cpu);
	hv_cpu_set_count(1);
}

void one_cpu_pass(uint64_t counts, void (*after)(void))
{
	uint64_t end = one_cpu.now + counts;
	unsigned alarms = 0;

	while (one_cpu.alarm <= end) {
		assert_true(alarms++ < 1000);
		one_cpu.now = one_cpu.alarm;
		one_cpu.alarm = UINT64_MAX;
		hv_timer_irq();
		after();
	}
	one_cpu.now = end;
}

struct hv_cpu *hv_this_cpu(void)
{
	return &one_cpu.cpu;
}

uint64_t hv_irqs_mask(void)
{
	if (one_cpu.before_lock)
		one_cpu.before_lock();
	return 0;
}

void hv_irqs_restore(uint64_t daif)
{
	(void)daif;
}

void hv_cpu_relax(void)
{
	fail(); /* a lock is taken twice */
}

uint64_t hv_counter(void)
{
	return one_cpu.now;
}

uint64_t hv_counter_frequency(void)
{
	return SECOND;
}

void hv_cpu_set_alarm(uint64_t deadline)
{
	one_cpu.alarm = deadline;
}
