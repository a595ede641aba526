/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ESR_EL2 and ESR_EL1 (Arm ARM DDI 0487 D19.2.37, "ESR_EL2, Exception
 * Syndrome Register"): exception classes and the ISS of the classes that a
 * hypervisor reads. The ISS of a trapped MSR, MRS or system instruction is in
 * arch/sysreg.h.
 */
#ifndef ARCH_ESR_H
#define ARCH_ESR_H

#include "arch/bits.h"
#include "arch/sysreg.h"

#define ESR_ISS2      BITS(55, 32)
#define ESR_EC        BITS(31, 26)
#define ESR_IL        BIT(25) /* 1: 32-bit instruction, 0: 16-bit (T32) */
#define ESR_ISS       BITS(24, 0)
#define ESR_FIELDS(X) X(ESR_ISS2) X(ESR_EC) X(ESR_IL) X(ESR_ISS)
BITS_DISJOINT(ESR);

/* One row an exception class: name, EC, text. All others are reserved. */
#define ESR_EC_LIST(X)                                                \
	X(UNKNOWN, 0x00, "unknown reason")                            \
	X(WFX, 0x01, "WFI or WFE")                                    \
	X(CP15_MCR, 0x03, "MCR or MRC, coprocessor 15")               \
	X(CP15_MCRR, 0x04, "MCRR or MRRC, coprocessor 15")            \
	X(CP14_MCR, 0x05, "MCR or MRC, coprocessor 14")               \
	X(CP14_LDC, 0x06, "LDC or STC, coprocessor 14")               \
	X(FP_ASIMD, 0x07, "SVE, Advanced SIMD or floating point")     \
	X(VMRS, 0x08, "VMRS of an ID register")                       \
	X(PAUTH, 0x09, "pointer authentication")                      \
	X(OTHER, 0x0a, "LD64B, ST64B or another trapped instruction") \
	X(CP14_MRRC, 0x0c, "MRRC, coprocessor 14")                    \
	X(BTI, 0x0d, "branch target")                                 \
	X(ILLEGAL_STATE, 0x0e, "illegal execution state")             \
	X(SVC32, 0x11, "SVC, AArch32")                                \
	X(HVC32, 0x12, "HVC, AArch32")                                \
	X(SMC32, 0x13, "SMC, AArch32")                                \
	X(SYS128, 0x14, "MSRR, MRRS or SYSP")                         \
	X(SVC64, 0x15, "SVC")                                         \
	X(HVC64, 0x16, "HVC")                                         \
	X(SMC64, 0x17, "SMC")                                         \
	X(SYS64, 0x18, "MSR, MRS or system instruction")              \
	X(SVE, 0x19, "SVE")                                           \
	X(ERET, 0x1a, "ERET")                                         \
	X(TSTART, 0x1b, "TSTART")                                     \
	X(PAC_FAIL, 0x1c, "pointer authentication failure")           \
	X(SME, 0x1d, "SME")                                           \
	X(GPC, 0x1e, "granule protection check")                      \
	X(IMP_DEF, 0x1f, "implementation defined, to EL3")            \
	X(IABT_LOW, 0x20, "instruction abort, lower EL")              \
	X(IABT_SAME, 0x21, "instruction abort, same EL")              \
	X(PC_ALIGNMENT, 0x22, "PC alignment")                         \
	X(DABT_LOW, 0x24, "data abort, lower EL")                     \
	X(DABT_SAME, 0x25, "data abort, same EL")                     \
	X(SP_ALIGNMENT, 0x26, "SP alignment")                         \
	X(MOPS, 0x27, "memory operation")                             \
	X(FP_EXC32, 0x28, "floating-point exception, AArch32")        \
	X(FP_EXC64, 0x2c, "floating-point exception")                 \
	X(GCS, 0x2d, "guarded control stack")                         \
	X(SERROR, 0x2f, "SError")                                     \
	X(BREAKPOINT_LOW, 0x30, "breakpoint, lower EL")               \
	X(BREAKPOINT_SAME, 0x31, "breakpoint, same EL")               \
	X(STEP_LOW, 0x32, "software step, lower EL")                  \
	X(STEP_SAME, 0x33, "software step, same EL")                  \
	X(WATCHPOINT_LOW, 0x34, "watchpoint, lower EL")               \
	X(WATCHPOINT_SAME, 0x35, "watchpoint, same EL")               \
	X(BKPT32, 0x38, "BKPT, AArch32")                              \
	X(VECTOR_CATCH32, 0x3a, "vector catch, AArch32")              \
	X(BRK64, 0x3c, "BRK")                                         \
	X(PROFILING, 0x3d, "profiling")

enum esr_ec {
#define ESR_EC_ENUM(name, ec, text) ESR_EC_##name = (ec),
	ESR_EC_LIST(ESR_EC_ENUM)
#undef ESR_EC_ENUM
};

/* A trapped AArch32 instruction: its condition, where CV says it is there. */
#define ESR_CV   BIT(24)
#define ESR_COND BITS(23, 20)

/* ISS of WFI, WFE, WFIT, WFET. */
#define ESR_WFX_RN       BITS(9, 5) /* WFIT, WFET: Xt with the deadline */
#define ESR_WFX_RV       BIT(2)     /* RN is valid                      */
#define ESR_WFX_TI       BITS(1, 0)
#define ESR_WFX_TI_TIMED 0x2u
#define ESR_WFX_TI_EVENT 0x1u
#define ESR_WFX_FIELDS(X) \
	X(ESR_CV) X(ESR_COND) X(ESR_WFX_RN) X(ESR_WFX_RV) X(ESR_WFX_TI)
BITS_DISJOINT(ESR_WFX);

/* ISS of SVC, HVC and, from AArch64, SMC. */
#define ESR_CALL_IMM16 BITS(15, 0)

/* ISS of MSR, MRS and system instructions: arch/sysreg.h. */
#define ESR_SYS64_FIELDS(X) \
	X(SYSREG_OP0)       \
	X(SYSREG_OP2)       \
	X(SYSREG_OP1) X(SYSREG_CRN) X(SYSREG_RT) X(SYSREG_CRM) X(SYSREG_READ)
BITS_DISJOINT(ESR_SYS64);

/* ISS of SVE, Advanced SIMD and FP traps: the condition only. SME: */
#define ESR_SME_SMTC     BITS(2, 0)
#define ESR_FP_FIELDS(X) X(ESR_CV) X(ESR_COND)
BITS_DISJOINT(ESR_FP);

/* Fields that instruction and data aborts share. */
#define ESR_ABT_FNV   BIT(10) /* FAR is not valid; only with FSC 0x10 */
#define ESR_ABT_EA    BIT(9)
#define ESR_ABT_S1PTW BIT(7) /* stage-2 fault on a stage-1 walk      */
#define ESR_ABT_FSC   BITS(5, 0)

#define ESR_IABT_SET BITS(12, 11)
#define ESR_IABT_FIELDS(X) \
	X(ESR_IABT_SET)    \
	X(ESR_ABT_FNV) X(ESR_ABT_EA) X(ESR_ABT_S1PTW) X(ESR_ABT_FSC)
BITS_DISJOINT(ESR_IABT);

#define ESR_DABT_ISV  BIT(24)      /* the syndrome in bits 23 to 14 is valid */
#define ESR_DABT_SAS  BITS(23, 22) /* access size: 1 << SAS bytes           */
#define ESR_DABT_SSE  BIT(21)      /* the load sign-extends                  */
#define ESR_DABT_SRT  BITS(20, 16) /* Rt, in AArch64's numbering            */
#define ESR_DABT_SF   BIT(15)      /* Rt is 64 bits wide                     */
#define ESR_DABT_AR   BIT(14)      /* acquire or release                     */
#define ESR_DABT_VNCR BIT(13)
#define ESR_DABT_LST  BITS(12, 11) /* LD64B and the like; SET with FSC 0x10 */
#define ESR_DABT_CM   BIT(8)       /* cache maintenance or translation       */
#define ESR_DABT_WNR  BIT(6)
/* The formatter cannot settle on a layout of this list. */
/* clang-format off */
#define ESR_DABT_FIELDS(X)                                              \
	X(ESR_DABT_ISV)                                                 \
	X(ESR_DABT_SAS) X(ESR_DABT_SSE) X(ESR_DABT_SRT) X(ESR_DABT_SF)  \
	X(ESR_DABT_AR) X(ESR_DABT_VNCR) X(ESR_DABT_LST) X(ESR_ABT_FNV)  \
	X(ESR_ABT_EA) X(ESR_DABT_CM) X(ESR_ABT_S1PTW) X(ESR_DABT_WNR)   \
	X(ESR_ABT_FSC)
/* clang-format on */
BITS_DISJOINT(ESR_DABT);

/*
 * Fault status codes, DFSC and IFSC alike. The first four and the walk ones
 * carry the level in bits 1 to 0; levels below 0 have codes of their own.
 */
#define ESR_FSC_TYPE           BITS(5, 2)
#define ESR_FSC_LEVEL          BITS(1, 0)
#define ESR_FSC_ADDRESS_SIZE   0x00u
#define ESR_FSC_TRANSLATION    0x04u
#define ESR_FSC_ACCESS_FLAG    0x08u
#define ESR_FSC_PERMISSION     0x0cu
#define ESR_FSC_EXTERNAL       0x10u /* not on a walk                     */
#define ESR_FSC_TAG_CHECK      0x11u
#define ESR_FSC_EXTERNAL_WALK  0x14u /* levels 0 to 3; -1: 0x13, -2: 0x12 */
#define ESR_FSC_PARITY         0x18u
#define ESR_FSC_PARITY_WALK    0x1cu /* level -1: 0x1b                    */
#define ESR_FSC_ALIGNMENT      0x21u
#define ESR_FSC_DEBUG          0x22u
#define ESR_FSC_TRANSLATION_M2 0x2au /* level -2 */
#define ESR_FSC_TRANSLATION_M1 0x2bu /* level -1 */
#define ESR_FSC_TLB_CONFLICT   0x30u
#define ESR_FSC_LOCKDOWN       0x34u
#define ESR_FSC_EXCLUSIVE      0x35u
#define ESR_FSC_FIELDS(X)      X(ESR_FSC_TYPE) X(ESR_FSC_LEVEL)
BITS_DISJOINT(ESR_FSC);

/* ISS of SError. */
#define ESR_SERROR_IDS  BIT(24) /* the rest is implementation defined */
#define ESR_SERROR_IESB BIT(13)
#define ESR_SERROR_AET  BITS(12, 10)
#define ESR_SERROR_EA   BIT(9)
#define ESR_SERROR_DFSC BITS(5, 0)
#define ESR_SERROR_FIELDS(X) \
	X(ESR_SERROR_IDS)    \
	X(ESR_SERROR_IESB) X(ESR_SERROR_AET) X(ESR_SERROR_EA) X(ESR_SERROR_DFSC)
BITS_DISJOINT(ESR_SERROR);

/* ISR_EL1 and DISR_EL1 (D19.2.67, D19.2.39) */
#define ISR_A    BIT(8)
#define DISR_A   BIT(31)
#define DISR_ISS BITS(24, 0)

/*
 * HPFAR_EL2 (DDI 0487 D19.2.64): bits 55 to 12 of the faulting IPA. Bits
 * above the implemented PA size are RES0.
 */
#define HPFAR_NS        BIT(63)
#define HPFAR_FIPA      BITS(47, 4)
#define HPFAR_FIELDS(X) X(HPFAR_NS) X(HPFAR_FIPA)
BITS_DISJOINT(HPFAR);
#define HPFAR_FIPA_SHIFT 12
#define FAR_PAGE_OFFSET  BITS(11, 0)

#endif
