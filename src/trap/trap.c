/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The exit: hw/vectors.S calls one of the arm_guest_*() functions with the
 * guest's registers saved. The syndrome is read once and decoded once, by
 * decode.c; arm_guest_sync() shows what becomes of each class of exceptions,
 * which is served here or goes to the host.
 */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "arch/el2.h"
#include "arch/esr.h"
#include "arch/spsr.h"
#include "context/fp.h"
#include "gic/cpuif.h"
#include "gic/vgic.h"
#include "hw/guest.h"
#include "hw/irq.h"
#include "hw/sysreg.h"
#include "lib/atomic.h"
#include "trap/complete.h"
#include "trap/decode.h"
#include "trap/fault_addr.h"
#include "trap/inject.h"
#include "trap/smccc.h"
#include "trap/sysreg.h"
#include "trap/trap.h"
#include "vcpu/pcpu.h"

/* A load whose Rt is one of x19 to x29 needs them restored from the frame. */
static unsigned resume_after(unsigned reg)
{
	return reg - 19u <= 29u - 19u ? ARM_RESUME_FULL : ARM_RESUME;
}

/* The instruction is done; pending says what it writes. */
__attribute__((noinline)) static unsigned finish(struct arm_vcpu *vcpu,
						 uint64_t value)
{
	arm_complete(&vcpu->frame, &vcpu->snap, &vcpu->pending, value);
	arm_gic_settle(vcpu);
	return resume_after(vcpu->pending.reg);
}

/*
 * The host's functions run with the host's SP_EL0: a host that keeps a pointer
 * to itself there finds it.
 */
static bool ask_host(struct arm_vcpu *vcpu, uint64_t *value)
{
	const struct arm_vm_ops *ops = vcpu->vm->ops;
	uint64_t guest_sp_el0;
	bool served;

	if (!ops->mmio)
		return false;
	guest_sp_el0 = READ(SP_EL0);
	WRITE(SP_EL0, vcpu->host_sp_el0);
	served = ops->mmio(vcpu->vm->ctx, vcpu, &vcpu->exit->mmio, value);
	WRITE(SP_EL0, guest_sp_el0);
	return served;
}

static unsigned serve_mmio(struct arm_vcpu *vcpu)
{
	const struct arm_vcpu_exit_mmio *mmio = &vcpu->exit->mmio;
	uint64_t value = mmio->value;

	switch (arm_vgic_mmio(vcpu, mmio->addr, mmio->width, mmio->is_write,
			      &value)) {
	case ARM_VGIC_DONE:
		return finish(vcpu, value);
	case ARM_VGIC_AGAIN: /* PC stays */
		arm_gic_settle_now(vcpu);
		return ARM_RESUME;
	case ARM_VGIC_NOT_HERE:
		break;
	}
	return ask_host(vcpu, &value) ? finish(vcpu, value) : ARM_TO_HOST;
}

__attribute__((noinline)) static unsigned serve_sysreg(struct arm_vcpu *vcpu)
{
	uint64_t value;

	(void)arm_decode_sysreg(&vcpu->snap, &vcpu->frame, vcpu->exit,
				&vcpu->pending);
	value = vcpu->exit->sysreg.value;
	switch (arm_sysreg_serve(vcpu, &value)) {
	case ARM_SYSREG_DONE:
		return finish(vcpu, value);
	case ARM_SYSREG_UNDEFINED:
		arm_inject_undefined(vcpu);
		return ARM_RESUME;
	case ARM_SYSREG_EXIT:
		break;
	}
	return ARM_TO_HOST;
}

/*
 * A class that decode.c has no exit for: what the guest cannot know of is
 * UNDEFINED to it. CPTR_EL2.TFP is off after the first use of FP; then the
 * class is about something else that is not there.
 */
static unsigned serve_other(struct arm_vcpu *vcpu)
{
	const uint32_t ec = (uint32_t)BITS_GET(vcpu->snap.esr, ESR_EC);

	if (ec == ESR_EC_FP_ASIMD && !vcpu->fp_loaded) {
		arm_fp_first_use(vcpu);
		return ARM_RESUME;
	}
	if (!arm_exit_is_guest_undefined(ec))
		return ARM_TO_HOST;
	arm_inject_undefined(vcpu);
	return ARM_RESUME;
}

__attribute__((noinline)) static unsigned
serve_data_abort(struct arm_vcpu *vcpu)
{
	enum arm_vcpu_exit_reason reason;

	if (!arm_fault_addr(&vcpu->snap))
		return ARM_RESUME;
	reason = arm_decode_data_abort(&vcpu->snap, &vcpu->frame, vcpu->exit,
				       &vcpu->pending);
	if (reason == ARM_VCPU_EXIT_MMIO_READ ||
	    reason == ARM_VCPU_EXIT_MMIO_WRITE)
		return serve_mmio(vcpu);
	return ARM_TO_HOST;
}

/* Another class. An AArch32 instruction may trap although its condition fails:
 * it does nothing then (Arm ARM DDI 0487 G1.19.5). */
