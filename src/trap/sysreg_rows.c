/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which trapped registers the guest has, and how. Arm ARM DDI 0487 D19; an
 * access in the wrong direction is undefined, as C5.1.2 has it for read-only
 * and write-only registers.
 */
#include "hw/sysreg.h"
#include "trap/sysreg_handlers.h"

static ARM_SYSREG_HANDLER(raz_wi)
{
	(void)vcpu;
	(void)access;
	(void)value;
	return ARM_SYSREG_DONE;
}

static ARM_SYSREG_HANDLER(read_zero)
{
	(void)vcpu;
	(void)value;
	return access->is_read ? ARM_SYSREG_DONE : ARM_SYSREG_UNDEFINED;
}

/* The features that id_regs.def hides. Not in the log: a guest that looks for
 * them is no reason to add a row. */
static ARM_SYSREG_HANDLER(hidden)
{
	(void)vcpu;
	(void)access;
	(void)value;
	return ARM_SYSREG_UNDEFINED;
}

/* Implementation defined controls of the real CPU: not the guest's to set. */
static ARM_SYSREG_HANDLER(actlr)
{
	(void)vcpu;
	if (access->is_read)
		*value = READ(ACTLR_EL1);
	return ARM_SYSREG_DONE;
}

/* All handlers, by numbers: a row with a pointer would have to be relocated in
 * a program that moves itself, and takes twice the room. */
#define HANDLERS(X)               \
	X(raz_wi)                 \
	X(read_zero)              \
	X(hidden)                 \
	X(actlr)                  \
	X(arm_sysreg_set_way)     \
	X(arm_sysreg_stage1)      \
	X(arm_sysreg_mdscr)       \
	X(arm_sysreg_oslar)       \
	X(arm_sysreg_oslsr)       \
	X(arm_sysreg_claim_set)   \
	X(arm_sysreg_claim_clear) \
	X(arm_sysreg_breakpoint)  \
	X(arm_sysreg_sgi)         \
	X(arm_sysreg_dir)         \
	X(arm_sysreg_sre)         \
	X(arm_sysreg_cntp)

enum {
#define NUMBER(handler) NUMBER_##handler,
	HANDLERS(NUMBER)
#undef NUMBER
};

const arm_sysreg_handler arm_sysreg_handlers[] = {
#define POINTER(handler) handler,
	HANDLERS(POINTER)
#undef POINTER
};

#define ROW(name, op0, op1, crn, crm, op2, handler) \
	RANGE(name, op0, op1, crn, crm, op2, 0, 0, handler)
/* crm and op2 as masks of the bits that do not count. */
#define RANGE(name, op0, op1, crn, crm, op2, any_crm, any_op2, handler) \
	{                                                               \
		ARM_VCPU_REG_ENCODING(op0, op1, crn, crm, op2),         \
			(any_crm) << 3 | (any_op2), NUMBER_##handler    \
	}

