/* SPDX-License-Identifier: Apache-2.0 */
/* The registers of the GIC's CPU interface that trap (IHI 0069 12.2). */
#include "arch/gicv3.h"
#include "arch/sysreg_bits.h"
#include "gic/vgic.h"
#include "trap/sysreg_handlers.h"

#define SGI1R SYSREG(3, 0, 12, 11, 5)

static bool has_vgic(const struct arm_vcpu *vcpu)
{
	return vcpu->virtual_interrupts && vcpu->vm->vgic;
}

static void describe_ipi(const struct arm_sysreg_access *access, uint64_t value,
			 struct arm_vcpu_exit_ipi *ipi)
{
	ipi->affinity = BITS_GET(value, ICC_SGIR_AFF3) << 32 |
			BITS_GET(value, ICC_SGIR_AFF2) << 16 |
			BITS_GET(value, ICC_SGIR_AFF1) << 8;
	ipi->target_list = (uint16_t)BITS_GET(value, ICC_SGIR_TARGETS);
	ipi->range = (uint8_t)BITS_GET(value, ICC_SGIR_RS);
	ipi->intid = (uint8_t)BITS_GET(value, ICC_SGIR_INTID);
	ipi->all_but_self = value & ICC_SGIR_IRM;
	ipi->group = access->key == SGI1R;
}

/*
 * One Security state, as GICD_CTLR.DS = 1 has it: SGI1R makes group 1
 * interrupts, ASGI1R ("the other state's") and SGI0R group 0 ones.
 */
ARM_SYSREG_HANDLER(arm_sysreg_sgi)
{
	if (access->is_read)
		return ARM_SYSREG_UNDEFINED;
	if (!has_vgic(vcpu)) {
		vcpu->exit->reason = ARM_VCPU_EXIT_SEND_IPI;
		describe_ipi(access, *value, &vcpu->exit->ipi);
		return ARM_SYSREG_EXIT;
	}
	arm_vgic_send_sgi(vcpu, *value, access->key == SGI1R);
	return ARM_SYSREG_DONE;
}

/* Traps while the vGIC has active interrupts that are in no list register. */
ARM_SYSREG_HANDLER(arm_sysreg_dir)
{
	if (access->is_read || !has_vgic(vcpu))
		return ARM_SYSREG_UNDEFINED;
	arm_vgic_deactivate(vcpu, (uint32_t)BITS_GET(*value, ICC_DIR_INTID));
	return ARM_SYSREG_DONE;
}

/* Writes change nothing: the memory-mapped interface does not exist. The same
 * for a guest that has the CPU's own interrupts. */
ARM_SYSREG_HANDLER(arm_sysreg_sre)
{
	if (vcpu->virtual_interrupts && !vcpu->vm->vgic)
		return ARM_SYSREG_UNDEFINED;
	if (access->is_read)
		*value = ICC_SRE_EL1_FIXED;
	return ARM_SYSREG_DONE;
}
