/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vm.h"

static struct hv_verdict go(enum hv_sched_next next)
{
	return (struct hv_verdict){.next = next, .end = HV_VM_RUNNING};
}

static struct hv_verdict end(enum hv_vm_state how)
{
	return (struct hv_verdict){.next = HV_SCHED_OFF, .end = how};
}

struct hv_verdict hv_vm_refused(struct hv_vm *vm, int status, const char *what)
{
	hv_say(&vm->say, ARM_VCPU_LOG_ERROR, "guest stopped: %s: %s", what,
	       arm_vcpu_strerror(status));
	return end(HV_VM_FAILED);
}

/* A call that only fails when hv itself is wrong; then next. */
static struct hv_verdict expect(const struct hv_vm_vcpu *vcpu, int status,
				const char *what, enum hv_sched_next next)
{
	if (status != ARM_VCPU_OK)
		return hv_vm_refused(vcpu->vm, status, what);
	return go(next);
}

static struct hv_verdict complete_and(struct hv_vm_vcpu *vcpu, uint64_t value,
				      enum hv_sched_next next)
{
	return expect(vcpu, arm_vcpu_complete(&vcpu->host.arm, value),
		      "complete", next);
}

static struct hv_verdict complete(struct hv_vm_vcpu *vcpu, uint64_t value)
{
	return complete_and(vcpu, value, HV_SCHED_RUN);
}

static struct hv_verdict refuse(struct hv_vm_vcpu *vcpu,
				enum arm_vcpu_failure how)
{
	return expect(vcpu, arm_vcpu_fail(&vcpu->host.arm, how), "fail",
		      HV_SCHED_RUN);
}

/*
 * The instruction may end early at any time (Arm ARM DDI 0487 D1.6.2), and the
 * guest then waits again: the wait ends with the guest's next interrupt, a
 * timed one at once.
 */
static struct hv_verdict wait(struct hv_vm_vcpu *vcpu,
			      const struct arm_vcpu_exit_wait *how)
{
	return complete_and(vcpu, 0,
			    how->timed ? HV_SCHED_YIELD : HV_SCHED_PARK);
}

static struct hv_verdict stop(struct hv_vm_vcpu *vcpu,
			      const struct arm_vcpu_exit *exit)
{
	hv_say(&vcpu->vm->say, ARM_VCPU_LOG_ERROR,
	       "guest stopped: %s: ESR 0x%llx, FAR 0x%llx, HPFAR 0x%llx",
	       arm_vcpu_exit_name(exit->reason),
	       (unsigned long long)exit->snapshot.esr,
	       (unsigned long long)exit->snapshot.far,
	       (unsigned long long)exit->snapshot.hpfar);
	(void)arm_vcpu_dump(&vcpu->host.arm, ARM_VCPU_LOG_ERROR);
	return end(HV_VM_FAILED);
}

/*
 * A guest whose exception vectors cannot be fetched would take an abort there
 * for ever, each one from the last: nobody can serve that. 16 vectors of 128
 * bytes (Arm ARM DDI 0487 D1.3.5).
 */
#define VECTORS_SIZE UINT64_C(0x800)

static bool vectors_are_gone(const struct arm_vcpu *vcpu,
			     const struct arm_vcpu_exit_fault *fault)
{
	uint64_t vbar = 0;

	(void)arm_vcpu_get_reg(vcpu, ARM_VCPU_REG(VBAR_EL1), &vbar);
	return fault->va_valid && fault->va - vbar < VECTORS_SIZE;
}

static struct hv_verdict serve_fetch(struct hv_vm_vcpu *vcpu,
				     const struct arm_vcpu_exit_fault *fault)
{
	if (!vectors_are_gone(&vcpu->host.arm, fault))
		return refuse(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT);
	hv_say(&vcpu->vm->say, ARM_VCPU_LOG_ERROR,
	       "guest stopped: there is no memory at its exception vectors, "
	       "0x%llx",
	       (unsigned long long)fault->va);
	(void)arm_vcpu_dump(&vcpu->host.arm, ARM_VCPU_LOG_ERROR);
	return end(HV_VM_FAILED);
}

/* Cache maintenance where there is no memory has no effect, and is allowed. */
static struct hv_verdict serve_data(struct hv_vm_vcpu *vcpu,
				    const struct arm_vcpu_exit_fault *fault)
{
	if (fault->access == ARM_VCPU_ACCESS_CACHE && !fault->table_walk)
		return complete(vcpu, 0);
	return refuse(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT);
}

/* The library asks for clean caches (arm_vm_config.watch_caches), and again as
 * long as the exit is not completed; it has no other register for hv. */