/* clang-format off */
const struct arm_sysreg_row arm_sysreg_rows[] = {
	/* Debug: MDCR_EL2.TDA, TDOSA, TDRA. */
	ROW(OSDTRRX_EL1,       2, 0,  0,  0, 2, raz_wi),
	ROW(MDCCINT_EL1,       2, 0,  0,  2, 0, raz_wi),
	ROW(MDSCR_EL1,         2, 0,  0,  2, 2, arm_sysreg_mdscr),
	ROW(OSDTRTX_EL1,       2, 0,  0,  3, 2, raz_wi),
	ROW(OSECCR_EL1,        2, 0,  0,  6, 2, raz_wi),
	ROW(MDRAR_EL1,         2, 0,  1,  0, 0, read_zero),
	ROW(OSLAR_EL1,         2, 0,  1,  0, 4, arm_sysreg_oslar),
	ROW(OSLSR_EL1,         2, 0,  1,  1, 4, arm_sysreg_oslsr),
	ROW(OSDLR_EL1,         2, 0,  1,  3, 4, raz_wi),
	ROW(DBGPRCR_EL1,       2, 0,  1,  4, 4, raz_wi),
	ROW(DBGCLAIMSET_EL1,   2, 0,  7,  8, 6, arm_sysreg_claim_set),
	ROW(DBGCLAIMCLR_EL1,   2, 0,  7,  9, 6, arm_sysreg_claim_clear),
	ROW(DBGAUTHSTATUS_EL1, 2, 0,  7, 14, 6, read_zero),
	ROW(MDCCSR_EL0,        2, 3,  0,  1, 0, read_zero),
	ROW(DBGDTR_EL0,        2, 3,  0,  4, 0, raz_wi),
	ROW(DBGDTRRTX_EL0,     2, 3,  0,  5, 0, raz_wi),
	/* HCR_EL2.TACR, and TVM. */
	ROW(SCTLR_EL1,         3, 0,  1,  0, 0, arm_sysreg_stage1),
	ROW(ACTLR_EL1,         3, 0,  1,  0, 1, actlr),
	ROW(SCTLR2_EL1,        3, 0,  1,  0, 3, hidden),
	ROW(RGSR_EL1,          3, 0,  1,  0, 5, hidden),
	ROW(GCR_EL1,           3, 0,  1,  0, 6, hidden),
	ROW(TRFCR_EL1,         3, 0,  1,  2, 1, hidden),
	ROW(TCR2_EL1,          3, 0,  2,  0, 3, hidden),
	/* The CPU interface without a vGIC. */
	ROW(ICC_PMR_EL1,       3, 0,  4,  6, 0, hidden),
	ROW(ESR_EL1,           3, 0,  5,  2, 0, arm_sysreg_stage1),
	ROW(TFSR_EL1,          3, 0,  5,  6, 0, hidden),
	ROW(TFSRE0_EL1,        3, 0,  5,  6, 1, hidden),
	ROW(FAR_EL1,           3, 0,  6,  0, 0, arm_sysreg_stage1),
	/* MDCR_EL2.TPM. */
	ROW(PMINTENSET_EL1,    3, 0,  9, 14, 1, hidden),
	ROW(PMINTENCLR_EL1,    3, 0,  9, 14, 2, hidden),
	ROW(PMMIR_EL1,         3, 0,  9, 14, 6, hidden),
	ROW(PIRE0_EL1,         3, 0, 10,  2, 2, hidden),
	ROW(PIR_EL1,           3, 0, 10,  2, 3, hidden),
	ROW(POR_EL1,           3, 0, 10,  2, 4, hidden),
	ROW(ICC_DIR_EL1,       3, 0, 12, 11, 1, arm_sysreg_dir),
	ROW(ICC_RPR_EL1,       3, 0, 12, 11, 3, hidden),
	ROW(ICC_SGI1R_EL1,     3, 0, 12, 11, 5, arm_sysreg_sgi),
	ROW(ICC_ASGI1R_EL1,    3, 0, 12, 11, 6, arm_sysreg_sgi),
	ROW(ICC_SGI0R_EL1,     3, 0, 12, 11, 7, arm_sysreg_sgi),
	ROW(ICC_SRE_EL1,       3, 0, 12, 12, 5, arm_sysreg_sre),
	ROW(CONTEXTIDR_EL1,    3, 0, 13,  0, 1, arm_sysreg_stage1),
	ROW(ACCDATA_EL1,       3, 0, 13,  0, 5, hidden),
	ROW(SCXTNUM_EL1,       3, 0, 13,  0, 7, hidden),
	ROW(GMID_EL1,          3, 1,  0,  0, 4, hidden),
	ROW(SMIDR_EL1,         3, 1,  0,  0, 6, hidden),
	ROW(GCSPR_EL0,         3, 3,  2,  5, 1, hidden),
	ROW(FPMR,              3, 3,  4,  4, 2, hidden),
	ROW(PMCR_EL0,          3, 3,  9, 12, 0, hidden),
	ROW(PMCNTENSET_EL0,    3, 3,  9, 12, 1, hidden),
	ROW(PMCNTENCLR_EL0,    3, 3,  9, 12, 2, hidden),
	ROW(PMOVSCLR_EL0,      3, 3,  9, 12, 3, hidden),
	ROW(PMSWINC_EL0,       3, 3,  9, 12, 4, hidden),
	ROW(PMSELR_EL0,        3, 3,  9, 12, 5, hidden),
	ROW(PMCEID0_EL0,       3, 3,  9, 12, 6, hidden),
	ROW(PMCEID1_EL0,       3, 3,  9, 12, 7, hidden),
	ROW(PMCCNTR_EL0,       3, 3,  9, 13, 0, hidden),
	ROW(PMXEVTYPER_EL0,    3, 3,  9, 13, 1, hidden),
	ROW(PMXEVCNTR_EL0,     3, 3,  9, 13, 2, hidden),
	ROW(PMUSERENR_EL0,     3, 3,  9, 14, 0, hidden),
	ROW(PMOVSSET_EL0,      3, 3,  9, 14, 3, hidden),
	ROW(POR_EL0,           3, 3, 10,  2, 4, hidden),
	ROW(TPIDR2_EL0,        3, 3, 13,  0, 5, hidden),
	ROW(SCXTNUM_EL0,       3, 3, 13,  0, 7, hidden),
	/* CNTHCTL_EL2.EL1PCEN; the count itself never traps. */
	ROW(CNTP_TVAL_EL0,     3, 3, 14,  2, 0, arm_sysreg_cntp),
	ROW(CNTP_CTL_EL0,      3, 3, 14,  2, 1, arm_sysreg_cntp),
	ROW(CNTP_CVAL_EL0,     3, 3, 14,  2, 2, arm_sysreg_cntp),
};

