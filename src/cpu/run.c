/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The run loop: into the guest, and for each exit one of the arm_guest_*()
 * functions below, called by vectors.S with the guest's registers saved. They
 * snapshot the syndrome once and decide: resume, or return to the host.
 */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "arch/el2.h"
#include "arch/esr.h"
#include "arch/spsr.h"
#include "arch/timer.h"
#include "core/serve.h"
#include "core/smccc.h"
#include "core/sysreg.h"
#include "core/vgic.h"
#include "cpu/fault_addr.h"
#include "cpu/fp.h"
#include "cpu/gic.h"
#include "cpu/offsets.h"
#include "cpu/sysreg_io.h"

/* vectors.S */
void arm_guest_enter(struct arm_vcpu *vcpu);

/* Called from vectors.S; they answer ARM_RESUME, _FULL or ARM_TO_HOST. */
unsigned arm_guest_sync(struct arm_vcpu *vcpu);
unsigned arm_guest_irq(struct arm_vcpu *vcpu, unsigned fiq);
unsigned arm_guest_serror(struct arm_vcpu *vcpu);

/* A load whose Rt is one of x19 to x29 needs them restored from the frame. */
static unsigned resume_after(uint64_t reg)
{
	return reg - 19u <= 29u - 19u ? ARM_RESUME_FULL : ARM_RESUME;
}

/* While its output is high, the virtual timer's interrupt stays. */
static bool virtual_timer_is_high(void)
{
	const uint64_t ctl = READ_SYSREG(3, 3, 14, 3, 1); /* CNTV_CTL_EL0 */

	return (ctl & (CNT_CTL_ENABLE | CNT_CTL_IMASK | CNT_CTL_ISTATUS)) ==
	       (CNT_CTL_ENABLE | CNT_CTL_ISTATUS);
}

/*
 * What happened in the vGIC, by this vCPU or another, takes effect before the
 * guest goes on: interrupts are masked from here to ERET, so whoever comes
 * later interrupts the guest.
 */
static void settle_vgic(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	if (vgic->watch && !(vcpu->virtual_timers && virtual_timer_is_high()))
		arm_vgic_watch(vcpu);
	if (atomic_load_explicit(&vgic->attention, memory_order_acquire))
		arm_vgic_flush(vcpu);
	if (vgic->lr_dirty | (uint32_t)vgic->hcr_dirty | vgic->retire_ppis |
	    vgic->retire_banks)
		arm_gic_push(vcpu);
}

static unsigned sync_to_host(struct arm_vcpu *vcpu)
{
	vcpu->exited_sync = true;
	return ARM_TO_HOST;
}

static unsigned system_register(struct arm_vcpu *vcpu, uint64_t esr)
{
	if (!arm_sysreg_trap(vcpu, (uint32_t)(esr & ESR_ISS), vcpu->exit))
		return sync_to_host(vcpu);
	settle_vgic(vcpu);
	return resume_after(BITS_GET(esr, SYSREG_RT));
}

static unsigned stage2_abort(struct arm_vcpu *vcpu, uint64_t esr)
{
	if (!arm_fault_addr(&vcpu->snap))
		return ARM_RESUME;
	if (!arm_serve_abort(vcpu))
		return sync_to_host(vcpu);
	settle_vgic(vcpu);
	return resume_after(BITS_GET(esr, ESR_DABT_SRT));
}

unsigned arm_guest_sync(struct arm_vcpu *vcpu)
{
	struct arm_vcpu_exit_snapshot *snap = &vcpu->snap;
	const uint64_t esr = READ(ESR_EL2);
	bool served;

	snap->esr = esr;
	snap->vector = ARM_VCPU_VECTOR_SYNC;
	snap->aarch32 = vcpu->frame.spsr & SPSR_AARCH32;
	switch (BITS_GET(esr, ESR_EC)) {
	case ESR_EC_HVC64:
		served = arm_smccc_call(vcpu, false, vcpu->exit);
		break;
	case ESR_EC_SMC64:
		served = arm_smccc_call(vcpu, true, vcpu->exit);
		break;
	case ESR_EC_SYS64:
		return system_register(vcpu, esr);
	case ESR_EC_DABT_LOW:
	case ESR_EC_IABT_LOW:
		return stage2_abort(vcpu, esr);
	case ESR_EC_FP_ASIMD:
		/* CPTR_EL2.TFP, which is off after the first use: then the
		 * class is about something else that is not there. */
		served = !vcpu->fp_loaded;
		if (served)
			arm_fp_first_use(vcpu);
		else
			served = arm_serve_other(vcpu);
		break;
	default:
		served = arm_serve_other(vcpu);
		break;
	}
	return served ? ARM_RESUME : sync_to_host(vcpu);
}

