/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's life outside the guest: made, set up, reset, started, asked. */
#include "vcpu/vcpu.h"

#include <stddef.h>

#include <arm_vcpu/stage2.h>
#include <arm_vcpu/status.h>

#include "arch/el2.h"
#include "arch/stage2.h"
#include "context/kick.h"
#include "gic/vgic.h"
#include "lib/atomic.h"
#include "timer/vtimer.h"

#define DEFAULT_IPA_BITS 48u

static unsigned ipa_bits(const struct arm_vcpu *vcpu)
{
	if (!vcpu->has_root)
		return DEFAULT_IPA_BITS;
	return 64u - (unsigned)BITS_GET(vcpu->regs.VTCR_EL2, VTCR_EL2_T0SZ);
}

/*
 * The size of the root: one to 16 tables, side by side, of the start level
 * (Arm ARM DDI 0487 D8.2.2). 0 for a VTCR_EL2 that is not of the 4 KiB
 * granule, or whose start level does not go with its IPA size.
 */
static uint64_t root_size(uint64_t vtcr)
{
	const unsigned bits = 64u - (unsigned)BITS_GET(vtcr, VTCR_EL2_T0SZ);
	const unsigned sl0 = (unsigned)BITS_GET(vtcr, VTCR_EL2_SL0);
	const unsigned entry_bits = S2_PAGE_SHIFT + S2_LEVEL_BITS * (sl0 + 1u);

	if ((vtcr & VTCR_EL2_TG0) || bits < S2_MIN_IPA_BITS ||
	    bits > S2_MAX_BITS || sl0 > VTCR_SL0(S2_LEVEL_FIRST) ||
	    bits <= entry_bits ||
	    bits > entry_bits + S2_LEVEL_BITS + S2_CONCAT_BITS)
		return 0;
	if (bits <= entry_bits + S2_LEVEL_BITS)
		return ARM_STAGE2_PAGE_SIZE;
	return ARM_STAGE2_PAGE_SIZE << (bits - entry_bits - S2_LEVEL_BITS);
}

int arm_vcpu_init(struct arm_vcpu *vcpu, const struct arm_vcpu_config *config)
{
	struct arm_vm *vm;

	if (!vcpu || !config || !config->vm)
		return ARM_VCPU_ERR_NULL;
	vm = config->vm;
	if (config->mpidr & ~MPIDR_AFFINITY)
		return ARM_VCPU_ERR_RANGE;
	if (arm_vm_find_vcpu(vm, config->mpidr))
		return ARM_VCPU_ERR_EXISTS;
	if (vm->vcpu_count == vm->vcpu_capacity)
		return ARM_VCPU_ERR_FULL;

	*vcpu = (struct arm_vcpu){
		.vm = vm,
		.mpidr = config->mpidr,
		.boot_arg = config->x0,
		.features = config->aarch32_el0 ? ARM_VCPU_AARCH32_EL0 : 0,
		.index = vm->vcpu_count,
		.power = config->powered_on ? ARM_VCPU_POWER_ON
					    : ARM_VCPU_POWER_OFF,
	};
	vm->vcpus[vm->vcpu_count++] = vcpu;
	arm_vgic_cpu_init(vcpu);
	return arm_vcpu_reset(vcpu);
}

int arm_vcpu_setup(struct arm_vcpu *vcpu, const struct arm_vcpu_setup *setup)
{
	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (vcpu->pcpu)
		return ARM_VCPU_ERR_BOUND;
	if (setup && setup->passthrough_interrupts && vcpu->vm->vgic)
		return ARM_VCPU_ERR_INVALID;
	vcpu->virtual_interrupts = !setup || !setup->passthrough_interrupts;
	vcpu->virtual_timers = !setup || !setup->passthrough_timers;
	vcpu->is_setup = true;
	return ARM_VCPU_OK;
}

int arm_vcpu_set_entry(struct arm_vcpu *vcpu, uint64_t entry)
{
	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (entry & 3u)
		return ARM_VCPU_ERR_UNALIGNED;
	if (entry >> ipa_bits(vcpu))
		return ARM_VCPU_ERR_RANGE;
	vcpu->entry = entry;
	arm_trap_frame_set_pc(&vcpu->frame, entry);
	return ARM_VCPU_OK;
}

int arm_vcpu_set_ept_root(struct arm_vcpu *vcpu,
			  const struct arm_vcpu_ept_root *root)
{
	uint64_t size;

	if (!vcpu || !root)
		return ARM_VCPU_ERR_NULL;
	if (vcpu->pcpu)
		return ARM_VCPU_ERR_BOUND;
	size = root_size(root->vtcr);
	if (!root->root || !size)
		return ARM_VCPU_ERR_INVALID;
	if (root->root & (size - 1))
		return ARM_VCPU_ERR_UNALIGNED;
	if (root->root & ~VTTBR_BADDR)
		return ARM_VCPU_ERR_RANGE;
	if (vcpu->entry >> (64u - BITS_GET(root->vtcr, VTCR_EL2_T0SZ)))
		return ARM_VCPU_ERR_RANGE;

	vcpu->regs.VTCR_EL2 = root->vtcr;
	vcpu->regs.VTTBR_EL2 = root->root | BITS_PUT(VTTBR_VMID, root->vmid);
	vcpu->regs.HCR_EL2 &= ~HCR_FWB;
	if (root->fwb)
		vcpu->regs.HCR_EL2 |= HCR_FWB;
	vcpu->has_root = true;
	return ARM_VCPU_OK;
}

