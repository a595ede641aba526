/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's state into this CPU and out of it. */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "arch/el2.h"
#include "arch/esr.h"
#include "arch/spsr.h"
#include "context/fp.h"
#include "context/switch.h"
#include "gic/cpuif.h"
#include "gic/vgic.h"
#include "hw/barrier.h"
#include "hw/irq.h"
#include "hw/serror.h"
#include "hw/sysreg.h"
#include "hw/tlb.h"
#include "timer/vtimer.h"
#include "vcpu/pcpu.h"
#include "vcpu/vcpu.h"

/*
 * Two vCPUs of one VM are two PEs to their guest, which may use one ASID for
 * different translations on each (Arm ARM DDI 0487 D8.13, TLBI scope of
 * entries that are not shared): here they share a TLB, tagged with one VMID.
 */
static void forget_sibling(const struct arm_vcpu *vcpu)
{
	if (vcpu->vm->vcpu_count == 1 || vcpu->pcpu->last_bound == vcpu)
		return;
	arm_hw_tlbi_vmalle1();
	arm_hw_ic_iallu();
	arm_hw_dsb_nsh();
	arm_hw_isb();
}

static void load(struct arm_vcpu *vcpu, struct arm_pcpu *pcpu)
{
	pcpu->bound = vcpu;
	vcpu->pcpu = pcpu;
	arm_vcpu_controls(vcpu, &pcpu->features);
	arm_regs_load(&vcpu->regs, !vcpu->virtual_timers);
	if (pcpu->features.ras)
		WRITE(VDISR_EL2, 0);
	forget_sibling(vcpu);
	pcpu->last_bound = vcpu;
	vcpu->fp_loaded = false;
	vcpu->controls_dirty = vcpu->uncleaned != 0;
	arm_gic_load(vcpu);
	arm_vtimer_load(vcpu);
}

static void store(struct arm_vcpu *vcpu)
{
	struct arm_pcpu *pcpu = vcpu->pcpu;

	/*
	 * The guest may have been stopped between a TLBI, IC or DC and its own
	 * DSB, which it then executes on another CPU: it waits for nothing that
	 * this one has issued. And a walk that has begun goes on with its TTBR
	 * and VTTBR; it must be over before those change (Arm ARM DDI 0487
	 * D8.1.5). The whole system, since the guest's DSB may be for a device.
	 */
	arm_hw_dsb_sy();
	vcpu->serror = arm_pcpu_take_serror(pcpu);
	arm_fp_put(vcpu);
	arm_regs_save(&vcpu->regs, !vcpu->virtual_timers);
	arm_regs_close(&vcpu->regs);
	arm_vtimer_put(vcpu);
	arm_gic_put(vcpu);
	/* The host's own traps; HCR_EL2 last, since it turns stage 2 off. */
	WRITE(CPTR_EL2, pcpu->saved.cptr);
	WRITE(MDCR_EL2, pcpu->saved.mdcr);
	WRITE(CNTHCTL_EL2, pcpu->saved.cnthctl);
	WRITE(HCR_EL2, arm_pcpu_host_hcr(pcpu));
	arm_hw_isb();
	vcpu->pcpu = NULL;
	pcpu->bound = NULL;
}

int arm_vcpu_bind(struct arm_vcpu *vcpu, struct arm_pcpu *pcpu)
{
	const int status = arm_vcpu_check_bind(vcpu, pcpu);
	uint64_t daif;

	if (status)
		return status;
	if (!arm_pcpu_is_this(pcpu))
		return ARM_VCPU_ERR_NOT_ENABLED;
	/* Half a vCPU must not be interrupted: the handler may ask for it. */
	daif = arm_hw_irq_mask();
	/* An SError that is pending now is not the guest's; what comes until
	 * unbind is. */
	if (READ(ISR_EL1) & ISR_A)
		arm_hw_unmask_serror();
	pcpu->host_daif = daif;
	load(vcpu, pcpu);
	arm_hw_irq_restore(daif | SPSR_A);
	return ARM_VCPU_OK;
}

int arm_vcpu_unbind(struct arm_vcpu *vcpu)
{
	const struct arm_pcpu *pcpu;
	uint64_t daif;

	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (!vcpu->pcpu || !arm_pcpu_is_this(vcpu->pcpu))
		return ARM_VCPU_ERR_NOT_BOUND;
	pcpu = vcpu->pcpu;
	daif = arm_hw_irq_mask();
	store(vcpu);
	arm_hw_irq_restore((daif & ~SPSR_A) | (pcpu->host_daif & SPSR_A));
	return ARM_VCPU_OK;
}
