/* SPDX-License-Identifier: Apache-2.0 */
/* What a CPU can do; see pcpu.h. */
#ifndef ARM_VCPU_FEATURES_H
#define ARM_VCPU_FEATURES_H

#include <stdbool.h>
#include <stdint.h>

/* What the ID registers of this CPU say, as far as a host needs to know. */
struct arm_pcpu_features {
	uint64_t midr; /* MIDR_EL1                                      */
	/* The same for CPUs that a guest cannot tell one from the other: by
	 * MIDR_EL1, their caches' or other ID registers. Never 0. */
	uint64_t kind;
	uint8_t pa_bits;   /* ID_AA64MMFR0_EL1.PARange: 32 to 52            */
	uint8_t ipa_bits;  /* largest IPA size this library can use: <= 48  */
	uint8_t vmid_bits; /* 8 or 16                                       */
	uint8_t list_registers; /* ICH_VTR_EL2: 1 to 16; 0: no GICv3        */
	uint8_t priority_bits;  /* of the virtual CPU interface             */
	uint8_t pmu_counters;   /* PMCR_EL0.N: 0 to 31                      */
	bool gicv3;       /* the GIC system registers exist                   */
	bool affinity3;   /* ICH_VTR_EL2.A3V: GICs with Aff3 other than 0     */
	bool traps_dir;   /* ICH_VTR_EL2.TDS, see arm_vgic_init()             */
	bool aarch32_el0; /* EL0 can be in AArch32 state                    */
	bool vhe;         /* HCR_EL2.E2H can be 1                           */
	bool fwb; /* FEAT_S2FWB: see struct arm_stage2_config               */
	/* What ID registers call FEAT_SVE and so on; hidden from guests. */
	bool sve, sme, pauth, mte, ras, pmu, spe, trace, amu, lor, fgt, hcx;
	bool mpam; /* FEAT_MPAM: its registers trap                         */
	bool fgt2; /* FEAT_FGT2, which includes FEAT_FGT                    */
};

#endif
