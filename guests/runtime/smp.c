/* SPDX-License-Identifier: Apache-2.0 */
#include "smp.h"

struct cpu_entry cpu_entries[MAX_CPUS];
void (*cpu_main)(uint64_t context);

uint8_t cpu_stacks[MAX_CPUS][CPU_STACK_SIZE] __attribute__((aligned(16)));
void secondary_main(uint64_t context);

static uint64_t redist_typer(unsigned cpu)
{
	return mmio_read64(gic_redist_of(cpu) + GICR_TYPER);
}

unsigned cpu_count(void)
{
	static unsigned count;

	if (!count)
		/* IHI 0069 12.11.36: Last is the end of the series. */
		do
			count++;
		while (!(redist_typer(count - 1) >> 4 & 1) && count < MAX_CPUS);
	return count;
}

uint64_t cpu_affinity(unsigned cpu)
{
	uint64_t affinity = redist_typer(cpu) >> 32;

	return (affinity & 0xffffff) | (affinity & 0xff000000) << 8;
}

void secondary_main(uint64_t context)
{
	cpu_main(context);
	cpu_off();
}

int64_t cpu_on(unsigned cpu, uint64_t context)
{
	return (int32_t)hvc(PSCI_CPU_ON, cpu_affinity(cpu),
			    (uintptr_t)cpu_start, context);
}

void cpu_off(void)
{
	for (;;)
		hvc(PSCI_CPU_OFF, 0, 0, 0);
}

uint64_t atomic_add(uint64_t *value, uint64_t more)
{
	return __atomic_add_fetch(value, more, __ATOMIC_ACQ_REL);
}

void barrier_wait(struct barrier *barrier, unsigned count)
{
	uint64_t generation = load_acquire(&barrier->generation);

	if (atomic_add(&barrier->arrived, 1) == count) {
		barrier->arrived = 0;
		store_release(&barrier->generation, generation + 1);
		return;
	}
	while (load_acquire(&barrier->generation) == generation)
		relax();
}
