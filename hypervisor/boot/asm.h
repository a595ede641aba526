/* SPDX-License-Identifier: Apache-2.0 */
/* Constants that assembly and C share. */
#ifndef HV_BOOT_ASM_H
#define HV_BOOT_ASM_H

/*
 * SCTLR_EL2 (Arm ARM DDI 0487 D19.2.118, E2H = 0): the RES1 bits of ARMv8.0,
 * then M, C, SA, I and WXN, so that nothing writable is ever executed.
 */
#define HV_SCTLR_OFF 0x30c50830
#define HV_SCTLR_ON  (HV_SCTLR_OFF | 0x0008100d)

#define HV_HCR_E2H_BIT 34

/* SCTLR_EL1: its own RES1 bits, M, C, SA, I. */
#define HV_SCTLR_ON_EL1 (0x30d00800 | 0x0000100d)

#endif