/* The PE itself: all but its interrupts and timers. */
static void reset_pe(struct arm_vcpu *vcpu)
{
	struct arm_guest_regs *regs = &vcpu->regs;
	const struct arm_guest_regs old = *regs;

	arm_guest_regs_reset(regs);
	/* What the host configured is not the guest's to reset. */
	regs->VTCR_EL2 = old.VTCR_EL2;
	regs->VTTBR_EL2 = old.VTTBR_EL2;
	regs->HCR_EL2 = old.HCR_EL2;

	arm_trap_frame_reset(&vcpu->frame);
	arm_trap_frame_set_pc(&vcpu->frame, vcpu->entry);
	arm_trap_frame_set_gpr(&vcpu->frame, 0, vcpu->boot_arg);
	vcpu->fp = (struct arm_vcpu_fp_state){0};
	vcpu->pending.kind = ARM_VCPU_COMPLETE_NOTHING;
	vcpu->serror = 0;
	/* OSLSR_EL1.OSLK is 1 after a cold reset (Arm ARM DDI 0487 H6.1). */
	vcpu->os_lock = true;
	vcpu->dbgclaim = 0;
	vcpu->uncleaned = 0;
}

int arm_vcpu_reset(struct arm_vcpu *vcpu)
{
	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (vcpu->pcpu)
		return ARM_VCPU_ERR_BOUND;
	reset_pe(vcpu);
	vcpu->kind = 0;
	arm_vgic_cpu_reset(vcpu);
	arm_vtimer_reset(vcpu);
	return ARM_VCPU_OK;
}

int arm_vcpu_power_on(struct arm_vcpu *vcpu, uint64_t entry, uint64_t arg)
{
	const uint64_t boot_entry = vcpu ? vcpu->entry : 0;
	int status;

	if (vcpu && vcpu->pcpu)
		return ARM_VCPU_ERR_BOUND;
	status = arm_vcpu_set_entry(vcpu, entry);
	if (status)
		return status;
	reset_pe(vcpu);
	arm_vgic_cpu_interface_reset(vcpu);
	arm_vtimer_reset(vcpu);
	arm_trap_frame_set_gpr(&vcpu->frame, 0, arg);
	/* The entry of a later arm_vcpu_reset() is still the VM's. */
	vcpu->entry = boot_entry;
	return arm_vcpu_set_power(vcpu, ARM_VCPU_POWER_ON);
}

enum arm_vcpu_power_state arm_vcpu_power(const struct arm_vcpu *vcpu)
{
	if (!vcpu)
		return ARM_VCPU_POWER_OFF;
	return (enum arm_vcpu_power_state)arm_load(&vcpu->power);
}

int arm_vcpu_set_power(struct arm_vcpu *vcpu, enum arm_vcpu_power_state state)
{
	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if ((unsigned)state > ARM_VCPU_POWER_ON)
		return ARM_VCPU_ERR_INVALID;
	arm_store(&vcpu->power, (uint32_t)state);
	return ARM_VCPU_OK;
}

int arm_vcpu_kick(struct arm_vcpu *vcpu)
{
	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	/* Set before the interrupt is sent, and looked at by arm_vcpu_run()
	 * with interrupts masked: one of the two is always seen. */
	arm_store(&vcpu->kicked, 1);
	arm_vcpu_notify(vcpu);
	return ARM_VCPU_OK;
}

int arm_vcpu_get_gpr(const struct arm_vcpu *vcpu, unsigned reg, uint64_t *value)
{
	if (!vcpu || !value)
		return ARM_VCPU_ERR_NULL;
	if (reg > ARM_VCPU_GPR_XZR)
		return ARM_VCPU_ERR_RANGE;
	*value = arm_trap_frame_gpr(&vcpu->frame, reg);
	return ARM_VCPU_OK;
}

int arm_vcpu_set_gpr(struct arm_vcpu *vcpu, unsigned reg, uint64_t value)
{
	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (reg > ARM_VCPU_GPR_XZR)
		return ARM_VCPU_ERR_RANGE;
	arm_trap_frame_set_gpr(&vcpu->frame, reg, value);
	return ARM_VCPU_OK;
}

int arm_vcpu_set_return_value(struct arm_vcpu *vcpu, uint64_t value)
{
	return arm_vcpu_set_gpr(vcpu, 0, value);
}
