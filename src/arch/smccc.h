/* SPDX-License-Identifier: Apache-2.0 */
/* SMC Calling Convention, Arm DEN0028: function identifiers and results. */
#ifndef ARCH_SMCCC_H
#define ARCH_SMCCC_H

#include "arch/bits.h"

/* A function identifier, W0 (DEN0028 2.5). */
#define SMCCC_FAST     BIT(31)
#define SMCCC_64       BIT(30)
#define SMCCC_OWNER    BITS(29, 24)
#define SMCCC_RESERVED BITS(23, 16) /* zero in a fast call */
#define SMCCC_NUMBER   BITS(15, 0)
#define SMCCC_FIELDS(X) \
	X(SMCCC_FAST)   \
	X(SMCCC_64) X(SMCCC_OWNER) X(SMCCC_RESERVED) X(SMCCC_NUMBER)
BITS_DISJOINT(SMCCC);

/* Owning entities of fast calls (DEN0028 table 2-1). */
#define SMCCC_OWNER_ARCH       0u
#define SMCCC_OWNER_CPU        1u
#define SMCCC_OWNER_SIP        2u
#define SMCCC_OWNER_OEM        3u
#define SMCCC_OWNER_SECURE     4u /* standard secure services: PSCI  */
#define SMCCC_OWNER_HYPERVISOR 5u /* standard hypervisor services    */
#define SMCCC_OWNER_VENDOR_HYP 6u

/* Arm architecture calls (DEN0028 7). */
#define SMCCC_VERSION           UINT32_C(0x80000000)
#define SMCCC_ARCH_FEATURES     UINT32_C(0x80000001)
#define SMCCC_ARCH_SOC_ID       UINT32_C(0x80000002)
#define SMCCC_ARCH_WORKAROUND_3 UINT32_C(0x80003fff)
#define SMCCC_ARCH_WORKAROUND_2 UINT32_C(0x80007fff)
#define SMCCC_ARCH_WORKAROUND_1 UINT32_C(0x80008000)

/* Major in bits 30 to 16, minor below. */
#define SMCCC_VERSION_1_1 UINT32_C(0x10001)

/* Results, sign-extended to X0 (DEN0028 5.2 and 7.1). */
#define SMCCC_SUCCESS 0

/* What SMCCC_ARCH_FEATURES answers about a workaround on the calling PE: it
 * needs it; it may call it and does not need it; there is none. */
#define SMCCC_WORKAROUND_NEEDED     0
#define SMCCC_WORKAROUND_NOT_NEEDED 1
#define SMCCC_WORKAROUND_NONE       (-1)

#endif
