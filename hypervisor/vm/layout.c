/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/layout.h"

#include <stddef.h>

#define PAGE UINT64_C(0x1000)

/* What a kernel that does not tell its extent is given for its bss, and
 * whatever else it keeps behind itself: QEMU leaves as much. */
#define UNKNOWN_EXTENT UINT64_C(0x8000000)

static uint64_t align_up(uint64_t value, uint64_t alignment)
{
	return (value + alignment - 1) & ~(alignment - 1);
}

const char *hv_layout_place(struct hv_layout *layout,
			    const struct hv_image *image,
			    const struct hv_ram_range *ram,
			    uint64_t initrd_size)
{
	uint64_t top = ram->base + ram->size;
	uint64_t floor = image->end;

	*layout = (struct hv_layout){0};
	if (!image->extent_known) {
		uint64_t half = ram->size / 2;
		uint64_t guess =
			ram->base +
			(half < UNKNOWN_EXTENT ? half : UNKNOWN_EXTENT);

		if (guess > floor)
			floor = guess;
	}
	layout->dtb = align_up(floor, HV_DTB_ROOM);
	if (layout->dtb > top || top - layout->dtb < HV_DTB_ROOM)
		return "no memory is left above the kernel";
	if (initrd_size == 0)
		return NULL;
	layout->initrd = align_up(layout->dtb + HV_DTB_ROOM, PAGE);
	if (initrd_size > top - layout->initrd)
		return "the initrd is larger than the memory above the kernel";
	layout->initrd_end = layout->initrd + initrd_size;
	return NULL;
}
