/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vm.h"

#include "platform/print.h"
#include "vm/board.h"

/* DEN0028 7.1: an unknown function. */
#define SMCCC_NOT_SUPPORTED UINT64_MAX
/* DEN0022 5.2.2: return codes. */
#define PSCI_SUCCESS          UINT64_C(0)
#define PSCI_INTERNAL_FAILURE ((uint64_t)INT64_C(-6))
#define PSCI_INVALID_ADDRESS  ((uint64_t)INT64_C(-9))

/* A call that only fails when hv itself is wrong. */
static enum hv_sched_next expect(struct hv_vm_vcpu *vcpu, int status,
				 const char *what)
{
	if (status == ARM_VCPU_OK)
		return HV_SCHED_RUN;
	hv_vm_sched_ops.failed(&vcpu->host, status, what);
	return HV_SCHED_OFF;
}

static enum hv_sched_next complete(struct hv_vm_vcpu *vcpu, uint64_t value)
{
	return expect(vcpu, arm_vcpu_complete(&vcpu->host.arm, value),
		      "complete");
}

static enum hv_sched_next refuse(struct hv_vm_vcpu *vcpu,
				 enum arm_vcpu_failure how)
{
	return expect(vcpu, arm_vcpu_fail(&vcpu->host.arm, how), "fail");
}

static enum hv_sched_next end(struct hv_vm_vcpu *vcpu, enum hv_vm_state how)
{
	hv_vm_stop(vcpu->vm, how);
	return HV_SCHED_OFF;
}

static bool is_uart(const struct arm_vcpu_exit_mmio *mmio)
{
	return mmio->addr - HV_BOARD_UART < HV_VPL011_SIZE;
}

static enum hv_sched_next read_mmio(struct hv_vm_vcpu *vcpu,
				    const struct arm_vcpu_exit_mmio *mmio)
{
	if (!is_uart(mmio))
		return refuse(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT);
	return complete(vcpu, hv_console_read(&vcpu->vm->console,
					      mmio->addr - HV_BOARD_UART,
					      mmio->width));
}

static enum hv_sched_next write_mmio(struct hv_vm_vcpu *vcpu,
				     const struct arm_vcpu_exit_mmio *mmio)
{
	if (!is_uart(mmio))
		return refuse(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT);
	hv_console_write(&vcpu->vm->console, mmio->addr - HV_BOARD_UART,
			 mmio->width, mmio->value);
	return complete(vcpu, 0);
}

/*
 * The instruction may end early at any time (Arm ARM DDI 0487 D1.6.2), and the
 * guest then waits again: the wait ends with the guest's next interrupt, a
 * timed one at once.
 */
static enum hv_sched_next wait(struct hv_vm_vcpu *vcpu,
			       const struct arm_vcpu_exit_wait *how)
{
	enum hv_sched_next next = complete(vcpu, 0);

	if (next != HV_SCHED_RUN)
		return next;
	return how->timed ? HV_SCHED_YIELD : HV_SCHED_PARK;
}

/* What it waits for is an event, or another vCPU's store: let that one run. */
static enum hv_sched_next yield(struct hv_vm_vcpu *vcpu)
{
	enum hv_sched_next next = complete(vcpu, 0);

	return next == HV_SCHED_RUN ? HV_SCHED_YIELD : next;
}

static enum hv_sched_next suspend(struct hv_vm_vcpu *vcpu)
{
	enum hv_sched_next next = complete(vcpu, PSCI_SUCCESS);

	return next == HV_SCHED_RUN ? HV_SCHED_PARK : next;
}

static enum hv_sched_next stop(struct hv_vm_vcpu *vcpu,
			       const struct arm_vcpu_exit *exit)
{
	hv_log(ARM_VCPU_LOG_ERROR,
	       "%sguest stopped: %s: ESR 0x%llx, FAR 0x%llx, HPFAR 0x%llx",
	       vcpu->vm->tag, arm_vcpu_exit_name(exit->reason),
	       (unsigned long long)exit->snapshot.esr,
	       (unsigned long long)exit->snapshot.far,
	       (unsigned long long)exit->snapshot.hpfar);
	(void)arm_vcpu_dump(&vcpu->host.arm, ARM_VCPU_LOG_ERROR);
	return end(vcpu, HV_VM_FAILED);
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

	(void)arm_vcpu_get_reg(vcpu, ARM_VCPU_REG_VBAR_EL1, &vbar);
	return fault->va_valid && fault->va - vbar < VECTORS_SIZE;
}

