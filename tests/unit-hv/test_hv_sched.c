/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hv's scheduler as it is, on CPUs that are numbers: time passes in the guest
 * and while a CPU waits, and an alarm interrupts both. A CPU's loop is left by
 * a jump when a test has seen enough.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "base/percpu.h"
#include "irq/gic.h"
#include "sched/queue.h"
#include "sched/sched.h"
#include "sched/state.h"

#define CPUS   2u
#define VCPUS  6u
#define SECOND UINT64_C(1000000)
#define SLICE  (SECOND / 100)

static struct {
	struct hv_cpu cpus[CPUS];
	uint64_t alarm[CPUS];
	uint32_t kicks[CPUS];
	uint32_t here;
	bool masked;
	uint64_t now;
	jmp_buf enough;
	uint32_t runs_left;
	/* What the guests do. */
	enum hv_sched_next next;
	uint64_t deadline; /* of a parked one's timer */
	bool pending;
	void (*inside)(struct hv_vcpu *vcpu);
	/* What was seen. */
	uint64_t had[VCPUS];
	uint32_t ends;
	uint32_t expired;
} pc;

static struct hv_vcpu vcpus[VCPUS];
/* The scheduler never forgets a VM: each test has its own. */
static struct hv_sched_vm all_vms[16], *vms = all_vms;

struct hv_cpu *hv_this_cpu(void)
{
	return &pc.cpus[pc.here];
}

uint64_t hv_irqs_mask(void)
{
	bool before = pc.masked;

	pc.masked = true;
	return before;
}

void hv_irqs_restore(uint64_t daif)
{
	pc.masked = daif != 0;
}

void hv_irqs_unmask(void)
{
	pc.masked = false;
}

static void ring(void)
{
	if (pc.now < pc.alarm[pc.here])
		return;
	pc.alarm[pc.here] = UINT64_MAX;
	hv_timer_irq();
}

void hv_irqs_take(void)
{
	assert_true(pc.masked);
	ring();
}

void hv_cpu_wait(void)
{
	if (pc.alarm[pc.here] == UINT64_MAX)
		longjmp(pc.enough, 1); /* for ever */
	pc.now = pc.alarm[pc.here];
}

void hv_cpu_relax(void)
{
	fail(); /* nobody else is running */
}

uint64_t hv_counter(void)
{
	return pc.now;
}

uint64_t hv_counter_frequency(void)
{
	return SECOND;
}

void hv_cpu_set_alarm(uint64_t deadline)
{
	pc.alarm[pc.here] = deadline;
}

void hv_gic_kick(const struct hv_cpu *cpu)
{
	pc.kicks[cpu->index]++;
}

const struct arm_pcpu_features *arm_pcpu_get_features(const struct arm_pcpu *p)
{
	return &p->features;
}

int arm_vcpu_bind(struct arm_vcpu *vcpu, struct arm_pcpu *pcpu)
{
	(void)vcpu;
	assert_ptr_equal(pcpu, &pc.cpus[pc.here].pcpu);
	return ARM_VCPU_OK;
}

int arm_vcpu_unbind(struct arm_vcpu *vcpu)
{
	(void)vcpu;
	return ARM_VCPU_OK;
}

int arm_vcpu_kick(struct arm_vcpu *vcpu)
{
	(void)vcpu;
	return ARM_VCPU_OK;
}

int arm_vcpu_trap_wait(struct arm_vcpu *vcpu, bool wfi, bool wfe)
{
	(void)vcpu;
	(void)wfi;
	(void)wfe;
	return ARM_VCPU_OK;
}

uint64_t arm_vcpu_next_deadline(const struct arm_vcpu *vcpu)
{
	(void)vcpu;
	return pc.deadline;
}

bool arm_vgic_has_pending(const struct arm_vcpu *vcpu)
{
	(void)vcpu;
	return pc.pending;
}

int arm_vcpu_timer_expired(struct arm_vcpu *vcpu)
{
	(void)vcpu;
	pc.expired++;
	return ARM_VCPU_OK;
}

