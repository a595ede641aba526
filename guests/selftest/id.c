/* SPDX-License-Identifier: Apache-2.0 */
/* What the ID registers tell a guest, and that they tell the truth. */
#include "selftest.h"
#include "smp.h"

#define FIELD(value, low) ((value) >> (low)&0xf)

/* Registers by encoding, for assemblers that know only ARMv8.0. */
#define ID_AA64PFR1_EL1  S3_0_C0_C4_1
#define ID_AA64ZFR0_EL1  S3_0_C0_C4_4
#define ID_AA64SMFR0_EL1 S3_0_C0_C4_5
#define ID_AA64ISAR2_EL1 S3_0_C0_C6_2
#define ID_AA64MMFR2_EL1 S3_0_C0_C7_2

/* PSCI knows the same CPUs as the redistributors, and no others. */
static void series(void)
{
	unsigned count = cpu_count();
	uint64_t after = (uint64_t)(count / 16) << 8 | count % 16;

	for (unsigned cpu = 0; cpu < count; cpu++) {
		uint64_t typer = mmio_read64(gic_redist_of(cpu) + GICR_TYPER);

		CHECK_EQ(typer >> 8 & 0xffff, cpu); /* Processor_Number */
		CHECK_EQ(typer >> 4 & 1, cpu == count - 1); /* Last */
		CHECK_EQ(hvc(PSCI_AFFINITY_INFO, cpu_affinity(cpu), 0, 0),
			 cpu != 0); /* on, or off */
	}
	CHECK_EQ((int32_t)hvc(PSCI_AFFINITY_INFO, after, 0, 0),
		 PSCI_INVALID_PARAMETERS);
}

static void who(void)
{
	uint64_t mpidr = READ_SYSREG(mpidr_el1);
	uint64_t typer = mmio_read64(GICR_BASE + GICR_TYPER);
	uint64_t affinity = (mpidr & 0xffffff) | (mpidr >> 8 & 0xff000000);

	/* Arm ARM D19.2.101: bit 31 is RES1; U clear where PSCI is. */
	CHECK_EQ(mpidr >> 31 & 1, 1);
	CHECK_EQ(mpidr >> 30 & 1, 0);
	CHECK_EQ(typer >> 32, affinity);
	CHECK(READ_SYSREG(midr_el1) != 0);
	CHECK_EQ(READ_SYSREG(CurrentEL), 4);
}

static void processor_features(void)
{
	uint64_t pfr0 = READ_SYSREG(id_aa64pfr0_el1);

	CHECK(FIELD(pfr0, 0) != 0);   /* EL0 */
	CHECK(FIELD(pfr0, 4) != 0);   /* EL1 */
	CHECK_EQ(FIELD(pfr0, 12), 0); /* EL3 */
	CHECK_EQ(FIELD(pfr0, 8), 0);  /* EL2 */
	CHECK(FIELD(pfr0, 24) != 0);  /* GIC CPU interface registers */
	if (!is_virtual())
		return;
	CHECK_EQ(FIELD(pfr0, 32), 0);                         /* SVE */
	CHECK_EQ(FIELD(pfr0, 40), 0);                         /* MPAM */
	CHECK_EQ(FIELD(pfr0, 44), 0);                         /* AMU */
	CHECK_EQ(FIELD(READ_SYSREG(ID_AA64PFR1_EL1), 8), 0);  /* MTE */
	CHECK_EQ(FIELD(READ_SYSREG(ID_AA64PFR1_EL1), 24), 0); /* SME */
	CHECK_EQ(READ_SYSREG(ID_AA64ZFR0_EL1), 0);
	CHECK_EQ(READ_SYSREG(ID_AA64SMFR0_EL1), 0);
}

static void hidden_features(void)
{
	uint64_t dfr0 = READ_SYSREG(id_aa64dfr0_el1);
	uint64_t isar1 = READ_SYSREG(id_aa64isar1_el1);
	uint64_t pmu = FIELD(dfr0, 8);

	if (!is_virtual())
		return;
	CHECK(pmu == 0 || pmu == 0xf);
	CHECK_EQ(FIELD(dfr0, 4), 0);   /* trace */
	CHECK_EQ(FIELD(dfr0, 32), 0);  /* SPE */
	CHECK_EQ(FIELD(dfr0, 40), 0);  /* self-hosted trace */
	CHECK_EQ(FIELD(isar1, 4), 0);  /* APA */
	CHECK_EQ(FIELD(isar1, 8), 0);  /* API */
	CHECK_EQ(FIELD(isar1, 24), 0); /* GPA */
	CHECK_EQ(FIELD(isar1, 28), 0); /* GPI */
	CHECK_EQ(FIELD(READ_SYSREG(ID_AA64ISAR2_EL1), 8), 0);  /* GPA3 */
	CHECK_EQ(FIELD(READ_SYSREG(ID_AA64ISAR2_EL1), 12), 0); /* APA3 */
	CHECK_EQ(FIELD(READ_SYSREG(id_aa64mmfr1_el1), 8), 0);  /* VHE */
	CHECK_EQ(FIELD(READ_SYSREG(id_aa64mmfr1_el1), 16), 0); /* LOR */
	CHECK_EQ(FIELD(READ_SYSREG(ID_AA64MMFR2_EL1), 24), 0); /* NV */
}

