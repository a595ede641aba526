/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hv on the simulated machine: what base/cpu.h and irq/gic.h are there, its
 * interrupts and exits as hypervisor/irq/irq.c and vm/serve.c have them, and
 * devices that raise SPIs.
 */
#include <stddef.h>

#include "arch/spsr.h"
#include "hw/barrier.h"
#include "hw/irq.h"
#include "irq/gic.h"
#include "irq/timer.h"
#include "machine/simulate.h"
#include "machine/state.h"
#include "sched/loop.h"

#define IAR1       MACHINE_SYSREG(3, 0, 12, 12, 0)
#define EOIR1      MACHINE_SYSREG(3, 0, 12, 12, 1)
#define DIR        MACHINE_SYSREG(3, 0, 12, 11, 1)
#define SGI1R      MACHINE_SYSREG(3, 0, 12, 11, 5)
#define CNTV_CTL   MACHINE_SYSREG(3, 3, 14, 3, 1)
#define CNTHP_CTL  MACHINE_SYSREG(3, 4, 14, 2, 1)
#define CNTHP_CVAL MACHINE_SYSREG(3, 4, 14, 2, 2)

/* ---- base/cpu.h and irq/gic.h ---------------------------------------------
 */

struct hv_cpu *hv_this_cpu(void)
{
	return &sim.cpu[machine_cpu()];
}

uint64_t hv_irqs_mask(void)
{
	return arm_hw_irq_mask();
}

void hv_irqs_restore(uint64_t daif)
{
	arm_hw_irq_restore(daif);
}

void hv_irqs_unmask(void)
{
	arm_hw_irq_restore(machine.current->daif & ~(SPSR_I | SPSR_F));
}

void hv_irqs_take(void)
{
	hv_irqs_unmask();
	arm_hw_isb();
	(void)arm_hw_irq_mask();
}

void hv_cpu_wait(void)
{
	machine_wfi();
}

void hv_cpu_relax(void)
{
	machine_yield();
}

uint64_t hv_counter(void)
{
	machine_step();
	return machine_now();
}

uint64_t hv_counter_frequency(void)
{
	return sim.slice * 100;
}

void hv_cpu_set_alarm(uint64_t deadline)
{
	if (deadline != UINT64_MAX)
		machine_write(CNTHP_CVAL, deadline);
	machine_write(CNTHP_CTL, deadline != UINT64_MAX);
}

void hv_gic_kick(const struct hv_cpu *cpu)
{
	arm_hw_dsb_ishst();
	machine_write(SGI1R, UINT64_C(1) << cpu->index);
	arm_hw_isb();
}

/* ---- Interrupts: hypervisor/irq/irq.c -------------------------------------
 */

static enum arm_pcpu_irq_action next_action(void)
{
	if (sim_chance(sim.patience))
		return ARM_PCPU_IRQ_EXIT;
	return atomic_load(&hv_this_cpu()->look) ? ARM_PCPU_IRQ_EXIT
						 : ARM_PCPU_IRQ_RESUME;
}

static bool serve_virtual_timer(struct arm_vcpu *vcpu)
{
	if (!vcpu)
		vcpu = hv_this_cpu()->bound;
	if (vcpu && arm_vtimer_irq(vcpu, MACHINE_PPI_VIRTUAL) == ARM_VCPU_OK)
		return true;
	machine_write(CNTV_CTL, machine_read(CNTV_CTL) | 2);
	return false;
}

/* From an interrupt handler, now and then. */
static void meddle(void)
{
	struct sim_vm *vm = &sim.vm[machine_random(sim.vms)];

	if (sim_chance(8))
		sim_inject(vm);
	if (sim_chance(32))
		(void)arm_vcpu_kick(
			&vm->vcpu[machine_random(vm->vcpus)]->host.arm);
	if (sim_chance(32))
		hv_sched_kick(&vm->vcpu[machine_random(vm->vcpus)]->host);
}

static enum arm_pcpu_irq_action serve_irq(void *ctx, struct arm_vcpu *vcpu)
{
	const uint32_t intid = (uint32_t)machine_read(IAR1);

