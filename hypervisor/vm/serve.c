/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vm.h"

#include "platform/print.h"
#include "platform/smp.h"
#include "vm/board.h"

/* DEN0028 7.1: an unknown function. */
#define SMCCC_NOT_SUPPORTED UINT64_MAX
/* DEN0022 5.2.2: return codes. */
#define PSCI_SUCCESS          UINT64_C(0)
#define PSCI_INTERNAL_FAILURE ((uint64_t)INT64_C(-6))
#define PSCI_INVALID_ADDRESS  ((uint64_t)INT64_C(-9))

/* A call that only fails when hv itself is wrong. */
static enum hv_vm_state expect(int status, const char *what)
{
	if (status == ARM_OK)
		return HV_VM_RUNNING;
	hv_log(ARM_LOG_ERROR, "guest stopped: %s: %s", what,
	       arm_strerror(status));
	return HV_VM_FAILED;
}

static enum hv_vm_state complete(struct arm_vcpu *vcpu, uint64_t value)
{
	return expect(arm_vcpu_complete(vcpu, value), "complete");
}

static enum hv_vm_state refuse(struct arm_vcpu *vcpu, enum arm_failure how)
{
	return expect(arm_vcpu_fail(vcpu, how), "fail");
}

static bool is_uart(const struct arm_exit_mmio *mmio)
{
	return mmio->addr - HV_BOARD_UART < HV_VPL011_SIZE;
}

static enum hv_vm_state read_mmio(struct hv_vm *vm, struct arm_vcpu *vcpu,
				  const struct arm_exit_mmio *mmio)
{
	if (!is_uart(mmio))
		return refuse(vcpu, ARM_FAIL_EXTERNAL_ABORT);
	return complete(vcpu, hv_console_read(&vm->console,
					      mmio->addr - HV_BOARD_UART,
					      mmio->width));
}

static enum hv_vm_state write_mmio(struct hv_vm *vm, struct arm_vcpu *vcpu,
				   const struct arm_exit_mmio *mmio)
{
	if (!is_uart(mmio))
		return refuse(vcpu, ARM_FAIL_EXTERNAL_ABORT);
	hv_console_write(&vm->console, mmio->addr - HV_BOARD_UART, mmio->width,
			 mmio->value);
	return complete(vcpu, 0);
}

/*
 * Until some interrupt comes, the guest's or hv's own: the instruction may end
 * early at any time (Arm ARM DDI 0487 D1.6.2), and the guest then waits again.
 */
static void wait(const struct arm_vcpu *vcpu)
{
	if (arm_vgic_has_pending(vcpu))
		return;
	hv_cpu_wait();
	hv_irq_window();
}

static enum hv_vm_state finish_wait(struct arm_vcpu *vcpu,
				    const struct arm_exit_wait *how)
{
	enum hv_vm_state state = complete(vcpu, 0);

	if (state == HV_VM_RUNNING && !how->timed)
		wait(vcpu);
	return state;
}

static enum hv_vm_state suspend(struct arm_vcpu *vcpu)
{
	enum hv_vm_state state = complete(vcpu, PSCI_SUCCESS);

	if (state == HV_VM_RUNNING)
		wait(vcpu);
	return state;
}

static enum hv_vm_state stop(const struct arm_vcpu *vcpu,
			     const struct arm_vcpu_exit *exit)
{
	hv_log(ARM_LOG_ERROR,
	       "guest stopped: %s: ESR 0x%llx, FAR 0x%llx, HPFAR 0x%llx",
	       arm_exit_name(exit->reason),
	       (unsigned long long)exit->snapshot.esr,
	       (unsigned long long)exit->snapshot.far,
	       (unsigned long long)exit->snapshot.hpfar);
	(void)arm_vcpu_dump(vcpu, ARM_LOG_ERROR);
	return HV_VM_FAILED;
}

/*
 * A guest whose exception vectors cannot be fetched would take an abort there
 * for ever, each one from the last: nobody can serve that. 16 vectors of 128
 * bytes (Arm ARM DDI 0487 D1.3.5).
 */
#define VECTORS_SIZE UINT64_C(0x800)

