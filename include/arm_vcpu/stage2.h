/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stage-2 translation: IPA to PA, 4 KiB granule, VMSAv8-64 (Arm ARM DDI 0487
 * D8). One struct arm_stage2 is one VM's address space. Pages for the tables
 * come from the host.
 *
 * Locking is the host's: calls that change one address space must not run at
 * the same time. Guests may run meanwhile; every change of a live mapping is
 * break-before-make (D8.14.1) with TLB maintenance, so guests on other CPUs
 * see the old or the new mapping or a fault, never a mixture.
 *
 * Table walks are write-back cacheable and inner shareable: EL2 must see the
 * table pages through a mapping with the same attributes.
 */
#ifndef ARM_VCPU_STAGE2_H
#define ARM_VCPU_STAGE2_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/host.h>
#include <arm_vcpu/language.h>
#include <arm_vcpu/private.h>

ARM_VCPU_BEGIN

/* Bytes; addresses and sizes are multiples of it. */
#define ARM_STAGE2_PAGE_SIZE UINT64_C(0x1000)

/* What a mapping allows and how it is cached; 0: mapped, but no access. */
enum arm_stage2_attr {
	ARM_STAGE2_READ = 1u << 0,
	ARM_STAGE2_WRITE = 1u << 1,
	ARM_STAGE2_EXEC = 1u << 2,
	/* Device-nGnRE for pass-through devices (never with ARM_STAGE2_EXEC);
	 * without it Normal, write-back, inner shareable. */
	ARM_STAGE2_DEVICE = 1u << 3,
};

/* What an address space is made from. */
struct arm_stage2_config {
	const struct arm_stage2_ops *ops; /* must stay valid */
	void *ctx;                        /* handed to each of them */
	uint8_t ipa_bits;  /* 32 to 48, not above pa_bits               */
	uint8_t pa_bits;   /* of the machine: struct arm_pcpu_features   */
	uint8_t vmid_bits; /* 8 or 16: struct arm_pcpu_features      */
	/*
	 * Memory is write-back cacheable to the guest whatever its stage 1
	 * says, and with its MMU off: so it and EL2 see the same, and no cache
	 * has to be cleaned for it (Arm ARM DDI 0487 D8.6.6, HCR_EL2.FWB). For
	 * machines all of whose CPUs have it: struct arm_pcpu_features.
	 */
	bool fwb;
};

/*
 * VMIDs, shared by all address spaces of a machine. A VMID is given by
 * arm_stage2_vmid() and stays until the generation rolls over; only then are
 * TLBs flushed (on every CPU).
 *
 * bits: 8 or 16 (struct arm_pcpu_features, vmid_bits). ARM_VCPU_ERR_NULL,
 * ARM_VCPU_ERR_INVALID.
 */
int arm_stage2_vmid_pool_init(struct arm_stage2_vmid_pool *pool, unsigned bits);

/*
 * An empty address space. Start level and number of concatenated root tables
 * follow from ipa_bits (D8.2.7). ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_RANGE
 * (ipa_bits, pa_bits), ARM_VCPU_ERR_INVALID (vmid_bits),
 * ARM_VCPU_ERR_NO_MEMORY, also for a page from the host that is not aligned or
 * beyond the PA size. At EL2.
 *
 * The calls below that take an address space answer ARM_VCPU_ERR_NULL without
 * one, ARM_VCPU_ERR_INVALID for one that was never initialised or that was
 * freed, and for a range of size 0, and ARM_VCPU_ERR_RANGE for a range that
 * leaves the IPA size. Those that change it maintain TLBs, so they are for EL2,
 * on any CPU, with interrupts on or off (masked inside, while VTTBR_EL2 is
 * borrowed).
 */
int arm_stage2_init(struct arm_stage2 *s2,
		    const struct arm_stage2_config *config);

/*
 * Map [ipa, ipa+size) to [pa, pa+size), with the largest blocks that
 * alignment allows. ipa, pa and size: multiples of 4 KiB, size not 0.
 * ARM_VCPU_ERR_UNALIGNED; ARM_VCPU_ERR_EXISTS if any page of the range is
 * mapped already; ARM_VCPU_ERR_RANGE beyond the IPA or PA size;
 * ARM_VCPU_ERR_INVALID for attributes that do not go together. On any error,
 * ARM_VCPU_ERR_NO_MEMORY included, nothing is mapped that was not before.
 */
