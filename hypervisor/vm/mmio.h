/* SPDX-License-Identifier: Apache-2.0 */
/* A VM's devices: a table of regions of its address space, in the order of
 * their addresses. No device serves the rest. */
#ifndef HV_VM_MMIO_H
#define HV_VM_MMIO_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/exit.h>

#define HV_MMIO_REGIONS 32u

struct hv_mmio_region {
	uint64_t base; /* IPA */
	uint64_t size; /* in bytes, not 0 */
	/* One access by a guest, all of it in the region: offset into it,
	 * width in bytes, 1 to 8. On any CPU, IRQs masked. */
	uint64_t (*read)(void *ctx, uint64_t offset, unsigned width);
	void (*write)(void *ctx, uint64_t offset, unsigned width,
		      uint64_t value);
	void *ctx;
};

/* All zero: no device. Changed before the VM runs only. */
struct hv_mmio {
	uint32_t count;
	struct hv_mmio_region regions[HV_MMIO_REGIONS];
};

/* False: no room, or the region is empty, goes beyond 2^64, or overlaps one
 * that is there. */
bool hv_mmio_add(struct hv_mmio *mmio, const struct hv_mmio_region *region);

/* Let the device serve an access: true, and what a read returns is in *value.
 * False: no region has it. */
bool hv_mmio_serve(const struct hv_mmio *mmio,
		   const struct arm_vcpu_exit_mmio *access, uint64_t *value);

#endif
