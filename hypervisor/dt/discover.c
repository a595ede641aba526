/* SPDX-License-Identifier: Apache-2.0 */
#include "dt/discover.h"

#include <libfdt.h>
#include <string.h>

#include "base/power.h"
#include "base/random.h"
#include "base/sysreg.h"
#include "dt/dt.h"
#include "mm/mmu.h"

#define MPIDR_AFFINITY UINT64_C(0xff00ffffff)

/* PPIs when the tree does not say (Server Base System Architecture). */
#define DEFAULT_TIMER_VIRTUAL 27u
#define DEFAULT_TIMER_HYP     26u
#define DEFAULT_MAINTENANCE   25u

/* Entries of the timer's interrupts: arm,arch_timer binding. */
#define TIMER_VIRTUAL 2
#define TIMER_HYP     3

static void too_many(const char *what)
{
	hv_fail("the device tree has too many %s", what);
}

static bool is_pl011(const void *fdt, int node)
{
	return node >= 0 &&
	       !fdt_node_check_compatible(fdt, node, "arm,pl011") &&
	       hv_dt_available(fdt, node);
}

/* The UART that /chosen names, or the first there is. */
static int find_uart(const void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");
	const char *path = fdt_getprop(fdt, chosen, "stdout-path", 0);
	int node = -1;

	if (path) {
		const char *options = strchr(path, ':');
		size_t length =
			options ? (size_t)(options - path) : strlen(path);

		node = fdt_path_offset_namelen(fdt, path, (int)length);
	}
	if (!is_pl011(fdt, node))
		node = hv_dt_compatible(fdt, "arm,pl011");
	return node;
}

static enum hv_psci_conduit find_psci(const void *fdt)
{
	int node = hv_dt_compatible(fdt, "arm,psci-1.0");
	const char *method;

	if (node < 0)
		node = hv_dt_compatible(fdt, "arm,psci-0.2");
	method = fdt_getprop(fdt, node, "method", 0);
	if (method && !strcmp(method, "smc"))
		return HV_PSCI_SMC;
	if (method && !strcmp(method, "hvc"))
		return HV_PSCI_HVC;
	return HV_PSCI_NONE;
}

/* The rate of a node's first clock, if it is a fixed one; otherwise 0. */
static uint32_t clock_rate(const void *fdt, int node)
{
	uint32_t phandle = hv_dt_u32(fdt, node, "clocks", 0);
	int clock = fdt_node_offset_by_phandle(fdt, phandle);

	return clock < 0 ? 0 : hv_dt_u32(fdt, clock, "clock-frequency", 0);
}

void hv_discover_console(struct hv_platform *platform, const void *fdt,
			 uint64_t size)
{
	int node;

	platform->fdt = fdt;
	platform->fdt_size = size;
	if (!fdt || fdt_check_header(fdt))
		return;
	platform->psci = find_psci(fdt);
	node = find_uart(fdt);
	if (node < 0 || !hv_dt_reg(fdt, node, 0, &platform->uart))
		return;
	platform->uart_intid = hv_dt_intid(fdt, node, 0);
	platform->uart_clock = clock_rate(fdt, node);
}

static void find_memory(struct hv_platform *p)
{
	int node = -1, i;
	struct hv_range range;

	for (;;) {
		node = fdt_node_offset_by_prop_value(
			p->fdt, node, "device_type", "memory", 7);
		if (node < 0)
			break;
		if (!hv_dt_available(p->fdt, node))
			continue;
		for (i = 0; hv_dt_reg(p->fdt, node, i, &range); i++)
			if (!hv_ranges_add(&p->memory, range.base, range.end))
				too_many("pieces of memory");
	}
	hv_ranges_remove(&p->memory, HV_MEMORY_END, UINT64_MAX);
	if (!p->memory.count)
		hv_fail("no memory in the device tree");
}

static void reserve(struct hv_platform *p, struct hv_range range)
{
	if (!hv_ranges_add(&p->reserved, range.base, range.end))
		too_many("reserved pieces of memory");
}

