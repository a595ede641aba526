/* SPDX-License-Identifier: Apache-2.0 */
/* The device tree that a guest gets: a subset of QEMU's "virt" board. */
#ifndef HV_VM_GUEST_DT_H
#define HV_VM_GUEST_DT_H

#include <stdint.h>

#include "dt/platform.h"

/* What of the machine's own a guest has, at its physical addresses. */
struct hv_guest_hardware {
	const struct hv_gic_config *gic;
	struct hv_range uart;           /* a PL011 */
	uint32_t uart_intid;            /* an SPI */
	uint32_t uart_clock;            /* Hz; 0: not known */
	uint64_t mpidr[HV_VM_MAX_CPUS]; /* of vCPU n, and of its CPU */
};

struct hv_guest_dt {
	uint64_t ram_base;
	uint64_t ram_size;
	uint32_t cpus;
	const char *bootargs;
	/* Null: GIC, UART and CPUs are the board's, all of them virtual. */
	const struct hv_guest_hardware *hardware;
	uint64_t initrd; /* 0: none */
	uint64_t initrd_end;
	/* Entropy for the guest's early boot; good for address space layout,
	 * not for keys, unless the caller's source is. */
	uint64_t kaslr_seed;
	uint64_t rng_seed[4];
};

/* Write it to blob, room bytes. 0, or an error of libfdt's: negative, and
 * -FDT_ERR_NOSPACE means that it (or its bootargs) is too large for room. */
int hv_guest_dt_write(void *blob, int room, const struct hv_guest_dt *dt);

#endif
