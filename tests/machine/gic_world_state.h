/* SPDX-License-Identifier: Apache-2.0 */
/* Between the host of the world (gic_world.c) and its guests
 * (gic_world_guest.c); see gic_world.h first. */
#ifndef MACHINE_GIC_WORLD_STATE_H
#define MACHINE_GIC_WORLD_STATE_H

#include <arm_vcpu/arm_vcpu.h>

#include "machine/gic_world.h"
#include "machine/state.h"

#define WORLD_DIST   UINT64_C(0x08000000)
#define WORLD_REDIST UINT64_C(0x080a0000)
#define WORLD_SPIS   64u
#define WORLD_VCPUS  4u
#define WORLD_NESTED 64u
#define WORLD_NOBODY MACHINE_CPUS

/* What a guest remembers of its interrupts. */
struct taken {
	uint32_t intid;
	unsigned group;
};

struct gic_world {
	struct arm_vm vm;
	struct arm_vgic vgic;
	struct arm_vgic_bank banks[ARM_VGIC_BANKS(WORLD_SPIS)];
	struct arm_vcpu vcpu[WORLD_VCPUS];
	struct arm_vcpu *vcpus[WORLD_VCPUS];
	struct arm_pcpu pcpu[WORLD_VCPUS];
	struct gic_model model;
	unsigned count;
	unsigned cpu_of[WORLD_VCPUS]; /* WORLD_NOBODY: it is parked */
	bool kicked[WORLD_VCPUS];
	bool passing; /* somebody, in the middle of a step of another */
	struct taken nested[WORLD_VCPUS][WORLD_NESTED];
	unsigned depth[WORLD_VCPUS];
	/* Ended, and to be deactivated: SPIs, or those of this vCPU. */
	uint32_t undone[WORLD_NESTED];
	unsigned undone_of[WORLD_NESTED], undone_count;
	uint64_t steps;
};

extern struct gic_world gic_world;

/* The CPU of a vCPU, which becomes the one that executes. */
struct machine_cpu *gic_world_be(unsigned vcpu);
/* Fails if the library did. */
void gic_world_must(int status);
/* Whoever was kicked passes through EL2, until nobody is. */
void gic_world_settle(void);

/* What vCPUs and devices do, to the library and to the model. */
void gic_world_access(unsigned vcpu, const struct gic_world_step *step);
void gic_world_acknowledge(unsigned vcpu, unsigned group);
void gic_world_eoi(unsigned vcpu);
void gic_world_deactivate(unsigned vcpu, uint64_t which);
void gic_world_control(unsigned vcpu, unsigned which, uint64_t value);
void gic_world_line(unsigned vcpu, uint32_t number, bool level);
void gic_world_inject(unsigned vcpu, uint32_t number);
void gic_world_sgi(unsigned vcpu, uint32_t which, uint64_t value);

#endif
