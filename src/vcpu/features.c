/* SPDX-License-Identifier: Apache-2.0 */
/* What this CPU is: its ID registers, summed up (Arm ARM DDI 0487 D19.2). */
#include <stddef.h>

#include <arm_vcpu/pcpu.h>
#include <arm_vcpu/status.h>

#include "arch/el2.h"
#include "arch/gicv3.h"
#include "arch/id_fields.h"
#include "arch/sysreg.h"
#include "hw/barrier.h"
#include "hw/id.h"
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

/* The ID registers that are read. */
enum id_reg { PFR0, PFR1, DFR0, ISAR1, ISAR2, MMFR0, MMFR1, MMFR2, ID_REGS };

/* A CPU has a feature if one of its fields is at least so much: a row for each
 * field. These grow as unsigned numbers (D19.1.3). */
#define ROW(feature, reg, field, least)                           \
	{                                                         \
		offsetof(struct arm_pcpu_features, feature), reg, \
			__builtin_ctzll(reg##_##field), least     \
	}
/* clang-format off */
static const struct row {
	uint8_t member, reg, shift, least;
} rows[] = {
	ROW(aarch32_el0, PFR0, EL0, 2),
	ROW(sve, PFR0, SVE, 1),
	ROW(ras, PFR0, RAS, 1),
	ROW(amu, PFR0, AMU, 1),
	ROW(sme, PFR1, SME, 1),
	ROW(mte, PFR1, MTE, 2),
	ROW(pmu, DFR0, PMU, 1),
	ROW(spe, DFR0, SPE, 1),
	ROW(trace, DFR0, TRACE, 1),
	ROW(trace, DFR0, TRACE_FILTER, 1),
	ROW(pauth, ISAR1, APA, 1),
	ROW(pauth, ISAR1, API, 1),
	ROW(pauth, ISAR2, APA3, 1),
	ROW(mpam, PFR0, MPAM, 1),
	ROW(mpam, PFR1, MPAM, 1),
	ROW(fgt, MMFR0, FGT, 1),
	ROW(fgt2, MMFR0, FGT, 2),
	ROW(vhe, MMFR1, VH, 1),
	ROW(lor, MMFR1, LO, 1),
	ROW(hcx, MMFR1, HCX, 1),
	ROW(fwb, MMFR2, FWB, 1),
};
/* clang-format on */

static void read_rows(struct arm_pcpu_features *f, const uint64_t id[ID_REGS])
{
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const uint64_t field = id[rows[i].reg] >> rows[i].shift & 15;
		bool *feature = (bool *)f + rows[i].member;

		*feature |= field >= rows[i].least;
	}
	/* Implementation defined: none that the architecture knows. */
	f->pmu &= BITS_GET(id[DFR0], DFR0_PMU) != 15;
	if (f->pmu)
		f->pmu_counters = (uint8_t)BITS_GET(READ(PMCR_EL0), PMCR_N);
}

/* One number more; whatever came before, two of them give two results. */
static uint64_t mix(uint64_t sum, uint64_t value)
{
	sum = (sum ^ value) * UINT64_C(0x9e3779b97f4a7c15);
	return sum ^ sum >> 32;
}

/*
 * What a guest may read and remember of its CPU. It boots once: continued on
 * another kind it would use instructions that are not there, handle the wrong
 * errata, and maintain caches by the wrong lines.
 */
static uint64_t kind(const struct arm_pcpu_features *f)
{
	uint64_t sum = 0;

	sum = mix(sum, f->midr);
	sum = mix(sum, READ(REVIDR_EL1));
	sum = mix(sum, READ(CTR_EL0));
	sum = mix(sum, READ(CLIDR_EL1));
	sum = mix(sum, READ(DCZID_EL0));
	/* CRm 1 to 3 are UNKNOWN without AArch32. */
	for (uint32_t crm = f->aarch32_el0 ? 1 : 4; crm < 8; crm++)
		for (uint32_t op2 = 0; op2 < 8; op2++)
			sum = mix(sum,
				  arm_hw_read_id(SYSREG(3, 0, 0, crm, op2)));
	return sum ? sum : 1;
}

int arm_pcpu_read_features(struct arm_pcpu_features *f)
{
	const uint64_t id[ID_REGS] = {
		[PFR0] = READ(ID_AA64PFR0_EL1),
		[PFR1] = READ(ID_AA64PFR1_EL1),
		[DFR0] = READ(ID_AA64DFR0_EL1),
		[ISAR1] = READ(ID_AA64ISAR1_EL1),
		[ISAR2] = READ(ID_AA64ISAR2_EL1),
		[MMFR0] = READ(ID_AA64MMFR0_EL1),
		[MMFR1] = READ(ID_AA64MMFR1_EL1),
		[MMFR2] = READ(ID_AA64MMFR2_EL1),
	};

	if (!f)
		return ARM_VCPU_ERR_NULL;
	*f = (struct arm_pcpu_features){
		.midr = READ(MIDR_EL1),
		.pa_bits = pa_bits(id[MMFR0]),
		.vmid_bits = BITS_GET(id[MMFR1], MMFR1_VMID) == 2 ? 16 : 8,
	};
	f->ipa_bits = f->pa_bits < IPA_BITS_MAX ? f->pa_bits : IPA_BITS_MAX;
	read_rows(f, id);
	read_gic(f, id[PFR0]);
	f->kind = kind(f);
	return ARM_VCPU_OK;
}
