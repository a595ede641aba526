/* SPDX-License-Identifier: Apache-2.0 */
/* What this CPU is: its ID registers, summed up (Arm ARM DDI 0487 D19.2). */
#include <stddef.h>

#include <arm_vcpu/pcpu.h>
#include <arm_vcpu/status.h>

#include "arch/el2.h"
#include "arch/gicv3.h"
#include "arch/id_fields.h"
#include "hw/barrier.h"
#include "hw/sysreg.h"

#define IPA_BITS_MAX 48u

/* ID_AA64MMFR0_EL1.PARange */
static uint8_t pa_bits(uint64_t mmfr0)
{
	static const uint8_t bits[] = {32, 36, 40, 42, 44, 48, 52};
	const uint64_t range = BITS_GET(mmfr0, MMFR0_PARANGE);

	return range < sizeof(bits) ? bits[range] : 48;
}

static bool has_e2h(uint64_t mmfr1)
{
	return BITS_GET(mmfr1, MMFR1_VH) != 0;
}

bool arm_pcpu_has_hardware_support(void)
{
	uint64_t pfr0;

	if (BITS_GET(READ(CURRENTEL), CURRENTEL_EL) != 2)
		return false;
	pfr0 = READ(ID_AA64PFR0_EL1);
	if (!BITS_GET(pfr0, PFR0_EL1) || !BITS_GET(pfr0, PFR0_EL2))
		return false;
	return !(has_e2h(READ(ID_AA64MMFR1_EL1)) && (READ(HCR_EL2) & HCR_E2H));
}

/* ICH_VTR_EL2 is UNDEFINED until EL2 uses the GIC's system registers. False:
 * it is not allowed to. */
static bool enable_gic_registers(void)
{
	const uint64_t sre = READ(ICC_SRE_EL2);

	if (sre & ICC_SRE_EL2_SRE)
		return true;
	WRITE(ICC_SRE_EL2, sre | ICC_SRE_EL2_SRE);
	arm_hw_isb();
	return READ(ICC_SRE_EL2) & ICC_SRE_EL2_SRE;
}

static void read_gic(struct arm_pcpu_features *f, uint64_t pfr0)
{
	uint64_t vtr;

	f->gicv3 = BITS_GET(pfr0, PFR0_GIC) && enable_gic_registers();
	if (!f->gicv3)
		return;
	vtr = READ(ICH_VTR_EL2);
	f->list_registers = (uint8_t)(BITS_GET(vtr, ICH_VTR_LISTREGS) + 1);
	if (f->list_registers > 16)
		f->list_registers = 16;
	f->priority_bits = (uint8_t)(BITS_GET(vtr, ICH_VTR_PRIBITS) + 1);
	f->affinity3 = vtr & ICH_VTR_A3V;
	f->traps_dir = vtr & ICH_VTR_TDS;
}

int arm_pcpu_read_features(struct arm_pcpu_features *f)
{
	const uint64_t pfr0 = READ(ID_AA64PFR0_EL1);
	const uint64_t pfr1 = READ(ID_AA64PFR1_EL1);
	const uint64_t dfr0 = READ(ID_AA64DFR0_EL1);
	const uint64_t isar1 = READ(ID_AA64ISAR1_EL1);
	const uint64_t isar2 = READ(ID_AA64ISAR2_EL1);
	const uint64_t mmfr0 = READ(ID_AA64MMFR0_EL1);
	const uint64_t mmfr1 = READ(ID_AA64MMFR1_EL1);

	if (!f)
		return ARM_VCPU_ERR_NULL;
	*f = (struct arm_pcpu_features){
		.midr = READ(MIDR_EL1),
		.pa_bits = pa_bits(mmfr0),
		.vmid_bits = BITS_GET(mmfr1, MMFR1_VMID) == 2 ? 16 : 8,
		.aarch32_el0 = BITS_GET(pfr0, PFR0_EL0) == 2,
		.vhe = has_e2h(mmfr1),
		.sve = BITS_GET(pfr0, PFR0_SVE) != 0,
		.sme = BITS_GET(pfr1, PFR1_SME) != 0,
		.pauth = BITS_GET(isar1, ISAR1_APA) ||
			 BITS_GET(isar1, ISAR1_API) ||
			 BITS_GET(isar2, ISAR2_APA3),
		.mte = BITS_GET(pfr1, PFR1_MTE) >= 2,
		.ras = BITS_GET(pfr0, PFR0_RAS) != 0,
		.pmu = BITS_GET(dfr0, DFR0_PMU) % 15 != 0,
		.spe = BITS_GET(dfr0, DFR0_SPE) != 0,
		.trace = BITS_GET(dfr0, DFR0_TRACE) ||
			 BITS_GET(dfr0, DFR0_TRACE_FILTER),
		.amu = BITS_GET(pfr0, PFR0_AMU) != 0,
		.lor = BITS_GET(mmfr1, MMFR1_LO) != 0,
		.fgt = BITS_GET(mmfr0, MMFR0_FGT) != 0,
		.hcx = BITS_GET(mmfr1, MMFR1_HCX) != 0,
	};
	f->ipa_bits = f->pa_bits < IPA_BITS_MAX ? f->pa_bits : IPA_BITS_MAX;
	read_gic(f, pfr0);
	return ARM_VCPU_OK;
}
