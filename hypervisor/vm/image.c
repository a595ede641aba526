/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/image.h"

#include <stddef.h>
#include <string.h>

#include "vm/elf.h"

/* Where boot loaders put a kernel whose header does not say: 512 KiB up. */
#define DEFAULT_OFFSET UINT64_C(0x80000)

/* The header of an arm64 Image: Linux, Documentation/arm64/booting.rst. */
#define HEADER_SIZE        64u
#define HEADER_TEXT_OFFSET 8u
#define HEADER_IMAGE_SIZE  16u
#define HEADER_FLAGS       24u
#define HEADER_MAGIC       56u
#define HEADER_PE_OFFSET   60u

#define FLAG_BIG_ENDIAN 1u

/* The parts of a PE/COFF file that tell how long it must be. */
#define PE_HEADER_SIZE    24u
#define PE_SECTION_COUNT  6u
#define PE_OPTIONAL_SIZE  20u
#define PE_SECTION_SIZE   40u
#define PE_SECTION_LENGTH 16u /* SizeOfRawData    */
#define PE_SECTION_OFFSET 20u /* PointerToRawData */

static uint64_t load(const uint8_t *bytes, unsigned width)
{
	uint64_t value = 0;

	while (width-- != 0)
		value = (value << 8) | bytes[width];
	return value;
}

/* Files that somebody might take for a kernel and that must not be run as
 * one. */
struct signature {
	const char *magic;
	uint8_t length;
	uint8_t offset;
	const char *what;
};

static const struct signature refused[] = {
	{"zimg", 4, 4, "it is a compressed EFI kernel; unpack it first"},
	{"\x1f\x8b", 2, 0, "it is compressed (gzip); unpack it first"},
	{"\x28\xb5\x2f\xfd", 4, 0, "it is compressed (zstd); unpack it first"},
	{"\xfd"
	 "7zXZ",
	 5, 0, "it is compressed (xz); unpack it first"},
	{"\x02\x21\x4c\x18", 4, 0, "it is compressed (lz4); unpack it first"},
	{"\x04\x22\x4d\x18", 4, 0, "it is compressed (lz4); unpack it first"},
	{"\x5d\x00\x00", 3, 0, "it is compressed (lzma); unpack it first"},
	{"BZh", 3, 0, "it is compressed (bzip2); unpack it first"},
	{"\x27\x05\x19\x56", 4, 0, "it is a U-Boot image; give what is in it"},
	{"\xd0\x0d\xfe\xed", 4, 0, "it is a device tree or a FIT image"},
	{"\x18\x28\x6f\x01", 4, 36, "it is a 32-bit Arm kernel"},
	{"MZ", 2, 0, "wrong magic: an EFI file that is no arm64 Image"},
};

static bool has_bytes(const uint8_t *file, uint64_t size, unsigned offset,
		      const char *magic, unsigned length)
{
	return size >= offset + length &&
	       memcmp(file + offset, magic, length) == 0;
}

/* One piece of the file, the whole of it, at ipa. */
static const char *place_whole(struct hv_image *image, uint64_t offset,
			       uint64_t file_size, uint64_t memory_size,
			       const struct hv_ram_range *ram)
{
	if (memory_size > ram->size || offset > ram->size - memory_size)
		return "it does not fit into the guest's memory";
	image->entry = ram->base + offset;
	image->end = image->entry + memory_size;
	image->segment_count = 1;
	image->segments[0] = (struct hv_image_segment){
		.file_size = file_size,
		.ipa = image->entry,
		/* Linux clears its bss itself. */
		.memory_size = file_size,
	};
	return NULL;
}

/*
 * An Image that can be started by EFI lists its sections, bss excepted, and
 * so tells how long the file must be; its own image_size does not, because
 * that covers the bss.
 */
static bool sections_complete(const uint8_t *file, uint64_t size)
{
	uint64_t pe = load(file + HEADER_PE_OFFSET, 4);
	uint64_t table, count;

	if (!has_bytes(file, size, 0, "MZ", 2) || pe == 0)
		return true;
	if (pe > size || size - pe < PE_HEADER_SIZE)
		return false;
	if (memcmp(file + pe, "PE\0\0", 4) != 0)
		return true;
	count = load(file + pe + PE_SECTION_COUNT, 2);
	table = pe + PE_HEADER_SIZE + load(file + pe + PE_OPTIONAL_SIZE, 2);
	if (table + count * PE_SECTION_SIZE > size)
		return false;
	for (; count != 0; count--, table += PE_SECTION_SIZE) {
		uint64_t length = load(file + table + PE_SECTION_LENGTH, 4);
		uint64_t offset = load(file + table + PE_SECTION_OFFSET, 4);

		if (offset + length > size)
			return false;
	}
	return true;
}

static const char *parse_arm64(struct hv_image *image, const uint8_t *file,
			       uint64_t size, const struct hv_ram_range *ram)
{
	uint64_t text_offset = load(file + HEADER_TEXT_OFFSET, 8);
	uint64_t image_size = load(file + HEADER_IMAGE_SIZE, 8);
	const char *error;

	if (load(file + HEADER_FLAGS, 8) & FLAG_BIG_ENDIAN)
		return "it is a big-endian kernel";
	if (!sections_complete(file, size))
		return "it is truncated: its sections go beyond its end";
	image->kind = HV_IMAGE_ARM64;
	image->extent_known = image_size != 0;
	/* Before Linux 3.17 image_size was 0, and text_offset only right in
	 * the kernel's own byte order: 0x80000 is assumed. */
	if (image_size == 0)
		text_offset = DEFAULT_OFFSET;
	if (image_size < size)
		image_size = size;
	error = place_whole(image, text_offset, size, image_size, ram);
	if (!error && text_offset % 4 != 0)
		return "its text offset is not a multiple of 4";
	return error;
}

const char *hv_image_parse(struct hv_image *image, const void *file,
			   uint64_t size, const struct hv_ram_range *ram)
{
	const uint8_t *bytes = file;

	*image = (struct hv_image){.kind = HV_IMAGE_RAW};
	if (size < 4)
		return "it is truncated: shorter than one instruction";
	if (has_bytes(bytes, size, 0, "\177ELF", 4))
		return hv_elf_parse(image, bytes, size, ram);
	if (has_bytes(bytes, size, HEADER_MAGIC, "ARM\x64", 4) &&
	    size >= HEADER_SIZE)
		return parse_arm64(image, bytes, size, ram);
	if (has_bytes(bytes, size, 0, "MZ", 2) && size < HEADER_SIZE)
		return "it is truncated: shorter than its header";
	for (unsigned i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		const struct signature *s = &refused[i];

		if (has_bytes(bytes, size, s->offset, s->magic, s->length))
			return s->what;
	}
	return place_whole(image, DEFAULT_OFFSET, size, size, ram);
}
