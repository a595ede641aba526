/* SPDX-License-Identifier: Apache-2.0 */
/* Whose turn it is: VMs that always want more, that sleep, that are pinned. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sched/ready.h"

#define VCPUS 8u
#define SLICE 10u

/* A VM, and how many slices each of its vCPUs has had. */
struct vm {
	struct hv_sched_vm sched;
	struct hv_vcpu vcpus[VCPUS];
	unsigned slices[VCPUS];
};

static void make(struct hv_ready *ready, struct vm *vm, uint64_t cpus)
{
	*vm = (struct vm){.sched = {.cpus = cpus}};
	for (unsigned i = 0; i < VCPUS; i++)
		vm->vcpus[i].vm = &vm->sched;
	hv_ready_add_vm(ready, &vm->sched);
}

static void wake(struct hv_ready *ready, struct vm *vm, unsigned vcpus)
{
	for (unsigned i = 0; i < vcpus; i++)
		hv_ready_add(ready, &vm->vcpus[i]);
}

static void sleep_all(struct vm *vm)
{
	while (atomic_load(&vm->sched.ready))
		hv_ready_remove(atomic_load(&vm->sched.ready));
}

static unsigned slices(const struct vm *vm)
{
	unsigned sum = 0;

	for (unsigned i = 0; i < VCPUS; i++)
		sum += vm->slices[i];
	return sum;
}

static struct vm *vm_of(struct hv_vcpu *vcpu)
{
	return (struct vm *)(void *)vcpu->vm;
}

/* A slice on each of these CPUs at once; who had one wants another. */
static void run(struct hv_ready *ready, uint64_t cpus, unsigned count)
{
	struct hv_vcpu *on[HV_MAX_CPUS];

	while (count--) {
		for (unsigned cpu = 0; cpu < HV_MAX_CPUS; cpu++)
			on[cpu] = cpus >> cpu & 1 ? hv_ready_take(ready, cpu,
								  UINT64_MAX)
						  : NULL;
		for (unsigned cpu = 0; cpu < HV_MAX_CPUS; cpu++) {
			if (!on[cpu])
				continue;
			assert_true(on[cpu]->vm->cpus >> cpu & 1);
			vm_of(on[cpu])
				->slices[on[cpu] - vm_of(on[cpu])->vcpus]++;
			on[cpu]->vm->had += SLICE;
			hv_ready_add(ready, on[cpu]);
		}
	}
}

static void test_nobody(void **state)
{
	struct hv_ready ready = {.had = {0}};
	struct vm vm;

	(void)state;
	assert_null(hv_ready_take(&ready, 0, UINT64_MAX));
	make(&ready, &vm, 1);
	assert_null(hv_ready_take(&ready, 0, UINT64_MAX));
	assert_false(hv_ready_any(&ready, 0));
}

/* By the number of vCPUs it would be one of nine. */
static void test_vms_share_equally(void **state)
{
	struct hv_ready ready = {.had = {0}};
	struct vm one, many;

	(void)state;
	make(&ready, &one, 1);
	make(&ready, &many, 1);
	wake(&ready, &one, 1);
	wake(&ready, &many, VCPUS);
	run(&ready, 1, 1600);
	assert_int_equal(slices(&one), 800);
	for (unsigned i = 0; i < VCPUS; i++)
		assert_int_equal(many.slices[i], 100);
}

/* Half of four CPUs would be two: one vCPU has one of them all the time. */
static void test_less_than_its_share(void **state)
{
	struct hv_ready ready = {.had = {0}};
	struct vm one, many;

	(void)state;
	make(&ready, &one, 15);
	make(&ready, &many, 15);
	wake(&ready, &one, 1);
	wake(&ready, &many, VCPUS);
	run(&ready, 15, 1000);
	assert_in_range(slices(&one), 999, 1000);
	assert_int_equal(slices(&one) + slices(&many), 4000);
}

