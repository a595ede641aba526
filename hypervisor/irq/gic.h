/* SPDX-License-Identifier: Apache-2.0 */
/* The physical GICv3 (IHI 0069), EOImode 1: EOIR drops the priority, DIR
 * deactivates. */
#ifndef HV_IRQ_GIC_H
#define HV_IRQ_GIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/gic_config.h"

#define HV_SGI_KICK    0u
#define HV_GIC_MAX_SPI 1020u

struct hv_cpu;

/* Distributor, once; then each CPU for itself. */
void hv_gic_init(const struct hv_gic_config *config);
void hv_gic_init_cpu(const struct hv_cpu *cpu);

/* A PPI or SGI of the calling CPU. */
void hv_gic_enable_private(uint32_t intid);

/* Route an SPI to a CPU, level-sensitive. False when there is no such SPI. */
bool hv_gic_enable_spi(uint32_t intid, uint64_t mpidr);

/* A PPI of the calling CPU, or an SPI: mask it. */
void hv_gic_disable(uint32_t intid);

/* Make another CPU take HV_SGI_KICK. From any context. */
void hv_gic_kick(const struct hv_cpu *cpu);

/*
 * For a guest that has the GIC from now on, all as after a reset: what the
 * calling CPU has; and then, when no CPU needs it any more, the distributor. No
 * interrupt of this CPU's is active, IRQs are masked.
 */
void hv_gic_give_up_cpu(void);
void hv_gic_give_up(void);

#endif
