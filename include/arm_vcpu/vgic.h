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

ARM_VCPU_BEGIN

struct arm_vm;
struct arm_vcpu;

#define ARM_VGIC_BANK_IRQS 32u  /* interrupts in a bank */
#define ARM_VGIC_MAX_LRS   16u  /* list registers of any CPU */
#define ARM_VGIC_MAX_SPIS  988u /* INTID 32 to 1019 */
/* Banks needed for n SPIs. */
#define ARM_VGIC_BANKS(n) (((n) + ARM_VGIC_BANK_IRQS - 1u) / ARM_VGIC_BANK_IRQS)

/* Bytes of the distributor's frame, and of a vCPU's redistributor frames. */
#define ARM_VGIC_DIST_SIZE   UINT64_C(0x10000)
#define ARM_VGIC_REDIST_SIZE UINT64_C(0x20000)

/*
 * 32 consecutive INTIDs, one bit each. Private. What belongs to the lock and
 * what is written without it is told in src/gic/vgic.h.
 */
struct arm_vgic_bank {
	arm_vcpu_atomic_u32 lock;
	arm_vcpu_atomic_u32 latch;   /* pending by edge, ISPENDR or as an SGI,
				      * and not moved to a list register      */
	arm_vcpu_atomic_u32 line;    /* input level; counts where edge is 0   */
	arm_vcpu_atomic_u32 enabled; /* ISENABLER                             */
	arm_vcpu_atomic_u32 group;   /* IGROUPR: 1 = group 1                  */
	arm_vcpu_atomic_u32 edge;    /* ICFGR: 1 = edge-triggered             */
	arm_vcpu_atomic_u32 active;  /* active and not in a list register     */
	arm_vcpu_atomic_u32 listed;  /* sits in a list register               */
	uint32_t moved;    /* listed, and the latch moved there too        */
	uint32_t inactive; /* listed, but was deactivated since            */
	uint32_t forced;   /* active by ISACTIVER: no EOI is to come       */
	uint32_t hw;       /* a physical interrupt stays active for it     */
	arm_vcpu_atomic_u8 priority[ARM_VGIC_BANK_IRQS];
	uint8_t taken[ARM_VGIC_BANK_IRQS]; /* where active: as it became so,
					    * priority and group (bit 0)  */
	arm_vcpu_atomic_u16 target[ARM_VGIC_BANK_IRQS]; /* vCPU index, SPIs  */
	arm_vcpu_atomic_u16 holder[ARM_VGIC_BANK_IRQS]; /* where listed or
							 * active: vCPU, LR   */
	uint16_t physical[ARM_VGIC_BANK_IRQS]; /* INTID, where hw is set   */
	uint64_t router[ARM_VGIC_BANK_IRQS];   /* IROUTER, SPIs only       */
};

/* What a vCPU has asked others about their list registers, for one load that
 * it may have to execute again. Private. */
struct arm_vgic_inquiry {
	const struct arm_vgic_bank *bank;
	uint64_t pc;
	uint32_t asked; /* about these of the bank's interrupts */
	uint32_t ticket[ARM_VGIC_BANK_IRQS];
	uint16_t holder[ARM_VGIC_BANK_IRQS]; /* that was asked, and LR */
};

/* A vCPU's part: its own interrupts, list registers, redistributor. Private. */
struct arm_vgic_cpu {
	struct arm_vgic_bank bank; /* INTID 0 to 31: everything is private */
	uint64_t lr[ARM_VGIC_MAX_LRS]; /* canonical unless resident        */
	uint64_t ap0r[4];
	uint64_t ap1r[4];
	uint32_t vmcr;
	uint32_t hcr;         /* ICH_HCR_EL2 wanted                           */
	uint32_t lr_dirty;    /* bit n: lr[n] must be written to the hardware */
	uint32_t lr_used;     /* bit n: lr[n] was handed out and not folded   */
	uint32_t retire_ppis; /* physical PPIs to deactivate on this CPU  */
	uint32_t retire_banks; /* bit n: bank n has physical SPIs to do so */
	uint32_t watch; /* timers' PPIs that sit in LRs as pending          */
	uint8_t lr_count;
	arm_vcpu_atomic_bool resident; /* the hardware holds lr[] */
	bool hcr_dirty;
	arm_vcpu_atomic_u32 waker; /* GICR_WAKER.ProcessorSleep; any CPU's  */
	/* Bit n: bank n may hold something to deliver here (0: private);
	 * bit 32: another vCPU asks what the list registers hold. */
	arm_vcpu_atomic_u64 attention;
	arm_vcpu_atomic_u32 wanted;   /* questions asked                   */
	arm_vcpu_atomic_u32 answered; /* and answered, in seen             */
	arm_vcpu_atomic_u32 seen_outputs; /* levels of the timers' PPIs     */
	arm_vcpu_atomic_u64 seen[ARM_VGIC_MAX_LRS];
	struct arm_vgic_inquiry inquiry;
};

/* A VM's part: the distributor. */
struct arm_vgic {
	struct arm_vm *vm; /* everything here is private */
	struct arm_vgic_bank *banks;
	uint64_t dist_base;
	uint64_t redist_base;
	uint32_t bank_count;
	uint32_t spi_count;
	uint32_t typer;           /* GICD_TYPER                           */
	arm_vcpu_atomic_u32 ctlr; /* GICD_CTLR: EnableGrp0, EnableGrp1 */
	arm_vcpu_atomic_u32 late; /* a write has not reached all LRs yet  */
};

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