int arm_stage2_map(struct arm_stage2 *s2, uint64_t ipa, uint64_t pa,
		   uint64_t size, unsigned attr);

/*
 * Unmap whatever is mapped in the range (holes are fine); a block that is cut
 * is split. Tables that become empty go back to the host.
 * ARM_VCPU_ERR_UNALIGNED, ARM_VCPU_ERR_NO_MEMORY (a split needs a page): the
 * range is unchanged.
 */
int arm_stage2_unmap(struct arm_stage2 *s2, uint64_t ipa, uint64_t size);

/* Change attributes of a range that must be mapped wholly; otherwise
 * ARM_VCPU_ERR_NOT_FOUND. Splits, and fails, like unmap; ARM_VCPU_ERR_INVALID
 * as map. What has the attributes already is left alone. */
int arm_stage2_protect(struct arm_stage2 *s2, uint64_t ipa, uint64_t size,
		       unsigned attr);

/* What arm_stage2_query() and arm_stage2_walk() find. */
struct arm_stage2_mapping {
	uint64_t ipa;  /* start of the page or block that was found     */
	uint64_t pa;   /* what it maps to                               */
	uint64_t size; /* 4 KiB, 2 MiB or 1 GiB                         */
	unsigned attr; /* enum arm_stage2_attr                              */
};

/* What ipa (any alignment) is mapped to. ARM_VCPU_ERR_NOT_FOUND,
 * ARM_VCPU_ERR_RANGE. Reads only; from anywhere, while nobody changes the
 * address space. */
int arm_stage2_query(const struct arm_stage2 *s2, uint64_t ipa,
		     struct arm_stage2_mapping *found);

/*
 * visit(arg, mapping) for every page or block that intersects the range, in
 * order of address; stops and returns what visit returned when that is not 0.
 * The range may have any alignment; visit must not change the address space.
 */
int arm_stage2_walk(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size,
		    int (*visit)(void *arg, const struct arm_stage2_mapping *m),
		    void *arg);

/*
 * Clean and invalidate, to the point of coherency, what is mapped in the range
 * but for devices: so that a guest with its caches off sees what is in the
 * caches, and loses nothing that it writes to a line that is evicted later (Arm
 * ARM DDI 0487 B2.8, D7.4.4). Every access of the guest's with its MMU off is
 * such a one, and what EL2, an earlier guest or the boot loader left dirty
 * stays so for ever: it is for memory that is new to the guest, for its reset,
 * and for struct arm_vm_config, watch_caches.
 *
 * It takes an instruction a line: the host calls it for so much at a time as
 * it can do without interrupts. phys_to_virt() is asked for each page of it.
 * ARM_VCPU_ERR_UNALIGNED; reads the tables only, as arm_stage2_query().
 */
int arm_stage2_clean(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size);

/* Give all tables back to the host and flush the VMID's TLB entries. No vCPU
 * may be bound with this address space. */
void arm_stage2_free(struct arm_stage2 *s2);

/* For arm_vcpu_set_ept_root(): the table's physical address, VTCR_EL2, and
 * config.fwb. */
uint64_t arm_stage2_root(const struct arm_stage2 *s2);
uint64_t arm_stage2_vtcr(const struct arm_stage2 *s2);
bool arm_stage2_fwb(const struct arm_stage2 *s2);

/*
 * A VMID for this address space, valid for the pool's current generation.
 * arm_stage2_vmid() answers the same VMID until the pool rolls over; then the
 * TLBs of all CPUs are flushed and a new one is given. Call before binding a
 * vCPU, and hand the result to arm_vcpu_set_ept_root(). Calls on one pool
 * must be serialised by the host. ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_INVALID (a
 * pool of 16 bits for an address space of 8, either of them not initialised).
 *
 * A roll-over may give another address space's VMID away while that one's
 * vCPU is bound elsewhere: with more address spaces than VMIDs (2^bits - 1)
 * the host must not keep vCPUs bound across calls of this function.
 */
int arm_stage2_vmid(struct arm_stage2 *s2, struct arm_stage2_vmid_pool *pool,
		    uint16_t *vmid);

ARM_VCPU_END

#endif
