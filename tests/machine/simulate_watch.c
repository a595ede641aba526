/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which interrupts must come, which may, and which must not: for guests that
 * keep to the rules (sim_vm.tame), whose interrupts are all enabled, of group 1
 * and below no mask. An edge is taken once, by the vCPU that it is routed to;
 * a level only while it is high.
 */
#include <string.h>

#include "machine/simulate.h"
#include "machine/state.h"
#include "sched/state.h"

#define PATIENCE 8u      /* looks before an instruction           */
#define MASKED   100000u /* own steps of a CPU, waits for locks included */
#define WAKES_BY 80000u  /* made steps in which a vCPU must wake  */

_Noreturn static void wrong(const struct sim_vcpu *vcpu, uint32_t intid,
			    const char *what)
{
	const uint32_t state = atomic_load(&vcpu->host.state);

	machine_fail("vCPU %u of VM %u (%u: state %u on CPU %u, level %u, "
		     "PSTATE %#llx, operation %u at %#llx): interrupt %u %s",
		     vcpu->number, vcpu->vm->number, vcpu->index, state & 0xff,
		     state >> HV_STATE_CPU_SHIFT, vcpu->depth,
		     (unsigned long long)vcpu->level[vcpu->depth].pstate,
		     (unsigned)vcpu->op.insn.op,
		     (unsigned long long)vcpu->level[vcpu->depth].pc, intid,
		     what);
}

struct sim_watch *sim_watch_of(struct sim_vcpu *vcpu, uint32_t intid)
{
	if (intid < 32)
		return &vcpu->private[intid];
	return intid - 32 < SIM_SPIS ? &vcpu->vm->spi[intid - 32] : NULL;
}

void sim_watch_reset(struct sim_vm *vm)
{
	memset(vm->spi, 0, sizeof(vm->spi));
	for (unsigned n = 0; n < SIM_SPIS; n += 2)
		vm->spi[n].edge = true;
	for (unsigned n = 0; n < vm->vcpus; n++) {
		memset(vm->vcpu[n]->private, 0,
		       32 * sizeof(*vm->vcpu[n]->private));
		vm->vcpu[n]->grouped = false;
		for (unsigned sgi = 0; sgi < 16; sgi++)
			vm->vcpu[n]->private[sgi].edge = true;
	}
	vm->routed = false;
	vm->ready = false;
}

void sim_raise_begin(struct sim_watch *watch)
{
	watch->raising++;
	if (watch->pending == SIM_LOW)
		watch->pending = SIM_MAYBE;
}

void sim_raise_end(struct sim_watch *watch)
{
	if (watch->raising)
		watch->raising--;
	if (!watch->taken_meanwhile) {
		watch->pending = SIM_MUST;
		watch->patience = 0;
	} else if (!watch->raising) {
		watch->taken_meanwhile = false;
	}
}

void sim_raise_cancel(struct sim_watch *watch)
{
	if (watch->raising)
		watch->raising--;
	if (!watch->raising)
		watch->taken_meanwhile = false;
}

void sim_watch_line(struct sim_watch *watch, enum sim_pending pending)
{
	watch->pending = pending;
	watch->patience = 0;
}

static bool is_timer(uint32_t intid)
{
	return intid == ARM_VTIMER_VIRTUAL_INTID ||
	       intid == ARM_VTIMER_PHYSICAL_INTID;
}

static void check_source(struct sim_vcpu *vcpu, uint32_t intid,
			 struct sim_watch *watch)
{
	if (is_timer(intid))
		return;
	if (!watch || (intid >= 16 && intid < 32))
		wrong(vcpu, intid, "has no source");
	if (intid >= 32 && watch->target != vcpu->index)
		wrong(vcpu, intid, "is routed to another one");
	if (watch->pending == SIM_LOW)
		wrong(vcpu, intid, watch->edge ? "was not raised" : "is low");
}

void sim_watch_ack(struct sim_vcpu *vcpu, uint32_t intid)
{
	struct sim_watch *watch;

	if (intid >= 1020)
		return;
	sim.acks++;
	machine_trace("vCPU %u takes %u", vcpu->number, intid);
	if (!vcpu->vm->tame)
		return;
	watch = sim_watch_of(vcpu, intid);
	check_source(vcpu, intid, watch);
	if (watch->active)
		wrong(vcpu, intid, "is taken again, and is active");
	watch->active = vcpu;
	watch->patience = 0;
	if (!watch->edge)
		return;
	watch->taken_meanwhile = watch->raising;
	watch->pending = watch->raising ? SIM_MAYBE : SIM_LOW;
}

void sim_watch_deactivated(struct sim_vcpu *vcpu, uint32_t intid)
{
	struct sim_watch *watch = sim_watch_of(vcpu, intid);

	if (watch) {
		watch->active = NULL;
		watch->patience = 0;
	}
}

