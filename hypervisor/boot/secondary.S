/* SPDX-License-Identifier: Apache-2.0 */
/* PSCI CPU_ON enters here, MMU off; x0 is the CPU's struct hv_cpu. */
	.section .text.boot, "ax"
	.global hv_secondary_start
hv_secondary_start:
	msr	daifset, #0xf
	msr	spsel, #1
	mov	x21, x0
	bl	hv_enter_el2
	ldp	x0, x1, [x21]		/* stack_top, enter */
	mov	sp, x0
	mov	x29, xzr
	mov	x30, xzr
	mov	x0, x21
	blr	x1
stuck:	wfe
	b	stuck