static unsigned leave(struct arm_vcpu *vcpu, enum arm_vcpu_exit_reason reason)
{
	vcpu->exit->reason = reason;
	return ARM_TO_HOST;
}

/*
 * The host's handler runs with the host's SP_EL0: a host that keeps a pointer
 * to itself there finds it.
 */
static enum arm_pcpu_irq_action call_host(struct arm_vcpu *vcpu)
{
	const uint64_t guest_sp_el0 = READ(SP_EL0);
	enum arm_pcpu_irq_action action;

	WRITE(SP_EL0, vcpu->host_sp_el0);
	action = vcpu->pcpu->ops->irq(vcpu->pcpu->ctx, vcpu);
	WRITE(SP_EL0, guest_sp_el0);
	return action;
}

/*
 * Whether somebody wants the host's attention; asked once. What was written
 * before the kick is seen after it. The load is sequentially consistent: who
 * kicks writes this first and then looks where the vCPU runs, the host wrote
 * where it runs before it came here, and one of the two sees the other.
 */
static bool take_kick(struct arm_vcpu *vcpu)
{
	return atomic_load(&vcpu->kicked) &&
	       atomic_exchange_explicit(&vcpu->kicked, 0, memory_order_acquire);
}

unsigned arm_guest_irq(struct arm_vcpu *vcpu, unsigned fiq)
{
	enum arm_pcpu_irq_action action = ARM_PCPU_IRQ_EXIT;

	if (vcpu->pcpu->ops->irq)
		action = call_host(vcpu);
	settle_vgic(vcpu);
	if (action == ARM_PCPU_IRQ_EXIT) {
		vcpu->exit->interrupt.fiq = fiq != 0;
		return leave(vcpu, ARM_VCPU_EXIT_INTERRUPT);
	}
	if (take_kick(vcpu))
		return leave(vcpu, ARM_VCPU_EXIT_NOTHING);
	return ARM_RESUME;
}

unsigned arm_guest_serror(struct arm_vcpu *vcpu)
{
	vcpu->snap.esr = READ(ESR_EL2);
	vcpu->snap.vector = ARM_VCPU_VECTOR_SERROR;
	vcpu->exit->snapshot = vcpu->snap;
	return leave(vcpu, ARM_VCPU_EXIT_SERROR);
}

int arm_vcpu_run(struct arm_vcpu *vcpu, struct arm_vcpu_exit *exit)
{
	uint64_t daif;

	if (!vcpu || !exit)
		return ARM_VCPU_ERR_NULL;
	if (!vcpu->is_setup)
		return ARM_VCPU_ERR_NOT_SETUP;
	if (!vcpu->pcpu ||
	    vcpu->pcpu->mpidr != (READ(MPIDR_EL1) & MPIDR_AFFINITY))
		return ARM_VCPU_ERR_NOT_BOUND;

	daif = arm_irq_mask();
	vcpu->exit = exit;
	vcpu->exited_sync = false;
	vcpu->pending.kind = ARM_VCPU_COMPLETE_NOTHING;
	exit->reason = ARM_VCPU_EXIT_NOTHING;
	settle_vgic(vcpu);
	if (!take_kick(vcpu)) {
		if (vcpu->controls_dirty) {
			WRITE(HCR_EL2, vcpu->regs.HCR_EL2);
			vcpu->controls_dirty = false;
		}
		vcpu->host_sp_el0 = READ(SP_EL0);
		arm_guest_enter(vcpu);
	}
	arm_irq_restore(daif);
	return ARM_VCPU_OK;
}
