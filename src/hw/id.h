/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HW_ID_H
#define HW_ID_H

#include <stdint.h>

/* An ID register of this CPU by its key (arch/sysreg.h), of those that
 * arch/id_regs.def lists; of others 0, or what the CPU has. */
uint64_t arm_hw_read_id(uint32_t key);

#endif
