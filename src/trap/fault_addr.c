/* SPDX-License-Identifier: Apache-2.0 */
/* FAR_EL2 and HPFAR_EL2 of an abort from a lower exception level. */
#include "trap/fault_addr.h"

#include "hw/barrier.h"
#include "hw/translate.h"

#define PAR_F  BIT(0)
#define PAR_PA BITS(51, 12)

/*
 * HPFAR_EL2 is UNKNOWN for a permission fault that was not on a stage-1 walk
 * (Arm ARM DDI 0487, HPFAR_EL2): ask the guest's own stage 1 instead. PAR_EL1
 * is the guest's and is put back. The walk is done as EL1 whatever the level
 * of the access was: stage 1 output is what is wanted, not permission.
 */
static bool translate(struct arm_vcpu_exit_snapshot *snap)
{
	const uint64_t saved = READ(PAR_EL1);
	uint64_t par;

	arm_hw_at_s1e1r(snap->far);
	/* AT writes PAR_EL1 before it is read. */
	arm_hw_isb();
	par = READ(PAR_EL1);
	WRITE(PAR_EL1, saved);
	if (par & PAR_F)
		return false;
	snap->hpfar = BITS_PUT(HPFAR_FIPA, BITS_GET(par, PAR_PA));
	return true;
}

bool arm_fault_is_stage2(uint64_t esr)
{
	struct arm_vcpu_exit_snapshot snap = {.far = READ(FAR_EL2)};

	return (esr & ESR_ABT_S1PTW) || translate(&snap);
}

bool arm_fault_addr_rest(struct arm_vcpu_exit_snapshot *snap)
{
	const uint64_t fsc = BITS_GET(snap->esr, ESR_ABT_FSC);

	if ((fsc & ESR_FSC_TYPE) == ESR_FSC_PERMISSION)
		return translate(snap);
	/* An external abort or the like: no IPA comes with it. */
	snap->ipa_valid = false;
	return true;
}
