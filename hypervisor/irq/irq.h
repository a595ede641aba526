/* SPDX-License-Identifier: Apache-2.0 */
/* Who serves which physical interrupt. */
#ifndef HV_IRQ_IRQ_H
#define HV_IRQ_IRQ_H

#include <stdint.h>

#include <arm_vcpu/host.h>

#include "base/gic_config.h"

typedef void (*hv_irq_handler)(void *ctx);

/* The INTIDs of the machine's timers and of the GIC itself. Boot CPU, once. */
void hv_irq_init(const struct hv_gic_config *config);

/* Enable those on the calling CPU, after hv_gic_init_cpu(). */
void hv_irq_init_cpu(void);

/*
 * Let handler serve an SPI, level-sensitive, on the calling CPU with IRQs
 * masked; it is deactivated when the handler returns. At boot.
 */
void hv_irq_attach(uint32_t intid, hv_irq_handler handler, void *ctx);

/* For arm_pcpu_init(); its context pointer is null. */
extern const struct arm_pcpu_ops hv_pcpu_ops;

#endif
