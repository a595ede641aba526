/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a guest does about its caches, where the VM watches that
 * (HCR_EL2.TSW, HCR_EL2.TVM; Arm ARM DDI 0487 D7.4.4, D19.2.48). A set/way
 * operation is one of a loop over one CPU's caches. The first of them is the
 * host's sign to clean the guest's memory by address, which reaches the caches
 * of all CPUs; the others are done with it. What the guest leaves in the caches
 * after that counts when it turns them off, and what they hold when it turns
 * them on: the host cleans again.
 */
#include "arch/el2.h"
#include "arch/sysreg_bits.h"
#include "context/reg.h"
#include "hw/sysreg.h"
#include "trap/sysreg_handlers.h"

static void watch(struct arm_vcpu *vcpu, bool on)
{
	struct arm_guest_regs *regs = &vcpu->regs;

	regs->HCR_EL2 = on ? regs->HCR_EL2 | HCR_TVM : regs->HCR_EL2 & ~HCR_TVM;
	WRITE(HCR_EL2, regs->HCR_EL2);
}

/* arm_vcpu_run() does not enter the guest before it has completed. */
static enum arm_sysreg_result ask_host(struct arm_vcpu *vcpu)
{
	vcpu->uncleaned = vcpu->snap.esr;
	vcpu->controls_dirty = true;
	return ARM_SYSREG_EXIT;
}

ARM_SYSREG_HANDLER(arm_sysreg_set_way)
{
	(void)value;
	if (access->is_read)
		return ARM_SYSREG_UNDEFINED;
	if (vcpu->regs.HCR_EL2 & HCR_TVM)
		return ARM_SYSREG_DONE;
	watch(vcpu, true);
	return ask_host(vcpu);
}

/* What HCR_EL2.TVM traps writes of, with its slot where a key has no bits. */
#define SLOT(name, ...) \
	((uint32_t)ARM_REG_##name << SLOT_SHIFT | SYSREG(__VA_ARGS__))
#define SLOT_SHIFT 24

static const uint32_t slots[] = {
	SLOT(SCTLR_EL1, 3, 0, 1, 0, 0),       SLOT(TTBR0_EL1, 3, 0, 2, 0, 0),
	SLOT(TTBR1_EL1, 3, 0, 2, 0, 1),       SLOT(TCR_EL1, 3, 0, 2, 0, 2),
	SLOT(AFSR0_EL1, 3, 0, 5, 1, 0),       SLOT(AFSR1_EL1, 3, 0, 5, 1, 1),
	SLOT(ESR_EL1, 3, 0, 5, 2, 0),         SLOT(FAR_EL1, 3, 0, 6, 0, 0),
	SLOT(MAIR_EL1, 3, 0, 10, 2, 0),       SLOT(AMAIR_EL1, 3, 0, 10, 3, 0),
	SLOT(CONTEXTIDR_EL1, 3, 0, 13, 0, 1),
};

static bool is_caching(uint64_t sctlr)
{
	return (sctlr & SCTLR_EL1_CACHING) == SCTLR_EL1_CACHING;
}

ARM_SYSREG_HANDLER(arm_sysreg_stage1)
{
	const bool was = is_caching(arm_reg_read(vcpu, ARM_REG_SCTLR_EL1));
	const bool is = is_caching(*value);
	unsigned n = 0;

	while ((slots[n] & SYSREG_KEY) != access->key)
		if (++n == sizeof(slots) / sizeof(slots[0]))
			return ARM_SYSREG_UNDEFINED;
	if (access->is_read)
		return ARM_SYSREG_UNDEFINED;
	arm_reg_write(vcpu, (enum arm_reg)(slots[n] >> SLOT_SHIFT), *value);
	if (n)
		return ARM_SYSREG_DONE;
	if (is)
		watch(vcpu, false);
	return is == was ? ARM_SYSREG_DONE : ask_host(vcpu);
}
