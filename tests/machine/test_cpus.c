/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated machine itself: CPUs, interleaving, and what it objects to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "arch/stage2.h"
#include "hw/barrier.h"
#include "hw/irq.h"
#include "hw/sysreg.h"
#include "hw/tlb.h"
#include "lib/atomic.h"
#include "machine/state.h"

static jmp_buf objected;

/* The failed run's flow of control ends here. */
static void failed(void)
{
	longjmp(objected, 1);
}

static void make(uint64_t seed, unsigned cpus)
{
	const struct machine_config config = {
		.seed = seed,
		.cpus = cpus,
		.list_registers = 4,
		.priority_bits = 5,
		.failed = failed,
	};

	machine_make(&config);
}

/* True: the machine fails while what(arg) runs. */
static bool objects(void (*what)(void))
{
	if (setjmp(objected))
		return true;
	what();
	return false;
}

static struct shared {
	_Atomic uint32_t lock;
	unsigned inside, most, order[64], entries;
	_Atomic unsigned waiting;
} shared;

static void locker(void *arg)
{
	for (unsigned n = 0; n < 8; n++) {
		if (arg)
			arm_lock(&shared.lock);
		shared.inside++;
		machine_step();
		if (shared.inside > shared.most)
			shared.most = shared.inside;
		shared.order[shared.entries++ % 64] = machine_cpu();
		machine_step();
		shared.inside--;
		if (arg)
			arm_unlock(&shared.lock);
	}
}

static void contend(uint64_t seed, bool locked)
{
	memset(&shared, 0, sizeof(shared));
	make(seed, 8);
	for (unsigned n = 0; n < 8; n++)
		machine_start(n, locker, locked ? &shared : NULL);
	assert_int_equal(machine_run(100000), MACHINE_DONE);
	assert_int_equal(shared.entries, 64);
	assert_int_equal(atomic_load(&shared.lock), 0);
}

/* CPUs get between each other's steps, the library's lock keeps them apart, and
 * a seed has one order. */
static void test_interleaving(void **state)
{
	unsigned order[64], most = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 50; seed++) {
		contend(seed, true);
		assert_int_equal(shared.most, 1);
		contend(seed, false);
		memcpy(order, shared.order, sizeof(order));
		most = shared.most > most ? shared.most : most;
		contend(seed, false);
		assert_memory_equal(order, shared.order, sizeof(order));
	}
	assert_true(most > 4);
}

/* The lock is taken and nobody waits: the next ticket is this one. */
static uint32_t first_ticket;

static uint32_t next_ticket(void)
{
	return atomic_load(&shared.lock) >> 20;
}

/* CPU 0 has the lock until all others have come, one after the other. */
static void queuer(void *arg)
{
	const unsigned cpu = machine_cpu();
	const uint32_t before = cpu ? cpu - 1 : 7;

	(void)arg;
	while (next_ticket() != ((first_ticket + before) & 0xfff))
		machine_step();
	if (cpu)
		arm_lock(&shared.lock);
	shared.order[shared.entries++] = cpu;
	machine_step();
	arm_unlock(&shared.lock);
}

/* Who waits for the lock gets it in the order of coming, whatever the number
 * of the first ticket; in the end it is as new. */
static void test_lock_is_fair(void **state)
{
	static const uint32_t firsts[] = {0, 1, 0xff9, 0xffa, 0xffe, 0xfff};

	(void)state;
	for (uint64_t seed = 0; seed < 60; seed++) {
		memset(&shared, 0, sizeof(shared));
		first_ticket = firsts[seed % 6];
		atomic_store(&shared.lock,
			     first_ticket << 20 | first_ticket << 8 | 1);
		make(seed, 8);
		for (unsigned n = 0; n < 8; n++)
			machine_start(n, queuer, NULL);
		assert_int_equal(machine_run(100000), MACHINE_DONE);
		for (unsigned n = 0; n < 8; n++)
			assert_int_equal(shared.order[n], n);
		assert_int_equal(atomic_load(&shared.lock), 0);
	}
}

static void waiter(void *arg)
{
	(void)arg;
	WRITE_SYSREG(3, 4, 12, 9, 5, 7);   /* ICC_SRE_EL2 */
	WRITE_SYSREG(3, 0, 4, 6, 0, 0xf0); /* PMR */
	WRITE_SYSREG(3, 0, 12, 12, 7, 1);  /* IGRPEN1 */
	atomic_fetch_add(&shared.waiting, 1);
	machine_wfi();
	shared.order[machine_cpu()] = (unsigned)machine_read(
		MACHINE_SYSREG(3, 0, 12, 12, 0)); /* IAR1 */
}

static void sender(void *arg)
{
	(void)arg;
	WRITE_SYSREG(3, 4, 12, 9, 5, 7);
	while (atomic_load(&shared.waiting) != 3)
		machine_step();
	/* SGI 5 to all but self. */
	WRITE_SYSREG(3, 0, 12, 11, 5, UINT64_C(1) << 40 | 5u << 24);
}