const struct arm_sysreg_row arm_sysreg_ranges[] = {
	RANGE(breakpoints,     2, 0,  0,  0, 4, 15, 3, arm_sysreg_breakpoint),
	RANGE(trace_low,       2, 1,  0,  0, 0, 15, 7, hidden),
	RANGE(PMEVCNTR,        3, 3, 14,  8, 0,  3, 7, hidden),
	RANGE(PMEVTYPER,       3, 3, 14, 12, 0,  3, 7, hidden), /* and PMCCFILTR */
	/* HCR_EL2.TSW: DC ISW, CSW and CISW. */
	RANGE(set_way,         1, 0,  7,  2, 2, 12, 0, arm_sysreg_set_way),
	/* HCR_EL2.TVM. */
	RANGE(TTBR_TCR,        3, 0,  2,  0, 0,  0, 3, arm_sysreg_stage1),
	RANGE(AFSR,            3, 0,  5,  1, 0,  0, 1, arm_sysreg_stage1),
	RANGE(MAIR_AMAIR,      3, 0, 10,  2, 0,  1, 0, arm_sysreg_stage1),
	RANGE(pointer_keys_A,  3, 0,  2,  1, 0,  0, 3, hidden),
	RANGE(pointer_keys_DG, 3, 0,  2,  2, 0,  1, 3, hidden),
	RANGE(GCS,             3, 0,  2,  5, 0,  0, 3, hidden),
	RANGE(error_records,   3, 0,  5,  3, 0,  0, 7, hidden),
	RANGE(error_record,    3, 0,  5,  4, 0,  1, 7, hidden),
	RANGE(profiling,       3, 0,  9,  8, 0,  3, 7, hidden), /* and TRBE */
	RANGE(LORegions,       3, 0, 10,  4, 0,  0, 7, hidden), /* and MPAMIDR */
	RANGE(MPAM,            3, 0, 10,  5, 0,  0, 7, hidden),
	RANGE(ICC_low,         3, 0, 12,  8, 0,  1, 7, hidden),
	RANGE(ICC_high,        3, 0, 12, 12, 0,  0, 7, hidden),
	RANGE(activity_2,      3, 3, 13,  2, 0,  1, 7, hidden),
	RANGE(activity_4,      3, 3, 13,  4, 0,  3, 7, hidden),
	RANGE(activity_8,      3, 3, 13,  8, 0,  7, 7, hidden),
	RANGE(CNTPS,           3, 7, 14,  2, 0,  0, 3, hidden),
};
/* clang-format on */

const size_t arm_sysreg_row_count =
	sizeof(arm_sysreg_rows) / sizeof(arm_sysreg_rows[0]);
const size_t arm_sysreg_range_count =
	sizeof(arm_sysreg_ranges) / sizeof(arm_sysreg_ranges[0]);
