/* SPDX-License-Identifier: Apache-2.0 */
/* EL2 as hv wants it, on every CPU. */
#include "boot/asm.h"

#define HCR_RW         (1 << 31) /* EL1 is AArch64; E2H = 0 */
#define CPTR_NO_TRAPS  0x32ff    /* RES1 bits; FP, SVE do not trap */
#define CNTHCTL_OPEN   0x3       /* EL1 may use the physical timer */

	.section .text.boot, "ax"
/*
 * HCR_EL2.E2H to 0, whatever the loader left there; answers HCR_EL2 in x0. On
 * CPUs without FEAT_E2H0 it stays 1 (RES1), and then TCR_EL2, CPTR_EL2 and
 * CNTHCTL_EL2 have the other format (Arm ARM DDI 0487 D19.2.49).
 */
	.global hv_leave_vhe
hv_leave_vhe:
	mov	x0, #HCR_RW
	msr	hcr_el2, x0
	isb
	mrs	x0, hcr_el2
	ret

/* Controls, vectors and the MMU, by hv_mmu_early()'s tables. x0 to x4. */
	.global hv_enter_el2
hv_enter_el2:
	mov	x4, x30
	bl	reset_el2
	adrp	x0, hv_boot_vectors
	add	x0, x0, :lo12:hv_boot_vectors
	msr	vbar_el2, x0
	mov	x30, x4
	b	enable_el2

/* EL2's controls to known values, whatever the loader left there. */
reset_el2:
	mov	x3, x30
	bl	hv_leave_vhe
	mov	x30, x3
	ldr	x0, =HV_SCTLR_OFF
	msr	sctlr_el2, x0
	isb
	mov	x0, #CPTR_NO_TRAPS
	msr	cptr_el2, x0
	mov	x0, #CNTHCTL_OPEN
	msr	cnthctl_el2, x0
	msr	cntvoff_el2, xzr
	msr	hstr_el2, xzr
	msr	vttbr_el2, xzr
	/* MDCR_EL2.HPMN: all event counters, its reset value; 0 where there is
	 * no PMU, or one that is not the architecture's (PMUVer 0 and 15). */
	mrs	x0, id_aa64dfr0_el1
	sbfx	x0, x0, #8, #4
	mov	x1, xzr
	cmp	x0, #1
	b.lt	1f
	mrs	x1, pmcr_el0
	ubfx	x1, x1, #11, #5
1:	msr	mdcr_el2, x1
	msr	cnthp_ctl_el2, xzr
	msr	cntv_ctl_el0, xzr
	msr	cntp_ctl_el0, xzr
	isb
	ret

/* The MMU on, with hv_mmu_early()'s tables. Uses x0 to x3. */
enable_el2:
	adrp	x3, hv_mmu_config
	add	x3, x3, :lo12:hv_mmu_config
	ldp	x0, x1, [x3]		/* ttbr, mair */
	ldr	x2, [x3, #16]		/* tcr_el2 */
	msr	ttbr0_el2, x0
	msr	mair_el2, x1
	msr	tcr_el2, x2
	isb
	tlbi	alle2
	dsb	sy
	ic	iallu
	dsb	sy
	isb
	ldr	x0, =HV_SCTLR_ON
	msr	sctlr_el2, x0
	isb
	ret
	.ltorg
