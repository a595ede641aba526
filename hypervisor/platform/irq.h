/* SPDX-License-Identifier: Apache-2.0 */
/* Who serves which physical interrupt. */
#ifndef HV_PLATFORM_IRQ_H
#define HV_PLATFORM_IRQ_H

#include <stdint.h>

#include <arm_vcpu/host.h>

#include "platform/platform.h"

typedef void (*hv_irq_handler)(void *ctx);

/* The INTIDs of the machine's timers and of the GIC itself. Boot CPU, once. */
void hv_irq_init(const struct hv_platform *platform);

/* Enable those on the calling CPU, after hv_gic_init_cpu(). */
void hv_irq_init_cpu(void);

/*
 * Let handler serve an SPI, level-sensitive, on the calling CPU with IRQs
 * masked; it is deactivated when the handler returns. At boot.
 */
void hv_irq_attach(uint32_t intid, hv_irq_handler handler, void *ctx);

/* arm_pcpu_ops.irq: take one pending interrupt and serve it. The guest is left
 * if this CPU is to look at the queues. */
enum arm_pcpu_irq_action hv_irq(void *ctx, struct arm_vcpu *vcpu);

#endif
