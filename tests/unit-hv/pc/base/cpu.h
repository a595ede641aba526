/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hypervisor/base/cpu.h on a PC: with this folder first in the include path,
 * hv's scheduler, timers and locks are plain C. Whoever links them supplies
 * these functions, and hv_gic_kick() of irq/gic.h; what they do is said there.
 */
#ifndef HV_BASE_CPU_H
#define HV_BASE_CPU_H

#include <stdint.h>

struct hv_cpu;

struct hv_cpu *hv_this_cpu(void);

uint64_t hv_irqs_mask(void);
void hv_irqs_restore(uint64_t daif);
void hv_irqs_unmask(void);
void hv_irqs_take(void);

void hv_cpu_wait(void);
void hv_cpu_relax(void);

uint64_t hv_counter(void);
uint64_t hv_counter_frequency(void);
void hv_cpu_set_alarm(uint64_t deadline);

#endif