static struct hv_verdict serve_caches(struct hv_vm_vcpu *vcpu)
{
	return hv_vm_clean_memory(vcpu) ? complete(vcpu, 0) : go(HV_SCHED_RUN);
}

static struct hv_verdict cpu_up(struct hv_vm_vcpu *vcpu,
				const struct arm_vcpu_exit_cpu_up *up)
{
	struct hv_vcpu *target = (struct hv_vcpu *)up->vcpu;
	int status;

	hv_sched_wait_off(target);
	status = arm_vcpu_power_on(up->vcpu, up->entry, up->arg);
	if (status == ARM_VCPU_OK) {
		hv_vm_start_vcpu((struct hv_vm_vcpu *)target);
		return complete(vcpu, ARM_VCPU_PSCI_SUCCESS);
	}
	(void)arm_vcpu_set_power(up->vcpu, ARM_VCPU_POWER_OFF);
	return complete(vcpu, status == ARM_VCPU_ERR_RANGE
				      ? ARM_VCPU_PSCI_INVALID_ADDRESS
				      : ARM_VCPU_PSCI_INTERNAL_FAILURE);
}

/* The page that the guest was refused, if that is known. */
static bool was_refused(const struct arm_vcpu_exit *exit, uint64_t *ipa)
{
	const enum arm_vcpu_exit_reason reason = exit->reason;

	if (reason == ARM_VCPU_EXIT_MMIO_READ ||
	    reason == ARM_VCPU_EXIT_MMIO_WRITE) {
		*ipa = exit->mmio.addr;
		return true;
	}
	*ipa = exit->fault.ipa;
	return (reason == ARM_VCPU_EXIT_DATA_FAULT ||
		reason == ARM_VCPU_EXIT_FETCH_FAULT ||
		reason == ARM_VCPU_EXIT_NO_SYNDROME) &&
	       exit->fault.ipa_valid;
}

struct hv_verdict hv_vm_serve(struct hv_vm_vcpu *vcpu,
			      const struct arm_vcpu_exit *exit)
{
	uint64_t ipa;

	if (was_refused(exit, &ipa)) {
		int status = hv_vm_open_memory(vcpu, ipa);

		if (status != ARM_VCPU_ERR_NOT_FOUND)
			return expect(vcpu, status, "guest memory",
				      HV_SCHED_RUN);
	}
	switch (exit->reason) {
	case ARM_VCPU_EXIT_NOTHING:
	case ARM_VCPU_EXIT_INTERRUPT: /* taken already */
		return go(HV_SCHED_RUN);
	case ARM_VCPU_EXIT_MMIO_READ:
	case ARM_VCPU_EXIT_MMIO_WRITE: /* no device's: see vm/ops.c */
		return refuse(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT);
	case ARM_VCPU_EXIT_HYPERCALL:
	case ARM_VCPU_EXIT_SMC:
		return complete(vcpu, ARM_VCPU_SMCCC_NOT_SUPPORTED);
	case ARM_VCPU_EXIT_WFI:
		return wait(vcpu, &exit->wait);
	case ARM_VCPU_EXIT_WFE: /* for an event, or another vCPU's store */
		return complete_and(vcpu, 0, HV_SCHED_YIELD);
	case ARM_VCPU_EXIT_SYSREG_WRITE:
		return serve_caches(vcpu);
	case ARM_VCPU_EXIT_SYSREG_READ: /* none is hv's */
	case ARM_VCPU_EXIT_SEND_IPI:    /* not this VM's: it has a GIC */
		return refuse(vcpu, ARM_VCPU_FAIL_UNDEFINED);
	case ARM_VCPU_EXIT_DATA_FAULT:
		return serve_data(vcpu, &exit->fault);
	case ARM_VCPU_EXIT_FETCH_FAULT:
		return serve_fetch(vcpu, &exit->fault);
	case ARM_VCPU_EXIT_NO_SYNDROME:
		return refuse(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT);
	case ARM_VCPU_EXIT_CPU_UP:
		return cpu_up(vcpu, &exit->cpu_up);
	case ARM_VCPU_EXIT_CPU_SUSPEND:
		return complete_and(vcpu, ARM_VCPU_PSCI_SUCCESS, HV_SCHED_PARK);
	case ARM_VCPU_EXIT_CPU_DOWN:
		return go(HV_SCHED_OFF);
	case ARM_VCPU_EXIT_SYSTEM_OFF:
		return end(HV_VM_OFF);
	case ARM_VCPU_EXIT_SYSTEM_RESET:
		return end(HV_VM_RESET);
	case ARM_VCPU_EXIT_SERROR:
	case ARM_VCPU_EXIT_UNHANDLED:
		return stop(vcpu, exit);
	}
	return stop(vcpu, exit);
}
