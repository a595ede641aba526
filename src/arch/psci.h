/* SPDX-License-Identifier: Apache-2.0 */
/* Power State Coordination Interface 1.1, Arm DEN0022. */
#ifndef ARCH_PSCI_H
#define ARCH_PSCI_H

#include "arch/bits.h"

/* PSCI owns numbers 0 to 0x1f of the standard secure services, in both the
 * 32-bit and the 64-bit convention (DEN0022 5.1). */
#define PSCI_BASE_32   UINT32_C(0x84000000)
#define PSCI_BASE_64   UINT32_C(0xc4000000)
#define PSCI_FUNCTIONS 0x20u

/* One row a function of DEN0022 5.1: name, number. */
#define PSCI_FUNCTION_LIST(X)        \
	X(VERSION, 0x00)             \
	X(CPU_SUSPEND, 0x01)         \
	X(CPU_OFF, 0x02)             \
	X(CPU_ON, 0x03)              \
	X(AFFINITY_INFO, 0x04)       \
	X(MIGRATE, 0x05)             \
	X(MIGRATE_INFO_TYPE, 0x06)   \
	X(MIGRATE_INFO_UP_CPU, 0x07) \
	X(SYSTEM_OFF, 0x08)          \
	X(SYSTEM_RESET, 0x09)        \
	X(FEATURES, 0x0a)            \
	X(CPU_FREEZE, 0x0b)          \
	X(CPU_DEFAULT_SUSPEND, 0x0c) \
	X(NODE_HW_STATE, 0x0d)       \
	X(SYSTEM_SUSPEND, 0x0e)      \
	X(SET_SUSPEND_MODE, 0x0f)    \
	X(STAT_RESIDENCY, 0x10)      \
	X(STAT_COUNT, 0x11)          \
	X(SYSTEM_RESET2, 0x12)       \
	X(MEM_PROTECT, 0x13)         \
	X(MEM_PROTECT_CHECK_RANGE, 0x14)

enum psci_function {
#define PSCI_FUNCTION_ENUM(name, number) PSCI_##name = (number),
	PSCI_FUNCTION_LIST(PSCI_FUNCTION_ENUM)
#undef PSCI_FUNCTION_ENUM
};

#define PSCI_VERSION_1_1 UINT32_C(0x10001) /* major 31 to 16, minor below */

/* Return codes (DEN0022 5.2.2), sign-extended to X0. */
#define PSCI_SUCCESS            0
#define PSCI_NOT_SUPPORTED      (-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_DENIED             (-3)
#define PSCI_ALREADY_ON         (-4)
#define PSCI_ON_PENDING         (-5)
#define PSCI_INTERNAL_FAILURE   (-6)
#define PSCI_NOT_PRESENT        (-7)
#define PSCI_DISABLED           (-8)
#define PSCI_INVALID_ADDRESS    (-9)

/* A target_cpu or target_affinity: an MPIDR's affinity, the rest zero
 * (DEN0022 5.1.4). */
#define PSCI_AFF3 BITS(39, 32)
#define PSCI_AFF2 BITS(23, 16)
#define PSCI_AFF1 BITS(15, 8)
#define PSCI_AFF0 BITS(7, 0)
#define PSCI_TARGET_FIELDS(X) \
	X(PSCI_AFF3) X(PSCI_AFF2) X(PSCI_AFF1) X(PSCI_AFF0)
BITS_DISJOINT(PSCI_TARGET);
#define PSCI_TARGET (PSCI_AFF3 | PSCI_AFF2 | PSCI_AFF1 | PSCI_AFF0)

/* power_state in the original format (DEN0022 5.4.2). */
#define PSCI_POWER_LEVEL     BITS(25, 24)
#define PSCI_POWER_DOWN_TYPE BIT(16)
#define PSCI_POWER_ID        BITS(15, 0)
#define PSCI_POWER_FIELDS(X) \
	X(PSCI_POWER_LEVEL) X(PSCI_POWER_DOWN_TYPE) X(PSCI_POWER_ID)
BITS_DISJOINT(PSCI_POWER);
#define PSCI_POWER (PSCI_POWER_LEVEL | PSCI_POWER_DOWN_TYPE | PSCI_POWER_ID)

/* AFFINITY_INFO (DEN0022 5.7). */
#define PSCI_AFFINITY_ON         0
#define PSCI_AFFINITY_OFF        1
#define PSCI_AFFINITY_ON_PENDING 2

/* MIGRATE_INFO_TYPE: no Trusted OS that would have to migrate. */
#define PSCI_NO_TRUSTED_OS 2

/* SYSTEM_RESET2's reset_type; bit 31 marks vendor-specific ones. */
#define PSCI_SYSTEM_WARM_RESET UINT32_C(0)

#endif
