/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Self-hosted debug (Arm ARM DDI 0487 D2 and D19.3) as far as a guest can see
 * it: the OS lock, the claim tags and software step work; breakpoints and
 * watchpoints exist but never match, for the real ones are the host's.
 */
#include "arch/sysreg_bits.h"
#include "hw/sysreg.h"
#include "trap/sysreg_handlers.h"

/* MDSCR_EL1.SS, KDE and TDCC work natively; MDE is kept for the guest to read
 * back. The external debugger's fields stay zero. */
ARM_SYSREG_HANDLER(arm_sysreg_mdscr)
{
	(void)vcpu;
	if (access->is_read)
		*value = READ(MDSCR_EL1);
	else
		WRITE(MDSCR_EL1, *value & MDSCR_EL1_GUEST);
	return ARM_SYSREG_DONE;
}

ARM_SYSREG_HANDLER(arm_sysreg_oslar)
{
	if (access->is_read)
		return ARM_SYSREG_UNDEFINED;
	vcpu->os_lock = *value & OSLAR_EL1_OSLK;
	return ARM_SYSREG_DONE;
}

ARM_SYSREG_HANDLER(arm_sysreg_oslsr)
{
	if (!access->is_read)
		return ARM_SYSREG_UNDEFINED;
	*value = OSLSR_EL1_OSLM_IMPLEMENTED |
		 (vcpu->os_lock ? OSLSR_EL1_OSLK : 0);
	return ARM_SYSREG_DONE;
}

/* DDI 0487 D19.3.4: reads show which tags exist, writes of 1 set. */
ARM_SYSREG_HANDLER(arm_sysreg_claim_set)
{
	if (access->is_read)
		*value = DBGCLAIM_TAGS;
	else
		vcpu->dbgclaim |= *value & DBGCLAIM_TAGS;
	return ARM_SYSREG_DONE;
}

/* DDI 0487 D19.3.3: reads show which tags are set, writes of 1 clear. */
ARM_SYSREG_HANDLER(arm_sysreg_claim_clear)
{
	if (access->is_read)
		*value = vcpu->dbgclaim;
	else
		vcpu->dbgclaim &= ~*value;
	return ARM_SYSREG_DONE;
}

/* DBGBVR, DBGBCR, DBGWVR and DBGWCR number CRm: RAZ/WI for those that
 * ID_AA64DFR0_EL1 promises, undefined beyond (DDI 0487 D19.3.2). */
ARM_SYSREG_HANDLER(arm_sysreg_breakpoint)
{
	(void)vcpu;
	(void)value;
	if (BITS_GET(access->key, SYSREG_CRM) >= DEBUG_COMPARATORS)
		return ARM_SYSREG_UNDEFINED;
	return ARM_SYSREG_DONE;
}
