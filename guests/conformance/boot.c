/* SPDX-License-Identifier: Apache-2.0 */
/* All CPUs come up, each as DEN0022 says that CPU_ON starts one. */
#include "conformance.h"

static void redistributors(void)
{
	uint64_t typer;

	/* IHI 0069 12.11.36: one for each PE, in order of Processor_Number,
	 * none twice, Last at the last one. */
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		typer = mmio_read64(gic_redist_of(cpu) + GICR_TYPER);
		CHECK_EQ(typer >> 8 & 0xffff, cpu);
		CHECK_EQ(typer >> 4 & 1, cpu == cpus - 1);
		for (unsigned other = 0; other < cpu; other++)
			CHECK(cpu_affinity(cpu) != cpu_affinity(other));
		/* Both halves of the 64-bit register (12.1.3). */
		CHECK_EQ(mmio_read32(gic_redist_of(cpu) + GICR_TYPER),
			 typer & 0xffffffff);
		CHECK_EQ(mmio_read32(gic_redist_of(cpu) + GICR_TYPER + 4),
			 typer >> 32);
	}
	CHECK_EQ(cpu_affinity(0), READ_SYSREG(mpidr_el1) & 0xff00ffffff);
}

static void others_are_off(void)
{
	for (unsigned cpu = 0; cpu < cpus; cpu++)
		CHECK_EQ(hvc(PSCI_AFFINITY_INFO, cpu_affinity(cpu), 0, 0),
			 cpu != 0);
}

static void all_come_up(void)
{
	for (unsigned cpu = 1; cpu < cpus; cpu++) {
		if (!start_cpu(cpu))
			test_abandon(); /* nothing below would work */
		CHECK_EQ(hvc(PSCI_AFFINITY_INFO, cpu_affinity(cpu), 0, 0), 0);
	}
}

static uint64_t midrs[MAX_CPUS], mpidrs[MAX_CPUS], frequencies[MAX_CPUS];

static void introduce(uint64_t argument)
{
	unsigned self = cpu_index();

	(void)argument;
	midrs[self] = READ_SYSREG(midr_el1);
	mpidrs[self] = READ_SYSREG(mpidr_el1);
	frequencies[self] = READ_SYSREG(cntfrq_el0);
}

static void who(void)
{
	on_all(introduce, 0);
	for (unsigned cpu = 0; cpu < cpus; cpu++) {
		CHECK_EQ(mpidrs[cpu] & 0xff00ffffff, cpu_affinity(cpu));
		/* D19.2.101: RES1; U is clear in a multiprocessor. */
		CHECK_EQ(mpidrs[cpu] >> 31 & 1, 1);
		CHECK_EQ(mpidrs[cpu] >> 30 & 1, 0);
		CHECK_EQ(midrs[cpu], midrs[0]);
		CHECK_EQ(frequencies[cpu], frequencies[0]);
		CHECK(frequencies[cpu] != 0);
	}
}

static uint64_t stamps[MAX_CPUS], turn;

static void stamp(uint64_t argument)
{
	unsigned self = cpu_index();

	(void)argument;
	while (load_acquire(&turn) != self)
		relax();
	stamps[self] = now();
	store_release(&turn, self + 1);
}

/* D11.1.2: one count for the whole system, which never goes back. */
static void one_time(void)
{
	for (unsigned round = 0; round < 5; round++) {
		uint64_t before = now();

		turn = 0;
		on_all(stamp, 0);
		CHECK(stamps[0] >= before);
		for (unsigned cpu = 1; cpu < cpus; cpu++)
			CHECK(stamps[cpu] >= stamps[cpu - 1]);
		CHECK(now() >= stamps[cpus - 1]);
	}
}

const struct conformance_case boot_cases[] = {
	{{"boot: one redistributor for each CPU (IHI 0069 12.11.36)",
	  redistributors},
	 0},
	{{"boot: the other CPUs are off (DEN0022 5.7)", others_are_off}, 0},
	{{"boot: all CPUs come up (DEN0022 5.6)", all_come_up}, 0},
	{{"boot: MPIDR, MIDR and CNTFRQ of each CPU (DDI 0487 D19.2.101)", who},
	 0},
	{{"boot: one count for all CPUs (DDI 0487 D11.1.2)", one_time}, 0},
};
END_OF_TABLE(boot);
