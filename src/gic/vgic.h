/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual GIC inside the library.
 *
 * Where an interrupt's state is. A bank has one bit a property for each of its
 * 32 interrupts. An interrupt is in one of three places:
 *
 *   place              bank's bits            pending            active
 *   in the bank        neither of both        latch, or line     no
 *                                             if it is a level
 *   active, unlisted   active                 latch or line      yes
 *   listed: an LR of   listed                 latch or line, or  LR's bit,
 *   vCPU `holder`                             LR's bit if the    unless
 *   has it                                    bit `moved` is     `inactive`
 *                                             set
 *
 *   in the bank --list (flush, raise)--> listed --fold--> in the bank
 *                                        listed --fold, LR active--> active
 *   active --list--> listed              active --deactivate--> in the bank
 *
 * `moved` says that the latch went into the LR. An LR's pending bit that only
 * stands for a high line means nothing: the line does. `inactive` says that a
 * register write deactivated the interrupt since it was listed. `hw` says that
 * a physical interrupt, physical[n], is active in the real GIC for this one.
 * Its LR has the HW bit. There are two exceptions, whose LR is a plain one that
 * asks for maintenance at EOI, and whose physical interrupt stays active until
 * the last round ends: an interrupt that is active, and pending by its latch,
 * since HW is not allowed then (IHI 0069 12.4.8); and one whose line the host
 * drives, too, and that is high.
 *
 * Who writes what, and under which lock:
 *
 *   word                               written by             under
 *   latch, line                        any CPU                no lock: atomic
 *                                                             read-modify-write
 *   listed, active, holder, target,    any CPU                the bank's lock;
 *   enabled, group, edge, priority                            read without it
 *   moved, inactive, forced, hw,       any CPU                the bank's lock
 *   taken, physical, router
 *   lr[], lr_used, lr_dirty, hcr ...   the vCPU's CPU         no lock
 *   attention, wanted                  any CPU                no lock: atomic
 *   answered, seen, resident           the vCPU's CPU         no lock: atomic
 *
 * A bank's lock is taken with interrupts masked only. No CPU holds two. kick()
 * is the only call out of the library under it. Raising an interrupt takes no
 * lock, since that may happen in a handler that interrupted anything.
 *
 * Changes reach list registers in one way. To fold an LR is to take its state
 * back into the bank. A register write of the guest never looks into an LR: it
 * changes the bank's words, sets the bank's bit in the holder's `attention`,
 * and kicks the holder. Before that vCPU enters its guest again,
 * arm_vgic_flush() folds the LRs of those banks and lists again what is still
 * to be delivered. It is the same for a vCPU's own LRs and for another one's.
 *
 * No wake-up is lost. Who raises an interrupt first writes latch or line, and
 * then reads where the interrupt is (listed, active, holder, target). Who moves
 * an interrupt first writes where it is, and then reads latch and line. At
 * least one of the two sees the other, and sets the attention bit of the right
 * vCPU. In the same way a line that falls while its interrupt is being listed
 * is seen by one of the two. The code names these orders, beside the locks':
 *
 *   pair       one CPU                        the other CPU
 *   pending    latch or line, then where      where, then latch and line
 *   enabled    latch or line, then enabled    enabled, then latch and line
 *   entry      what changed, attention,       where the host runs the vCPU,
 *              then (in kick()) where it runs then attention, then what changed
 *   resident   attention, then resident       resident, then attention
 *   answer     seen, then answered            answered, then seen
 *
 * Each is a write followed by a read, for which both CPUs' accesses are
 * sequentially consistent: a weaker read may pass the write. In the last one
 * two writes and two reads are kept in order by release and acquire. A vCPU
 * passes on only what it has folded itself: two vCPUs that wait for LRs must
 * not wake each other for ever.
 *
 * Reads are exact. Only the holder's CPU knows what its LRs hold, so that vCPU
 * is asked (arm_vgic_ask()). It passes through EL2, does what its attention
 * bits say, and publishes its LRs in `seen`. The asker waits at EL2 without a
 * lock and answers others meanwhile. It waits for a bounded time only, since
 * the other CPU may be in its host, which may be waiting for this one. After
 * that the guest executes its load again, with interrupts taken in between. An
 * answer that comes meanwhile is still good if the guest executed nothing else.
 *
 * Writes are waited for. A write that disables, deactivates or clears the
 * pending state waits in the same way until it has reached the LRs of others.
 * If the time is over first, the kick does it later: GICD_CTLR.RWP and
 * GICR_CTLR.RWP read 1 until then. Nobody waits for a vCPU that is not
 * resident: it has nothing listed. tools/models/vgic.pml shows all of this for
 * every order of events.
 *
 * Native timers. The interrupt of a native timer (PPI 27) is a level that only
 * the timer's own register tells. It is never latched. While `hw` is not set,
 * the real GIC watches the line, and `line` is 0. The physical interrupt sets
 * both. The guest's deactivation, or unbind, gives the watch back to the real
 * GIC: it asks again if the line is still high, or when the vCPU is bound
 * again. In between, `line` is the level when the vCPU was last at EL2. While
 * `watch` says that an LR holds the interrupt as pending, each pass through EL2
 * looks whether it has to be withdrawn. A guest that moves its timer and then
 * unmasks the interrupt without such a pass still takes it once, since neither
 * of the two traps. While the vCPU is not bound, `line` is the level when it
 * left.
 *
 * The hardware's side. lr[] is refreshed by arm_vgic_refresh(), and only the
 * LRs that are needed. An LR that is dirty is newer than the hardware: it is
 * never fetched. While vgic->hcr has LRENPIE and hcr_dirty is false, EOIcount
 * is the hardware's to tell (arm_vgic_apply_eoi_count()). After a maintenance
 * interrupt, dirty LRs and HCR reach the hardware before interrupts are
 * unmasked at EL2, or it is asserted again.
 *
 * More interrupts than LRs. The pending ones of the highest priority get them,
 * then active ones, then pending ones of a group that the guest has disabled in
 * its CPU interface. For pending ones that wait, NPIE asks for a maintenance
 * interrupt once no LR is pending, and VGrp<n>EIE or VGrp<n>DIE for one when
 * the guest changes its groups. For active ones without an LR, LRENPIE reports
 * their EOI (EOImode 0: they end in order of priority) and TDIR traps
 * ICC_DIR_EL1 (EOImode 1), see arm_vgic_deactivate(). With several vCPUs TDIR
 * is always set: what one vCPU acknowledged another may deactivate.
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
 * The guest accesses a frame of its vGIC; width 1, 2, 4 or 8.
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
 * the LRs that are not dirty, vmcr, ap0r and ap1r: the LRs are empty
 * afterwards. Interrupts masked, vcpu->pcpu set. */
void arm_vgic_load(struct arm_vcpu *vcpu);
void arm_vgic_put(struct arm_vcpu *vcpu);

/* Would the vCPU, which is not bound, take this PPI once its line rises? */
bool arm_vgic_listens(const struct arm_vcpu *vcpu, uint32_t intid);

/* arm_vgic_set_ppi() without checks, and without a kick when from, the vCPU
 * that is at EL2 on this CPU and will flush (or null), is vcpu itself. */
void arm_vgic_drive_ppi(struct arm_vcpu *vcpu, uint32_t intid, bool level,
			const struct arm_vcpu *from);

#endif
