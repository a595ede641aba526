/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an access of EL1 to a system register comes to, by the controls that
 * EL2 has set on this CPU (Arm ARM DDI 0487 D19.2, IHI 0069 12.2 and 12.4.7).
 */
#include "arch/el2.h"
#include "arch/gicv3.h"
#include "machine/state.h"

#define HCR_ROUTED (HCR_IMO | HCR_FMO)
#define SRE_ENABLE BIT(3)

static bool any(const struct machine_cpu *cpu, enum machine_reg id,
		uint64_t bits)
{
	return machine_seen(cpu, id) & bits;
}

static bool is_icc(uint8_t trap)
{
	return trap >= TRAP_ICC_COMMON && trap <= TRAP_ICC_SGI;
}

/* One row a control: what sets it, and the bits that each of them needs. */
static const struct {
	enum machine_reg control;
	uint64_t bits;
	bool traps_when_clear;
} controls[] = {
	[TRAP_TVM] = {R_HCR_EL2, HCR_TVM, false},
	[TRAP_TACR] = {R_HCR_EL2, HCR_TACR, false},
	[TRAP_TID3] = {R_HCR_EL2, HCR_TID3, false},
	[TRAP_TIDCP] = {R_HCR_EL2, HCR_TIDCP, false},
	[TRAP_TERR] = {R_HCR_EL2, HCR_TERR, false},
	[TRAP_TLOR] = {R_HCR_EL2, HCR_TLOR, false},
	[TRAP_TDA] = {R_MDCR_EL2, MDCR_TDA, false},
	[TRAP_TDRA] = {R_MDCR_EL2, MDCR_TDRA, false},
	[TRAP_TDOSA] = {R_MDCR_EL2, MDCR_TDOSA, false},
	[TRAP_TPM] = {R_MDCR_EL2, MDCR_TPM, false},
	[TRAP_TPMCR] = {R_MDCR_EL2, MDCR_TPMCR | MDCR_TPM, false},
	[TRAP_TIDR] = {R_MPAM2_EL2, MPAM2_TIDR, false},
	[TRAP_MPAM1] = {R_MPAM2_EL2, MPAM2_TRAPMPAM1EL1, false},
	[TRAP_MPAM0] = {R_MPAM2_EL2, MPAM2_TRAPMPAM0EL1, false},
	[TRAP_PCTEN] = {R_CNTHCTL_EL2, CNTHCTL_EL1PCTEN, true},
	[TRAP_PCEN] = {R_CNTHCTL_EL2, CNTHCTL_EL1PCEN, true},
	[TRAP_ICC_COMMON] = {R_ICH_HCR_EL2, ICH_HCR_TC, false},
	[TRAP_ICC_GROUP0] = {R_ICH_HCR_EL2, ICH_HCR_TALL0, false},
	[TRAP_ICC_GROUP1] = {R_ICH_HCR_EL2, ICH_HCR_TALL1, false},
	[TRAP_ICC_DIR] = {R_ICH_HCR_EL2, ICH_HCR_TC | ICH_HCR_TDIR, false},
	[TRAP_ICC_SGI] = {R_ICH_HCR_EL2, ICH_HCR_TC, false},
	[TRAP_ICC_SRE] = {R_ICC_SRE_EL2, SRE_ENABLE, true},
};

static bool traps(const struct machine_cpu *cpu, uint8_t trap)
{
	/* Without TDS there is no TDIR (IHI 0069 12.4.7). */
	if (trap == TRAP_ICC_DIR && !machine.config.traps_dir)
		return any(cpu, R_ICH_HCR_EL2, ICH_HCR_TC);
	if (trap == TRAP_ICC_SGI && any(cpu, R_HCR_EL2, HCR_ROUTED))
		return true;
	return any(cpu, controls[trap].control, controls[trap].bits) !=
	       controls[trap].traps_when_clear;
}

enum machine_verdict machine_verdict(const struct machine_cpu *cpu,
				     enum machine_reg id, bool read)
{
	const struct machine_register *info = &machine.info[id];

	if (id == R_NONE || !info->exists || info->trap == TRAP_EL2 ||
	    info->direction == (read ? DIRECTION_WO : DIRECTION_RO))
		return VERDICT_UNDEFINED;
	if (is_icc(info->trap) && !any(cpu, R_ICC_SRE_EL1, 1))
		return VERDICT_UNDEFINED;
	if (info->trap == TRAP_NEVER || (info->trap == TRAP_TVM && read) ||
	    !traps(cpu, info->trap))
		return VERDICT_EXECUTE;
	return VERDICT_TRAP;
}

bool machine_is_virtual(const struct machine_cpu *cpu, enum machine_reg id)
{
	const uint8_t trap = machine.info[id].trap;

	if (!is_icc(trap))
		return false;
	if (trap == TRAP_ICC_GROUP0)
		return any(cpu, R_HCR_EL2, HCR_FMO);
	if (trap == TRAP_ICC_GROUP1)
		return any(cpu, R_HCR_EL2, HCR_IMO);
	return any(cpu, R_HCR_EL2, HCR_ROUTED);
}
