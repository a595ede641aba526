/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any device tree: as its bytes stand, or built from the words that hv looks
 * for. hv refuses it in a line, or what it has found is consistent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "base/power.h"
#include "base/sysreg.h"
#include "base/uart.h"
#include "dt/discover.h"
#include "mm/mem.h"
#include "mm/mmu.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RULE(condition)                                      \
	do {                                                 \
		if (!(condition)) {                          \
			fprintf(stderr, "%s\n", #condition); \
			abort();                             \
		}                                            \
	} while (0)

#define TREE_MAX 16384

static jmp_buf refused;

void hv_fail(const char *format, ...)
{
	char line[256];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	longjmp(refused, 1);
}

void hv_uart_line(const char *text)
{
	(void)text;
}

struct hv_range hv_mmu_image(void)
{
	return (struct hv_range){0x40200000, 0x40280000};
}

uint64_t hv_pc_sysreg(const char *name)
{
	(void)name;
	return UINT64_C(0x80000000);
}

uint64_t hv_counter(void)
{
	return 0;
}

/* Random choices, as long as there are some. */
struct choices {
	const uint8_t *at;
	const uint8_t *end;
};

static uint32_t choose(struct choices *c, uint32_t below)
{
	return c->at < c->end ? *c->at++ % below : 0;
}

static const char *const nodes[] = {
	"chosen",
	"hv",
	"vm@0",
	"vm@1",
	"vm@2",
	"module@40400000",
	"module@41000000",
	"cpus",
	"cpu@0",
	"cpu@1",
	"memory@40000000",
	"intc@8000000",
	"pl011@9000000",
	"soc",
	"reserved-memory",
	"timer",
	"psci",
};

static const char *const names[] = {
	"compatible",
	"reg",
	"label",
	"cpus",
	"memory",
	"pcpus",
	"bootargs",
	"kernel",
	"initrd",
	"raw-console",
	"#address-cells",
	"#size-cells",
	"device_type",
	"enable-method",
	"status",
	"ranges",
	"interrupts",
	"#interrupt-cells",
	"no-map",
	"method",
	"stdout-path",
	"#redistributor-regions",
	"redistributor-stride",
	"rng-seed",
};

static const char *const strings[] = {
	"arm-vcpu,vm",
	"multiboot,module",
	"multiboot,kernel",
	"multiboot,ramdisk",
	"arm,gic-v3",
	"arm,pl011",
	"arm,armv8-timer",
	"arm,psci-1.0",
	"cpu",
	"memory",
	"psci",
	"okay",
	"disabled",
	"smc",
	"hvc",
	"/pl011@9000000:115200",
	"a",
	"name.with-31_letters_in_all_of_it",
};

static const uint64_t numbers[] = {
	0,          1,          2,
	3,          4,          33,
	64,         0x1000,     0x10000,
	0x200000,   0x8000000,  0x80a0000,
	0x9000000,  0x10000000, 0x40000000,
	0x40200000, 0x40400000, 0x41000000,
	0x80000000, UINT64_MAX, UINT64_MAX - 0xfff,
};

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof((array)[0])))

static void add_property(void *fdt, struct choices *c)
{
	const char *name = names[choose(c, COUNT(names))];
	uint32_t kind = choose(c, 4), count = 1 + choose(c, 6);
	uint8_t value[128];
	int length = 0;

	for (uint32_t i = 0; i < count && length < 90; i++) {
		uint64_t n = numbers[choose(c, COUNT(numbers))];
		const char *s = strings[choose(c, COUNT(strings))];

		if (kind == 0) {
			memcpy(value + length, s, strlen(s) + 1);
			length += (int)strlen(s) + 1;
		} else if (kind == 1) {
			fdt32_st(value + length, (uint32_t)n);
			length += 4;
		} else if (kind == 2) {
			fdt64_st(value + length, n);
			length += 8;
		} else {
			value[length++] = (uint8_t)n;
		}
		if (kind == 0 && choose(c, 4))
			break;
	}
	(void)fdt_property(fdt, name, value, choose(c, 16) ? length : 0);
}

