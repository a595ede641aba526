/* SPDX-License-Identifier: Apache-2.0 */
/* The order of hv's locks, as debug builds check it: a wrong one is an
 * exception. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/lock.h"
#include "base/percpu.h"

static struct hv_cpu cpus[2];
static unsigned here;
static sigjmp_buf found;

struct hv_cpu *hv_this_cpu(void)
{
	return &cpus[here];
}

uint64_t hv_irqs_mask(void)
{
	return 0;
}

void hv_irqs_restore(uint64_t daif)
{
	(void)daif;
}

void hv_cpu_relax(void)
{
	fail(); /* the order is looked at first */
}

uint64_t hv_counter(void)
{
	return 0;
}

void hv_cpu_set_alarm(uint64_t deadline)
{
	(void)deadline;
}

static void trapped(int number)
{
	(void)number;
	siglongjmp(found, 1);
}

/* On this CPU, which holds nothing before and nothing afterwards. */
static bool may_take(struct hv_lock *first, struct hv_lock *second)
{
	uint64_t outer = hv_lock(first), inner;

	(void)signal(SIGILL, trapped);
	if (sigsetjmp(found, 1)) {
		hv_unlock(first, outer);
		return false;
	}
	inner = hv_lock(second);
	hv_unlock(second, inner);
	hv_unlock(first, outer);
	return true;
}

static struct hv_lock rx = HV_LOCK(HV_RANK_RX);
static struct hv_lock machine = HV_LOCK(HV_RANK_MACHINE);
static struct hv_lock vuarts[] = {HV_LOCK(HV_RANK_VUART),
				  HV_LOCK(HV_RANK_VUART)};
static struct hv_lock last[2];

static int setup(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		cpus[i].index = i;
		hv_cpu_add(i, &cpus[i]);
	}
	hv_cpu_set_count(2);
	return 0;
}

static void upwards_is_right(void **state)
{
	(void)state;
	assert_true(may_take(&rx, &machine));
	assert_true(may_take(&rx, &vuarts[1]));
	assert_true(may_take(&machine, &vuarts[0]));
	assert_true(may_take(&vuarts[0], &last[0]));
	assert_int_equal(cpus[0].held, 0);
}

static void anything_else_is_found(void **state)
{
	(void)state;
	assert_false(may_take(&machine, &rx));
	assert_false(may_take(&vuarts[0], &vuarts[1]));
	assert_false(may_take(&vuarts[0], &vuarts[0]));
	assert_false(may_take(&last[0], &rx));
	assert_false(may_take(&last[0], &last[1]));
	assert_int_equal(cpus[0].held, 0);
}

/* In between counts, too, and what another CPU holds does not. */
static void all_that_is_held_counts(void **state)
{
	uint64_t outer = hv_lock(&rx), middle = hv_lock(&vuarts[0]), other;

	(void)state;
	here = 1;
	other = hv_lock(&machine);
	hv_unlock(&machine, other);
	here = 0;
	hv_unlock(&rx, outer);
	assert_false(may_take(&last[0], &machine));
	if (!sigsetjmp(found, 1)) {
		(void)hv_lock(&machine);
		fail();
	}
	hv_unlock(&vuarts[0], middle);
	assert_true(may_take(&rx, &machine));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(upwards_is_right),
		cmocka_unit_test(anything_else_is_found),
		cmocka_unit_test(all_that_is_held_counts),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
