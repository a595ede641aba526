/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How stage 2 reaches the TLBs. src/cpu fills the table in; tests give one
 * that remembers whatever a TLB could have cached.
 */
#ifndef CORE_STAGE2_TLB_H
#define CORE_STAGE2_TLB_H

#include <stdint.h>

#include <arm_vcpu/stage2.h>

struct arm_s2_tlb_ops {
	/* Descriptors written so far are seen by every table walk after. */
	void (*publish)(void);
	/*
	 * Drop what any CPU has cached of [ipa, ipa+size) under the VMID of
	 * s2, intermediate walk results and combined stage-1 entries included;
	 * no leaf in the range is smaller than stride. Publishes first.
	 */
	void (*flush_ipa)(const struct arm_stage2 *s2, uint64_t ipa,
			  uint64_t size, uint64_t stride);
	/* The same for everything under the VMID of s2. */
	void (*flush_vmid)(const struct arm_stage2 *s2);
	/* Everything of every VMID, instruction caches included. */
	void (*flush_all)(void);
};

/* arm_stage2_init() with its TLB maintenance. tlb must outlive s2. */
int arm_stage2_init_with(struct arm_stage2 *s2,
			 const struct arm_stage2_config *config,
			 const struct arm_s2_tlb_ops *tlb);

/* The VMID under which s2's translations are cached, 0 when it has none. */
static inline uint16_t arm_s2_vmid(const struct arm_stage2 *s2)
{
	return (uint16_t)(s2->vmid & 0xffffu);
}

#endif
