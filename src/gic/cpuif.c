/* SPDX-License-Identifier: Apache-2.0 */
/*
 * List registers and the rest of the virtual CPU interface. While a vCPU is
 * bound they stay in the hardware; only the list registers that the vGIC
 * asks for are read, and only those it changed are written.
 */
#include "gic/cpuif.h"

#include <stddef.h>

#include "arch/gicv3.h"
#include "gic/lr.h"
#include "gic/vgic.h"
#include "hw/lr.h"
#include "hw/sysreg.h"

/* Physical interrupts whose virtual ones ended without the guest's EOI. The
 * host splits priority drop and deactivation (vgic.h). */
__attribute__((noinline, cold)) static void retire(struct arm_vcpu *vcpu)
{
	uint32_t physical;

	while (arm_vgic_take_retired(vcpu, &physical))
		WRITE(ICC_DIR_EL1, physical);
}

void arm_gic_push(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	arm_hw_write_lrs(vgic->lr, vgic->lr_dirty);
	vgic->lr_dirty = 0;
	if (vgic->hcr_dirty) {
		WRITE(ICH_HCR_EL2, vgic->hcr);
		vgic->hcr_dirty = false;
	}
	if (vgic->retire_ppis | vgic->retire_banks)
		retire(vcpu);
}

void arm_gic_settle_now(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	if (vgic->watch)
		arm_vgic_watch(vcpu);
	/* As in arm_gic_settle(). */
	if (arm_load(&vgic->attention))
		arm_vgic_flush(vcpu);
	arm_gic_push(vcpu);
}

/*
 * How many ICH_AP<g>R<n>_EL2 exist: 1, 2 or 4 for 5, 6 or 7 bits of
 * preemption (ICH_VTR_EL2.PREbits); the others are UNDEFINED.
 */
static unsigned active_priority_registers(void)
{
	const uint64_t bits = BITS_GET(READ(ICH_VTR_EL2), ICH_VTR_PREBITS) + 1;

	return bits <= 5 ? 1 : bits == 6 ? 2 : 4;
}

static void load_active_priorities(const struct arm_vgic_cpu *vgic)
{
	for (unsigned n = active_priority_registers(); n-- > 0;) {
		arm_hw_write_apr(0, n, vgic->ap0r[n]);
		arm_hw_write_apr(1, n, vgic->ap1r[n]);
	}
}

static void save_active_priorities(struct arm_vgic_cpu *vgic)
{
	for (unsigned n = active_priority_registers(); n-- > 0;) {
		vgic->ap0r[n] = arm_hw_read_apr(0, n);
		vgic->ap1r[n] = arm_hw_read_apr(1, n);
	}
}

__attribute__((cold)) void arm_gic_load(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	if (!vcpu->pcpu->features.gicv3 || !vcpu->virtual_interrupts)
		return;
	if (!vcpu->vm->vgic) {
		/* No interrupt controller: its registers are undefined. */
		WRITE(ICH_HCR_EL2, ICH_HCR_TC | ICH_HCR_TALL0 | ICH_HCR_TALL1);
		return;
	}
	arm_vgic_load(vcpu);
	WRITE(ICH_VMCR_EL2, vgic->vmcr);
	load_active_priorities(vgic);
	/* The rest goes in by arm_gic_push() with the first entry. */
}

__attribute__((cold)) void arm_gic_put(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	if (!vcpu->pcpu->features.gicv3 || !vcpu->virtual_interrupts)
		return;
	if (vcpu->vm->vgic) {
		arm_vgic_refresh(vcpu, vgic->lr_used);
		vgic->vmcr = (uint32_t)READ(ICH_VMCR_EL2);
		save_active_priorities(vgic);
		arm_vgic_put(vcpu);
		retire(vcpu);
	}
	WRITE(ICH_HCR_EL2, 0);
}
