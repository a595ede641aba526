/* SPDX-License-Identifier: Apache-2.0 */
#include "trap/id_regs.h"

#include "arch/stage2.h"
#include "hw/id.h"
#include "vcpu/vcpu.h"

/* A register's place in the tables: CRm from 1 to 7, and op2. */
#define SLOT(crm, op2) (((crm)-1u) << 3 | (op2))
#define SLOTS          SLOT(8, 0)
#define NIBBLE         UINT64_C(0xf)

#define ID_END ,

/* Everything that comes from the CPU, one bit for each of the sixteen fields of
 * four bits; an array of -1 would be a field that is none of them. */
#define FIELDS(hi, lo)                                        \
	((0xffffu >> (15 - (hi) / 4) & 0xffffu << (lo) / 4) * \
	 sizeof(char[(lo) % 4 == 0 && (hi) % 4 == 3 ? 1 : -1]))
#define ID_REG(name, crm, op2)         [SLOT(crm, op2)] = 0
#define ID_KEEP(field, hi, lo)         | FIELDS(hi, lo)
#define ID_LIMIT(name, field, lo, max) | FIELDS((lo) + 3, lo)
#define ID_ABSENT(name, field, lo)
static const uint16_t keep[SLOTS] = {
#include "arch/id_regs.def"
};
#undef ID_REG
#undef ID_KEEP
#undef ID_LIMIT
#undef ID_ABSENT
#undef ID_END

#define ID_REG(name, crm, op2) SLOT_##name = SLOT(crm, op2),
#define ID_KEEP(field, hi, lo)
#define ID_LIMIT(name, field, lo, max)
#define ID_ABSENT(name, field, lo)
#define ID_END
enum slot {
#include "arch/id_regs.def"
};
#undef ID_REG
#undef ID_LIMIT
#undef ID_ABSENT

/* The maximum of each field that has one. 0xf: the field is that, whatever the
 * CPU says. */
#define ID_REG(name, crm, op2)
#define ID_LIMIT(name, field, lo, max) {SLOT_##name, lo, max},
#define ID_ABSENT(name, field, lo)     ID_LIMIT(name, field, lo, NIBBLE)
static const struct limit {
	uint8_t slot, lo, max;
} limits[] = {
#include "arch/id_regs.def"
};
#undef ID_REG
#undef ID_KEEP
#undef ID_LIMIT
#undef ID_ABSENT
#undef ID_END

/* The fields that depend on the vCPU. */
#define PFR0_EL0      BITS(3, 0)
#define PFR0_GIC      BITS(27, 24)
#define PFR1_GIC      BITS(31, 28)
#define MMFR0_PARANGE BITS(3, 0)
#define EL0_AARCH64   1u

static uint64_t at_most(uint64_t value, uint64_t field, uint64_t max)
{
	return (value & field) > max ? (value & ~field) | max : value;
}

/* The CPU's value, cut down to what the tables allow. */
static uint64_t fit_list(unsigned slot, uint64_t value)
{
	uint64_t fitted = 0, field = NIBBLE;

	for (unsigned kept = keep[slot]; kept; field <<= 4, kept >>= 1)
		if (kept & 1)
			fitted |= value & field;
	for (unsigned i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		const struct limit *limit = &limits[i];
		const uint64_t max = (uint64_t)limit->max << limit->lo;

		if (limit->slot != slot)
			continue;
		if (limit->max == NIBBLE)
			fitted |= max;
		fitted = at_most(fitted, NIBBLE << limit->lo, max);
	}
	return fitted;
}

/*
 * The smallest PARange that holds every IPA: a smaller one would make the
 * guest's TCR_EL1.IPS refuse addresses that exist, a larger one is of no use.
 */
static uint64_t ipa_parange(const struct arm_vcpu *vcpu)
{
	static const uint8_t bits[] = {32, 36, 40, 42, 44};
	uint64_t ipa = 64 - BITS_GET(vcpu->regs.VTCR_EL2, VTCR_EL2_T0SZ);
	uint64_t parange = 0;

	while (parange < sizeof(bits) && bits[parange] < ipa)
		parange++;
	return parange;
}

/* With the host owning the interrupts, the only GIC there can be is the VM's;
 * otherwise the guest uses the CPU's own. */
static bool has_gic(const struct arm_vcpu *vcpu)
{
	return vcpu->vm->vgic || !vcpu->virtual_interrupts;
}

static uint64_t fit_vcpu(const struct arm_vcpu *vcpu, unsigned slot,
			 uint64_t value)
{
	switch (slot) {
	case SLOT(1, 1):
		if (!has_gic(vcpu))
			value &= ~PFR1_GIC;
		break;
	case SLOT(4, 0):
		if (!has_gic(vcpu))
			value &= ~PFR0_GIC;
		if (!(vcpu->features & ARM_VCPU_AARCH32_EL0))
			value = at_most(value, PFR0_EL0, EL0_AARCH64);
		break;
	case SLOT(7, 0):
		value = at_most(value, MMFR0_PARANGE, ipa_parange(vcpu));
		break;
	}
	return value;
}

uint64_t arm_id_read(const struct arm_vcpu *vcpu, uint32_t key)
{
	uint32_t crm = (uint32_t)BITS_GET(key, SYSREG_CRM);
	unsigned slot = SLOT(crm, (uint32_t)BITS_GET(key, SYSREG_OP2));
	bool aarch32 = crm <= 3;

	if (aarch32 && !(vcpu->features & ARM_VCPU_AARCH32_EL0))
		return 0;
	return fit_vcpu(vcpu, slot, fit_list(slot, arm_hw_read_id(key)));
}
