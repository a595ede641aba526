/* SPDX-License-Identifier: Apache-2.0 */
/* Any file as a kernel, any size of memory and of initrd, any head of the
 * arguments: what is accepted lies where it may. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vm/guest_ram.h"
#include "vm/image.h"
#include "vm/layout.h"
#include "vm/options.h"

#define RAM_BASE UINT64_C(0x40000000)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RULE(condition)                                      \
	do {                                                 \
		if (!(condition)) {                          \
			fprintf(stderr, "%s\n", #condition); \
			abort();                             \
		}                                            \
	} while (0)

struct head {
	uint16_t chunks;
	uint16_t initrd_shift;
	uint32_t initrd;
};

static void check_image(const struct hv_image *image, uint64_t file_size,
			const struct hv_ram_range *ram)
{
	uint64_t top = ram->base + ram->size;

	RULE(image->segment_count <= HV_IMAGE_SEGMENTS);
	RULE(image->segment_count != 0);
	RULE(image->end >= ram->base && image->end <= top);
	RULE(image->entry >= ram->base && image->entry < image->end);
	RULE((image->entry & 3) == 0);
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct hv_image_segment *s = &image->segments[i];

		RULE(s->offset <= file_size);
		RULE(s->file_size <= file_size - s->offset);
		RULE(s->file_size <= s->memory_size);
		RULE(s->ipa >= ram->base && s->ipa <= top);
		RULE(s->memory_size <= top - s->ipa);
		RULE(s->ipa + s->memory_size <= image->end);
		for (unsigned n = 0; n < i; n++) {
			const struct hv_image_segment *o = &image->segments[n];

			RULE(s->ipa >= o->ipa + o->memory_size ||
			     o->ipa >= s->ipa + s->memory_size);
		}
	}
}

static void check_layout(const struct hv_layout *layout,
			 const struct hv_image *image,
			 const struct hv_ram_range *ram, uint64_t initrd_size)
{
	uint64_t top = ram->base + ram->size;

	RULE(layout->dtb >= image->end && layout->dtb % HV_DTB_ROOM == 0);
	RULE(layout->dtb <= top && top - layout->dtb >= HV_DTB_ROOM);
	if (initrd_size == 0) {
		RULE(layout->initrd == 0);
		return;
	}
	RULE(layout->initrd >= layout->dtb + HV_DTB_ROOM);
	RULE(layout->initrd <= top && initrd_size <= top - layout->initrd);
	RULE(layout->initrd_end == layout->initrd + initrd_size);
}

static void check_options(const uint8_t *data, size_t size)
{
	struct hv_vm_options options;
	char *args = malloc(size + 1);

	memcpy(args, data, size);
	args[size] = '\0';
	if (!hv_vm_options_parse(&options, args)) {
		RULE(options.bootargs >= args);
		RULE(options.bootargs <= args + size);
		RULE(options.memory % HV_GUEST_RAM_CHUNK == 0);
		RULE(options.cpus >= 1 && options.cpus <= 32);
	}
	free(args);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct head head = {0};
	struct hv_ram_range ram = {.base = RAM_BASE};
	struct hv_image image;
	struct hv_layout layout;
	uint64_t initrd;
	uint8_t *file;

	if (size < sizeof(head))
		return 0;
	memcpy(&head, data, sizeof(head));
	data += sizeof(head);
	size -= sizeof(head);
	check_options(data, size);
	ram.size = (head.chunks + UINT64_C(1)) * HV_GUEST_RAM_CHUNK;
	initrd = (uint64_t)head.initrd << head.initrd_shift % 33;
	/* Of its own, so that nothing beyond its end can be read unnoticed. */
	file = malloc(size ? size : 1);
	memcpy(file, data, size);
	if (!hv_image_parse(&image, file, size, &ram)) {
		check_image(&image, size, &ram);
		if (!hv_layout_place(&layout, &image, &ram, initrd))
			check_layout(&layout, &image, &ram, initrd);
	}
	free(file);
	return 0;
}
