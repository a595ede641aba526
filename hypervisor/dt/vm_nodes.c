/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMs by our own binding, docs/BINDING.md: nodes /chosen/hv/vm@N, compatible
 * with arm-vcpu,vm. What such a node says is checked in full: a VM that was
 * meant otherwise than it is written must not run.
 */
#include <libfdt.h>
#include <string.h>

#include "base/power.h"
#include "base/print.h"
#include "dt/discover.h"
#include "dt/dt.h"
#include "mm/mem.h"

#define COMPATIBLE "arm-vcpu,vm"

/* One VM's node being read. */
struct reader {
	struct hv_platform *p;
	int node;
	const char *path; /* the node's name, for messages */
};

static const char *const known_properties[] = {
	"compatible",  "reg",         "label",       "cpus",   "memory",
	"pcpus",       "bootargs",    "kernel",      "initrd", "phandle",
	"raw-console", "passthrough", "count-exits",
};

static void check_properties(const struct reader *r)
{
	const unsigned count =
		sizeof(known_properties) / sizeof(known_properties[0]);
	int at;

	fdt_for_each_property_offset(at, r->p->fdt, r->node)
	{
		const char *name = 0;
		unsigned i = 0;

		(void)fdt_getprop_by_offset(r->p->fdt, at, &name, 0);
		while (i < count && strcmp(name, known_properties[i]) != 0)
			i++;
		if (i == count)
			hv_fail("%s: property %s is unknown", r->path, name);
	}
}

/* A property of exactly size bytes; null when there is none of the name. */
static const void *property(const struct reader *r, const char *name, int size)
{
	int length;
	const void *value = fdt_getprop(r->p->fdt, r->node, name, &length);

	if (value && length != size)
		hv_fail("%s: %s has %d bytes, not %d", r->path, name, length,
			size);
	return value;
}

static const char *text(const struct reader *r, const char *name)
{
	int length;
	const char *value = fdt_getprop(r->p->fdt, r->node, name, &length);

	if (value && (length < 1 || value[length - 1] ||
		      strlen(value) + 1 != (size_t)length))
		hv_fail("%s: %s is not a string", r->path, name);
	return value;
}

static uint32_t read_number(const struct reader *r)
{
	const void *reg = property(r, "reg", 4);

	if (!reg)
		hv_fail("%s: reg, the VM's number, is missing", r->path);
	return fdt32_ld(reg);
}

static bool is_name(const char *name)
{
	size_t length = strlen(name);

	for (size_t i = 0; i < length; i++) {
		char c = name[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (c >= '0' && c <= '9') || c == '-' || c == '_' ||
		      c == '.'))
			return false;
	}
	return length > 0 && length <= HV_VM_NAME_MAX;
}

static void read_name(const struct reader *r, struct hv_boot_module *vm)
{
	const char *label = text(r, "label");

	if (label && !is_name(label))
		hv_fail("%s: a label has 1 to %u letters, digits, '-', '_' "
			"or '.'",
			r->path, HV_VM_NAME_MAX);
	if (label)
		memcpy(vm->name, label, strlen(label) + 1);
	else
		hv_format(vm->name, sizeof(vm->name), "vm%u", vm->number);
}

static void read_cpus(const struct reader *r, struct hv_boot_module *vm)
{
	const void *cpus = property(r, "cpus", 4);

	vm->cpus = cpus ? fdt32_ld(cpus) : 1;
	if (vm->cpus == 0 || vm->cpus > HV_VM_MAX_CPUS)
		hv_fail("%s: %u vCPUs: a VM has 1 to %u", r->path, vm->cpus,
			HV_VM_MAX_CPUS);
}

static void read_memory(const struct reader *r, struct hv_boot_module *vm)
{
	const void *memory = property(r, "memory", 8);

	if (!memory)
		hv_fail("%s: memory is missing", r->path);
	vm->memory = fdt64_ld(memory);
	if (vm->memory == 0 || vm->memory % HV_CHUNK != 0)
		hv_fail("%s: memory is not a multiple of 2 MiB", r->path);
	if (vm->memory > hv_ranges_size(&r->p->memory))
		hv_fail("%s: %lu MiB of memory: this machine has %lu", r->path,
			(unsigned long)(vm->memory >> 20),
			(unsigned long)(hv_ranges_size(&r->p->memory) >> 20));
}

