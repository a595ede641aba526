/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library's vGIC and the reference model of it, side by side: one VM with
 * a few vCPUs on the simulated machine. Whatever is done is done to both, and
 * their answers are compared; a difference is a machine_fail(). The vCPUs that
 * the library kicks pass through EL2, in the middle of the step or after it,
 * and no others do: a missing kick shows as a difference.
 */
#ifndef MACHINE_GIC_WORLD_H
#define MACHINE_GIC_WORLD_H

#include "machine/gic_model.h"

struct gic_world_config {
	uint64_t seed;
	unsigned vcpus; /* 1 to 4 */
	unsigned list_registers, priority_bits;
	bool trace;
	bool eoi_counts;      /* see struct machine_config */
	void (*failed)(void); /* see struct machine_config */
};

enum gic_world_op {
	GIC_WORLD_READ,
	GIC_WORLD_WRITE,
	GIC_WORLD_ACKNOWLEDGE, /* value: bit 0, the group */
	GIC_WORLD_END,         /* EOIR of what was taken last */
	GIC_WORLD_DEACTIVATE,  /* DIR of what was ended; value: which one */
	GIC_WORLD_CONTROL,     /* PMR, IGRPEN, BPR, CTLR: offset says which */
	GIC_WORLD_LINE,        /* offset: intid; value: bit 0, the level */
	GIC_WORLD_INJECT,      /* offset: intid */
	GIC_WORLD_SGI,         /* value: SGI<n>R; offset: which register */
	GIC_WORLD_PARK,        /* off its CPU; it comes back when it must run */
	GIC_WORLD_RESET, /* value: bit 0, the CPU interface only: CPU_ON */
	GIC_WORLD_OPS,
};

/* Out-of-range numbers are folded into the range. */
struct gic_world_step {
	uint8_t op, vcpu, frame, owner, width;
	uint32_t offset;
	uint64_t value;
};

void gic_world_make(const struct gic_world_config *config);
void gic_world_step(const struct gic_world_step *step);
/* Enables the groups everywhere, so that something happens. */
void gic_world_open(void);
void gic_world_end(void);

/* For a test that lets CPUs run at the same time, each with the vCPU that is
 * bound to it: kicks are then only noted. */
unsigned gic_world_cpu(unsigned vcpu);
/* The vCPU passes through EL2 if it was kicked, on its CPU. */
void gic_world_answer(unsigned vcpu);
/* It reads a register of the distributor. */
uint64_t gic_world_load(unsigned vcpu, unsigned offset);

#endif
