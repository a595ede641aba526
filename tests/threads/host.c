/* SPDX-License-Identifier: Apache-2.0 */
/* hv's interrupts and exits, as hypervisor/irq/irq.c and vm/serve.c have
 * them; and the device that drives SPIs. */
#include "irq/timer.h"
#include "threads.h"

#define IAR1     MACHINE_SYSREG(3, 0, 12, 12, 0)
#define EOIR1    MACHINE_SYSREG(3, 0, 12, 12, 1)
#define DIR      MACHINE_SYSREG(3, 0, 12, 11, 1)
#define CNTV_CTL MACHINE_SYSREG(3, 3, 14, 3, 1)

static void count(_Atomic uint64_t *word)
{
	atomic_fetch_add_explicit(word, 1, memory_order_relaxed);
}

static enum arm_pcpu_irq_action next_action(void)
{
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

static enum arm_pcpu_irq_action serve_irq(void *ctx, struct arm_vcpu *vcpu)
{
	const uint32_t intid = (uint32_t)machine_read(IAR1);

	(void)ctx;
	if (intid >= 1020)
		return next_action();
	count(&th.interrupts);
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
	}
	machine_write(DIR, intid);
	return next_action();
}

static void fatal(void *ctx)
{
	(void)ctx;
	th_fail("fatal at EL2");
}

const struct arm_pcpu_ops th_pcpu_ops = {.irq = serve_irq, .fatal = fatal};

const struct arm_vm_ops th_vm_ops = {
	.kick = hv_sched_op_kick,
	.set_timer = hv_sched_op_set_timer,
};

static void raise(struct th_vm *vm, unsigned spi)
{
	bool low = false;

	if (!atomic_compare_exchange_strong(&vm->high[spi], &low, true))
		return;
	atomic_fetch_add_explicit(&vm->spi[spi].sent, 1, memory_order_relaxed);
	(void)arm_vgic_set_irq(&vm->vm, 32 + spi, true);
}

static void lower(struct th_vm *vm, unsigned spi)
{
	(void)arm_vgic_set_irq(&vm->vm, 32 + spi, false);
	atomic_store(&vm->high[spi], false);
}

static void serve_call(struct th_vm *vm, uint32_t imm)
{
	if (imm - TH_RAISE < TH_SPIS)
		raise(vm, imm - TH_RAISE);
	else if (imm - TH_LOWER < TH_SPIS)
		lower(vm, imm - TH_LOWER);
	else
		th_fail("a call with %#x", imm);
}

static enum hv_sched_next complete(struct hv_vcpu *host, uint64_t value,
				   enum hv_sched_next next)
{
	if (arm_vcpu_complete(&host->arm, value))
		th_fail("complete");
	return next;
}

static enum hv_sched_next cpu_up(struct hv_vcpu *host,
				 const struct arm_vcpu_exit_cpu_up *up)
{
	struct hv_vcpu *target = (struct hv_vcpu *)up->vcpu;

	hv_sched_wait_off(target);
	if (arm_vcpu_power_on(up->vcpu, up->entry, up->arg))
		th_fail("power on");
	(void)hv_sched_start(target);
	return complete(host, 0, HV_SCHED_RUN);
}

/* What an operator does: he looks, kicks, and now and then he kills. */
static void meddle(void)
{
	struct th_vm *vm = &th.vm[machine_random(th.vms)];
	struct hv_vcpu *host = &vm->vcpu[machine_random(TH_VCPUS)].host;
	struct hv_sched_stats stats;

	switch (machine_random(256)) {
	case 0:
		if (th.vms == 1 || machine_random(16))
			break;
		atomic_store(&vm->killed, true);
		hv_sched_stop(&vm->sched);
		break;
	case 1:
		(void)arm_vcpu_kick(&host->arm);
		break;
	case 2:
		hv_sched_kick(host);
		break;
	case 3:
		hv_sched_stats(host, &stats);
		break;
	default:
		break;
	}
}

static enum hv_sched_next serve(struct hv_vcpu *host,
				const struct arm_vcpu_exit *exit)
{
	struct th_vm *vm = th_vcpu_of(&host->arm)->vm;

	count(&th.exits);
	meddle();
	switch ((int)exit->reason) {
	case ARM_VCPU_EXIT_NOTHING:
	case ARM_VCPU_EXIT_INTERRUPT:
		return HV_SCHED_RUN;
	case ARM_VCPU_EXIT_HYPERCALL:
		serve_call(vm, exit->call.imm);
		return complete(host, 0, HV_SCHED_RUN);
	case ARM_VCPU_EXIT_WFI:
		return complete(host, 0, HV_SCHED_PARK);
	case ARM_VCPU_EXIT_WFE:
		return complete(host, 0, HV_SCHED_YIELD);
	case ARM_VCPU_EXIT_CPU_UP:
		return cpu_up(host, &exit->cpu_up);
	case ARM_VCPU_EXIT_CPU_DOWN:
		return HV_SCHED_OFF;
	case ARM_VCPU_EXIT_SYSTEM_OFF:
		hv_sched_stop(&vm->sched);
		return HV_SCHED_OFF;
	default:
		th_fail("exit: %s, ESR %#llx", arm_vcpu_exit_name(exit->reason),
			(unsigned long long)exit->snapshot.esr);
	}
}

static void failed(struct hv_vcpu *host, int status, const char *what)
{
	(void)host;
	th_fail("%s: %s", what, arm_vcpu_strerror(status));
}

static void ended(struct hv_sched_vm *sched)
{
	struct th_vm *vm = (struct th_vm *)sched;

	if (!atomic_exchange(&vm->killed, false))
		th_guest_check(vm);
	vm->lives++;
	if (atomic_load(&th.over)) {
		atomic_fetch_add(&th.ended, 1);
		return;
	}
	hv_sched_pause();
	if (arm_vgic_reset(&vm->vgic))
		th_fail("the vGIC's reset");
	for (unsigned n = 0; n < TH_VCPUS; n++) {
		struct arm_vcpu *arm = &vm->vcpu[n].host.arm;

		if (arm_vcpu_reset(arm) ||
		    arm_vcpu_set_power(arm, n ? ARM_VCPU_POWER_OFF
					      : ARM_VCPU_POWER_ON))
			th_fail("reset");
		th_guest_reset(&vm->vcpu[n], vm->lives);
	}
	for (unsigned n = 0; n < TH_SPIS; n++) {
		vm->spi[n] = (struct th_count){0};
		atomic_store(&vm->high[n], false);
	}
	atomic_store(&vm->ready, 0);
	atomic_store(&vm->done, 0);
	atomic_store(&vm->off, 0);
	hv_sched_vm_restart(&vm->sched);
	(void)hv_sched_start(&vm->vcpu[0].host);
}

const struct hv_sched_ops th_sched_ops = {serve, failed, ended};