__attribute__((noinline, cold)) static unsigned
serve_rest(struct arm_vcpu *vcpu)
{
	const uint64_t ec = BITS_GET(vcpu->snap.esr, ESR_EC);

	if (arm_exit_condition_failed(&vcpu->snap, &vcpu->frame)) {
		arm_frame_skip(&vcpu->frame, &vcpu->snap);
		return ARM_RESUME;
	}
	if (ec == ESR_EC_IABT_LOW && !arm_fault_addr(&vcpu->snap))
		return ARM_RESUME;
	if (arm_decode(&vcpu->snap, &vcpu->frame, vcpu->exit, &vcpu->pending) ==
	    ARM_VCPU_EXIT_UNHANDLED)
		return serve_other(vcpu);
	return ARM_TO_HOST;
}

unsigned arm_guest_sync(struct arm_vcpu *vcpu)
{
	const uint64_t esr = READ(ESR_EL2);
	const uint64_t ec = BITS_GET(esr, ESR_EC);

	vcpu->snap.esr = esr;
	switch (ec) {
	case ESR_EC_HVC64:
	case ESR_EC_SMC64:
		return arm_smccc_call(vcpu);
	case ESR_EC_SYS64:
		return serve_sysreg(vcpu);
	case ESR_EC_DABT_LOW:
		return serve_data_abort(vcpu);
	default:
		return serve_rest(vcpu);
	}
}

/*
 * Cortex-A57 834220: where stage 1 does not let an access pass, an abort of
 * stage 2 may be reported. Then the guest does it again, and takes its own.
 */
__attribute__((cold)) unsigned arm_guest_sync_checked(struct arm_vcpu *vcpu)
{
	const uint64_t esr = READ(ESR_EL2);
	const uint64_t ec = BITS_GET(esr, ESR_EC);

	if ((ec == ESR_EC_DABT_LOW || ec == ESR_EC_IABT_LOW) &&
	    !arm_fault_is_stage2(esr))
		return ARM_RESUME;
	return arm_guest_sync(vcpu);
}

/* An exit that is no instruction of the guest's. */
static unsigned leave(struct arm_vcpu *vcpu, enum arm_vcpu_exit_reason reason)
{
	vcpu->exit->reason = reason;
	vcpu->pending.kind = ARM_VCPU_COMPLETE_NOTHING;
	return ARM_TO_HOST;
}

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
	return arm_load(&vcpu->kicked) &&
	       arm_exchange_acquire(&vcpu->kicked, 0);
}

unsigned arm_guest_irq(struct arm_vcpu *vcpu, unsigned fiq)
{
	enum arm_pcpu_irq_action action = ARM_PCPU_IRQ_EXIT;

	if (vcpu->pcpu->ops->irq)
		action = call_host(vcpu);
	arm_gic_settle(vcpu);
	if (action == ARM_PCPU_IRQ_EXIT) {
		vcpu->exit->interrupt.fiq = fiq != 0;
		return leave(vcpu, ARM_VCPU_EXIT_INTERRUPT);
	}
	if (take_kick(vcpu))
		return leave(vcpu, ARM_VCPU_EXIT_NOTHING);
	return ARM_RESUME;
}

static unsigned report_serror(struct arm_vcpu *vcpu, uint64_t esr)
{
	vcpu->exit->snapshot = (struct arm_vcpu_exit_snapshot){
		.esr = esr,
		.vector = ARM_VCPU_VECTOR_SERROR,
		.aarch32 = vcpu->frame.spsr & SPSR_AARCH32,
	};
	return leave(vcpu, ARM_VCPU_EXIT_SERROR);
}

unsigned arm_guest_serror(struct arm_vcpu *vcpu)
{
	return report_serror(vcpu, READ(ESR_EL2));
}

/* When it was unbound, after its last run. */
static void report_old_serror(struct arm_vcpu *vcpu)
{
	const uint64_t esr = vcpu->serror;

	vcpu->serror = 0;
	(void)report_serror(vcpu, esr);
}

/* False: the guest may not go on, its host still owes it clean caches (struct
 * arm_vm_config, watch_caches). The exit is told again. */
__attribute__((noinline, cold)) static bool
update_controls(struct arm_vcpu *vcpu)
{
	WRITE(HCR_EL2, vcpu->regs.HCR_EL2);
	vcpu->controls_dirty = vcpu->uncleaned != 0;
	if (!vcpu->uncleaned)
		return true;
	vcpu->snap.esr = vcpu->uncleaned;
	(void)arm_decode_sysreg(&vcpu->snap, &vcpu->frame, vcpu->exit,
				&vcpu->pending);
	return false;
}

int arm_vcpu_run(struct arm_vcpu *vcpu, struct arm_vcpu_exit *exit)
{
	uint64_t daif;

	if (!vcpu || !exit)
		return ARM_VCPU_ERR_NULL;
	if (!vcpu->is_setup)
		return ARM_VCPU_ERR_NOT_SETUP;
	if (!vcpu->pcpu || !arm_pcpu_is_this(vcpu->pcpu))
		return ARM_VCPU_ERR_NOT_BOUND;

	daif = arm_hw_irq_mask();
	vcpu->exit = exit;
	vcpu->pending.kind = ARM_VCPU_COMPLETE_NOTHING;
	exit->reason = ARM_VCPU_EXIT_NOTHING;
	arm_gic_settle(vcpu);
	if (vcpu->serror) {
		report_old_serror(vcpu);
	} else if (!take_kick(vcpu) &&
		   (!vcpu->controls_dirty || update_controls(vcpu))) {
		vcpu->host_sp_el0 = READ(SP_EL0);
		arm_hw_guest_enter(vcpu);
	}
	arm_hw_irq_restore(daif);
	return ARM_VCPU_OK;
}
