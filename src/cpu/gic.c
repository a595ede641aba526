/* SPDX-License-Identifier: Apache-2.0 */
/*
 * List registers and the rest of the virtual CPU interface. While a vCPU is
 * bound they stay in the hardware; only the list registers that the core
 * asks for are read, and only those it changed are written.
 */
#include "cpu/gic.h"

#include <stddef.h>

#include "arch/gicv3.h"
#include "core/vgic.h"
#include "cpu/sysreg_io.h"

/* ICH_LR<n>_EL2 is S3_4_C12_C<12 + n / 8>_<n % 8>. */
/* The formatter cannot settle on a layout of this list. */
/* clang-format off */
#define EACH_LR(X)                                                      \
	X(0, 12, 0)                                                     \
	X(1, 12, 1) X(2, 12, 2) X(3, 12, 3) X(4, 12, 4) X(5, 12, 5)     \
	X(6, 12, 6) X(7, 12, 7) X(8, 13, 0) X(9, 13, 1) X(10, 13, 2)    \
	X(11, 13, 3) X(12, 13, 4) X(13, 13, 5) X(14, 13, 6)             \
	X(15, 13, 7)
/* clang-format on */

static uint64_t read_lr(unsigned n)
{
	switch (n) {
#define READ_LR(number, crm, op2) \
	case number:              \
		return READ_SYSREG(3, 4, 12, crm, op2);
		EACH_LR(READ_LR)
	default:
		return 0;
	}
}

static void write_lr(unsigned n, uint64_t value)
{
	switch (n) {
#define WRITE_LR(number, crm, op2)                       \
	case number:                                     \
		WRITE_SYSREG(3, 4, 12, crm, op2, value); \
		break;
		EACH_LR(WRITE_LR)
	default:
		break;
	}
}

void arm_gic_fetch_lrs(struct arm_vgic_cpu *vgic, uint32_t mask)
{
	/* What was changed and not yet written is newer than the hardware. */
	mask &= ~vgic->lr_dirty;
	for (; mask; mask &= mask - 1) {
		const unsigned n = (unsigned)__builtin_ctz(mask);

		vgic->lr[n] = read_lr(n);
	}
	if ((vgic->hcr & ICH_HCR_LRENPIE) && !vgic->hcr_dirty)
		vgic->hcr = (vgic->hcr & ~(uint32_t)ICH_HCR_EOICOUNT) |
			    (uint32_t)(READ(ICH_HCR_EL2) & ICH_HCR_EOICOUNT);
}

void arm_gic_fetch_vmcr(struct arm_vgic_cpu *vgic)
{
	vgic->vmcr = (uint32_t)READ(ICH_VMCR_EL2);
}

/* Physical interrupts whose virtual ones ended without the guest's EOI. The
 * host splits priority drop and deactivation (vgic.h). */
static void retire(struct arm_vcpu *vcpu)
{
	uint32_t physical;

	while (arm_vgic_take_retired(vcpu, &physical))
		WRITE(ICC_DIR_EL1, physical);
}

void arm_gic_push(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;
	uint32_t dirty = vgic->lr_dirty;

	for (; dirty; dirty &= dirty - 1) {
		const unsigned n = (unsigned)__builtin_ctz(dirty);

		write_lr(n, vgic->lr[n]);
	}
	vgic->lr_dirty = 0;
	if (vgic->hcr_dirty) {
		WRITE(ICH_HCR_EL2, vgic->hcr);
		vgic->hcr_dirty = false;
	}
	if (vgic->retire_ppis | vgic->retire_banks)
		retire(vcpu);
}

/*
 * How many ICH_AP<g>R<n>_EL2 exist: 1, 2 or 4 for 5, 6 or 7 bits of
 * preemption (ICH_VTR_EL2.PREbits); the others are UNDEFINED.
 */
static unsigned active_priority_registers(void)
{
	const uint64_t bits = BITS_GET(READ(ICH_VTR_EL2), BITS(28, 26)) + 1;

	return bits <= 5 ? 1 : bits == 6 ? 2 : 4;
}

#define EACH_APR(X) X(3, 3) X(2, 2) X(1, 1) X(0, 0)

static void load_active_priorities(const struct arm_vgic_cpu *vgic)
{
	const unsigned count = active_priority_registers();

#define LOAD_APR(n, op2)                                       \
	if ((n) < count) {                                     \
		WRITE_SYSREG(3, 4, 12, 8, op2, vgic->ap0r[n]); \
		WRITE_SYSREG(3, 4, 12, 9, op2, vgic->ap1r[n]); \
	}
	EACH_APR(LOAD_APR)
}

static void save_active_priorities(struct arm_vgic_cpu *vgic)
{
	const unsigned count = active_priority_registers();

#define SAVE_APR(n, op2)                                       \
	if ((n) < count) {                                     \
		vgic->ap0r[n] = READ_SYSREG(3, 4, 12, 8, op2); \
		vgic->ap1r[n] = READ_SYSREG(3, 4, 12, 9, op2); \
	}
	EACH_APR(SAVE_APR)
}

void arm_gic_load(struct arm_vcpu *vcpu)
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

void arm_gic_put(struct arm_vcpu *vcpu)
{
	struct arm_vgic_cpu *vgic = &vcpu->vgic;

	if (!vcpu->pcpu->features.gicv3 || !vcpu->virtual_interrupts)
		return;
	if (vcpu->vm->vgic) {
		arm_gic_fetch_lrs(vgic, vgic->lr_used);
		vgic->vmcr = (uint32_t)READ(ICH_VMCR_EL2);
		save_active_priorities(vgic);
		arm_vgic_put(vcpu);
		retire(vcpu);
	}
	WRITE(ICH_HCR_EL2, 0);
}