/* What a VM did not want while it slept, it does not get afterwards. */
static void test_sleep_earns_nothing(void **state)
{
	struct hv_ready ready = {.had = {0}};
	struct vm busy, lazy;

	(void)state;
	make(&ready, &busy, 1);
	make(&ready, &lazy, 1);
	wake(&ready, &busy, 2);
	run(&ready, 1, 1000);
	wake(&ready, &lazy, 1);
	run(&ready, 1, 100);
	assert_in_range(slices(&lazy), 49, 51);
	/* But it comes first: it had least. */
	sleep_all(&lazy);
	run(&ready, 1, 10);
	hv_ready_add(&ready, &lazy.vcpus[3]);
	busy.sched.had++;
	assert_ptr_equal(hv_ready_take(&ready, 0, UINT64_MAX), &lazy.vcpus[3]);
}

/* One that had a CPU for itself does not wait for all the others to have had
 * as much, and takes it from nobody who shares it from now on. */
static void test_alone_for_long(void **state)
{
	struct hv_ready ready = {.had = {0}};
	struct vm alone, other, floats;

	(void)state;
	make(&ready, &alone, 2);
	make(&ready, &other, 1);
	make(&ready, &floats, 3);
	wake(&ready, &alone, 1);
	run(&ready, 3, 1000);
	wake(&ready, &other, 1);
	wake(&ready, &floats, 4);
	run(&ready, 3, 100);
	assert_in_range(slices(&alone) - 1000, 49, 100);
	assert_in_range(slices(&floats), 49, 100);
	assert_in_range(slices(&other), 49, 100);
}

static void test_pinned(void **state)
{
	struct hv_ready ready = {.had = {0}};
	struct vm vm;

	(void)state;
	make(&ready, &vm, 4);
	wake(&ready, &vm, 2);
	for (unsigned cpu = 0; cpu < HV_MAX_CPUS; cpu++)
		assert_int_equal(hv_ready_any(&ready, cpu), cpu == 2);
	run(&ready, UINT64_MAX, 10);
	assert_int_equal(slices(&vm), 10);
}

/* First come first served within a VM, also when some leave the list. */
static void test_leaves(void **state)
{
	static const unsigned gone[] = {0, 3, 7}, left[] = {1, 2, 4, 5, 6};
	struct hv_ready ready = {.had = {0}};
	struct vm vm;

	(void)state;
	make(&ready, &vm, 1);
	wake(&ready, &vm, VCPUS);
	for (unsigned i = 0; i < 3; i++)
		hv_ready_remove(&vm.vcpus[gone[i]]);
	hv_ready_add(&ready, &vm.vcpus[7]);
	for (unsigned i = 0; i < 5; i++)
		assert_ptr_equal(hv_ready_take(&ready, 0, UINT64_MAX),
				 &vm.vcpus[left[i]]);
	assert_ptr_equal(hv_ready_take(&ready, 0, UINT64_MAX), &vm.vcpus[7]);
	assert_null(hv_ready_take(&ready, 0, UINT64_MAX));
}

/* Those come before a VM's end that have had less than it. */
static void test_limit(void **state)
{
	struct hv_ready ready = {.had = {0}};
	struct vm vm;

	(void)state;
	make(&ready, &vm, 1);
	wake(&ready, &vm, 1);
	vm.sched.had = 5;
	assert_null(hv_ready_take(&ready, 0, 5));
	assert_ptr_equal(hv_ready_take(&ready, 0, 6), &vm.vcpus[0]);
}

/* What it had elsewhere counts up to a bound, what it had here does. */
static void test_had_elsewhere(void **state)
{
	struct hv_ready ready = {.had = {100, 9000}};
	struct vm vm;

	(void)state;
	make(&ready, &vm, 3);
	vm.sched.had = 105;
	assert_int_equal(hv_ready_had(&ready, &vm.sched, 0, 50), 105);
	vm.sched.had = 9000;
	assert_int_equal(hv_ready_had(&ready, &vm.sched, 0, 50), 150);
	assert_int_equal(hv_ready_had(&ready, &vm.sched, 1, 50), 9000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_vms_share_equally),
		cmocka_unit_test(test_less_than_its_share),
		cmocka_unit_test(test_sleep_earns_nothing),
		cmocka_unit_test(test_alone_for_long),
		cmocka_unit_test(test_pinned),
		cmocka_unit_test(test_leaves),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_had_elsewhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
