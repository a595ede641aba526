/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel images: what of the file goes where in the guest's memory. The file
 * is the guest owner's: every field is checked before it is used.
 */
#ifndef HV_VM_IMAGE_H
#define HV_VM_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

enum hv_image_kind {
	HV_IMAGE_ARM64, /* Linux's Documentation/arm64/booting */
	HV_IMAGE_ELF,
	HV_IMAGE_RAW,
};

#define HV_IMAGE_SEGMENTS 16u

/* Bytes [offset, offset + file_size) of the file go to ipa; the rest up to
 * memory_size is cleared. */
struct hv_image_segment {
	uint64_t offset;
	uint64_t file_size;
	uint64_t ipa;
	uint64_t memory_size;
};

struct hv_image {
	enum hv_image_kind kind;
	uint64_t entry;
	uint64_t end;      /* the first address above all segments       */
	bool extent_known; /* end is above the kernel's bss, too         */
	unsigned segment_count;
	struct hv_image_segment segments[HV_IMAGE_SEGMENTS];
};

struct hv_ram_range {
	uint64_t base; /* 2 MiB aligned */
	uint64_t size;
};

/*
 * Recognise the file and plan its place in ram. Null when all is well,
 * otherwise what is wrong with it, for a line "kernel: ...". What is not
 * recognised as anything, sound or broken, is a raw binary: it is entered at
 * its first byte, 512 KiB above the start of RAM.
 */
const char *hv_image_parse(struct hv_image *image, const void *file,
			   uint64_t size, const struct hv_ram_range *ram);

#endif
