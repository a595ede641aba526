/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The virtual timer's interrupt, and the emulated physical timer. The guest
 * sees the physical count as it is: CNTP_* and CNTPCT_EL0 have no offset.
 */
#include "timer/vtimer.h"

#include <arm_vcpu/status.h>

#include "arch/timer.h"
#include "context/timers.h"
#include "gic/vgic.h"
#include "lib/atomic.h"

#define NEVER UINT64_MAX

static bool enabled(uint64_t ctl)
{
	return ctl & CNT_CTL_ENABLE;
}

static void set_deadline(struct arm_vcpu *vcpu, uint64_t deadline)
{
	const struct arm_vm_ops *ops = vcpu->vm->ops;

	/* Only this CPU writes it; the host orders it before its timer. */
	if (arm_load_relaxed(&vcpu->timer.deadline) == deadline)
		return;
	arm_store_relaxed(&vcpu->timer.deadline, deadline);
	if (ops->set_timer)
		ops->set_timer(vcpu->vm->ctx, vcpu, deadline);
}

/* The interrupt line is a level: ISTATUS and not IMASK (D11.2.4). */
static void drive(struct arm_vcpu *vcpu, uint64_t now)
{
	bool is_armed = arm_timer_armed(vcpu->regs.CNTP_CTL_EL0);
	bool fired = is_armed && now >= vcpu->regs.CNTP_CVAL_EL0;

	if (vcpu->vm->vgic)
		arm_vgic_drive_ppi(vcpu, ARM_VTIMER_PHYSICAL_INTID, fired,
				   vcpu);
	set_deadline(vcpu,
		     is_armed && !fired ? vcpu->regs.CNTP_CVAL_EL0 : NEVER);
}

static uint64_t read(const struct arm_guest_regs *regs, uint32_t key,
		     uint64_t now)
{
	uint64_t ctl = regs->CNTP_CTL_EL0;

	if (key == SYSREG_CNTP_CVAL_EL0)
		return regs->CNTP_CVAL_EL0;
	if (key == SYSREG_CNTP_TVAL_EL0)
		return (uint32_t)(regs->CNTP_CVAL_EL0 - now);
	if (enabled(ctl) && now >= regs->CNTP_CVAL_EL0)
		ctl |= CNT_CTL_ISTATUS;
	return ctl;
}

static void write(struct arm_guest_regs *regs, uint32_t key, uint64_t now,
		  uint64_t value)
{
	if (key == SYSREG_CNTP_CVAL_EL0)
		regs->CNTP_CVAL_EL0 = value;
	else if (key == SYSREG_CNTP_TVAL_EL0)
		/* Signed 32 bits (D19.12.11). */
		regs->CNTP_CVAL_EL0 = now + (uint64_t)(int64_t)(int32_t)value;
	else
		regs->CNTP_CTL_EL0 = value & (CNT_CTL_ENABLE | CNT_CTL_IMASK);
}

uint64_t arm_vtimer_read(struct arm_vcpu *vcpu, uint32_t key)
{
	uint64_t now = arm_counter();

	/* A guest that reads ISTATUS as 1 has its interrupt pending. */
	if (key == SYSREG_CNTP_CTL_EL0)
		drive(vcpu, now);
	return read(&vcpu->regs, key, now);
}

void arm_vtimer_write(struct arm_vcpu *vcpu, uint32_t key, uint64_t value)
{
	uint64_t now = arm_counter();

	write(&vcpu->regs, key, now, value);
	drive(vcpu, now);
}

void arm_vtimer_reset(struct arm_vcpu *vcpu)
{
	arm_store_relaxed(&vcpu->timer.deadline, NEVER);
	arm_timers_publish(vcpu);
	if (vcpu->vm->vgic)
		arm_vgic_drive_ppi(vcpu, ARM_VTIMER_PHYSICAL_INTID, false,
				   vcpu);
}

void arm_vtimer_load(struct arm_vcpu *vcpu)
{
	if (!vcpu->virtual_timers)
		return;
	/* The host may have written it: read() computes it. */
	vcpu->regs.CNTP_CTL_EL0 &= ~CNT_CTL_ISTATUS;
	drive(vcpu, arm_counter());
}

void arm_vtimer_put(struct arm_vcpu *vcpu)
{
	arm_timers_publish(vcpu);
	/* From here on the host has arm_vcpu_next_deadline(). */
	if (vcpu->virtual_timers)
		set_deadline(vcpu, NEVER);
}

int arm_vtimer_irq(struct arm_vcpu *vcpu, uint32_t physical)
{
	return arm_vgic_inject_hw(vcpu, ARM_VTIMER_VIRTUAL_INTID, physical);
}

int arm_vcpu_timer_expired(struct arm_vcpu *vcpu)
{
	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	/* Withdrawn meanwhile: the guest stopped it, or the vCPU is away. */
	if (arm_load_relaxed(&vcpu->timer.deadline) == NEVER || !vcpu->vm->vgic)
		return ARM_VCPU_OK;
	return arm_vgic_set_ppi(vcpu, ARM_VTIMER_PHYSICAL_INTID, true);
}

/*
 * The physical count at which this timer makes the vCPU run. offset: physical
 * minus the timer's own count, a signed number. A timer whose interrupt the
 * vCPU does not listen to wakes nobody; if that changes, the vCPU is kicked.
 */
static uint64_t fires_at(const struct arm_vcpu *vcpu, uint32_t intid,
			 uint64_t ctl, uint64_t cval, uint64_t offset)
{
	uint64_t at = cval + offset;

	if (!arm_timer_armed(ctl) ||
	    (vcpu->vm->vgic && !arm_vgic_listens(vcpu, intid)))
		return NEVER;
	if ((int64_t)offset < 0)
		return cval < 0 - offset ? 0 : at;
	return at < cval ? NEVER : at;
}

uint64_t arm_vcpu_next_deadline(const struct arm_vcpu *vcpu)
{
	const struct arm_guest_regs *regs;
	uint64_t virtual, physical;

	if (!vcpu)
		return NEVER;
	regs = &vcpu->regs;
	virtual = fires_at(vcpu, ARM_VTIMER_VIRTUAL_INTID, regs->CNTV_CTL_EL0,
			   regs->CNTV_CVAL_EL0, vcpu->vm->cntvoff);
	physical = fires_at(vcpu, ARM_VTIMER_PHYSICAL_INTID, regs->CNTP_CTL_EL0,
			    regs->CNTP_CVAL_EL0, 0);
	return virtual < physical ? virtual : physical;
}
