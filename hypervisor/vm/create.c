/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vm.h"

#include "base/percpu.h"
#include "base/print.h"
#include "dt/platform.h"
#include "mm/mem.h"
#include "mm/stage2_ops.h"
#include "vm/board.h"

#define MIB                20u
#define DEFAULT_MEMORY_MAX (UINT64_C(1) << 30)

/* Enough for the board's devices and 3 GiB of RAM, with the fewest levels. */
#define IPA_BITS_MIN 32u

static bool ok(const struct hv_vm *vm, int status, const char *what)
{
	if (status == ARM_VCPU_OK)
		return true;
	hv_log(ARM_VCPU_LOG_ERROR, "%s%s: %s", vm->tag, what,
	       arm_vcpu_strerror(status));
	return false;
}

static bool plan(struct hv_vm *vm)
{
	const struct hv_boot_module *module = vm->module;
	const struct hv_ram_range ram = {
		.base = HV_BOARD_RAM,
		.size = vm->options.memory,
	};
	const char *error = hv_image_parse(
		&vm->image, (const void *)(uintptr_t)module->kernel,
		module->kernel_size, &ram);

	if (error != NULL) {
		hv_log(ARM_VCPU_LOG_ERROR, "%skernel: %s", vm->tag, error);
		return false;
	}
	error = hv_layout_place(&vm->layout, &vm->image, &ram,
				module->initrd_size);
	if (error != NULL) {
		hv_log(ARM_VCPU_LOG_ERROR, "%smemory of %u MiB: %s", vm->tag,
		       (unsigned)(ram.size >> MIB), error);
		return false;
	}
	return true;
}

/* By our own binding, or by the words at the head of its arguments. */
static bool take_options(struct hv_vm *vm)
{
	const struct hv_boot_module *module = vm->module;
	const char *error;

	if (module->has_shape) {
		vm->options.memory = module->memory;
		vm->options.cpus = module->cpus;
		vm->options.raw = module->raw;
		vm->options.passthrough = module->passthrough;
		vm->options.count_exits = module->count_exits;
		vm->options.bootargs = module->bootargs;
		return true;
	}
	error = hv_vm_options_parse(&vm->options, module->bootargs);
	if (error != NULL)
		hv_log(ARM_VCPU_LOG_ERROR, "%s%s", vm->tag, error);
	return error == NULL;
}

static void no_memory(const struct hv_vm *vm, uint64_t available)
{
	hv_log(ARM_VCPU_LOG_ERROR,
	       "%s%u MiB of memory for the guest: more than the %u MiB that "
	       "are free",
	       vm->tag, (unsigned)(vm->options.memory >> MIB),
	       (unsigned)(available >> MIB));
}

static bool choose(struct hv_vm *vm)
{
	struct hv_vm_options *options = &vm->options;
	struct hv_mem_stats stats;
	uint64_t available;

	if (!take_options(vm))
		return false;
	hv_mem_stats(&stats);
	available = stats.free_pages * HV_PAGE_SIZE;
	if (options->memory == 0) {
		options->memory = available / 2;
		if (options->memory > DEFAULT_MEMORY_MAX)
			options->memory = DEFAULT_MEMORY_MAX;
		options->memory -= options->memory % HV_GUEST_RAM_CHUNK;
	}
	if (options->memory > available) {
		no_memory(vm, available);
		return false;
	}
	return plan(vm);
}

/* Of its address space: its memory's, or that of a device it was given. */
static uint64_t last_address(const struct hv_vm *vm)
{
	const struct hv_guest_hardware *own = vm->hardware;
	uint64_t last = vm->ram.base + vm->ram.size - 1;

	if (!own)
		return last;
	if (own->uart.end - 1 > last)
		last = own->uart.end - 1;
	if (own->gic->dist.end - 1 > last)
		last = own->gic->dist.end - 1;
	for (uint32_t i = 0; i < own->gic->redist_count; i++) {
		if (own->gic->redist[i].end - 1 > last)
			last = own->gic->redist[i].end - 1;
	}
	return last;
}

