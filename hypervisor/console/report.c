/* SPDX-License-Identifier: Apache-2.0 */
#include "console/report.h"

#include "base/print.h"
#include "mm/mem.h"
#include "vm/machine.h"

static const char *state_of(struct hv_vm *vm)
{
	static const char *const names[] = {
		[HV_VM_RUNNING] = "running", [HV_VM_OFF] = "off",
		[HV_VM_RESET] = "resetting", [HV_VM_FAILED] = "failed",
		[HV_VM_STOPPED] = "stopped", [HV_VM_KILLED] = "killed",
	};

	return names[atomic_load(&vm->state)];
}

static void report_vcpu(const struct hv_vm *vm, uint32_t index)
{
	struct hv_sched_stats stats;
	uint64_t ms;

	hv_sched_stats(&vm->vcpus[index].host, &stats);
	ms = stats.ticks / (hv_counter_frequency() / 1000);
	hv_printf("      vCPU %-2u %-8s CPU %-2u %10lu exits %6lu.%03lu s",
		  index, stats.state, stats.cpu, (unsigned long)stats.exits,
		  (unsigned long)(ms / 1000), (unsigned long)(ms % 1000));
}

void hv_report(const struct hv_vm *focus)
{
	struct hv_mem_stats memory;

	for (uint32_t i = 0; i < hv_machine_count(); i++) {
		struct hv_vm *vm = hv_machine_vm(i);

		hv_printf("%c %2u  %s: %s, %u vCPU%s, %u MiB, start %u",
			  vm == focus ? '*' : ' ', vm->module->number,
			  vm->module->name, state_of(vm), vm->options.cpus,
			  vm->options.cpus == 1 ? "" : "s",
			  (unsigned)(vm->options.memory >> 20),
			  hv_machine_starts(vm));
		for (uint32_t n = 0; n < vm->options.cpus; n++)
			report_vcpu(vm, n);
	}
	hv_mem_stats(&memory);
	hv_printf("%lu pages of memory are free",
		  (unsigned long)memory.free_pages);
}
