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
 *              interrupt is active and pending at once, which is not allowed
 *              with HW (IHI 0069 12.4.8): then the LR is a plain one that
 *              asks for maintenance at EOI, and the physical interrupt stays
 *              active until the second round ends.
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
 * No wake-up is lost: who raises writes latch or line first and then reads
 * where the interrupt is (listed, active, holder, target); who moves an
 * interrupt writes where it is first and then reads latch and line. All are
 * sequentially consistent, so at least one of the two sees the other and
 * sets the attention bit of the right vCPU. A vCPU passes on only what it
 * has folded itself: two that wait for LRs must not wake each other for ever.
 *
 * lr[] is refreshed from the hardware by hw->fetch_lrs(), only when needed
 * and only the LRs that are needed. An LR that is dirty is newer than the
 * hardware and must neither be fetched nor stored over by src/cpu. While
 * vgic->hcr has LRENPIE and hcr_dirty is false, fetch_lrs(), with an empty
 * mask too, also refreshes the field EOIcount of vgic->hcr. After a
 * maintenance interrupt dirty LRs and HCR must reach the hardware before
 * interrupts are unmasked at EL2, or it is asserted again.
 *
 * When there are more interrupts than LRs, the pending ones of the highest
 * priority get them, then active ones. For pending ones that wait, NPIE asks
 * for a maintenance interrupt once no LR is pending. For active ones without
 * an LR, LRENPIE reports their EOI (EOImode 0: they end in order of priority)
 * and TDIR traps ICC_DIR_EL1 (EOImode 1), see arm_vgic_deactivate().
 *
 * PPIs are level-sensitive and SGIs edge-triggered, fixed: GICR_ICFGR<n> is
 * read-only.
 */
#ifndef CORE_VGIC_H
#define CORE_VGIC_H

#include <stdbool.h>
#include <stdint.h>

#include <arm_vcpu/vcpu.h>

/*
 * An access of the guest's to a frame of its vGIC; width 1, 2, 4 or 8. False:
 * there is none at this IPA. *value is written for a read. Interrupts masked,
 * on the CPU the vCPU is bound to.
 */
bool arm_vgic_mmio(struct arm_vcpu *vcpu, uint64_t ipa, unsigned width,
		   bool write, uint64_t *value);

/* ICC_SGI1R_EL1 (group 1) or ICC_SGI0R_EL1 (group 0) was written. As above. */
void arm_vgic_send_sgi(struct arm_vcpu *vcpu, uint64_t sgir, unsigned group);

/* ICC_DIR_EL1 was written while ICH_HCR_EL2.TDIR was set. As above. */
void arm_vgic_deactivate(struct arm_vcpu *vcpu, uint32_t intid);

/*
 * Before an entry into the guest with vgic.attention not 0: bring what can be
 * delivered into lr[]; lr_dirty and hcr_dirty tell what must be written.
 */
void arm_vgic_flush(struct arm_vcpu *vcpu);

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

/* At bind: everything dirty from now on. At unbind, after src/cpu stored the
 * LRs that are not dirty, vmcr, ap0r, ap1r and HCR.EOIcount: the LRs are
 * empty afterwards. Interrupts masked, vcpu->hw set. */
void arm_vgic_load(struct arm_vcpu *vcpu, unsigned lr_count,
		   unsigned priority_bits);
void arm_vgic_put(struct arm_vcpu *vcpu);

/* arm_vgic_set_ppi() without checks, and without a kick when from, the vCPU
 * that is at EL2 on this CPU and will flush (or null), is vcpu itself. */
void arm_vgic_drive_ppi(struct arm_vcpu *vcpu, uint32_t intid, bool level,
			const struct arm_vcpu *from);

#endif