/* Arm ARM D19.1: the unallocated part of op1 = 0, CRn = 0 reads as zero. */
static void reserved_space(void)
{
	trap_begin();
	CHECK_EQ(READ_SYSREG(S3_0_C0_C4_7), 0);
	CHECK_EQ(READ_SYSREG(S3_0_C0_C5_7), 0);
	CHECK_EQ(READ_SYSREG(S3_0_C0_C6_7), 0);
	CHECK_EQ(READ_SYSREG(S3_0_C0_C7_7), 0);
	CHECK(!trap_end());
}

static void check_undefined(const char *name)
{
	/* An instruction of 32 bits, as all are. */
	if (!CHECK(trap_end()) || !CHECK_EQ(ESR_EC(trap.esr), EC_UNKNOWN) ||
	    !CHECK_EQ(trap.esr >> 25 & 1, 1))
		print("    %s\n", name);
}

#define IS_UNDEFINED(name)               \
	do {                             \
		trap_begin();            \
		(void)READ_SYSREG(name); \
		check_undefined(#name);  \
	} while (0)

#define IS_UNDEFINED_TO_WRITE(name)              \
	do {                                     \
		trap_begin();                    \
		WRITE_SYSREG(name, 0);           \
		check_undefined("write " #name); \
	} while (0)

/* ID_AA64DFR0_EL1.PMUVer 0 and 0xf are no PMUv3: none of its registers is
 * there, to read or to write. QEMU's own board keeps some even so. */
static void hidden_pmu(void)
{
	uint64_t version = FIELD(READ_SYSREG(id_aa64dfr0_el1), 8);

	if (!is_virtual() || (version != 0 && version != 0xf))
		return;
#define READ_AND_WRITTEN(X)                     \
	X(S3_3_C9_C12_0);  /* PMCR_EL0       */ \
	X(S3_3_C9_C12_1);  /* PMCNTENSET_EL0 */ \
	X(S3_3_C9_C12_5);  /* PMSELR_EL0     */ \
	X(S3_3_C9_C13_0);  /* PMCCNTR_EL0    */ \
	X(S3_3_C9_C13_2);  /* PMXEVCNTR_EL0  */ \
	X(S3_3_C9_C14_0);  /* PMUSERENR_EL0  */ \
	X(S3_3_C9_C14_3);  /* PMOVSSET_EL0   */ \
	X(S3_3_C14_C8_0);  /* PMEVCNTR0_EL0  */ \
	X(S3_3_C14_C15_6); /* PMEVTYPER30_EL0*/ \
	X(S3_3_C14_C15_7); /* PMCCFILTR_EL0  */ \
	X(S3_0_C9_C14_1);  /* PMINTENSET_EL1 */
	READ_AND_WRITTEN(IS_UNDEFINED)
	READ_AND_WRITTEN(IS_UNDEFINED_TO_WRITE)
	IS_UNDEFINED(S3_3_C9_C12_6);          /* PMCEID0_EL0 */
	IS_UNDEFINED(S3_0_C9_C14_6);          /* PMMIR_EL1   */
	IS_UNDEFINED_TO_WRITE(S3_3_C9_C12_4); /* PMSWINC_EL0 */
}

/* What is hidden is not there. */
static void hidden_registers(void)
{
	IS_UNDEFINED(S3_4_C1_C1_0); /* HCR_EL2   */
	IS_UNDEFINED(S3_5_C1_C0_0); /* SCTLR_EL12 */
	IS_UNDEFINED(S3_6_C1_C1_0); /* SCR_EL3   */
	if (!is_virtual())
		return;
	/* SVE and SME allowed, as far as EL1 can. */
	WRITE_SYSREG(cpacr_el1,
		     UINT64_C(3) << 16 | UINT64_C(3) << 20 | UINT64_C(3) << 24);
	ISB();
	IS_UNDEFINED(S3_0_C1_C2_0);  /* ZCR_EL1       */
	IS_UNDEFINED(S3_0_C1_C2_6);  /* SMCR_EL1      */
	IS_UNDEFINED(S3_0_C2_C1_0);  /* APIAKeyLo_EL1 */
	IS_UNDEFINED(S3_0_C9_C9_0);  /* PMSCR_EL1     */
	IS_UNDEFINED(S3_0_C10_C4_3); /* LORC_EL1      */
	IS_UNDEFINED(S3_3_C13_C2_0); /* AMCR_EL0      */
	IS_UNDEFINED(S3_0_C1_C0_6);  /* GCR_EL1       */
	WRITE_SYSREG(cpacr_el1, UINT64_C(3) << 20);
	ISB();
}

void id_tests(void)
{
	static const struct test tests[] = {
		{"MPIDR, MIDR, redistributor", who},
		{"redistributors of all CPUs", series},
		{"ID_AA64PFR0_EL1, ID_AA64PFR1_EL1", processor_features},
		{"features that are hidden", hidden_features},
		{"reserved ID registers read as zero", reserved_space},
		{"hidden registers are undefined", hidden_registers},
		{"PMU registers without a PMU are undefined", hidden_pmu},
	};

	run_tests(tests, ARRAY_SIZE(tests));
}
