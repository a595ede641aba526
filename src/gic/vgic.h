/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GIC inside the library.
 *
 * Where the state of an interrupt is. Its bank has one bit a property. While
 * the bit `listed` is set, a list register (LR) of the vCPU in `holder` has
 * the pending and the active state instead:
 *
 *   pending  = latch, or line where the interrupt is level-sensitive, or the
 *              LR's pending bit where `moved` says that a latch went there
 *              (an LR's pending bit that only stands for a high line is
 *              worth nothing: the line is);
 *   active   = active, or the LR's active bit unless `inactive` (it was
 *              deactivated by a register write since it was listed);
 *   hw       = a physical interrupt, physical[n], is active in the real GIC
 *              on behalf of this one. Its LR has the HW bit, except while the
 *              interrupt is active and pending by its latch, which is not
 *              allowed with HW (IHI 0069 12.4.8): then the LR is a plain one
 *              that asks for maintenance at EOI, and the physical interrupt
 *              stays active until the second round ends.
 *
 * The interrupt of a native timer (PPI 27) is a level whose line nobody but
 * the timer's own register tells, and is never latched. As long as hw is not
 * set, the real GIC watches the line, and `line` is 0. The physical interrupt
 * sets both; the guest's deactivation, or unbind, gives the watch back to the
 * real GIC, which asks again if the line is high still, or whenever the vCPU
 * is bound again. In between `line` is the level when the vCPU was last at
 * EL2: while `watch` says that an LR holds it as pending, each pass looks
 * whether it has to be withdrawn. A guest that moves its timer and then
 * unmasks the interrupt without a pass through EL2 still takes it once, since
 * nothing can trap either. While the vCPU is not bound, `line` is the level
 * when it left.
 *
 * To fold an LR is to take its state back into the bank. A register write of
 * the guest never looks into an LR: it changes the bank's words and sets the
 * bank's bit in the holder's `attention`. Before that vCPU enters its guest
 * again, arm_vgic_flush() folds the LRs of those banks, applies the rules
 * above, and lists again what is still to be delivered. This is the same
 * for the vCPU's own LRs and for another one's (which is kicked, too).
 *
 * Who may write what. A bank's lock covers everything in it, and:
 *  - `latch` is changed with atomic read-modify-writes only, and `line` too,
 *    so that raising an interrupt takes no lock: it may happen in an
 *    interrupt handler that interrupted anything.
 *  - `listed`, `active`, `holder`, `target`, `enabled`, `group`, `edge` and
 *    `priority` are written under the lock and read anywhere.
 *  - The lock is taken with interrupts masked only (arm_vgic_reset(), with
 *    no vCPU bound, excepted), never two at once, and kick() is the only
 *    call out of the library under it.
 *  - lr[] and what goes with it belongs to the CPU the vCPU is bound to.
 *
 * Reads are exact wherever an interrupt is. For what others' LRs hold, their
 * vCPUs are asked (arm_vgic_ask()): each passes through EL2, does what its
 * attention bits say, and publishes its LRs in `seen`. The asker waits at EL2
 * without a lock, answers others meanwhile, and for a bounded time only, since
 * the other CPU may be in its host, which may be waiting for this one: then
 * the guest executes its load again, with interrupts taken in between, and
 * what was asked is still good if the guest took none itself. Writes
 * that disable, deactivate or unpend wait in the same way until those LRs
 * have changed, and after that time leave it to the kick that is under way:
 * GICD_CTLR.RWP and GICR_CTLR.RWP read 1 until it has arrived. A vCPU that is
 * not resident has nothing listed, so nobody waits for one that does not run.
 *
 * No wake-up is lost: who raises writes latch or line first and then reads
 * where the interrupt is (listed, active, holder, target); who moves an
 * interrupt writes where it is first and then reads latch and line. All are
 * sequentially consistent, so at least one of the two sees the other and
 * sets the attention bit of the right vCPU. A vCPU passes on only what it
 * has folded itself: two that wait for LRs must not wake each other for ever.
 *
 * lr[] is refreshed from the hardware by arm_vgic_refresh(), only when needed
 * and only the LRs that are needed. An LR that is dirty is newer than the
 * hardware and must neither be fetched nor stored over by gic/cpuif.c. While
 * vgic->hcr has LRENPIE and hcr_dirty is false, EOIcount is the hardware's to
 * tell (arm_vgic_apply_eoi_count()). After a maintenance interrupt dirty LRs
 * and HCR must reach the hardware before interrupts are unmasked at EL2, or it
 * is asserted again.
 *
 * When there are more interrupts than LRs, the pending ones of the highest
 * priority get them, then active ones, then pending ones of a group that the
 * guest has disabled in its CPU interface. For pending ones that wait, NPIE
 * asks for a maintenance interrupt once no LR is pending, and VGrp<n>EIE or
 * VGrp<n>DIE for one when the guest changes its groups. For active ones without
 * an LR, LRENPIE reports their EOI (EOImode 0: they end in order of priority)
 * and TDIR traps ICC_DIR_EL1 (EOImode 1), see arm_vgic_deactivate(). With
 * several vCPUs it always does: what one acknowledged another may deactivate.
 *
 * PPIs are level-sensitive and SGIs edge-triggered, fixed: GICR_ICFGR<n> is
 * read-only.
 */
