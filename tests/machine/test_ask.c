/* SPDX-License-Identifier: Apache-2.0 */
/* One vCPU reads what another one's list registers hold while that runs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>

#include <cmocka.h>

#include "machine/gic_world.h"
#include "machine/interface.h"

#define READER     0u
#define HOLDER     1u
#define SPI        40u
#define ISACTIVER1 0x304u
#define ISPENDR1   0x204u
#define BIT_OF_SPI (1u << (SPI - 32u))

static struct {
	_Atomic bool looked, taken, done;
	uint64_t active_before, pending_before;
	uint64_t active, pending;
} shared;

/* SPI 40 is an edge for vCPU 1 and sits in its list register. */
static void make(uint64_t seed)
{
	static const struct gic_world_step steps[] = {
		{.op = GIC_WORLD_WRITE, .width = 2, .value = 3},
		{.op = GIC_WORLD_WRITE,
		 .width = 2,
		 .offset = 0x84,
		 .value = UINT32_MAX},
		{.op = GIC_WORLD_WRITE,
		 .width = 2,
		 .offset = 0xc08,
		 .value = 2u << 16},
		{.op = GIC_WORLD_WRITE,
		 .width = 3,
		 .offset = 0x6000 + 8 * SPI,
		 .value = 1},
		{.op = GIC_WORLD_WRITE,
		 .width = 2,
		 .offset = 0x104,
		 .value = BIT_OF_SPI},
		{.op = GIC_WORLD_CONTROL,
		 .vcpu = HOLDER,
		 .offset = GIC_MODEL_PMR,
		 .value = 255},
		{.op = GIC_WORLD_CONTROL,
		 .vcpu = HOLDER,
		 .offset = GIC_MODEL_IGRPEN1,
		 .value = 1},
		{.op = GIC_WORLD_LINE, .offset = SPI - 16, .value = 1},
	};
	const struct gic_world_config config = {
		.seed = seed,
		.vcpus = 2,
		.list_registers = 4,
		.priority_bits = 5,
	};

	gic_world_make(&config);
	for (size_t n = 0; n < sizeof(steps) / sizeof(steps[0]); n++)
		gic_world_step(&steps[n]);
}

static void hold(void *arg)
{
	(void)arg;
	while (!atomic_load(&shared.looked))
		gic_world_answer(HOLDER);
	assert_int_equal(machine_icv_read(machine.current, R_ICC_IAR1_EL1),
			 SPI);
	atomic_store(&shared.taken, true);
	while (!atomic_load(&shared.done))
		gic_world_answer(HOLDER);
}

static void look(void *arg)
{
	(void)arg;
	shared.active_before = gic_world_load(READER, ISACTIVER1);
	shared.pending_before = gic_world_load(READER, ISPENDR1);
	atomic_store(&shared.looked, true);
	while (!atomic_load(&shared.taken))
		gic_world_answer(READER);
	shared.active = gic_world_load(READER, ISACTIVER1);
	shared.pending = gic_world_load(READER, ISPENDR1);
	atomic_store(&shared.done, true);
}

/* What was true before the load began is what the load says. */
static void test_reads(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 300; seed++) {
		atomic_store(&shared.looked, false);
		atomic_store(&shared.taken, false);
		atomic_store(&shared.done, false);
		make(seed);
		machine_start(gic_world_cpu(READER), look, NULL);
		machine_start(gic_world_cpu(HOLDER), hold, NULL);
		assert_int_equal(machine_run(1000000), MACHINE_DONE);
		assert_int_equal(shared.active_before, 0);
		assert_int_equal(shared.pending_before, BIT_OF_SPI);
		assert_int_equal(shared.active, BIT_OF_SPI);
		assert_int_equal(shared.pending, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
