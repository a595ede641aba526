/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/elf.h"

#include <stddef.h>
#include <string.h>

/* System V ABI, chapters 4 and 5, and the ELF ABI for AArch64. */
struct elf_header {
	uint8_t ident[16];
	uint16_t type;
	uint16_t machine;
	uint32_t version;
	uint64_t entry;
	uint64_t phoff;
	uint64_t shoff;
	uint32_t flags;
	uint16_t ehsize;
	uint16_t phentsize;
	uint16_t phnum;
	uint16_t shentsize;
	uint16_t shnum;
	uint16_t shstrndx;
};

struct elf_program_header {
	uint32_t type;
	uint32_t flags;
	uint64_t offset;
	uint64_t vaddr;
	uint64_t paddr;
	uint64_t filesz;
	uint64_t memsz;
	uint64_t align;
};

#define EI_CLASS    4
#define EI_DATA     5
#define ELFCLASS64  2u
#define ELFDATA2LSB 1u
#define ET_EXEC     2u
#define ET_DYN      3u
#define EM_AARCH64  183u
#define PT_LOAD     1u

static const char *check_header(const struct elf_header *header, uint64_t size)
{
	uint64_t table =
		(uint64_t)header->phnum * sizeof(struct elf_program_header);

	if (header->ident[EI_CLASS] != ELFCLASS64 ||
	    header->ident[EI_DATA] != ELFDATA2LSB ||
	    header->machine != EM_AARCH64)
		return "it is an ELF file for another machine";
	if (header->type != ET_EXEC && header->type != ET_DYN)
		return "it is an ELF file that cannot be executed";
	if (header->phentsize != sizeof(struct elf_program_header))
		return "its ELF program headers have the wrong size";
	if (header->phoff > size || table > size - header->phoff)
		return "it is truncated: its ELF program headers are missing";
	return NULL;
}

static bool overlaps(const struct hv_image *image, uint64_t ipa, uint64_t size)
{
	for (unsigned i = 0; i < image->segment_count; i++) {
		const struct hv_image_segment *s = &image->segments[i];

		if (ipa < s->ipa + s->memory_size && s->ipa < ipa + size)
			return true;
	}
	return false;
}

static const char *add_segment(struct hv_image *image,
			       const struct elf_program_header *ph,
			       uint64_t size, const struct hv_ram_range *ram)
{
	if (ph->offset > size || ph->filesz > size - ph->offset)
		return "it is truncated: an ELF segment goes beyond its end";
	if (ph->filesz > ph->memsz)
		return "an ELF segment is larger in the file than in memory";
	if (ph->memsz > ram->size || ph->paddr < ram->base ||
	    ph->paddr - ram->base > ram->size - ph->memsz)
		return "an ELF segment lies outside the guest's memory";
	if (overlaps(image, ph->paddr, ph->memsz))
		return "two ELF segments overlap";
	if (image->segment_count == HV_IMAGE_SEGMENTS)
		return "it has too many ELF segments";
	image->segments[image->segment_count++] = (struct hv_image_segment){
		.offset = ph->offset,
		.file_size = ph->filesz,
		.ipa = ph->paddr,
		.memory_size = ph->memsz,
	};
	if (ph->paddr + ph->memsz > image->end)
		image->end = ph->paddr + ph->memsz;
	return NULL;
}

const char *hv_elf_parse(struct hv_image *image, const uint8_t *file,
			 uint64_t size, const struct hv_ram_range *ram)
{
	struct elf_header header;
	bool entry_found = false;
	const char *error;

	if (size < sizeof(header))
		return "it is truncated: shorter than its ELF header";
	memcpy(&header, file, sizeof(header));
	error = check_header(&header, size);
	if (error != NULL)
		return error;
	for (unsigned i = 0; i < header.phnum; i++) {
		struct elf_program_header ph;

		memcpy(&ph, file + header.phoff + i * sizeof(ph), sizeof(ph));
		if (ph.type != PT_LOAD || ph.memsz == 0)
			continue;
		error = add_segment(image, &ph, size, ram);
		if (error != NULL)
			return error;
		/* The entry is a virtual address; the MMU is still off. */
		if (header.entry - ph.vaddr < ph.memsz) {
			image->entry = ph.paddr + (header.entry - ph.vaddr);
			entry_found = true;
		}
	}
	if (!entry_found || (image->entry & 3u) != 0)
		return "its ELF entry point is not in a segment";
	image->kind = HV_IMAGE_ELF;
	image->extent_known = true;
	return NULL;
}