static bool vectors_are_gone(const struct arm_vcpu *vcpu,
			     const struct arm_exit_fault *fault)
{
	uint64_t vbar = 0;

	(void)arm_vcpu_get_reg(vcpu, ARM_REG_VBAR_EL1, &vbar);
	return fault->va_valid && fault->va - vbar < VECTORS_SIZE;
}

static enum hv_vm_state serve_fetch(struct arm_vcpu *vcpu,
				    const struct arm_exit_fault *fault)
{
	if (!vectors_are_gone(vcpu, fault))
		return refuse(vcpu, ARM_FAIL_EXTERNAL_ABORT);
	hv_log(ARM_LOG_ERROR,
	       "guest stopped: its exception vectors at 0x%llx are no memory",
	       (unsigned long long)fault->va);
	(void)arm_vcpu_dump(vcpu, ARM_LOG_ERROR);
	return HV_VM_FAILED;
}

/* Cleaning what is no memory has no effect and is no error. */
static enum hv_vm_state serve_data(struct arm_vcpu *vcpu,
				   const struct arm_exit_fault *fault)
{
	if (fault->access == ARM_ACCESS_CACHE && !fault->table_walk)
		return complete(vcpu, 0);
	return refuse(vcpu, ARM_FAIL_EXTERNAL_ABORT);
}

/* The target's host CPU waits for it to be switched on. */
static enum hv_vm_state cpu_up(struct arm_vcpu *vcpu,
			       const struct arm_exit_cpu_up *up)
{
	int status = arm_vcpu_power_on(up->vcpu, up->entry, up->arg);

	if (status == ARM_OK) {
		(void)arm_vcpu_kick(up->vcpu);
		return complete(vcpu, PSCI_SUCCESS);
	}
	(void)arm_vcpu_set_power(up->vcpu, ARM_POWER_OFF);
	return complete(vcpu, status == ARM_ERR_RANGE ? PSCI_INVALID_ADDRESS
						      : PSCI_INTERNAL_FAILURE);
}

enum hv_vm_state hv_vm_serve(struct hv_vm_vcpu *owner,
			     const struct arm_vcpu_exit *exit, bool *down)
{
	struct arm_vcpu *vcpu = &owner->host.arm;
	struct hv_vm *vm = owner->vm;

	*down = false;
	switch (exit->reason) {
	case ARM_EXIT_NOTHING:
	case ARM_EXIT_INTERRUPT: /* taken, if nowhere else, in the window */
		hv_irq_window();
		return HV_VM_RUNNING;
	case ARM_EXIT_MMIO_READ:
		return read_mmio(vm, vcpu, &exit->mmio);
	case ARM_EXIT_MMIO_WRITE:
		return write_mmio(vm, vcpu, &exit->mmio);
	case ARM_EXIT_HYPERCALL:
	case ARM_EXIT_SMC:
		return complete(vcpu, SMCCC_NOT_SUPPORTED);
	case ARM_EXIT_WFI:
		return finish_wait(vcpu, &exit->wait);
	case ARM_EXIT_WFE:
		return complete(vcpu, 0);
	case ARM_EXIT_SYSREG_READ:
	case ARM_EXIT_SYSREG_WRITE:
	case ARM_EXIT_SEND_IPI: /* the vGIC's, which this VM has */
		return refuse(vcpu, ARM_FAIL_UNDEFINED);
	case ARM_EXIT_DATA_FAULT:
		return serve_data(vcpu, &exit->fault);
	case ARM_EXIT_FETCH_FAULT:
		return serve_fetch(vcpu, &exit->fault);
	case ARM_EXIT_NO_SYNDROME:
		return refuse(vcpu, ARM_FAIL_EXTERNAL_ABORT);
	case ARM_EXIT_CPU_UP:
		return cpu_up(vcpu, &exit->cpu_up);
	case ARM_EXIT_CPU_SUSPEND:
		return suspend(vcpu);
	case ARM_EXIT_CPU_DOWN:
		*down = true;
		return HV_VM_RUNNING;
	case ARM_EXIT_SYSTEM_OFF:
		return HV_VM_OFF;
	case ARM_EXIT_SYSTEM_RESET:
		return HV_VM_RESET;
	case ARM_EXIT_SERROR:
	case ARM_EXIT_UNHANDLED:
		return stop(vcpu, exit);
	}
	return stop(vcpu, exit);
}