static void test_interrupts(void **state)
{
	(void)state;
	for (uint64_t seed = 0; seed < 20; seed++) {
		memset(&shared, 0, sizeof(shared));
		make(seed, 4);
		for (unsigned n = 0; n < 4; n++) {
			machine_gic_enable(n, 5, 0x80, true);
			machine_start(n, n ? waiter : sender, NULL);
		}
		assert_int_equal(machine_run(100000), MACHINE_DONE);
		for (unsigned n = 1; n < 4; n++)
			assert_int_equal(shared.order[n], 5);
	}
}

static void timer_waiter(void *arg)
{
	(void)arg;
	WRITE_SYSREG(3, 4, 12, 9, 5, 7);
	WRITE_SYSREG(3, 0, 4, 6, 0, 0xf0);
	WRITE_SYSREG(3, 0, 12, 12, 7, 1);
	WRITE_SYSREG(3, 4, 14, 2, 2, 1000000); /* CNTHP_CVAL_EL2 */
	WRITE_SYSREG(3, 4, 14, 2, 1, 1);
	machine_wfi();
	shared.order[0] = (unsigned)machine_now();
}

/* While all wait the time flies; when nothing will come, it says so. */
static void test_waiting(void **state)
{
	(void)state;
	make(1, 2);
	machine_gic_enable(0, MACHINE_PPI_HYPERVISOR, 0x80, false);
	machine_start(0, timer_waiter, NULL);
	assert_int_equal(machine_run(999999), MACHINE_LIMIT);
	assert_int_equal(machine_run(999999), MACHINE_DONE);
	assert_true(shared.order[0] >= 1000000 && shared.order[0] < 1000010);
	make(1, 2);
	machine_start(1, waiter, NULL);
	assert_int_equal(machine_run(1000), MACHINE_STUCK);
}

static void undefined_register(void)
{
	(void)READ(HCRX_EL2);
}

static void wrong_direction(void)
{
	WRITE_SYSREG(3, 4, 12, 11, 1, 0); /* ICH_VTR_EL2 */
}

static void gic_without_sre(void)
{
	(void)READ(ICH_VTR_EL2);
}

static void deactivate_inactive(void)
{
	WRITE(ICC_SRE_EL2, 1);
	WRITE(ICC_DIR_EL1, 40);
}

static uint64_t *table;
static uint64_t root_pa, page_pa;

/* One page at IPA 0, by tables of levels 1 to 3. */
static void translate(void)
{
	uint64_t level2, level3;

	root_pa = machine_alloc_pages(0);
	level2 = machine_alloc_pages(0);
	level3 = machine_alloc_pages(0);
	page_pa = machine_alloc_pages(0);
	memset(machine_phys(root_pa), 0, 4096);
	memset(machine_phys(level2), 0, 4096);
	memset(machine_phys(level3), 0, 4096);
	*(uint64_t *)machine_phys(root_pa) = level2 | 3;
	*(uint64_t *)machine_phys(level2) = level3 | 3;
	table = machine_phys(level3);
	table[0] = page_pa | 0x7ff;
	WRITE(HCR_EL2, 1);
	WRITE(VTCR_EL2, 64 - 39 + (1 << 6));
	WRITE(VTTBR_EL2, root_pa | UINT64_C(7) << 48);
	WRITE_SYSREG(3, 0, 1, 0, 0, 0); /* SCTLR_EL1 */
	/* Until the TLB has it. */
	while (!machine_tlb_entries(7))
		assert_false(machine_translate(machine.current, 0, ACCESS_READ)
				     .fault);
}

static void free_while_cached(void)
{
	table[0] = 0;
	machine_free_pages(page_pa, 0);
}

static void free_after_tlbi(void)
{
	table[0] = 0;
	arm_hw_tlbi_ipas2e1is(0);
	arm_hw_dsb_ish();
	arm_hw_tlbi_vmalle1is();
	arm_hw_dsb_ish();
	machine_free_pages(page_pa, 0);
}

static void no_break_before_make(void)
{
	table[0] = machine_alloc_pages(0) | 0x7ff;
	for (unsigned n = 0; n < 100; n++)
		machine_translate(machine.current, 0, ACCESS_READ);
}

static void same_vmid_other_tables(void)
{
	WRITE(VTTBR_EL2, machine_alloc_pages(0) | UINT64_C(7) << 48);
	for (unsigned n = 0; n < 100; n++)
		machine_translate(machine.current, 0, ACCESS_READ);
}

static void test_objections(void **state)
{
	static void (*const registers[])(void) = {
		undefined_register, wrong_direction, gic_without_sre,
		deactivate_inactive};
	static void (*const tables[])(void) = {free_while_cached,
					       no_break_before_make,
					       same_vmid_other_tables};

	(void)state;
	for (unsigned n = 0; n < 4; n++) {
		make(n, 1);
		assert_true(objects(registers[n]));
	}
	for (unsigned n = 0; n < 3; n++) {
		make(n, 1);
		translate();
		assert_true(objects(tables[n]));
	}
	make(1, 1);
	translate();
	assert_false(objects(free_after_tlbi));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interleaving),
		cmocka_unit_test(test_lock_is_fair),
		cmocka_unit_test(test_interrupts),
		cmocka_unit_test(test_waiting),
		cmocka_unit_test(test_objections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