static uint64_t number(struct choices *c)
{
	return numbers[choose(c, COUNT(numbers))];
}

/* A node as it should be, but for its numbers. */
static void add_vm(void *fdt, struct choices *c)
{
	const uint64_t kernel[2] = {
		cpu_to_fdt64(0x40400000 + choose(c, 4) * UINT64_C(0x100000)),
		cpu_to_fdt64(choose(c, 8) ? 0x1000 : number(c))};
	const uint64_t initrd[2] = {cpu_to_fdt64(number(c)),
				    cpu_to_fdt64(number(c))};

	(void)fdt_begin_node(fdt, nodes[2 + choose(c, 3)]);
	(void)fdt_property_string(fdt, "compatible", "arm-vcpu,vm");
	(void)fdt_property_u32(fdt, "reg", choose(c, 4));
	(void)fdt_property_u64(fdt, "memory",
			       choose(c, 4) ? 0x800000 : number(c));
	(void)fdt_property(fdt, "kernel", kernel, sizeof(kernel));
	if (choose(c, 2))
		(void)fdt_property(fdt, "initrd", initrd, sizeof(initrd));
	for (uint32_t more = choose(c, 4); more != 0; more--)
		add_property(fdt, c);
	(void)fdt_end_node(fdt);
}

static void add_module(void *fdt, struct choices *c)
{
	static const char kernel[] = "multiboot,module\0multiboot,kernel";
	static const char ramdisk[] = "multiboot,module\0multiboot,ramdisk";
	const uint64_t reg[2] = {
		cpu_to_fdt64(0x40400000 + choose(c, 16) * UINT64_C(0x1000)),
		cpu_to_fdt64(choose(c, 8) ? 0x1000 : number(c))};

	(void)fdt_begin_node(fdt, nodes[5 + choose(c, 2)]);
	if (choose(c, 2))
		(void)fdt_property(fdt, "compatible", kernel, sizeof(kernel));
	else
		(void)fdt_property(fdt, "compatible", ramdisk, sizeof(ramdisk));
	(void)fdt_property(fdt, "reg", reg, sizeof(reg));
	for (uint32_t more = choose(c, 3); more != 0; more--)
		add_property(fdt, c);
	(void)fdt_end_node(fdt);
}

/* Without these there are no VMs. */
static void add_machine(void *fdt)
{
	const uint64_t memory[2] = {cpu_to_fdt64(0x40000000),
				    cpu_to_fdt64(0x40000000)};
	const uint64_t gic[4] = {cpu_to_fdt64(0x8000000), cpu_to_fdt64(0x10000),
				 cpu_to_fdt64(0x80a0000),
				 cpu_to_fdt64(0xf60000)};

	(void)fdt_property_u32(fdt, "#address-cells", 2);
	(void)fdt_property_u32(fdt, "#size-cells", 2);
	(void)fdt_begin_node(fdt, "memory@40000000");
	(void)fdt_property_string(fdt, "device_type", "memory");
	(void)fdt_property(fdt, "reg", memory, sizeof(memory));
	(void)fdt_end_node(fdt);
	(void)fdt_begin_node(fdt, "intc@8000000");
	(void)fdt_property_string(fdt, "compatible", "arm,gic-v3");
	(void)fdt_property(fdt, "reg", gic, sizeof(gic));
	(void)fdt_end_node(fdt);
}