	(void)ctx;
	if (intid >= 1020)
		return next_action();
	sim.interrupts++;
	machine_write(EOIR1, intid);
	if (intid == MACHINE_PPI_VIRTUAL && serve_virtual_timer(vcpu))
		return next_action();
	if (intid == MACHINE_PPI_HYPERVISOR) {
		hv_timer_irq();
	} else if (intid == MACHINE_PPI_MAINTENANCE) {
		if (!vcpu)
			vcpu = hv_this_cpu()->bound;
		if (vcpu)
			(void)arm_vgic_maintenance(vcpu);
	} else if (intid >= 32 && sim_serve_spi(intid, vcpu)) {
		return next_action();
	}
	meddle();
	machine_write(DIR, intid);
	return next_action();
}

static void fatal(void *ctx)
{
	(void)ctx;
	machine_fail("fatal at EL2");
}

const struct arm_pcpu_ops sim_pcpu_ops = {.irq = serve_irq, .fatal = fatal};

/* Half of the devices are served in place. */
static bool serve_mmio(void *ctx, struct arm_vcpu *arm,
		       const struct arm_vcpu_exit_mmio *access, uint64_t *value)
{
	const uint64_t offset = access->addr - SIM_DEVICE;

	(void)arm;
	if (offset >= 0x1000 || !(offset & 64))
		return false;
	if (sim_ends_level(ctx, access))
		sim_drive(ctx, (unsigned)offset / 8, false);
	*value = sim_device_value(access->addr);
	return true;
}

const struct arm_vm_ops sim_vm_ops = {
	.kick = hv_sched_op_kick,
	.set_timer = hv_sched_op_set_timer,
	.mmio = serve_mmio,
};

/* ---- Exits: hypervisor/vm/serve.c -----------------------------------------
 */

static enum hv_sched_next complete(struct sim_vcpu *vcpu, uint64_t value,
				   enum hv_sched_next next)
{
	const int status = arm_vcpu_complete(&vcpu->host.arm, value);

	if (status)
		machine_fail("complete: %s", arm_vcpu_strerror(status));
	return next;
}

static enum hv_sched_next refuse(struct sim_vcpu *vcpu,
				 enum arm_vcpu_failure how)
{
	const int status = arm_vcpu_fail(&vcpu->host.arm, how);

	if (status)
		machine_fail("fail: %s", arm_vcpu_strerror(status));
	return HV_SCHED_RUN;
}

static bool is_memory(uint64_t ipa)
{
	return ipa - SIM_RAM < SIM_BLOCK;
}

/* What the exit says is what the guest did. */
static void check_access(const struct sim_vcpu *vcpu,
			 const struct arm_vcpu_exit_mmio *access)
{
	const struct machine_insn *insn = &vcpu->op.insn;
	const bool write = insn->op == MACHINE_STORE;
	const uint64_t value = write && insn->rt < 31 ? vcpu->x[insn->rt] : 0;
	const uint64_t mask = access->width == 8
				      ? UINT64_MAX
				      : (UINT64_C(1) << 8 * access->width) - 1;

	if (access->addr != vcpu->op.ipa || access->width != insn->width ||
	    access->reg != insn->rt || access->is_write != write ||
	    access->value != (value & mask))
		machine_fail("vCPU %u: an access of %#llx, not %#llx",
			     vcpu->number, (unsigned long long)access->addr,
			     (unsigned long long)vcpu->op.ipa);
}

static void check_register(const struct sim_vcpu *vcpu,
			   const struct arm_vcpu_exit *exit)
{
	const struct machine_insn *insn = &vcpu->op.insn;
	const struct arm_vcpu_exit_sysreg *reg = &exit->sysreg;
	const bool write = insn->op == MACHINE_MSR;

	if (MACHINE_SYSREG(reg->op0, reg->op1, reg->crn, reg->crm, reg->op2) !=
		    insn->key ||
	    reg->reg != insn->rt ||
	    write != (exit->reason == ARM_VCPU_EXIT_SYSREG_WRITE) ||
	    reg->value != (write && insn->rt < 31 ? vcpu->x[insn->rt] : 0))
		machine_fail("vCPU %u: an exit for another register than %#x",
			     vcpu->number, insn->key);
}

