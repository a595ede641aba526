/* SPDX-License-Identifier: Apache-2.0 */
/* Between the list registers (interface.c) and ICV_*_EL1 (icv.c). */
#ifndef MACHINE_INTERFACE_H
#define MACHINE_INTERFACE_H

#include "arch/gicv3.h"
#include "machine/state.h"

#define MACHINE_IDLE 0xffu /* in place of an active priority */

/* ICH_VMCR_EL2 */
#define VMCR_VCBPR BIT(4)
#define VMCR_VBPR1 BITS(20, 18)
#define VMCR_VBPR0 BITS(23, 21)

static inline uint64_t machine_vmcr(const struct machine_cpu *cpu)
{
	return machine_seen(cpu, R_ICH_VMCR_EL2);
}

static inline unsigned machine_lrs(void)
{
	return machine.config.list_registers;
}

static inline uint64_t machine_lr(const struct machine_cpu *cpu, unsigned n)
{
	return machine_seen(cpu, R_ICH_LR0_EL2 + n);
}

static inline bool machine_group_enabled(const struct machine_cpu *cpu,
					 unsigned group)
{
	return machine_vmcr(cpu) & (group ? ICH_VMCR_VENG1 : ICH_VMCR_VENG0);
}

static inline unsigned machine_lr_group(uint64_t value)
{
	return value & ICH_LR_GROUP ? 1 : 0;
}

/* Bits of a priority that are not implemented. */
static inline unsigned machine_spare(void)
{
	return 8u - machine.config.priority_bits;
}

/* The bits that decide about preemption in a group. */
unsigned machine_group_mask(const struct machine_cpu *cpu, unsigned group);
/* The highest active priority, and its group; MACHINE_IDLE for none. */
unsigned machine_running_priority(const struct machine_cpu *cpu,
				  unsigned *group);
/* The pending list register of the highest priority, or negative. */
int machine_best_lr(const struct machine_cpu *cpu);
/* The one that can be taken now, or negative. */
int machine_signalled_lr(const struct machine_cpu *cpu);
/* It can, and it is of this group. */
bool machine_signals(const struct machine_cpu *cpu, unsigned group);
/* After a change of ICH_VMCR_EL2: what is not implemented. */
void machine_vmcr_clamp(struct machine_cpu *cpu);
/* After any change: the maintenance interrupt, and who is woken. */
void machine_ich_update(struct machine_cpu *cpu);

#endif
