/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vm.h"

#include <libfdt.h>

#include "base/print.h"
#include "base/random.h"
#include "dt/platform.h"
#include "vm/guest_dt.h"

static void copy_images(const struct hv_vm *vm)
{
	const struct hv_boot_module *module = vm->module;
	const uint8_t *file = (const uint8_t *)(uintptr_t)module->kernel;

	for (unsigned i = 0; i < vm->image.segment_count; i++) {
		const struct hv_image_segment *s = &vm->image.segments[i];

		hv_guest_ram_copy(&vm->ram, s->ipa, file + s->offset,
				  s->file_size);
		hv_guest_ram_clear(&vm->ram, s->ipa + s->file_size,
				   s->memory_size - s->file_size);
	}
	if (vm->layout.initrd != 0)
		hv_guest_ram_copy(&vm->ram, vm->layout.initrd,
				  (const void *)(uintptr_t)module->initrd,
				  module->initrd_size);
}

static bool write_device_tree(const struct hv_vm *vm)
{
	struct hv_guest_dt dt = {
		.ram_base = vm->ram.base,
		.ram_size = vm->ram.size,
		.cpus = vm->options.cpus,
		.bootargs = vm->options.bootargs,
		.hardware = vm->hardware,
		.initrd = vm->layout.initrd,
		.initrd_end = vm->layout.initrd_end,
		.kaslr_seed = hv_random(),
	};
	/* Its room is aligned to its size: it never leaves a chunk. */
	void *blob = hv_guest_ram_at(&vm->ram, vm->layout.dtb);
	int error;

	for (unsigned i = 0; i < sizeof(dt.rng_seed) / sizeof(dt.rng_seed[0]);
	     i++)
		dt.rng_seed[i] = hv_random();
	error = hv_guest_dt_write(blob, (int)HV_DTB_ROOM, &dt);
	if (error != 0) {
		hv_log(ARM_VCPU_LOG_ERROR, "%sthe guest's device tree: %s",
		       vm->tag, fdt_strerror(error));
		return false;
	}
	return true;
}

static int reset_vcpus(struct hv_vm *vm)
{
	int status = ARM_VCPU_OK;

	for (uint32_t i = 0; status == ARM_VCPU_OK && i < vm->options.cpus;
	     i++) {
		struct arm_vcpu *vcpu = &vm->vcpus[i].host.arm;

		vm->vcpus[i].cleaned = 0;
		vm->vcpus[i].all_cleaned = 0;
		status = arm_vcpu_reset(vcpu);
		if (status == ARM_VCPU_OK)
			status = arm_vcpu_set_power(
				vcpu, i == 0 ? ARM_VCPU_POWER_ON
					     : ARM_VCPU_POWER_OFF);
	}
	return status;
}

bool hv_vm_load(struct hv_vm *vm)
{
	int status = ARM_VCPU_OK;

	if (!vm->hardware)
		status = arm_vgic_reset(&vm->vgic);
	if (status == ARM_VCPU_OK)
		status = reset_vcpus(vm);
	if (status == ARM_VCPU_OK)
		status = hv_guest_ram_close(&vm->ram, &vm->stage2);
	/* CNTVCT_EL0 agrees with CNTPCT_EL0, which the guest may read as well,
	 * as on a machine without EL2. (QEMU 7.2 loops for ever when a guest
	 * sets CNTV_CVAL_EL0 to 2^64-1 under any other offset.) */
	if (status == ARM_VCPU_OK)
		status = arm_vm_set_cntvoff(&vm->vm, 0);
	if (status != ARM_VCPU_OK) {
		hv_log(ARM_VCPU_LOG_ERROR, "%sreset: %s", vm->tag,
		       arm_vcpu_strerror(status));
		return false;
	}
	hv_vuart_reset(&vm->uart);
	copy_images(vm);
	return write_device_tree(vm);
}