static void check_call(const struct sim_vcpu *vcpu,
		       const struct arm_vcpu_exit_call *call)
{
	if (call->imm != vcpu->op.insn.amount)
		machine_fail("vCPU %u: a call with %#x", vcpu->number,
			     call->imm);
	for (unsigned n = 0; n < 8; n++)
		if (call->args[n] != vcpu->x[n])
			machine_fail("vCPU %u: x%u of a call is %#llx",
				     vcpu->number, n,
				     (unsigned long long)call->args[n]);
}

static enum hv_sched_next mmio(struct sim_vcpu *vcpu,
			       const struct arm_vcpu_exit_mmio *access)
{
	const uint64_t offset = access->addr - SIM_DEVICE;

	check_access(vcpu, access);
	if (is_memory(access->addr)) {
		sim_page_in(vcpu->vm, access->addr);
		return HV_SCHED_RUN;
	}
	if (offset >= 0x1000)
		return refuse(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT);
	if (sim_ends_level(vcpu->vm, access))
		sim_drive(vcpu->vm, (unsigned)offset / 8, false);
	return complete(vcpu, sim_device_value(access->addr), HV_SCHED_RUN);
}

static enum hv_sched_next fault(struct sim_vcpu *vcpu,
				const struct arm_vcpu_exit_fault *fault)
{
	if (!fault->ipa_valid || !fault->va_valid)
		machine_fail("a fault without address");
	if (fault->va != vcpu->op.insn.va || fault->ipa != vcpu->op.ipa)
		machine_fail("vCPU %u: a fault at VA %#llx, IPA %#llx, not "
			     "%#llx, %#llx",
			     vcpu->number, (unsigned long long)fault->va,
			     (unsigned long long)fault->ipa,
			     (unsigned long long)vcpu->op.insn.va,
			     (unsigned long long)vcpu->op.ipa);
	if (!is_memory(fault->ipa))
		return refuse(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT);
	sim_page_in(vcpu->vm, fault->ipa);
	return HV_SCHED_RUN;
}

static enum hv_sched_next cpu_up(struct sim_vcpu *vcpu,
				 const struct arm_vcpu_exit_cpu_up *up)
{
	struct sim_vcpu *target = (struct sim_vcpu *)up->vcpu;
	int status;

	if (arm_vcpu_power(up->vcpu) != ARM_VCPU_POWER_ON_PENDING)
		machine_fail("vCPU %u goes on unclaimed", target->number);
	hv_sched_wait_off(&target->host);
	if (sim_chance(8)) {
		(void)arm_vcpu_set_power(up->vcpu, ARM_VCPU_POWER_OFF);
		return complete(vcpu, ARM_VCPU_PSCI_INTERNAL_FAILURE,
				HV_SCHED_RUN);
	}
	/* The guest's idea first: another CPU may start it at once. */
	sim_guest_reset(target, up->entry, up->arg);
	status = arm_vcpu_power_on(up->vcpu, up->entry, up->arg);
	if (target->vm->modelled)
		sim_model_power_on(target);
	if (status)
		machine_fail("CPU on: %s", arm_vcpu_strerror(status));
	machine_trace("vCPU %u goes on", target->number);
	(void)hv_sched_start(&target->host);
	return complete(vcpu, 0, HV_SCHED_RUN);
}

static enum hv_sched_next stop(struct sim_vm *vm)
{
	machine_trace("VM %u is stopped", vm->number);
	hv_sched_stop(&vm->sched);
	return HV_SCHED_OFF;
}

