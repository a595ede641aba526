/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A VM that has the machine's own GIC, timers and UART. What it does with them
 * hv does not see: it is trusted. Its vCPU n is physical CPU n to it, since the
 * GIC knows the CPUs by their MPIDRs.
 */
#include "vm/vm.h"

#include "base/percpu.h"
#include "base/print.h"
#include "mm/mem.h"
#include "sched/own.h"

#define FIRST_SPI 32u

bool hv_passthrough_take(struct hv_vm *vm, const struct hv_platform *platform)
{
	struct hv_guest_hardware *own;

	if (vm->options.cpus > hv_cpu_count()) {
		hv_log(ARM_VCPU_LOG_ERROR,
		       "%spass-through: %u vCPUs need as many CPUs, and %u are "
		       "online",
		       vm->tag, vm->options.cpus, hv_cpu_count());
		return false;
	}
	if (!platform->uart.base || platform->uart_intid < FIRST_SPI) {
		hv_log(ARM_VCPU_LOG_ERROR,
		       "%spass-through: the machine has no PL011 with an "
		       "interrupt",
		       vm->tag);
		return false;
	}
	own = hv_zalloc(sizeof(*own));
	if (!own) {
		hv_log(ARM_VCPU_LOG_ERROR, "%spass-through: no memory",
		       vm->tag);
		return false;
	}
	own->gic = &platform->gic;
	own->uart = platform->uart;
	own->uart_intid = platform->uart_intid;
	own->uart_clock = platform->uart_clock;
	for (uint32_t i = 0; i < vm->options.cpus; i++)
		own->mpidr[i] = hv_cpu(i)->mpidr;
	vm->hardware = own;
	return true;
}

/* Where it is, in whole pages. */
static bool map(struct hv_vm *vm, struct hv_range range, const char *what)
{
	uint64_t mask = HV_PAGE_SIZE - 1, base = range.base & ~mask;
	int status = arm_stage2_map(
		&vm->stage2, base, base, ((range.end + mask) & ~mask) - base,
		ARM_STAGE2_READ | ARM_STAGE2_WRITE | ARM_STAGE2_DEVICE);

	if (status != ARM_VCPU_OK)
		hv_log(ARM_VCPU_LOG_ERROR,
		       "%spass-through: the %s at 0x%lx: %s", vm->tag, what,
		       (unsigned long)range.base, arm_vcpu_strerror(status));
	return status == ARM_VCPU_OK;
}

bool hv_passthrough_map(struct hv_vm *vm)
{
	const struct hv_gic_config *gic = vm->hardware->gic;

	if (!map(vm, gic->dist, "distributor") ||
	    !map(vm, vm->hardware->uart, "UART"))
		return false;
	for (uint32_t i = 0; i < gic->redist_count; i++) {
		if (!map(vm, gic->redist[i], "redistributors"))
			return false;
	}
	return true;
}

void hv_vm_start_vcpu(struct hv_vm_vcpu *vcpu)
{
	if (vcpu->vm->hardware)
		hv_own_start(&vcpu->host);
	else
		(void)hv_sched_start(&vcpu->host);
}
