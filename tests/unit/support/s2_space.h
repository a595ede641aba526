/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One address space under the fake TLB, and words to speak about it in tests.
 * To be included after <cmocka.h>.
 */
#ifndef SUPPORT_S2_SPACE_H
#define SUPPORT_S2_SPACE_H

#include <stdint.h>

#include <arm_vcpu/stage2.h>
#include <arm_vcpu/status.h>

#include "support/fake_s2.h"

#define KIB4 ARM_STAGE2_PAGE_SIZE
#define MIB2 UINT64_C(0x200000)
#define GIB1 UINT64_C(0x40000000)
#define RW   (ARM_STAGE2_READ | ARM_STAGE2_WRITE)
#define RWX  (RW | ARM_STAGE2_EXEC)

static struct arm_stage2 s2;

/* An address space that has run: the TLB may hold any of it. */
static inline void make_running(unsigned ipa_bits, unsigned pa_bits)
{
	struct arm_stage2_vmid_pool pool;
	uint16_t vmid;

	fake_s2_make(&s2, ipa_bits, pa_bits);
	assert_int_equal(arm_stage2_vmid_pool_init(&pool, 16), ARM_VCPU_OK);
	assert_int_equal(arm_stage2_vmid(&s2, &pool, &vmid), ARM_VCPU_OK);
	fake_s2_watch(&s2, 0,
		      UINT64_C(1) << 34 < UINT64_C(1) << ipa_bits
			      ? UINT64_C(1) << 34
			      : UINT64_C(1) << ipa_bits);
	fake_s2.publishes = 0;
}

static inline void map(uint64_t ipa, uint64_t pa, uint64_t size, unsigned attr)
{
	assert_int_equal(arm_stage2_map(&s2, ipa, pa, size, attr), ARM_VCPU_OK);
	fake_s2_settle();
}

static inline void unmap(uint64_t ipa, uint64_t size)
{
	assert_int_equal(arm_stage2_unmap(&s2, ipa, size), ARM_VCPU_OK);
	fake_s2_settle();
}

static inline void protect(uint64_t ipa, uint64_t size, unsigned attr)
{
	assert_int_equal(arm_stage2_protect(&s2, ipa, size, attr), ARM_VCPU_OK);
	fake_s2_settle();
}

static inline void assert_maps(uint64_t ipa, uint64_t pa, uint64_t size,
			       unsigned attr)
{
	struct arm_stage2_mapping m;

	assert_int_equal(arm_stage2_query(&s2, ipa, &m), ARM_VCPU_OK);
	assert_int_equal(m.pa + (ipa - m.ipa), pa);
	assert_int_equal(m.size, size);
	assert_int_equal(m.attr, attr);
}

static inline void assert_unmapped(uint64_t ipa)
{
	struct arm_stage2_mapping m;

	assert_int_equal(arm_stage2_query(&s2, ipa, &m),
			 ARM_VCPU_ERR_NOT_FOUND);
}

#endif
