/* SPDX-License-Identifier: Apache-2.0 */
/* What stage 2 does about the TLBs of all CPUs. */
#ifndef MM_STAGE2_TLB_H
#define MM_STAGE2_TLB_H

#include <stdint.h>

#include <arm_vcpu/stage2.h>

/* Descriptors written so far are seen by every table walk after. */
void arm_s2_publish(void);

/*
 * Drop what any CPU has cached of [ipa, ipa+size) under the VMID of s2,
 * intermediate walk results and combined stage-1 entries included; no leaf in
 * the range is smaller than stride. Publishes first.
 */
void arm_s2_flush_ipa(const struct arm_stage2 *s2, uint64_t ipa, uint64_t size,
		      uint64_t stride);

/* The same for everything under the VMID of s2. */
void arm_s2_flush_vmid(const struct arm_stage2 *s2);

/* Everything of every VMID, instruction caches included. */
void arm_s2_flush_all(void);

/* The VMID under which s2's translations are cached, 0 when it has none. */
static inline uint16_t arm_s2_vmid(const struct arm_stage2 *s2)
{
	return (uint16_t)(s2->vmid & 0xffffu);
}

#endif
