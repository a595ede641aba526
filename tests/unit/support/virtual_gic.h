/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vCPUs on a simulated CPU each, and what their guests do by the virtual CPU
 * interface (IHI 0069 4.8, 12.4): acknowledge, priority drop, deactivate,
 * maintenance. The vGIC has gic/cpuif.c between, as with any entry and exit.
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
	unsigned lr_count;
	bool eoimode1;        /* the guest's ICC_CTLR_EL1.EOImode */
	unsigned maintenance; /* interrupts taken */
	unsigned traps;       /* of ICC_DIR_EL1   */
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
 * The virtual timer of all CPUs: its output, or its CVAL. While it is high and
 * the physical PPI 27 is not active, that is taken at the next chance.
 */
void gic_timer(bool high);
void gic_timer_at(uint64_t cval);

/* EL2 takes this interrupt of a device and drops its priority; it stays active
 * in the physical GIC: machine_gic_active(). */
void gic_take_physical(struct gic_machine *gm, unsigned index, uint32_t intid);

/* ICH_HCR_EL2, ICH_LR<n>_EL2; the running priority, 256 for none. */
uint64_t gic_hcr(const struct gic_machine *gm, unsigned index);
uint64_t gic_lr(const struct gic_machine *gm, unsigned index, unsigned n);
unsigned gic_running(const struct gic_machine *gm, unsigned index);
/* The guest writes ICC_IGRPEN0_EL1; zeroes its active priorities. */
void gic_set_group0(struct gic_machine *gm, unsigned index, bool on);
void gic_drop_all(struct gic_machine *gm, unsigned index);

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
/* The EOI alone: EL2 has not been there since. */
void gic_end(struct gic_machine *gm, unsigned index, unsigned intid);
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
