/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each CPU keeps its armed timers in the order of their deadlines and programs
 * CNTHP (Arm ARM DDI 0487 D11.2.4) for the first.
 */
#include "platform/timer.h"

#include "platform/smp.h"
#include "platform/sysreg.h"

#define CTL_ENABLE UINT64_C(1)

uint64_t hv_counter(void)
{
	hv_isb();
	return HV_SYSREG_READ(cntpct_el0);
}

uint64_t hv_counter_frequency(void)
{
	return HV_SYSREG_READ(cntfrq_el0);
}

static void program(const struct hv_cpu *cpu)
{
	if (cpu->timers) {
		HV_SYSREG_WRITE(cnthp_cval_el2, cpu->timers->deadline);
		HV_SYSREG_WRITE(cnthp_ctl_el2, CTL_ENABLE);
	} else {
		HV_SYSREG_WRITE(cnthp_ctl_el2, 0);
	}
	hv_isb();
}

static void remove(struct hv_cpu *cpu, struct hv_timer *timer)
{
	struct hv_timer **link;

	for (link = &cpu->timers; *link; link = &(*link)->next) {
		if (*link == timer) {
			*link = timer->next;
			break;
		}
	}
	timer->cpu = 0;
}

static void insert(struct hv_cpu *cpu, struct hv_timer *timer)
{
	struct hv_timer **link = &cpu->timers;

	while (*link && (*link)->deadline <= timer->deadline)
		link = &(*link)->next;
	timer->next = *link;
	*link = timer;
	timer->cpu = cpu;
}

void hv_timer_set(struct hv_timer *timer, uint64_t deadline, hv_timer_fn fire)
{
	uint64_t daif = HV_SYSREG_READ(daif);
	struct hv_cpu *cpu = hv_this_cpu();
	const struct hv_timer *first = cpu->timers;

	if (!timer->cpu && deadline == UINT64_MAX)
		return;
	__asm__ volatile("msr daifset, #3" : : : "memory");
	if (timer->cpu)
		remove(cpu, timer);
	timer->deadline = deadline;
	timer->fire = fire;
	if (deadline != UINT64_MAX)
		insert(cpu, timer);
	if (cpu->timers != first || first == timer)
		program(cpu);
	HV_SYSREG_WRITE(daif, daif);
}

void hv_timer_irq(void)
{
	struct hv_cpu *cpu = hv_this_cpu();
	uint64_t now = hv_counter();

	while (cpu->timers && cpu->timers->deadline <= now) {
		struct hv_timer *timer = cpu->timers;

		remove(cpu, timer);
		timer->fire(timer);
	}
	program(cpu);
}
