/* SPDX-License-Identifier: Apache-2.0 */
/* The device tree that a guest gets: a subset of QEMU's "virt" board. */
#ifndef HV_VM_GUEST_DT_H
#define HV_VM_GUEST_DT_H

#include <stdint.h>

struct hv_guest_dt {
	uint64_t ram_base;
	uint64_t ram_size;
	uint32_t cpus;
	const char *bootargs;
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