unsigned hv_vm_vmid_bits(void)
{
	unsigned bits = 16;

	for (uint32_t i = 0; i < hv_cpu_count(); i++) {
		const unsigned has =
			arm_pcpu_get_features(&hv_cpu(i)->pcpu)->vmid_bits;

		if (has < bits)
			bits = has;
	}
	return bits;
}

/* What each CPU of the VM's can do. With CPUs of its own, they may differ. */
static const struct arm_pcpu_features *features_of(const struct hv_vm *vm)
{
	const uint32_t first = (uint32_t)__builtin_ctzll(vm->sched.cpus);

	return arm_pcpu_get_features(&hv_cpu(first)->pcpu);
}

/* Stage 2 forces write-back: only where every CPU that may run it does. */
static bool can_force_caches(void)
{
	for (uint32_t i = 0; i < hv_cpu_count(); i++)
		if (!arm_pcpu_get_features(&hv_cpu(i)->pcpu)->fwb)
			return false;
	return true;
}

static bool make_address_space(struct hv_vm *vm)
{
	const struct arm_pcpu_features *features = features_of(vm);
	struct arm_stage2_config config = {
		.ops = &hv_stage2_ops,
		.ipa_bits = IPA_BITS_MIN,
		.pa_bits = features->pa_bits,
		.vmid_bits = (uint8_t)hv_vm_vmid_bits(),
		.fwb = can_force_caches(),
	};

	while (last_address(vm) >> config.ipa_bits != 0)
		config.ipa_bits++;
	return ok(vm, arm_stage2_init(&vm->stage2, &config), "stage 2");
}

static bool make_vm(struct hv_vm *vm)
{
	const struct arm_vm_config config = {
		.ops = &hv_vm_ops,
		.ctx = vm,
		.vcpus = vm->vcpu_table,
		.vcpu_capacity = vm->options.cpus,
		.watch_caches = !arm_stage2_fwb(&vm->stage2),
	};
	const struct arm_vgic_config vgic = {
		.spi_banks = vm->spi_banks,
		.spi_count = HV_VM_SPIS,
		.dist_base = HV_BOARD_GICD,
		.redist_base = HV_BOARD_GICR,
	};

	return ok(vm, arm_vm_init(&vm->vm, &config), "VM") &&
	       (vm->hardware ||
		ok(vm, arm_vgic_init(&vm->vgic, &vm->vm, &vgic), "vGIC"));
}

static bool make_vcpu(struct hv_vm *vm, uint32_t index,
		      const struct arm_vcpu_ept_root *root)
{
	struct arm_vcpu *vcpu = &vm->vcpus[index].host.arm;
	const struct arm_vcpu_config config = {
		.vm = &vm->vm,
		.mpidr = vm->hardware ? vm->hardware->mpidr[index]
				      : hv_board_mpidr(index),
		.x0 = vm->layout.dtb,
		.powered_on = index == 0,
		.aarch32_el0 = features_of(vm)->aarch32_el0,
	};
	const struct arm_vcpu_setup setup = {
		.passthrough_interrupts = vm->options.passthrough,
		.passthrough_timers = vm->options.passthrough,
	};

	vm->vcpus[index].vm = vm;
	hv_sched_vcpu_init(&vm->vcpus[index].host, &vm->sched);
	return ok(vm, arm_vcpu_init(vcpu, &config), "vCPU") &&
	       ok(vm, arm_vcpu_setup(vcpu, &setup), "vCPU") &&
	       ok(vm, arm_vcpu_set_ept_root(vcpu, root), "vCPU") &&
	       ok(vm, arm_vcpu_set_entry(vcpu, vm->image.entry), "vCPU");
}

static bool make_vcpus(struct hv_vm *vm, struct arm_stage2_vmid_pool *vmids)
{
	struct arm_vcpu_ept_root root = {
		.root = arm_stage2_root(&vm->stage2),
		.vtcr = arm_stage2_vtcr(&vm->stage2),
		.fwb = arm_stage2_fwb(&vm->stage2),
	};

	if (!ok(vm, arm_stage2_vmid(&vm->stage2, vmids, &root.vmid), "VMID"))
		return false;
	for (uint32_t i = 0; i < vm->options.cpus; i++) {
		if (!make_vcpu(vm, i, &root))
			return false;
	}
	return true;
}

