/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Guest images, by QEMU's guest-loader convention (docs/system/guest-loader):
 * nodes under /chosen, compatible with multiboot,module and with one of
 * multiboot,kernel and multiboot,ramdisk; reg is address and size.
 */
#include <libfdt.h>

#include "base/power.h"
#include "base/print.h"
#include "dt/discover.h"
#include "dt/dt.h"

#define MAX_IMAGES (2u * HV_MAX_GUESTS)

struct image {
	struct hv_range range;
	const char *bootargs; /* null: a ramdisk */
};

struct images {
	uint32_t count;
	struct image image[MAX_IMAGES];
};

/* reg of a module: QEMU writes 2 + 2 cells and no #address-cells. */
static bool module_reg(const void *fdt, int chosen, int node,
		       struct hv_range *range)
{
	uint32_t ac = hv_dt_u32(fdt, chosen, "#address-cells", 2);
	uint32_t sc = hv_dt_u32(fdt, chosen, "#size-cells", 2);
	int length;
	const void *reg = fdt_getprop(fdt, node, "reg", &length);
	uint64_t size;

	if (!reg || ac < 1 || ac > 2 || sc < 1 || sc > 2 ||
	    length < (int)(ac + sc) * 4)
		return false;
	range->base = hv_dt_cells(&reg, (int)ac);
	size = hv_dt_cells(&reg, (int)sc);
	return !__builtin_add_overflow(range->base, size, &range->end);
}

void hv_discover_image(struct hv_platform *p, const struct hv_range *range)
{
	unsigned long base = range->base;
	uint32_t i;

	if (range->base == range->end)
		hv_fail("the guest image at 0x%lx is empty", base);
	if (!hv_ranges_contain(&p->memory, range->base, range->end))
		hv_fail("the guest image at 0x%lx is not in memory", base);
	for (i = 0; i < p->reserved.count; i++) {
		const struct hv_range *other = &p->reserved.range[i];

		if (range->base < other->end && other->base < range->end)
			hv_fail("the guest image at 0x%lx overlaps what is at "
				"0x%lx",
				base, (unsigned long)other->base);
	}
	if (!hv_ranges_add(&p->reserved, range->base, range->end))
		hv_fail("too many guest images");
}

static void insert(struct images *images, struct image image)
{
	uint32_t i;

	if (images->count == MAX_IMAGES)
		hv_fail("more than %u guest images", MAX_IMAGES);
	for (i = images->count++; i; i--) {
		if (images->image[i - 1].range.base < image.range.base)
			break;
		images->image[i] = images->image[i - 1];
	}
	images->image[i] = image;
}

static void read_module(struct hv_platform *p, int chosen, int node,
			struct images *images)
{
	struct image image = {.bootargs = 0};
	int length;

	if (fdt_node_check_compatible(p->fdt, node, "multiboot,module"))
		return;
	if (!module_reg(p->fdt, chosen, node, &image.range))
		hv_fail("guest image %s has no usable address",
			fdt_get_name(p->fdt, node, 0));
	if (!fdt_node_check_compatible(p->fdt, node, "multiboot,kernel")) {
		image.bootargs = fdt_getprop(p->fdt, node, "bootargs", &length);
		if (!image.bootargs || length < 1 || image.bootargs[length - 1])
			image.bootargs = "";
	} else if (fdt_node_check_compatible(p->fdt, node,
					     "multiboot,ramdisk")) {
		hv_fail("guest image %s is neither a kernel nor a ramdisk",
			fdt_get_name(p->fdt, node, 0));
	}
	hv_discover_image(p, &image.range);
	insert(images, image);
}

/* A ramdisk belongs to the kernel before it in memory; one before all kernels
 * to the first. */
static void pair(struct hv_platform *p, const struct images *images)
{
	struct hv_boot_module *guest = 0;
	uint32_t i;

	for (i = 0; i < images->count; i++) {
		const struct image *image = &images->image[i];

		if (!image->bootargs)
			continue;
		if (p->module_count == HV_MAX_GUESTS)
			hv_fail("more than %u guests", HV_MAX_GUESTS);
		guest = &p->modules[p->module_count];
		guest->number = p->module_count++;
		hv_format(guest->name, sizeof(guest->name), "vm%u",
			  guest->number);
		guest->kernel = image->range.base;
		guest->kernel_size = image->range.end - image->range.base;
		guest->bootargs = image->bootargs;
	}
	for (i = 0; i < images->count; i++) {
		const struct hv_range *range = &images->image[i].range;
		uint32_t g = 0;

		if (images->image[i].bootargs)
			continue;
		while (g + 1 < p->module_count &&
		       p->modules[g + 1].kernel < range->base)
			g++;
		guest = &p->modules[g];
		if (!p->module_count || guest->initrd_size)
			hv_fail("the ramdisk at 0x%lx belongs to no kernel",
				(unsigned long)range->base);
		guest->initrd = range->base;
		guest->initrd_size = range->end - range->base;
	}
}

void hv_discover_modules(struct hv_platform *p)
{
	struct images images = {0};
	int chosen = fdt_path_offset(p->fdt, "/chosen");
	int node;

	fdt_for_each_subnode(node, p->fdt, chosen)
		read_module(p, chosen, node, &images);
	if (images.count && p->module_count)
		hv_fail("guest images by guest-loader and VMs under "
			"/chosen/hv do not go together");
	pair(p, &images);
}
