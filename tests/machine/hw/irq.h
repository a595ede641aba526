/* SPDX-License-Identifier: Apache-2.0 */
/* The twin of src/hw/irq.h. */
#ifndef HW_IRQ_H
#define HW_IRQ_H

#include <stdint.h>

uint64_t arm_hw_irq_mask(void);
void arm_hw_irq_restore(uint64_t daif);
_Noreturn void arm_hw_halt(void);

#endif
