/* SPDX-License-Identifier: Apache-2.0 */
#include "boot/smp.h"

#include <stddef.h>

#include <arm_vcpu/status.h>

#include "base/cache.h"
#include "base/percpu.h"
#include "base/power.h"
#include "base/print.h"
#include "base/psci.h"
#include "irq/gic.h"
#include "irq/irq.h"
#include "mm/mem.h"
#include "mm/mmu.h"

#define ONLINE_SECONDS 5u

_Static_assert(offsetof(struct hv_cpu, stack_top) == 0, "secondary.S");
_Static_assert(offsetof(struct hv_cpu, enter) == 8, "secondary.S");

extern char hv_secondary_start[];

static struct hv_cpu boot_cpu;
static _Atomic hv_cpu_loop smp_loop;

/* Only the highest exception level can write CNTFRQ_EL0, and it is UNKNOWN
 * after reset (Arm ARM DDI 0487 D19.12.2): guests and hv read what firmware
 * left there, on each CPU. */
static void check_counter(const struct hv_cpu *cpu)
{
	static uint64_t first;
	const uint64_t hertz = hv_counter_frequency();

	if (cpu->index == 0)
		first = hertz;
	if (!hertz || hertz != first)
		hv_fail("CPU %u: the firmware left %lu in CNTFRQ_EL0, CPU 0 "
			"has %lu",
			cpu->index, (unsigned long)hertz, (unsigned long)first);
}

/* What every CPU does for itself, once it runs on its own stack. */
static void cpu_init(struct hv_cpu *cpu)
{
	int status;

	hv_set_this_cpu(cpu);
	check_counter(cpu);
	hv_gic_init_cpu(cpu);
	hv_irq_init_cpu();
	status = arm_pcpu_init(&cpu->pcpu, &hv_pcpu_ops, 0);
	if (status == ARM_VCPU_OK)
		status = arm_pcpu_guard(&cpu->pcpu, hv_psci_is_smc());
	if (status == ARM_VCPU_OK)
		status = arm_pcpu_hardware_enable(&cpu->pcpu);
	if (status != ARM_VCPU_OK)
		hv_fail("CPU %u cannot run guests: %s", cpu->index,
			arm_vcpu_strerror(status));
	hv_serrors_unmask();
}

/* Where secondary.S goes on. */
static void enter(struct hv_cpu *cpu)
{
	cpu_init(cpu);
	atomic_store(&cpu->online, 1);
	while (!atomic_load(&smp_loop)) {
		hv_cpu_wait();
		hv_irqs_take();
	}
	atomic_load (&smp_loop)();
}

void hv_smp_go(hv_cpu_loop loop)
{
	atomic_store(&smp_loop, loop);
	for (uint32_t i = 1; i < hv_cpu_count(); i++)
		hv_gic_kick(hv_cpu(i));
}

/* False after a while: the firmware started it, but it does not answer. */
static bool wait_online(const struct hv_cpu *cpu)
{
	uint64_t end = hv_counter() + ONLINE_SECONDS * hv_counter_frequency();

	while (!atomic_load(&cpu->online))
		if (hv_counter() > end)
			return false;
	return true;
}

/* With a stack of its own; null when there is no memory for them. */
static struct hv_cpu *new_cpu(uint32_t index, uint64_t mpidr)
{
	struct hv_cpu *cpu = hv_zalloc(sizeof(*cpu));
	uint64_t stack =
		hv_pages_alloc(HV_STACK_SIZE / HV_PAGE_SIZE, HV_PAGE_SIZE);

	if (!cpu || stack == HV_NO_PAGE)
		return 0;
	cpu->mpidr = mpidr;
	cpu->index = index;
	cpu->enter = enter;
	cpu->stack_top = hv_mmu_map_stack(index, stack);
	return cpu->stack_top ? cpu : 0;
}

static bool start(uint32_t index, uint64_t mpidr)
{
	struct hv_cpu *cpu = new_cpu(index, mpidr);
	int64_t status;

	if (!cpu)
		hv_fail("no memory for CPU %u", index);
	hv_cache_flush(cpu, sizeof(*cpu));
	status = hv_psci_call(HV_PSCI_CPU_ON, mpidr,
			      (uintptr_t)hv_secondary_start, (uintptr_t)cpu);
	if (status) {
		hv_log(ARM_VCPU_LOG_WARN,
		       "CPU %lx does not start: PSCI says %ld",
		       (unsigned long)mpidr, (long)status);
		return false;
	}
	if (!wait_online(cpu))
		hv_fail("CPU %lx was started but does not answer",
			(unsigned long)mpidr);
	hv_cpu_add(index, cpu);
	return true;
}

void hv_smp_init(const struct hv_platform *platform)
{
	uint32_t i, count = 1;

	hv_cpu_add(0, &boot_cpu);
	boot_cpu.mpidr = platform->cpu_mpidr[0];
	cpu_init(&boot_cpu);
	atomic_store(&boot_cpu.online, 1);
	/* Read by the others before their MMUs are on. */
	hv_mmu_clean_config();
	for (i = 1; i < platform->cpu_count; i++)
		if (start(count, platform->cpu_mpidr[i]))
			count++;
	hv_cpu_set_count(count);
}
