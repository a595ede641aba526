/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance.h"

unsigned cpus;

/* Without the other CPUs there is nothing to run the rest on. */
static bool is_boot(const struct conformance_case *c)
{
	return c >= boot_cases && c < boot_cases + boot_count;
}

/* A case that needs more CPUs than there are is told, and not counted. */
static void run_case(const struct conformance_case *c)
{
	if (c->cpus > cpus || !(is_boot(c) || selected(c->test.name))) {
		print("skip %s\n", c->test.name);
		return;
	}
	fresh();
	run_tests(&c->test, 1);
}

void payload(uint64_t device_tree)
{
#define TABLE(prefix)                           \
	{                                       \
		prefix##_cases, &prefix##_count \
	}
	static const struct {
		const struct conformance_case *cases;
		const size_t *count;
	} tables[] = {
		TABLE(boot),          TABLE(frame),   TABLE(distributor),
		TABLE(redistributor), TABLE(sgi),     TABLE(state),
		TABLE(remote),        TABLE(routing), TABLE(level),
		TABLE(priority),      TABLE(group),   TABLE(timer),
		TABLE(ticking),       TABLE(psci),    TABLE(power),
		TABLE(survival),      TABLE(sync),    TABLE(stress),
	};
#undef TABLE

	mmu_on();
	select_from(device_tree);
	cpus = cpu_count();
	print("CPUs: %lu\n", (unsigned long)cpus);
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (size_t n = 0; n < *tables[i].count; n++)
			run_case(&tables[i].cases[n]);
}