/* The guest computes until its CPU is interrupted, a second at most. */
int arm_vcpu_run(struct arm_vcpu *arm, struct arm_vcpu_exit *exit)
{
	struct hv_vcpu *vcpu = (struct hv_vcpu *)arm;
	uint64_t end = pc.now + SECOND;

	assert_true(pc.masked);
	if (pc.runs_left-- == 0)
		longjmp(pc.enough, 1);
	if (end > pc.alarm[pc.here])
		end = pc.alarm[pc.here];
	if (pc.next == HV_SCHED_RUN && end > pc.now) {
		pc.had[vcpu - vcpus] += end - pc.now;
		pc.now = end;
	}
	if (pc.inside)
		pc.inside(vcpu);
	ring();
	exit->reason = ARM_VCPU_EXIT_INTERRUPT;
	return ARM_VCPU_OK;
}

static enum hv_sched_next serve(struct hv_vcpu *vcpu,
				const struct arm_vcpu_exit *exit)
{
	(void)vcpu;
	assert_int_equal(exit->reason, ARM_VCPU_EXIT_INTERRUPT);
	return pc.next;
}

static void failed(struct hv_vcpu *vcpu, int status, const char *what)
{
	(void)vcpu;
	(void)status;
	fail_msg("%s", what);
}

static void ended(struct hv_sched_vm *vm)
{
	(void)vm;
	assert_false(pc.masked);
	pc.ends++;
}

static const struct hv_sched_ops ops = {serve, failed, ended};

/* VM i has vCPU i, and the last all that are left. */
static int setup(void **state)
{
	(void)state;
	memset(&pc, 0, sizeof(pc));
	memset(vcpus, 0, sizeof(vcpus));
	vms += 2;
	for (uint32_t i = 0; i < CPUS; i++) {
		pc.cpus[i].index = i;
		pc.alarm[i] = UINT64_MAX;
		hv_cpu_add(i, &pc.cpus[i]);
	}
	hv_cpu_set_count(CPUS);
	pc.masked = true;
	pc.deadline = UINT64_MAX;
	return 0;
}

static void make(uint32_t vm, uint32_t first, uint32_t count)
{
	hv_sched_vm_init(&vms[vm], &ops);
	assert_true(hv_sched_pin(&vms[vm], 1));
	for (uint32_t i = first; i < first + count; i++) {
		hv_sched_vcpu_init(&vcpus[i], &vms[vm]);
		assert_true(hv_sched_start(&vcpus[i]));
	}
}

/* Switch everything off again: the queues are the scheduler's own. */
static void clean_up(uint32_t count)
{
	pc.inside = NULL;
	pc.runs_left = 1000;
	for (uint32_t i = 0; i < count; i++)
		hv_sched_stop(&vms[i]);
	if (!setjmp(pc.enough))
		hv_sched_loop();
	for (uint32_t i = 0; i < VCPUS; i++)
		assert_int_equal(hv_state_of(atomic_load(&vcpus[i].state)),
				 HV_VCPU_OFF);
}

static void run(uint32_t runs)
{
	pc.runs_left = runs;
	if (!setjmp(pc.enough))
		hv_sched_loop();
}

/* One that is in the guest when a run is left by a jump goes back by hand. */
static void leave(void)
{
	struct arm_vcpu *bound = pc.cpus[0].bound;
	uint64_t daif;

	if (!bound)
		return;
	pc.cpus[0].bound = NULL;
	daif = hv_queue_lock();
	hv_queue_add((struct hv_vcpu *)bound, NULL);
	hv_queue_unlock(daif);
}

static void vms_share_a_cpu(void **state)
{
	uint64_t first, second;

	(void)state;
	make(0, 0, 1);
	make(1, 1, 5);
	pc.next = HV_SCHED_RUN;
	run(400);
	first = pc.had[0];
	second = pc.had[1] + pc.had[2] + pc.had[3] + pc.had[4] + pc.had[5];
	assert_true(first > 100 * SLICE);
	assert_true(first <= second + SLICE && second <= first + SLICE);
	for (uint32_t i = 2; i < VCPUS; i++)
		assert_true(pc.had[i] + SLICE >= pc.had[1]);
	leave();
	clean_up(2);
	assert_int_equal(pc.ends, 2);
}

static uint64_t woken_at;

