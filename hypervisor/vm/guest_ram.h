/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest's memory: 2 MiB chunks of the host's, wherever they are free, one
 * range in the guest's address space. It is cleared when it is given back.
 */
#ifndef HV_VM_GUEST_RAM_H
#define HV_VM_GUEST_RAM_H

#include <stdbool.h>
#include <stdint.h>

struct arm_stage2;

#define HV_GUEST_RAM_CHUNK UINT64_C(0x200000)

struct hv_guest_ram {
	uint64_t base; /* IPA */
	uint64_t size;
	uint64_t count;   /* chunks it has now  */
	uint64_t *chunks; /* physical addresses */
};

/* Where it will be; size is a multiple of the chunk. False: no memory for the
 * list of chunks. */
bool hv_guest_ram_init(struct hv_guest_ram *ram, uint64_t base, uint64_t size);

/* Take the chunks from the host, or none of them when it has not enough; and
 * give them back. */
bool hv_guest_ram_alloc(struct hv_guest_ram *ram);
void hv_guest_ram_free(struct hv_guest_ram *ram);

/* What arm_stage2_map() and arm_stage2_unmap() answer. */
int hv_guest_ram_map(const struct hv_guest_ram *ram, struct arm_stage2 *stage2);
int hv_guest_ram_unmap(const struct hv_guest_ram *ram,
		       struct arm_stage2 *stage2);

/*
 * The following take ranges inside the guest's memory only, and leave what
 * they wrote in memory itself: a guest starts with its caches off. While a VM
 * ends, these and hv_guest_ram_free() let other VMs run (hv_sched_pause()).
 */
void hv_guest_ram_copy(const struct hv_guest_ram *ram, uint64_t ipa,
		       const void *from, uint64_t size);
void hv_guest_ram_clear(const struct hv_guest_ram *ram, uint64_t ipa,
			uint64_t size);

/* Where hv sees [ipa, ipa + size), which must not leave its chunk; and after
 * writing there. */
void *hv_guest_ram_at(const struct hv_guest_ram *ram, uint64_t ipa);
void hv_guest_ram_clean(const struct hv_guest_ram *ram, uint64_t ipa,
			uint64_t size);

#endif
