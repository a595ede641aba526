/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vm.h"

#include "platform/mem.h"
#include "platform/platform.h"
#include "platform/power.h"
#include "platform/print.h"
#include "platform/smp.h"

/* What all VMs of the machine share, and the VMs. */
struct machine {
	struct arm_vmid_pool vmids;
	struct hv_vm vm;
};

static struct machine *make_machine(const struct hv_platform *platform)
{
	const struct arm_cpu_features *features =
		arm_pcpu_features(&hv_this_cpu()->pcpu);
	struct machine *machine = hv_zalloc(sizeof(*machine));

	if (machine == NULL)
		hv_fail("no memory for a VM");
	if (platform->module_count == 0)
		hv_fail("no guest: the device tree has no kernel module "
			"under /chosen");
	if (platform->module_count > 1)
		hv_printf("%u guests were given, the first one is started",
			  platform->module_count);
	(void)arm_vmid_pool_init(&machine->vmids, features->vmid_bits);
	return machine;
}

void hv_vm_ended(struct hv_vm *vm, enum hv_vm_state how)
{
	if (how == HV_VM_RESET) {
		hv_printf("guest reset");
		if (hv_vm_load(vm)) {
			hv_vm_start(vm);
			return;
		}
		how = HV_VM_FAILED;
	}
	if (how == HV_VM_FAILED)
		hv_stop_failed();
	hv_printf("guest powered off");
	hv_power_off();
}

_Noreturn void hv_vm_boot(const struct hv_platform *platform)
{
	struct machine *machine = make_machine(platform);
	struct hv_vm *vm = &machine->vm;

	if (!hv_vm_create(vm, &platform->modules[0], &machine->vmids))
		hv_stop_failed();
	hv_console_focus(&vm->console);
	if (!hv_vm_load(vm))
		hv_stop_failed();
	hv_vm_start(vm);
	hv_sched_loop();
}
