/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/tlb.h. */
#ifndef HW_TLB_H
#define HW_TLB_H

#include <stdint.h>

void arm_hw_tlbi_ipas2e1is(uint64_t operand);
void arm_hw_tlbi_vmalle1is(void);
void arm_hw_tlbi_vmalls12e1is(void);
void arm_hw_tlbi_alle1is(void);
void arm_hw_tlbi_alle1(void);
void arm_hw_tlbi_vmalle1(void);
void arm_hw_ic_ialluis(void);
void arm_hw_ic_iallu(void);

#endif