static bool virtual_timer_due(const struct sim_vcpu *vcpu)
{
	const uint64_t ctl = vcpu->shadow[SHADOW_CNTV_CTL_EL0];

	return (ctl & 3) == 1 && machine_now() - vcpu->vm->cntvoff >=
					 vcpu->shadow[SHADOW_CNTV_CVAL_EL0];
}

static bool physical_timer_due(const struct sim_vcpu *vcpu)
{
	return (vcpu->shadow[SHADOW_CNTP_CTL_EL0] & 3) == 1 &&
	       machine_now() >= vcpu->shadow[SHADOW_CNTP_CVAL_EL0];
}

static bool must(const struct sim_watch *watch)
{
	return watch->pending == SIM_MUST && !watch->active;
}

/* The first interrupt that the vCPU has to take, 1023 for none; those that it
 * could have taken as often already. */
static uint32_t owed(struct sim_vcpu *vcpu, unsigned patience)
{
	const struct sim_vm *vm = vcpu->vm;
	struct sim_watch *private = vcpu->private;

	if (vm->modelled)
		return sim_model_owed(vcpu);
	if (!vm->tame || !vm->has_vgic || !vcpu->working)
		return 1023;
	private[27].pending = virtual_timer_due(vcpu) ? SIM_MUST : SIM_LOW;
	private[30].pending = physical_timer_due(vcpu) ? SIM_MUST : SIM_LOW;
	for (uint32_t n = 0; n < 32; n++)
		if (must(&private[n]) && private[n].patience >= patience)
			return n;
	for (uint32_t n = 0; n < SIM_SPIS; n++)
		if (must(&vm->spi[n]) && vm->routed &&
		    vm->spi[n].target == vcpu->index &&
		    vm->spi[n].patience >= patience)
			return 32 + n;
	return 1023;
}

static void be_patient(struct sim_vcpu *vcpu)
{
	struct sim_vm *vm = vcpu->vm;

	for (unsigned n = 0; n < 32; n++)
		if (must(&vcpu->private[n]))
			vcpu->private[n].patience++;
		else
			vcpu->private[n].patience = 0;
	for (unsigned n = 0; n < SIM_SPIS; n++)
		if (vm->spi[n].target == vcpu->index)
			vm->spi[n].patience += must(&vm->spi[n]);
}

void sim_watch_open(struct sim_vcpu *vcpu)
{
	uint32_t intid;

	if (!vcpu->vm->tame || !vcpu->vm->has_vgic || vcpu->count % 16)
		return;
	intid = owed(vcpu, PATIENCE);
	if (intid != 1023)
		wrong(vcpu, intid, "does not come");
	be_patient(vcpu);
}

/* In made steps since the condition holds; 0 when it does not. */
static uint64_t holds_for(uint64_t *since, bool condition)
{
	if (!condition)
		*since = 0;
	else if (!*since)
		*since = machine_made();
	return *since ? machine_made() - *since : 0;
}

static bool somebody_idle(const struct sim_vm *vm)
{
	for (unsigned n = 0; n < sim.cpus; n++)
		if (vm->sched.cpus >> n & 1 &&
		    machine.cpu[n].life == LIFE_WAITING)
			return true;
	return false;
}

static void look_at(struct sim_vcpu *vcpu)
{
	const enum hv_vcpu_state state =
		hv_state_of(atomic_load(&vcpu->host.state));

	if (holds_for(&vcpu->idle_since,
		      state == HV_VCPU_PARKED && owed(vcpu, 0) != 1023) >
	    WAKES_BY)
		wrong(vcpu, owed(vcpu, 0), "does not wake it");
	if (holds_for(&vcpu->ready_since,
		      state == HV_VCPU_READY && somebody_idle(vcpu->vm)) >
	    WAKES_BY)
		machine_fail("vCPU %u is ready, and CPUs are idle",
			     vcpu->number);
}

void sim_watch_look(void)
{
	for (unsigned n = 0; n < sim.vcpus; n++)
		look_at(&sim.vcpu[n]);
	for (unsigned n = 0; n < sim.cpus; n++)
		if (machine_longest_masked(n) > MASKED)
			machine_fail("CPU %u had interrupts masked too long",
				     n);
}

void sim_watch_rest(void)
{
	for (unsigned n = 0; n < sim.vms; n++)
		if (atomic_load(&sim.vm[n].sched.stopping))
			machine_fail("VM %u does not stop", n);
	for (unsigned n = 0; n < sim.vcpus; n++) {
		struct sim_vcpu *vcpu = &sim.vcpu[n];
		const enum hv_vcpu_state state =
			hv_state_of(atomic_load(&vcpu->host.state));

		if (state == HV_VCPU_READY || state == HV_VCPU_PARKING)
			machine_fail("vCPU %u is ready, and nobody runs it", n);
		if (state != HV_VCPU_OFF && owed(vcpu, 0) != 1023)
			wrong(vcpu, owed(vcpu, 0), "comes no more");
	}
}
