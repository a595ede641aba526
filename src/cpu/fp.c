/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FP/SIMD on first use. CPTR_EL2.TFP is set by bind and traps the guest's
 * first FP instruction (and would trap EL2's own); a guest that uses none
 * pays nothing. The registers are stored at unbind, so that a vCPU may be
 * bound elsewhere at once.
 */
#include "cpu/fp.h"

#include <stddef.h>

#include "arch/el2.h"
#include "cpu/sysreg_io.h"

_Static_assert(offsetof(struct arm_vcpu_fp_state, fpcr) == 512, "fp_regs.S");
_Static_assert(offsetof(struct arm_vcpu_fp_state, fpsr) == 520, "fp_regs.S");

void arm_fp_first_use(struct arm_vcpu *vcpu)
{
	vcpu->regs.CPTR_EL2 &= ~CPTR_TFP;
	WRITE(CPTR_EL2, vcpu->regs.CPTR_EL2);
	arm_isb();
	arm_fp_load(&vcpu->fp);
	vcpu->fp_loaded = true;
}

void arm_fp_put(struct arm_vcpu *vcpu)
{
	if (!vcpu->fp_loaded)
		return;
	arm_fp_save(&vcpu->fp);
	vcpu->fp_loaded = false;
}
