/* SPDX-License-Identifier: Apache-2.0 */
/* hv's way up: from start.S, MMU on, to the first guest. */
#include <stdint.h>

#include <arm_vcpu/version.h>

#include "base/power.h"
#include "base/print.h"
#include "base/psci.h"
#include "base/sysreg.h"
#include "base/uart.h"
#include "boot/asm.h"
#include "boot/smp.h"
#include "console/keys.h"
#include "console/screen.h"
#include "dt/discover.h"
#include "irq/gic.h"
#include "irq/irq.h"
#include "irq/uart_rx.h"
#include "mm/mem.h"
#include "mm/mmu.h"
#include "sched/own.h"
#include "sched/sched.h"
#include "vm/machine.h"

/* Called by boot/start.S. */
_Noreturn void hv_main(void);

static struct hv_platform machine;

/* From here on there is somewhere to complain to, if the machine has it. */
static void console_init(void)
{
	uint64_t size;
	const void *fdt = hv_mmu_fdt(&size);

	hv_discover_console(&machine, fdt, size);
	hv_psci_init(machine.psci);
	if (machine.uart.base && hv_mmu_map_device(machine.uart))
		hv_uart_init(machine.uart.base);
	if (!fdt)
		hv_fail("no device tree");
}

static void memory_init(void)
{
	static struct hv_ranges unused;
	uint32_t i;

	hv_mmu_map_memory(&machine.memory, &machine.no_map);
	unused = machine.memory;
	for (i = 0; i < machine.reserved.count; i++)
		if (!hv_ranges_remove(&unused, machine.reserved.range[i].base,
				      machine.reserved.range[i].end))
			hv_fail("the memory is in too many pieces");
	hv_mem_init(&unused);
}

static void report(void)
{
	struct hv_mem_stats stats;

	hv_mem_stats(&stats);
	hv_printf("arm_vcpu " ARM_VCPU_VERSION_STRING
		  " hypervisor, %u CPU%s, %lu MiB of memory, %lu MiB "
		  "free, %u guest%s",
		  hv_cpu_count(), hv_cpu_count() == 1 ? "" : "s",
		  (unsigned long)(hv_ranges_size(&machine.memory) >> 20),
		  (unsigned long)(stats.free_pages * HV_PAGE_SIZE >> 20),
		  machine.module_count, machine.module_count == 1 ? "" : "s");
	if (machine.cpus_ignored)
		hv_log(ARM_VCPU_LOG_WARN,
		       "%u CPUs are disabled, without PSCI, or "
		       "too many: not used",
		       machine.cpus_ignored);
}

void hv_main(void)
{
	unsigned el = HV_SYSREG_READ(currentel) >> 2 & 3;

	console_init();
	if (el != 2)
		hv_fail("started at EL%u, needs EL2", el);
	if (HV_SYSREG_READ(hcr_el2) >> HV_HCR_E2H_BIT & 1)
		hv_fail("this CPU's EL2 has only HCR_EL2.E2H = 1, hv needs 0");
	hv_discover(&machine);
	memory_init();
	hv_gic_init(&machine.gic);
	hv_irq_init(&machine.gic);
	hv_smp_init(&machine);
	if (machine.uart_intid)
		hv_uart_rx_init(machine.uart.base, machine.uart_intid);
	report();
	hv_machine_make(&machine);
	if (hv_machine_is_passed_through()) {
		hv_machine_start();
		hv_smp_go(hv_own_loop);
		hv_own_loop();
	}
	hv_screen_init();
	hv_keys_init();
	hv_machine_start();
	hv_smp_go(hv_sched_loop);
	hv_sched_loop();
}
