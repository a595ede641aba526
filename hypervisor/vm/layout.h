/* SPDX-License-Identifier: Apache-2.0 */
/* Where a guest's device tree and initrd go: above its kernel. */
#ifndef HV_VM_LAYOUT_H
#define HV_VM_LAYOUT_H

#include <stdint.h>

#include "vm/image.h"

/* The room for the device tree, and its alignment: so it never crosses a
 * 2 MiB boundary (Linux, Documentation/arm64/booting.rst, 2.). */
#define HV_DTB_ROOM UINT64_C(0x10000)

struct hv_layout {
	uint64_t dtb;
	uint64_t initrd;     /* page aligned; 0: none */
	uint64_t initrd_end; /* exclusive             */
};

/* Null when all fits, otherwise what does not. initrd_size 0: none. */
const char *hv_layout_place(struct hv_layout *layout,
			    const struct hv_image *image,
			    const struct hv_ram_range *ram,
			    uint64_t initrd_size);

#endif