static void note_time(struct hv_vcpu *vcpu)
{
	(void)vcpu;
	woken_at = pc.now;
	pc.deadline = UINT64_MAX;
}

static void a_parked_vcpu_is_woken_by_its_timer(void **state)
{
	(void)state;
	make(0, 0, 1);
	pc.next = HV_SCHED_PARK;
	pc.deadline = 12345;
	run(1);
	assert_int_equal(hv_state_of(atomic_load(&vcpus[0].state)),
			 HV_VCPU_RUNNING); /* it came back for a second run */
	assert_int_equal(pc.now, 12345);
	leave();
	pc.deadline = 23456;
	pc.inside = note_time;
	run(10);
	assert_int_equal(woken_at, 12345);
	assert_int_equal(hv_state_of(atomic_load(&vcpus[0].state)),
			 HV_VCPU_PARKED);
	hv_sched_kick(&vcpus[0]);
	assert_int_equal(hv_state_of(atomic_load(&vcpus[0].state)),
			 HV_VCPU_READY);
	clean_up(1);
	assert_int_equal(pc.ends, 1);
}

static void kick_from_elsewhere(struct hv_vcpu *vcpu)
{
	pc.here = 0;
	hv_sched_kick(vcpu);
	assert_int_equal(pc.kicks[0], 0); /* it is here */
	pc.here = 1;
	hv_sched_kick(vcpu);
	pc.here = 0;
	assert_int_equal(pc.kicks[0], 1);
}

static void a_running_vcpu_is_interrupted_from_another_cpu_only(void **state)
{
	(void)state;
	make(0, 0, 1);
	pc.kicks[0] = 0;
	pc.next = HV_SCHED_OFF;
	pc.inside = kick_from_elsewhere;
	run(1);
	assert_int_equal(pc.ends, 1); /* all are off */
}

static void what_is_pending_keeps_it_running(void **state)
{
	(void)state;
	make(0, 0, 1);
	pc.next = HV_SCHED_PARK;
	pc.pending = true;
	run(3);
	assert_int_equal(hv_state_of(atomic_load(&vcpus[0].state)),
			 HV_VCPU_RUNNING);
	pc.pending = false;
	leave();
	clean_up(1);
}

static void set_guest_timer(struct hv_vcpu *vcpu)
{
	if (pc.now == 0)
		hv_sched_op_set_timer(NULL, &vcpu->arm, SECOND / 2);
}

static void the_guests_timer_fires_while_it_runs(void **state)
{
	(void)state;
	make(0, 0, 1);
	pc.next = HV_SCHED_RUN;
	pc.now = 0;
	pc.inside = set_guest_timer;
	pc.alarm[0] = 0; /* the first run takes no time */
	run(2);
	assert_int_equal(pc.now, SECOND / 2);
	assert_int_equal(pc.expired, 1);
	leave();
	clean_up(1);
}

/* A VM stays on the CPUs that are like its first. */
static void a_vm_has_cpus_of_one_kind(void **state)
{
	struct hv_sched_vm vm;

	(void)state;
	pc.cpus[0].pcpu.features.kind = 5;
	pc.cpus[1].pcpu.features.kind = 5;
	hv_sched_vm_init(&vm, &ops);
	assert_int_equal(hv_sched_pin_like(&vm), 0);
	assert_int_equal(vm.cpus, 3);
	pc.cpus[1].pcpu.features.kind = 7;
	assert_int_equal(hv_sched_pin_like(&vm), 1);
	assert_int_equal(vm.cpus, 1);
	hv_sched_vm_init(&vm, &ops);
	assert_true(hv_sched_pin(&vm, 2));
	assert_int_equal(hv_sched_pin_like(&vm), 0);
	assert_int_equal(vm.cpus, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_vm_has_cpus_of_one_kind, setup),
		cmocka_unit_test_setup(vms_share_a_cpu, setup),
		cmocka_unit_test_setup(a_parked_vcpu_is_woken_by_its_timer,
				       setup),
		cmocka_unit_test_setup(
			a_running_vcpu_is_interrupted_from_another_cpu_only,
			setup),
		cmocka_unit_test_setup(what_is_pending_keeps_it_running, setup),
		cmocka_unit_test_setup(the_guests_timer_fires_while_it_runs,
				       setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