#ifndef GIC_VGIC_H
#define GIC_VGIC_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/vcpu.h>

enum arm_vgic_access {
	ARM_VGIC_NOT_HERE, /* no frame at this IPA                          */
	ARM_VGIC_DONE,     /* *value is written for a read                  */
	ARM_VGIC_AGAIN,    /* a read: the guest has to execute it once more */
};

/*
 * An access of the guest's to a frame of its vGIC; width 1, 2, 4 or 8.
 * Interrupts masked, on the CPU the vCPU is bound to.
 */
enum arm_vgic_access arm_vgic_mmio(struct arm_vcpu *vcpu, uint64_t ipa,
				   unsigned width, bool write, uint64_t *value);

/* ICC_SGI1R_EL1 (group 1) or ICC_SGI0R_EL1 (group 0) was written. As above. */
void arm_vgic_send_sgi(struct arm_vcpu *vcpu, uint64_t sgir, unsigned group);

/* ICC_DIR_EL1 was written while ICH_HCR_EL2.TDIR was set. As above. */
void arm_vgic_deactivate(struct arm_vcpu *vcpu, uint32_t intid);

/*
 * Before an entry into the guest with vgic.attention not 0: bring what can be
 * delivered into lr[]; lr_dirty and hcr_dirty tell what must be written.
 */
void arm_vgic_flush(struct arm_vcpu *vcpu);

/* Before that, while vgic.watch is not 0: an interrupt of a native timer that
 * sits in an LR as pending is withdrawn if the guest has moved the timer. */
void arm_vgic_watch(struct arm_vcpu *vcpu);

/*
 * While it says true: deactivate (ICC_DIR_EL1) this physical interrupt; the
 * guest gave its virtual one up without EOI. To be asked when retire_ppis or
 * retire_banks is not 0 before an entry, and after arm_vgic_put(), with the
 * virtual timer off by then.
 */
bool arm_vgic_take_retired(struct arm_vcpu *vcpu, uint32_t *physical);

/* vcpu->vm, index and mpidr are set. */
void arm_vgic_cpu_init(struct arm_vcpu *vcpu);
/* Reset the private part; the vCPU is not bound. */
void arm_vgic_cpu_reset(struct arm_vcpu *vcpu);
/* Only what belongs to the PE, its CPU interface: the redistributor is no
 * part of it, and others may have written that while the PE was off. */
void arm_vgic_cpu_interface_reset(struct arm_vcpu *vcpu);

/* At bind: everything dirty from now on. At unbind, after gic/cpuif.c stored
 * the LRs that are not dirty, vmcr, ap0r, ap1r and HCR.EOIcount: the LRs are
 * empty afterwards. Interrupts masked, vcpu->pcpu and hw set. */
void arm_vgic_load(struct arm_vcpu *vcpu);
void arm_vgic_put(struct arm_vcpu *vcpu);

/* Would the vCPU, which is not bound, take this PPI once its line rises? */
bool arm_vgic_listens(const struct arm_vcpu *vcpu, uint32_t intid);

/* arm_vgic_set_ppi() without checks, and without a kick when from, the vCPU
 * that is at EL2 on this CPU and will flush (or null), is vcpu itself. */
void arm_vgic_drive_ppi(struct arm_vcpu *vcpu, uint32_t intid, bool level,
			const struct arm_vcpu *from);

#endif
