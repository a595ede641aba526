/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HW_ID_H
#define HW_ID_H

#include <stdint.h>

/* An ID register of this CPU by its key (arch/sysreg.h): op0 3, op1 0, CRn 0,
 * CRm 1 to 7, the space of HCR_EL2.TID3. */
uint64_t arm_hw_read_id(uint32_t key);

#endif
