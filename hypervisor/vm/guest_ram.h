/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's memory: 2 MiB chunks of the host's, wherever they are free, one
 * range in the guest's address space. It is cleared when it is given back.
 *
 * A chunk is closed to a guest that begins, until it first touches it: then
 * its lines are cleaned out of the caches (vm/memory.c), and it is opened.
 */
#ifndef HV_VM_GUEST_RAM_H
#define HV_VM_GUEST_RAM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct arm_stage2;

#define HV_GUEST_RAM_CHUNK UINT64_C(0x200000)

struct hv_guest_ram {
	uint64_t base; /* IPA */
	uint64_t size;
	uint64_t count;          /* chunks it has now  */
	uint64_t *chunks;        /* physical addresses */
	_Atomic uint8_t *states; /* of each: HV_CHUNK_* */
};

/* What has become of a chunk since the guest began. */
#define HV_CHUNK_OPEN    1u /* the guest may use it             */
#define HV_CHUNK_WRITTEN 2u /* hv wrote there, perhaps code     */

/* Where it will be; size is a multiple of the chunk. False: no memory for the
 * list of chunks. */
bool hv_guest_ram_init(struct hv_guest_ram *ram, uint64_t base, uint64_t size);

/* Take the chunks from the host, or none of them when it has not enough; and
 * give them back. */
bool hv_guest_ram_alloc(struct hv_guest_ram *ram);
void hv_guest_ram_free(struct hv_guest_ram *ram);

/* What arm_stage2_map(), closed, and arm_stage2_unmap() answer. */
int hv_guest_ram_map(const struct hv_guest_ram *ram, struct arm_stage2 *stage2);
int hv_guest_ram_unmap(const struct hv_guest_ram *ram,
		       struct arm_stage2 *stage2);

/*
 * A guest is about to begin: all of its memory is closed. No vCPU of it is
 * bound. And open the chunk that ipa lies in; a caller at a time. What
 * arm_stage2_protect() answers.
 */
int hv_guest_ram_close(struct hv_guest_ram *ram, struct arm_stage2 *stage2);
int hv_guest_ram_open(struct hv_guest_ram *ram, struct arm_stage2 *stage2,
		      uint64_t ipa);

static inline bool hv_guest_ram_has(const struct hv_guest_ram *ram,
				    uint64_t ipa)
{
	return ipa - ram->base < ram->size;
}

/* Of the chunk that ipa lies in. */
static inline uint8_t hv_guest_ram_state(const struct hv_guest_ram *ram,
					 uint64_t ipa)
{
	return atomic_load(
		&ram->states[(ipa - ram->base) / HV_GUEST_RAM_CHUNK]);
}

/*
 * The following take ranges inside the guest's memory only, which is closed:
 * what they write is in the caches alone. While a VM ends, these,
 * hv_guest_ram_close() and hv_guest_ram_free() let other VMs run
 * (hv_sched_pause()).
 */
void hv_guest_ram_copy(const struct hv_guest_ram *ram, uint64_t ipa,
		       const void *from, uint64_t size);
void hv_guest_ram_clear(const struct hv_guest_ram *ram, uint64_t ipa,
			uint64_t size);

/* Where hv writes [ipa, ipa + size), which must not leave its chunk. */
void *hv_guest_ram_at(const struct hv_guest_ram *ram, uint64_t ipa);

#endif