/* Numbers of physical CPUs; without the property it may use them all. */
static void read_pcpus(const struct reader *r, struct hv_boot_module *vm)
{
	int length;
	const void *at = fdt_getprop(r->p->fdt, r->node, "pcpus", &length);

	vm->pcpus = 0;
	if (!at)
		return;
	if (length < 4 || length % 4 != 0)
		hv_fail("%s: pcpus is not a list of CPU numbers", r->path);
	for (int i = 0; i < length / 4; i++) {
		uint32_t cpu = (uint32_t)hv_dt_cells(&at, 1);

		if (cpu >= r->p->cpu_count)
			hv_fail("%s: pcpus names CPU %u: this machine has %u",
				r->path, cpu, r->p->cpu_count);
		vm->pcpus |= UINT64_C(1) << cpu;
	}
}

/* VMs may start from the same image: nobody writes to it. */
static bool is_shared(const struct hv_platform *p, const struct hv_range *range)
{
	uint64_t size = range->end - range->base;

	for (uint32_t i = 0; i < p->module_count; i++) {
		const struct hv_boot_module *m = &p->modules[i];

		if ((m->kernel == range->base && m->kernel_size == size) ||
		    (m->initrd == range->base && m->initrd_size == size))
			return true;
	}
	return false;
}

/* Address and size, two cells each; false when there is no such property. */
static bool read_image(const struct reader *r, const char *name,
		       struct hv_range *range)
{
	const void *at = property(r, name, 16);
	uint64_t size;

	if (!at)
		return false;
	range->base = hv_dt_cells(&at, 2);
	size = hv_dt_cells(&at, 2);
	if (__builtin_add_overflow(range->base, size, &range->end))
		hv_fail("%s: %s has no usable address", r->path, name);
	if (size == 0 || !is_shared(r->p, range))
		hv_discover_image(r->p, range);
	return true;
}

static void read_images(const struct reader *r, struct hv_boot_module *vm)
{
	struct hv_range range;

	if (!read_image(r, "kernel", &range))
		hv_fail("%s: kernel is missing", r->path);
	vm->kernel = range.base;
	vm->kernel_size = range.end - range.base;
	if (!read_image(r, "initrd", &range))
		return;
	vm->initrd = range.base;
	vm->initrd_size = range.end - range.base;
}

/* Into the list by number; numbers and names are there once. */
static void insert_vm(const struct reader *r, const struct hv_boot_module *vm)
{
	struct hv_platform *p = r->p;
	uint32_t at = 0;

	for (uint32_t i = 0; i < p->module_count; i++) {
		if (p->modules[i].number == vm->number)
			hv_fail("%s: VM number %u is there twice", r->path,
				vm->number);
		if (strcmp(p->modules[i].name, vm->name) == 0)
			hv_fail("%s: two VMs have the name %s", r->path,
				vm->name);
		if (p->modules[i].number < vm->number)
			at = i + 1;
	}
	if (p->module_count == HV_MAX_GUESTS)
		hv_fail("more than %u VMs", HV_MAX_GUESTS);
	for (uint32_t i = p->module_count++; i > at; i--)
		p->modules[i] = p->modules[i - 1];
	p->modules[at] = *vm;
}

static void read_vm(struct hv_platform *p, int node)
{
	struct reader r = {p, node, fdt_get_name(p->fdt, node, 0)};
	struct hv_boot_module vm = {.has_shape = true};
	const char *bootargs;

	if (fdt_node_check_compatible(p->fdt, node, COMPATIBLE))
		hv_fail("%s is not compatible with " COMPATIBLE, r.path);
	check_properties(&r);
	vm.number = read_number(&r);
	read_name(&r, &vm);
	read_cpus(&r, &vm);
	read_memory(&r, &vm);
	read_pcpus(&r, &vm);
	vm.raw = property(&r, "raw-console", 0);
	vm.passthrough = property(&r, "passthrough", 0);
	vm.count_exits = property(&r, "count-exits", 0);
	if (vm.passthrough && vm.pcpus)
		hv_fail("%s: passthrough and pcpus do not go together", r.path);
	bootargs = text(&r, "bootargs");
	vm.bootargs = bootargs ? bootargs : "";
	read_images(&r, &vm);
	insert_vm(&r, &vm);
}

void hv_discover_vms(struct hv_platform *p)
{
	int hv = fdt_path_offset(p->fdt, "/chosen/hv");
	int node;

	if (hv < 0) /* its subnodes would be the root's */
		return;
	fdt_for_each_subnode(node, p->fdt, hv) read_vm(p, node);
}