static enum hv_sched_next serve_exit(struct sim_vcpu *vcpu,
				     const struct arm_vcpu_exit *exit)
{
	switch (exit->reason) {
	case ARM_VCPU_EXIT_NOTHING:
	case ARM_VCPU_EXIT_INTERRUPT:
		return HV_SCHED_RUN;
	case ARM_VCPU_EXIT_MMIO_READ:
	case ARM_VCPU_EXIT_MMIO_WRITE:
		return mmio(vcpu, &exit->mmio);
	case ARM_VCPU_EXIT_HYPERCALL:
	case ARM_VCPU_EXIT_SMC:
		check_call(vcpu, &exit->call);
		return complete(vcpu, ARM_VCPU_SMCCC_NOT_SUPPORTED,
				HV_SCHED_RUN);
	case ARM_VCPU_EXIT_WFI:
		return complete(vcpu, 0,
				exit->wait.timed ? HV_SCHED_YIELD
						 : HV_SCHED_PARK);
	case ARM_VCPU_EXIT_WFE:
		return complete(vcpu, 0, HV_SCHED_YIELD);
	case ARM_VCPU_EXIT_SYSREG_READ:
	case ARM_VCPU_EXIT_SYSREG_WRITE:
		check_register(vcpu, exit);
		return sim_chance(2) ? complete(vcpu, 77, HV_SCHED_RUN)
				     : refuse(vcpu, ARM_VCPU_FAIL_UNDEFINED);
	case ARM_VCPU_EXIT_SEND_IPI:
		if (vcpu->vm->has_vgic)
			machine_fail("an SGI leaves a VM that has a vGIC");
		return refuse(vcpu, ARM_VCPU_FAIL_UNDEFINED);
	case ARM_VCPU_EXIT_DATA_FAULT:
	case ARM_VCPU_EXIT_FETCH_FAULT:
		return fault(vcpu, &exit->fault);
	case ARM_VCPU_EXIT_NO_SYNDROME:
		if (is_memory(exit->fault.ipa))
			return fault(vcpu, &exit->fault);
		return refuse(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT);
	case ARM_VCPU_EXIT_CPU_UP:
		return cpu_up(vcpu, &exit->cpu_up);
	case ARM_VCPU_EXIT_CPU_SUSPEND:
		return complete(vcpu, 0, HV_SCHED_PARK);
	case ARM_VCPU_EXIT_CPU_DOWN:
		return HV_SCHED_OFF;
	case ARM_VCPU_EXIT_SYSTEM_OFF:
	case ARM_VCPU_EXIT_SYSTEM_RESET:
	case ARM_VCPU_EXIT_SERROR:
		return stop(vcpu->vm);
	case ARM_VCPU_EXIT_UNHANDLED:
		break;
	}
	machine_fail("exit: %s, ESR %#llx", arm_vcpu_exit_name(exit->reason),
		     (unsigned long long)exit->snapshot.esr);
}

/* Host code of other VMs' matters, on this CPU. */
static void other_work(void)
{
	struct sim_vm *vm = &sim.vm[machine_random(sim.vms)];

	if (sim_chance(sim.churn))
		sim_change_memory(vm);
	if (sim_chance(16))
		sim_inject(vm);
	if (sim_chance(16))
		sim_drive(vm, machine_random(SIM_PASSED), true);
	if (sim.kills && sim_chance(sim.kills))
		(void)stop(vm);
}

static enum hv_sched_next serve(struct hv_vcpu *host,
				const struct arm_vcpu_exit *exit)
{
	struct sim_vcpu *vcpu = (struct sim_vcpu *)host;
	enum hv_sched_next next;

	sim.exits++;
	machine_trace("vCPU %u leaves: %s", vcpu->number,
		      arm_vcpu_exit_name(exit->reason));
	next = serve_exit(vcpu, exit);
	if (next != HV_SCHED_OFF)
		other_work();
	return next;
}

static void failed(struct hv_vcpu *host, int status, const char *what)
{
	machine_fail("vCPU %u: %s: %s", ((struct sim_vcpu *)host)->number, what,
		     arm_vcpu_strerror(status));
}

const struct hv_sched_ops sim_sched_ops = {serve, failed, sim_vm_end};

void sim_cpu_main(void *arg)
{
	(void)arg;
	hv_sched_loop();
}