static enum hv_sched_next serve_fetch(struct hv_vm_vcpu *vcpu,
				      const struct arm_vcpu_exit_fault *fault)
{
	if (!vectors_are_gone(&vcpu->host.arm, fault))
		return refuse(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT);
	hv_log(ARM_VCPU_LOG_ERROR,
	       "%sguest stopped: its exception vectors at 0x%llx are no memory",
	       vcpu->vm->tag, (unsigned long long)fault->va);
	(void)arm_vcpu_dump(&vcpu->host.arm, ARM_VCPU_LOG_ERROR);
	return end(vcpu, HV_VM_FAILED);
}

/* Cleaning what is no memory has no effect and is no error. */
static enum hv_sched_next serve_data(struct hv_vm_vcpu *vcpu,
				     const struct arm_vcpu_exit_fault *fault)
{
	if (fault->access == ARM_VCPU_ACCESS_CACHE && !fault->table_walk)
		return complete(vcpu, 0);
	return refuse(vcpu, ARM_VCPU_FAIL_EXTERNAL_ABORT);
}

static enum hv_sched_next cpu_up(struct hv_vm_vcpu *vcpu,
				 const struct arm_vcpu_exit_cpu_up *up)
{
	struct hv_vcpu *target = (struct hv_vcpu *)up->vcpu;
	int status;

	hv_sched_wait_off(target);
	status = arm_vcpu_power_on(up->vcpu, up->entry, up->arg);
	if (status == ARM_VCPU_OK) {
		(void)hv_sched_start(target);
		return complete(vcpu, PSCI_SUCCESS);
	}
	(void)arm_vcpu_set_power(up->vcpu, ARM_VCPU_POWER_OFF);
	return complete(vcpu, status == ARM_VCPU_ERR_RANGE
				      ? PSCI_INVALID_ADDRESS
				      : PSCI_INTERNAL_FAILURE);
}

enum hv_sched_next hv_vm_serve(struct hv_vm_vcpu *vcpu,
			       const struct arm_vcpu_exit *exit)
{
	switch (exit->reason) {
	case ARM_VCPU_EXIT_NOTHING:
	case ARM_VCPU_EXIT_INTERRUPT: /* taken already */
		return HV_SCHED_RUN;
	case ARM_VCPU_EXIT_MMIO_READ:
		return read_mmio(vcpu, &exit->mmio);
	case ARM_VCPU_EXIT_MMIO_WRITE:
		return write_mmio(vcpu, &exit->mmio);
	case ARM_VCPU_EXIT_HYPERCALL:
	case ARM_VCPU_EXIT_SMC:
		return complete(vcpu, SMCCC_NOT_SUPPORTED);
	case ARM_VCPU_EXIT_WFI:
		return wait(vcpu, &exit->wait);
	case ARM_VCPU_EXIT_WFE:
		return yield(vcpu);
	case ARM_VCPU_EXIT_SYSREG_READ:
	case ARM_VCPU_EXIT_SYSREG_WRITE:
	case ARM_VCPU_EXIT_SEND_IPI: /* the vGIC's, which this VM has */
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
		return suspend(vcpu);
	case ARM_VCPU_EXIT_CPU_DOWN:
		return HV_SCHED_OFF;
	case ARM_VCPU_EXIT_SYSTEM_OFF:
		return end(vcpu, HV_VM_OFF);
	case ARM_VCPU_EXIT_SYSTEM_RESET:
		return end(vcpu, HV_VM_RESET);
	case ARM_VCPU_EXIT_SERROR:
	case ARM_VCPU_EXIT_UNHANDLED:
		return stop(vcpu, exit);
	}
	return stop(vcpu, exit);
}
