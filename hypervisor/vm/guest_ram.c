/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/guest_ram.h"

#include <stddef.h>
#include <string.h>

#include <arm_vcpu/stage2.h>
#include <arm_vcpu/status.h>

#include "mm/mem.h"
#include "sched/sched.h"

_Static_assert(HV_GUEST_RAM_CHUNK == HV_CHUNK, "a level-2 block");

bool hv_guest_ram_init(struct hv_guest_ram *ram, uint64_t base, uint64_t size)
{
	uint64_t chunks = size / HV_GUEST_RAM_CHUNK;

	*ram = (struct hv_guest_ram){.base = base, .size = size};
	ram->chunks = hv_zalloc(chunks * sizeof(ram->chunks[0]));
	ram->states = hv_zalloc(chunks * sizeof(ram->states[0]));
	return ram->chunks != NULL && ram->states != NULL;
}

void hv_guest_ram_free(struct hv_guest_ram *ram)
{
	while (ram->count != 0) {
		hv_pages_free(ram->chunks[--ram->count],
			      HV_GUEST_RAM_CHUNK / HV_PAGE_SIZE);
		hv_sched_pause();
	}
}

bool hv_guest_ram_alloc(struct hv_guest_ram *ram)
{
	while (ram->count < ram->size / HV_GUEST_RAM_CHUNK) {
		uint64_t pa = hv_pages_alloc(HV_GUEST_RAM_CHUNK / HV_PAGE_SIZE,
					     HV_GUEST_RAM_CHUNK);

		if (pa == HV_NO_PAGE) {
			hv_guest_ram_free(ram);
			return false;
		}
		ram->chunks[ram->count++] = pa;
	}
	return true;
}

/* Each for itself: a larger block would have to be split, which takes pages, to
 * open one of its chunks. */
int hv_guest_ram_map(const struct hv_guest_ram *ram, struct arm_stage2 *stage2)
{
	int status = ARM_VCPU_OK;

	for (uint64_t i = 0; status == ARM_VCPU_OK && i < ram->count; i++)
		status = arm_stage2_map(stage2,
					ram->base + i * HV_GUEST_RAM_CHUNK,
					ram->chunks[i], HV_GUEST_RAM_CHUNK, 0);
	return status;
}

int hv_guest_ram_unmap(const struct hv_guest_ram *ram,
		       struct arm_stage2 *stage2)
{
	return arm_stage2_unmap(stage2, ram->base, ram->size);
}

int hv_guest_ram_close(struct hv_guest_ram *ram, struct arm_stage2 *stage2)
{
	int status = ARM_VCPU_OK;

	for (uint64_t i = 0; status == ARM_VCPU_OK && i < ram->count; i++) {
		atomic_store(&ram->states[i], 0);
		status = arm_stage2_protect(stage2,
					    ram->base + i * HV_GUEST_RAM_CHUNK,
					    HV_GUEST_RAM_CHUNK, 0);
		hv_sched_pause();
	}
	return status;
}

int hv_guest_ram_open(struct hv_guest_ram *ram, struct arm_stage2 *stage2,
		      uint64_t ipa)
{
	uint64_t i = (ipa - ram->base) / HV_GUEST_RAM_CHUNK;
	int status = arm_stage2_protect(
		stage2, ram->base + i * HV_GUEST_RAM_CHUNK, HV_GUEST_RAM_CHUNK,
		ARM_STAGE2_READ | ARM_STAGE2_WRITE | ARM_STAGE2_EXEC);

	if (status == ARM_VCPU_OK)
		atomic_fetch_or(&ram->states[i], HV_CHUNK_OPEN);
	return status;
}

void *hv_guest_ram_at(const struct hv_guest_ram *ram, uint64_t ipa)
{
	uint64_t offset = ipa - ram->base;
	uint64_t i = offset / HV_GUEST_RAM_CHUNK;
	uint64_t pa = ram->chunks[i] + offset % HV_GUEST_RAM_CHUNK;

	atomic_store(&ram->states[i], HV_CHUNK_WRITTEN);
	return (void *)(uintptr_t)pa; /* hv maps memory where it lies */
}

/* How much of [ipa, ipa + size) is in ipa's chunk. */
static uint64_t in_chunk(const struct hv_guest_ram *ram, uint64_t ipa,
			 uint64_t size)
{
	uint64_t left =
		HV_GUEST_RAM_CHUNK - (ipa - ram->base) % HV_GUEST_RAM_CHUNK;

	return size < left ? size : left;
}

void hv_guest_ram_copy(const struct hv_guest_ram *ram, uint64_t ipa,
		       const void *from, uint64_t size)
{
	const uint8_t *bytes = from;

	while (size != 0) {
		uint64_t part = in_chunk(ram, ipa, size);

		memcpy(hv_guest_ram_at(ram, ipa), bytes, part);
		hv_sched_pause();
		ipa += part;
		bytes += part;
		size -= part;
	}
}

void hv_guest_ram_clear(const struct hv_guest_ram *ram, uint64_t ipa,
			uint64_t size)
{
	while (size != 0) {
		uint64_t part = in_chunk(ram, ipa, size);

		memset(hv_guest_ram_at(ram, ipa), 0, part);
		hv_sched_pause();
		ipa += part;
		size -= part;
	}
}