static void build(void *fdt, struct choices *c)
{
	unsigned depth = 1;

	(void)fdt_create(fdt, TREE_MAX);
	if (choose(c, 8) == 1)
		(void)fdt_add_reservemap_entry(
			fdt, numbers[choose(c, COUNT(numbers))],
			numbers[choose(c, COUNT(numbers))]);
	(void)fdt_finish_reservemap(fdt);
	(void)fdt_begin_node(fdt, "");
	if (choose(c, 4)) {
		add_machine(fdt);
		(void)fdt_begin_node(fdt, "chosen");
		depth++;
		if (choose(c, 2)) {
			(void)fdt_begin_node(fdt, "hv");
			depth++;
		}
	}
	while (c->at < c->end) {
		uint32_t what = choose(c, 8);

		if (what < 2 && depth < 6) {
			(void)fdt_begin_node(fdt,
					     nodes[choose(c, COUNT(nodes))]);
			depth++;
		} else if (what == 2 && depth > 1) {
			(void)fdt_end_node(fdt);
			depth--;
		} else if (what == 3) {
			add_vm(fdt, c);
		} else if (what == 4) {
			add_module(fdt, c);
		} else {
			add_property(fdt, c);
		}
	}
	for (; depth != 0; depth--)
		(void)fdt_end_node(fdt);
	(void)fdt_finish(fdt);
}

static void check_vm(const struct hv_platform *p, const char *tree, size_t room,
		     uint32_t index)
{
	const struct hv_boot_module *vm = &p->modules[index];

	RULE(memchr(vm->name, 0, sizeof(vm->name)));
	RULE(vm->name[0]);
	RULE(vm->bootargs);
	if (vm->bootargs[0]) {
		RULE(vm->bootargs > tree && vm->bootargs < tree + room);
		RULE(memchr(vm->bootargs, 0,
			    (size_t)(tree + room - vm->bootargs)));
	}
	RULE(vm->kernel_size != 0);
	RULE(hv_ranges_contain(&p->memory, vm->kernel,
			       vm->kernel + vm->kernel_size));
	RULE(hv_ranges_contain(&p->reserved, vm->kernel,
			       vm->kernel + vm->kernel_size));
	if (vm->initrd_size != 0)
		RULE(hv_ranges_contain(&p->reserved, vm->initrd,
				       vm->initrd + vm->initrd_size));
	if (index)
		RULE(p->modules[index - 1].number < vm->number);
	if (!vm->has_shape)
		return;
	RULE(vm->cpus >= 1 && vm->cpus <= HV_VM_MAX_CPUS);
	RULE(vm->memory != 0 && vm->memory % HV_CHUNK == 0);
	RULE(p->cpu_count == 64 || vm->pcpus >> p->cpu_count == 0);
}

static void check_platform(const struct hv_platform *p, const char *tree,
			   size_t room)
{
	RULE(p->module_count <= HV_MAX_GUESTS);
	RULE(p->cpu_count >= 1 && p->cpu_count <= HV_MAX_CPUS);
	RULE(p->memory.count >= 1);
	RULE(p->gic.redist_count <= HV_MAX_REDIST_REGIONS);
	RULE(p->gic.dist.end > p->gic.dist.base);
	RULE(p->gic.maintenance >= 16 && p->gic.maintenance < 1020);
	RULE(p->gic.timer_hyp >= 16 && p->gic.timer_hyp < 1020);
	for (uint32_t i = 0; i < p->module_count; i++)
		check_vm(p, tree, room, i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct hv_platform platform;
	struct choices choices = {data + 1, data + size};
	size_t room = TREE_MAX;
	char *tree;
	const void *blob;

	if (size < 1)
		return 0;
	if (data[0] & 1)
		room = size - 1 < FDT_V17_SIZE ? FDT_V17_SIZE : size - 1;
	tree = calloc(1, room);
	blob = tree;
	if (data[0] & 1)
		memcpy(tree, data + 1, size - 1);
	else
		build(tree, &choices);
	memset(&platform, 0, sizeof(platform));
	if (!setjmp(refused)) {
		/* As hv_mmu_fdt() gives it: what the header says, mapped. */
		if (fdt_magic(blob) == FDT_MAGIC &&
		    fdt_totalsize(blob) <= room) {
			hv_discover_console(&platform, blob,
					    fdt_totalsize(blob));
			hv_discover(&platform);
			check_platform(&platform, tree, room);
		}
	}
	free(tree);
	return 0;
}