static void find_reserved(struct hv_platform *p)
{
	int parent = fdt_path_offset(p->fdt, "/reserved-memory");
	struct hv_range range = hv_mmu_image();
	int node, i;

	reserve(p, range);
	range.base = (uint64_t)(uintptr_t)p->fdt;
	range.end = range.base + p->fdt_size;
	reserve(p, range);
	for (i = 0; i < fdt_num_mem_rsv(p->fdt); i++) {
		uint64_t size;

		fdt_get_mem_rsv(p->fdt, i, &range.base, &size);
		if (__builtin_add_overflow(range.base, size, &range.end))
			range.end = UINT64_MAX;
		reserve(p, range);
	}
	fdt_for_each_subnode(node, p->fdt, parent)
	{
		for (i = 0; hv_dt_reg(p->fdt, node, i, &range); i++) {
			reserve(p, range);
			if (fdt_getprop(p->fdt, node, "no-map", 0) &&
			    !hv_ranges_add(&p->no_map, range.base, range.end))
				too_many("unmapped pieces of memory");
		}
	}
}

static void add_cpu(struct hv_platform *p, int node, int address_cells)
{
	const char *type = fdt_getprop(p->fdt, node, "device_type", 0);
	const char *method = fdt_getprop(p->fdt, node, "enable-method", 0);
	int length;
	const void *reg = fdt_getprop(p->fdt, node, "reg", &length);
	uint64_t mpidr;

	if (!type || strcmp(type, "cpu") || !reg || length < address_cells * 4)
		return;
	mpidr = hv_dt_cells(&reg, address_cells) & MPIDR_AFFINITY;
	if (mpidr == p->cpu_mpidr[0])
		return;
	if (!hv_dt_available(p->fdt, node) || !method ||
	    strcmp(method, "psci") || p->cpu_count == HV_MAX_CPUS)
		p->cpus_ignored++;
	else
		p->cpu_mpidr[p->cpu_count++] = mpidr;
}

static void find_cpus(struct hv_platform *p)
{
	int cpus = fdt_path_offset(p->fdt, "/cpus");
	int cells = fdt_address_cells(p->fdt, cpus);
	int node;

	p->cpu_mpidr[0] = HV_SYSREG_READ(mpidr_el1) & MPIDR_AFFINITY;
	p->cpu_count = 1;
	if (cells < 1 || cells > 2)
		return;
	fdt_for_each_subnode(node, p->fdt, cpus) add_cpu(p, node, cells);
}

static void find_gic(struct hv_platform *p)
{
	int node = hv_dt_compatible(p->fdt, "arm,gic-v3");
	uint32_t regions, i;
	uint32_t intid;

	if (node < 0)
		hv_fail("no GICv3 in the device tree");
	regions = hv_dt_u32(p->fdt, node, "#redistributor-regions", 1);
	if (regions > HV_MAX_REDIST_REGIONS)
		too_many("redistributor regions");
	if (!hv_dt_reg(p->fdt, node, 0, &p->gic.dist))
		hv_fail("the GIC has no distributor in the device tree");
	for (i = 0; i < regions; i++)
		if (!hv_dt_reg(p->fdt, node, (int)i + 1, &p->gic.redist[i]))
			hv_fail("the GIC lacks a redistributor region in the "
				"device tree");
	p->gic.redist_count = regions;
	p->gic.redist_stride =
		hv_dt_u32(p->fdt, node, "redistributor-stride", 0);
	intid = hv_dt_intid(p->fdt, node, 0);
	p->gic.maintenance = intid ? intid : DEFAULT_MAINTENANCE;
}

static void find_timer(struct hv_platform *p)
{
	int node = hv_dt_compatible(p->fdt, "arm,armv8-timer");
	uint32_t virtual = hv_dt_intid(p->fdt, node, TIMER_VIRTUAL);
	uint32_t hyp = hv_dt_intid(p->fdt, node, TIMER_HYP);

	p->gic.timer_virtual = virtual ? virtual : DEFAULT_TIMER_VIRTUAL;
	p->gic.timer_hyp = hyp ? hyp : DEFAULT_TIMER_HYP;
}

static void stir(const struct hv_platform *p, const char *property)
{
	int chosen = fdt_path_offset(p->fdt, "/chosen");
	int length;
	const void *seed = fdt_getprop(p->fdt, chosen, property, &length);

	if (seed)
		hv_random_stir(seed, (size_t)length);
}

void hv_discover(struct hv_platform *p)
{
	int error = fdt_check_full(p->fdt, p->fdt_size);

	if (error)
		hv_fail("the device tree is broken: %s", fdt_strerror(error));
	stir(p, "kaslr-seed");
	stir(p, "rng-seed");
	find_gic(p);
	find_memory(p);
	find_reserved(p);
	find_cpus(p);
	find_timer(p);
	hv_discover_vms(p);
	hv_discover_modules(p);
}