bool hv_vm_take_memory(struct hv_vm *vm)
{
	struct hv_mem_stats stats;

	hv_mem_stats(&stats);
	if (!hv_guest_ram_alloc(&vm->ram)) {
		no_memory(vm, stats.free_pages * HV_PAGE_SIZE);
		return false;
	}
	return ok(vm, hv_guest_ram_map(&vm->ram, &vm->stage2), "guest memory");
}

void hv_vm_give_memory(struct hv_vm *vm)
{
	(void)ok(vm, hv_guest_ram_unmap(&vm->ram, &vm->stage2), "guest memory");
	hv_guest_ram_free(&vm->ram);
}

static bool make_devices(struct hv_vm *vm)
{
	const struct hv_mmio_region devices[] = {
		{HV_BOARD_UART, HV_VPL011_SIZE, hv_vuart_read, hv_vuart_write,
		 &vm->uart},
	};

	hv_vuart_init(&vm->uart, &vm->vm, vm->tag);
	if (vm->hardware)
		return hv_passthrough_map(vm);
	for (unsigned i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		if (!hv_mmio_add(&vm->mmio, &devices[i]))
			return ok(vm, ARM_VCPU_ERR_RANGE, "devices");
	}
	return true;
}

/* What only the only VM may have. */
static bool is_alone(const struct hv_vm *vm, bool wanted, const char *what)
{
	if (wanted)
		hv_log(ARM_VCPU_LOG_ERROR,
		       "%s%s for the only VM, and there are more", vm->tag,
		       what);
	return !wanted;
}

/* One with CPUs of its own sees each as it is: none of its vCPUs moves. */
static bool choose_cpus(struct hv_vm *vm)
{
	uint32_t lost;

	hv_sched_vm_init(&vm->sched, &hv_vm_sched_ops);
	if (vm->module->pcpus && !hv_sched_pin(&vm->sched, vm->module->pcpus)) {
		hv_log(ARM_VCPU_LOG_ERROR, "%snone of its CPUs is online",
		       vm->tag);
		return false;
	}
	lost = vm->hardware ? 0 : hv_sched_pin_like(&vm->sched);
	if (lost != 0)
		hv_log(ARM_VCPU_LOG_WARN,
		       "%snot on %u of its CPUs: they are of another kind than "
		       "its first",
		       vm->tag, lost);
	return true;
}

bool hv_vm_create(struct hv_vm *vm, const struct hv_platform *platform,
		  const struct hv_boot_module *module,
		  struct arm_stage2_vmid_pool *vmids)
{
	const bool several = platform->module_count > 1;

	vm->module = module;
	if (several)
		hv_format(vm->tag, sizeof(vm->tag), "[%s] ", module->name);
	hv_say_init(&vm->say, vm->tag);
	if (!choose(vm))
		return false;
	if (several &&
	    (!is_alone(vm, vm->options.raw, "a raw console is") ||
	     !is_alone(vm, vm->options.passthrough, "pass-through is")))
		return false;
	if (vm->options.passthrough && !hv_passthrough_take(vm, platform))
		return false;
	if (!hv_guest_ram_init(&vm->ram, HV_BOARD_RAM, vm->options.memory))
		return ok(vm, ARM_VCPU_ERR_NO_MEMORY, "guest memory");
	vm->vcpus = hv_zalloc(vm->options.cpus * sizeof(vm->vcpus[0]));
	vm->vcpu_table =
		hv_zalloc(vm->options.cpus * sizeof(vm->vcpu_table[0]));
	if (vm->vcpus == NULL || vm->vcpu_table == NULL)
		return ok(vm, ARM_VCPU_ERR_NO_MEMORY, "vCPUs");
	if (!choose_cpus(vm))
		return false;
	if (!make_address_space(vm) || !hv_vm_take_memory(vm) || !make_vm(vm) ||
	    !make_vcpus(vm, vmids))
		return false;
	return make_devices(vm);
}
