/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GICv3 (IHI 0069): distributor and redistributors emulated in
 * memory, the CPU interface by the hardware's list registers. The caller owns
 * the memory: a bank of 32 interrupts for every 32 SPIs; SGIs and PPIs live
 * in the vCPU.
 *
 * A vCPU's run loop serves accesses to the frames by itself; the host only
 * raises interrupts. Unless a comment says otherwise, the functions here may
 * be called on any CPU, with interrupts on or off, and from arm_pcpu_ops.irq();
 * those that raise interrupts take no lock.
 */
#ifndef ARM_VCPU_VGIC_H
#define ARM_VCPU_VGIC_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/language.h>
#include <arm_vcpu/private.h>

ARM_VCPU_BEGIN

struct arm_vm;
struct arm_vcpu;

#define ARM_VGIC_MAX_SPIS 988u /* INTID 32 to 1019 */
/* Banks needed for n SPIs. */
#define ARM_VGIC_BANKS(n) (((n) + ARM_VGIC_BANK_IRQS - 1u) / ARM_VGIC_BANK_IRQS)

/* Bytes of the distributor's frame, and of a vCPU's redistributor frames. */
#define ARM_VGIC_DIST_SIZE   UINT64_C(0x10000)
#define ARM_VGIC_REDIST_SIZE UINT64_C(0x20000)

/* A VM's GIC, as its guest sees it. */
struct arm_vgic_config {
	struct arm_vgic_bank *spi_banks; /* ARM_VGIC_BANKS(spi_count)       */
	uint32_t spi_count;   /* 0 to 988; TYPER reports it rounded up to 32 */
	uint64_t dist_base;   /* IPA, 64 KiB aligned                        */
	uint64_t redist_base; /* IPA, 64 KiB aligned; vCPU n at n * 128 KiB */
};

/*
 * Attach a vGIC to a VM, before its vCPUs are set up. On a CPU that cannot
 * trap ICC_DIR_EL1 (arm_pcpu_features.traps_dir), a guest that sets EOImode and
 * has more active interrupts than list registers has to end them in order of
 * priority, on the CPU that took them. ARM_VCPU_ERR_NULL,
 * ARM_VCPU_ERR_RANGE, ARM_VCPU_ERR_UNALIGNED, ARM_VCPU_ERR_INVALID (frames
 * overlap), ARM_VCPU_ERR_EXISTS.
 */
int arm_vgic_init(struct arm_vgic *vgic, struct arm_vm *vm,
		  const struct arm_vgic_config *config);

/*
 * Back to the state after reset: all disabled, nothing pending. No vCPU of
 * the VM may be bound. ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_BOUND.
 */
int arm_vgic_reset(struct arm_vgic *vgic);

/*
 * The input line of an SPI (INTID 32 to 32 + spi_count - 1). Level-sensitive
 * interrupts are pending while the line is high; edge-triggered ones become
 * pending when it rises (each call with level true is one edge).
 * ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_RANGE, ARM_VCPU_ERR_NOT_FOUND (the VM has no
 * vGIC).
 */
int arm_vgic_set_irq(struct arm_vm *vm, uint32_t intid, bool level);

/* The same for a vCPU's PPI, INTID 16 to 31; 27 and 30 are its timers'. */
int arm_vgic_set_ppi(struct arm_vcpu *vcpu, uint32_t intid, bool level);

/*
 * A physical interrupt taken for the guest: vINTID 16 to 1019 becomes pending
 * with its list register tied to the physical INTID (16 to 1019), which must
 * be active (acknowledged, priority dropped): the guest's deactivation
 * deactivates it too, without an exit, and so does the library through
 * ICC_DIR_EL1 where the guest ends it otherwise or the vCPU is unbound. The
 * host's ICC_CTLR_EL1.EOImode must be 1. A physical PPI needs a virtual PPI.
 * For the PPI of a native timer see arm_vtimer_irq(). On the CPU the vCPU is
 * bound to, interrupts masked. ARM_VCPU_ERR_NULL,
 * ARM_VCPU_ERR_RANGE, ARM_VCPU_ERR_NOT_BOUND, ARM_VCPU_ERR_NOT_FOUND (the VM
 * has no vGIC).
 */
int arm_vgic_inject_hw(struct arm_vcpu *vcpu, uint32_t intid,
		       uint32_t physical);

/*
 * Serve the maintenance interrupt: the host calls this from irq() when the
 * INTID is the GIC's maintenance interrupt (PPI 25 on most machines), after
 * acknowledging it, with the vCPU that was interrupted. On the CPU the vCPU
 * is bound to, interrupts masked. ARM_VCPU_ERR_NULL, ARM_VCPU_ERR_NOT_BOUND,
 * ARM_VCPU_ERR_NOT_FOUND (the VM has no vGIC).
 */
int arm_vgic_maintenance(struct arm_vcpu *vcpu);

/*
 * Something is pending that this vCPU would take if it were running with
 * interrupts unmasked: a parked vCPU must run. On the CPU the vCPU is bound
 * to, with interrupts masked; or on any CPU while it is not bound.
 */
bool arm_vgic_has_pending(const struct arm_vcpu *vcpu);

ARM_VCPU_END

#endif
