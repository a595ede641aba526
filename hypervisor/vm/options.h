/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What hv is told about a VM. A boot loader can hand over nothing but the
 * kernel's arguments, so hv takes leading words "hv.<name>=<value>" for
 * itself; the guest sees the rest:
 *
 *   hv.memory=512M  RAM, in bytes or with K, M or G; a multiple of 2 MiB
 *   hv.cpus=4       vCPUs, 1 to 32
 *   hv.raw          its output reaches the terminal as it is
 *   hv.passthrough  it has the machine's GIC, timers and UART
 *   hv.exits        hv says at its end why it left its guest
 */
#ifndef HV_VM_OPTIONS_H
#define HV_VM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct hv_vm_options {
	uint64_t memory;  /* 0: not said */
	uint32_t cpus;    /* 1 when not said */
	bool raw;         /* only where it is the only VM */
	bool passthrough; /* the same */
	bool count_exits;
	const char *bootargs; /* the guest's; inside the string given */
};

/* Null when all is well, otherwise what is wrong. args may be null. */
const char *hv_vm_options_parse(struct hv_vm_options *options,
				const char *args);

#endif
