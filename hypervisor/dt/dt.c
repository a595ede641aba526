/* SPDX-License-Identifier: Apache-2.0 */
#include "dt/dt.h"

#include <libfdt.h>
#include <string.h>

/* Types of a GIC's interrupt specifier: arm,gic-v3 binding. */
#define GIC_SPI 0u
#define GIC_PPI 1u

uint64_t hv_dt_cells(const void **at, int cells)
{
	const fdt32_t *cell = *at;
	uint64_t value = 0;

	*at = cell + cells;
	for (; cells > 0; cells--)
		value = value << 32 | fdt32_ld(cell++);
	return value;
}

/* #address-cells and #size-cells of a bus, false when hv cannot count so. */
static bool bus_cells(const void *fdt, int bus, int *address, int *size)
{
	*address = fdt_address_cells(fdt, bus);
	*size = fdt_size_cells(fdt, bus);
	return *address >= 1 && *address <= 2 && *size >= 0 && *size <= 2;
}

/* One step up: an address on bus becomes one on the bus above it. */
static bool to_parent(const void *fdt, int bus, uint64_t *base, uint64_t size)
{
	int parent = fdt_parent_offset(fdt, bus);
	int ac, sc, pac, psc, length;
	const char *at = fdt_getprop(fdt, bus, "ranges", &length);
	const char *end;

	if (!at || !bus_cells(fdt, bus, &ac, &sc) ||
	    !bus_cells(fdt, parent, &pac, &psc))
		return false;
	if (!length) /* identity */
		return true;
	for (end = at + length; end - at >= (ac + pac + sc) * 4;
	     at += (ac + pac + sc) * 4) {
		const void *entry = at;
		uint64_t from = hv_dt_cells(&entry, ac);
		uint64_t to = hv_dt_cells(&entry, pac);
		uint64_t span = hv_dt_cells(&entry, sc);

		if (*base >= from && *base - from < span &&
		    size <= span - (*base - from)) {
			*base = *base - from + to;
			return true;
		}
	}
	return false;
}

bool hv_dt_reg(const void *fdt, int node, int index, struct hv_range *range)
{
	int bus = fdt_parent_offset(fdt, node);
	int ac, sc, length;
	const char *reg = fdt_getprop(fdt, node, "reg", &length);
	const void *entry;
	uint64_t base, size;

	if (!reg || !bus_cells(fdt, bus, &ac, &sc) ||
	    length / 4 / (ac + sc) <= index)
		return false;
	entry = reg + index * (ac + sc) * 4;
	base = hv_dt_cells(&entry, ac);
	size = hv_dt_cells(&entry, sc);
	for (; bus > 0; bus = fdt_parent_offset(fdt, bus))
		if (!to_parent(fdt, bus, &base, size))
			return false;
	range->base = base;
	return size && !__builtin_add_overflow(base, size, &range->end);
}

uint32_t hv_dt_intid(const void *fdt, int node, int index)
{
	int gic = hv_dt_compatible(fdt, "arm,gic-v3");
	uint32_t cells = hv_dt_u32(fdt, gic, "#interrupt-cells", 3);
	int length;
	const fdt32_t *at = fdt_getprop(fdt, node, "interrupts", &length);
	uint32_t type, number;

	if (!at || cells < 3 || cells > 8 || length / 4 / (int)cells <= index)
		return 0;
	at += index * (int)cells;
	type = fdt32_ld(at);
	number = fdt32_ld(at + 1);
	if (type == GIC_PPI && number < 16)
		return number + 16;
	if (type == GIC_SPI && number < 988)
		return number + 32;
	return 0;
}

bool hv_dt_available(const void *fdt, int node)
{
	const char *status = fdt_getprop(fdt, node, "status", 0);

	return !status || !strcmp(status, "okay") || !strcmp(status, "ok");
}

int hv_dt_compatible(const void *fdt, const char *compatible)
{
	int node = -1;

	do {
		node = fdt_node_offset_by_compatible(fdt, node, compatible);
	} while (node >= 0 && !hv_dt_available(fdt, node));
	return node;
}

uint32_t hv_dt_u32(const void *fdt, int node, const char *name,
		   uint32_t missing)
{
	int length;
	const fdt32_t *value = fdt_getprop(fdt, node, name, &length);

	return value && length == 4 ? fdt32_ld(value) : missing;
}
