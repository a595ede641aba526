/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A GICv3 virtual CPU interface (IHI 0069 4.8, 12.4) made of data, one for
 * each vCPU: acknowledge, priority drop, deactivate, EOIcount, maintenance.
 * It stands in for gic/cpuif.c and the guest's ICC_ registers. Only the state
 * of an LR that the "hardware" has is ever looked at here, so that code which
 * forgets to write or to fetch one fails.
 */
#ifndef SUPPORT_VIRTUAL_GIC_H
#define SUPPORT_VIRTUAL_GIC_H

#include "gic/vgic.h"
#include "support/fake.h"

#define VIRTUAL_GIC_SPIS   96u
#define VIRTUAL_GIC_DIST   UINT64_C(0x08000000)
#define VIRTUAL_GIC_REDIST UINT64_C(0x080a0000)
#define NO_INTERRUPT       1023u

struct virtual_gic {
	struct arm_vcpu *vcpu;
	uint64_t lr[ARM_VGIC_MAX_LRS];
	uint32_t hcr, vmcr;
	unsigned lr_count;
	bool eoimode1;
	uint8_t running[64]; /* active priorities, innermost last */
	unsigned depth;
	unsigned maintenance; /* interrupts taken */
	unsigned traps;       /* of ICC_DIR_EL1   */
	bool physical[1024];  /* active in the real GIC */
};

struct gic_machine {
	struct fake_machine machine;
	struct arm_vgic vgic;
	struct arm_vgic_bank banks[ARM_VGIC_BANKS(VIRTUAL_GIC_SPIS)];
	struct virtual_gic cpu[FAKE_VCPUS];
	struct arm_vm_ops ops;
	bool deaf; /* vCPUs do not answer each other */
};

/* A VM with this many vCPUs of affinity 0, 1..., all bound, groups on. One
 * gic_machine at a time. */
void gic_machine_make(struct gic_machine *gm, unsigned vcpus,
		      unsigned lr_count);
void gic_bind(struct gic_machine *gm, unsigned index);
void gic_unbind(struct gic_machine *gm, unsigned index);

/*
 * The virtual timer of the one CPU whose registers are fake_cpu: its output.
 * While it is high and the physical PPI 27 is not active, that is taken at the
 * next chance.
 */
void gic_timer(bool high);

/* From here on hw/ is the CPU that this vCPU is bound to. Tests that call the
 * library on behalf of a vCPU do it through these. */
void gic_on(const struct arm_vcpu *vcpu);
#define ON(vcpu, call, ...)         (gic_on(vcpu), call(vcpu, __VA_ARGS__))
#define arm_vgic_mmio(v, ...)       ON(v, arm_vgic_mmio, __VA_ARGS__)
#define arm_vgic_send_sgi(v, ...)   ON(v, arm_vgic_send_sgi, __VA_ARGS__)
#define arm_vgic_deactivate(v, ...) ON(v, arm_vgic_deactivate, __VA_ARGS__)
#define arm_vgic_inject_hw(v, ...)  ON(v, arm_vgic_inject_hw, __VA_ARGS__)
#define arm_vtimer_irq(v, ...)      ON(v, arm_vtimer_irq, __VA_ARGS__)
#define arm_vgic_maintenance(v)     (gic_on(v), arm_vgic_maintenance(v))
#define arm_vgic_has_pending(v)     (gic_on(v), arm_vgic_has_pending(v))

/* Enter the guest and come back, serving maintenance interrupts. */
void gic_enter(struct gic_machine *gm, unsigned index);

/* The guest, after gic_enter(): ICC_IAR1_EL1, ICC_EOIR1_EL1, ICC_DIR_EL1.
 * Each returns through gic_enter() again. */
unsigned gic_ack(struct gic_machine *gm, unsigned index);
void gic_eoi(struct gic_machine *gm, unsigned index, unsigned intid);
void gic_dir(struct gic_machine *gm, unsigned index, unsigned intid);
/* What gic_ack() would answer. */
unsigned gic_highest(const struct gic_machine *gm, unsigned index);

/* MMIO by a vCPU. offset: in the distributor, or in a vCPU's redistributor
 * (its SGI frame from 0x10000). */
uint64_t gic_dist_read(struct gic_machine *gm, unsigned index, unsigned offset);
void gic_dist_write(struct gic_machine *gm, unsigned index, unsigned offset,
		    uint64_t value);
uint64_t gic_redist_read(struct gic_machine *gm, unsigned index,
			 unsigned offset);
void gic_redist_write(struct gic_machine *gm, unsigned index, unsigned offset,
		      uint64_t value);
/* The right frame for an interrupt: reg is GIC_ISENABLER and so on. */
void gic_write_bit(struct gic_machine *gm, unsigned index, unsigned reg,
		   unsigned intid);
bool gic_read_bit(struct gic_machine *gm, unsigned index, unsigned reg,
		  unsigned intid);
void gic_write_priority(struct gic_machine *gm, unsigned index, unsigned intid,
			uint8_t priority);
/* Enabled, in group 1, at a priority. */
void gic_enable(struct gic_machine *gm, unsigned index, unsigned intid,
		uint8_t priority);
/* Edge-triggered: an SPI. */
void gic_set_edge(struct gic_machine *gm, unsigned index, unsigned intid);
/* ICC_SGI1R_EL1 value for one CPU of cluster 0.0.0. */
uint64_t gic_sgi_to(unsigned aff0, unsigned intid);

#endif
