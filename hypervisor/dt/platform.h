/* SPDX-License-Identifier: Apache-2.0 */
/* What the device tree says about the machine that hv was started on. */
#ifndef HV_DT_PLATFORM_H
#define HV_DT_PLATFORM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/gic_config.h"
#include "base/percpu.h"
#include "base/psci.h"
#include "base/ranges.h"

#define HV_MAX_GUESTS  64u
#define HV_VM_NAME_MAX 31u
#define HV_VM_MAX_CPUS 32u

/*
 * A VM as the device tree describes it, by docs/BINDING.md or as QEMU's
 * guest-loader does: a multiboot,module node under /chosen that is a kernel,
 * and the ramdisk module that lies behind it in memory, before the next
 * kernel. Both are in RAM, mapped, and reserved.
 */
struct hv_boot_module {
	uint32_t number; /* the list is in this order */
	char name[HV_VM_NAME_MAX + 1];
	uint64_t kernel; /* physical address and size in bytes */
	uint64_t kernel_size;
	uint64_t initrd; /* size 0: none */
	uint64_t initrd_size;
	const char *bootargs; /* "" when the module has none */
	/* Our binding says the following; with guest-loader only the words at
	 * the head of bootargs do (vm/options.h). */
	bool has_shape;
	uint32_t cpus;
	uint64_t memory;  /* bytes */
	uint64_t pcpus;   /* bit n: may run on CPU n; 0: on any */
	bool raw;         /* its output reaches the terminal as it is */
	bool passthrough; /* it has the machine's GIC, timers and UART */
	bool count_exits; /* say at its end why it left its guest */
};

struct hv_platform {
	const void *fdt; /* mapped read-only, stays in place */
	uint64_t fdt_size;
	struct hv_ranges memory;   /* /memory                          */
	struct hv_ranges no_map;   /* part of it that EL2 must not map */
	struct hv_ranges reserved; /* all that must not be allocated   */
	uint32_t cpu_count;
	uint64_t cpu_mpidr[HV_MAX_CPUS]; /* affinity fields, boot CPU first */
	uint32_t cpus_ignored; /* in the tree, but not to be started */
	enum hv_psci_conduit psci;
	struct hv_gic_config gic;
	struct hv_range uart; /* PL011 */
	uint32_t uart_intid;  /* 0: none in the tree */
	uint32_t uart_clock;  /* Hz; 0: the tree does not say */
	uint32_t module_count;
	struct hv_boot_module modules[HV_MAX_GUESTS];
};

#endif
