/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FP/SIMD on first use. CPTR_EL2.TFP is set by bind and traps the guest's
 * first FP instruction (and would trap EL2's own); a guest that uses none
 * pays nothing. The registers are stored at unbind, so that a vCPU may be
 * bound elsewhere at once.
 */
#include "context/fp.h"

#include <stddef.h>

#include "arch/el2.h"
#include "hw/barrier.h"
#include "hw/fp.h"
#include "hw/sysreg.h"

_Static_assert(offsetof(struct arm_vcpu_fp_state, fpcr) == 512, "hw/fp.S");
_Static_assert(offsetof(struct arm_vcpu_fp_state, fpsr) == 520, "hw/fp.S");

void arm_fp_first_use(struct arm_vcpu *vcpu)
{
	vcpu->regs.CPTR_EL2 &= ~CPTR_TFP;
	WRITE(CPTR_EL2, vcpu->regs.CPTR_EL2);
	/* The trap is off before EL2's own accesses, which it traps, too. */
	arm_hw_isb();
	arm_hw_fp_load(&vcpu->fp);
	vcpu->fp_loaded = true;
}

void arm_fp_put(struct arm_vcpu *vcpu)
{
	if (!vcpu->fp_loaded)
		return;
	arm_hw_fp_save(&vcpu->fp);
	vcpu->fp_loaded = false;
}
