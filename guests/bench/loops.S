/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The measured loops: uint64_t loop(uint64_t rounds, uint64_t a, uint64_t b).
 * Those that are measured net all have this shape, and their twin has a nop
 * for the instruction. They return what it left in x0.
 */
	.macro	loop name, insn:vararg
	.balign	64
	.global	\name
\name:
	mov	x9, x0
	mov	w10, #0x84000000	/* PSCI_VERSION */
1:	mov	w0, w10
	\insn
	subs	x9, x9, #1
	b.ne	1b
	ret
	.endm

	.text
	loop	loop_nop, nop
	loop	loop_hvc, hvc #0
	loop	loop_smc, .inst 0xd4000003	/* smc #0 */
	loop	loop_load, ldr w0, [x1]
	loop	loop_store, str w2, [x1]
	loop	loop_send, msr S3_0_C12_C11_5, x2	/* ICC_SGI1R_EL1 */

/*
 * The gross loops take their interrupts by the vectors below, which add each
 * INTID to x8; that sum is the result.
 */
	.macro	prologue
	mov	x8, #0
	mrs	x10, vbar_el1
	adrp	x9, bench_vectors
	add	x9, x9, :lo12:bench_vectors
	msr	vbar_el1, x9
	isb
	msr	daifclr, #2
	.endm

	.macro	epilogue
	msr	daifset, #2
	msr	vbar_el1, x10
	isb
	mov	x0, x8
	ret
	.endm

	/* SGI to self: send; take, acknowledge, EOI in the handler. */
	.balign	64
	.global	loop_sgi
loop_sgi:
	prologue
1:	msr	S3_0_C12_C11_5, x2	/* ICC_SGI1R_EL1 */
	isb
	subs	x0, x0, #1
	b.ne	1b
	epilogue

	/* Virtual timer: due at once; the handler switches it off. */
	.balign	64
	.global	loop_timer
loop_timer:
	prologue
	mov	x2, #1
1:	msr	cntv_tval_el0, xzr
	msr	cntv_ctl_el0, x2
	isb
	subs	x0, x0, #1
	b.ne	1b
	epilogue

	/* WFI with interrupts masked, woken by the timer, which is due. */
	.balign	64
	.global	loop_wfi
loop_wfi:
	mov	x8, #0
	mov	x2, #1
1:	msr	cntv_tval_el0, xzr
	msr	cntv_ctl_el0, x2
	wfi
	mrs	x9, S3_0_C12_C12_0	/* ICC_IAR1_EL1 */
	msr	cntv_ctl_el0, xzr
	msr	S3_0_C12_C12_1, x9	/* ICC_EOIR1_EL1 */
	add	x8, x8, x9
	subs	x0, x0, #1
	b.ne	1b
	mov	x0, x8
	ret

	.balign	2048
bench_vectors:
	.balign	128
	.skip	0x280			/* current EL, SP_EL1: IRQ */
	mrs	x9, S3_0_C12_C12_0	/* ICC_IAR1_EL1 */
	msr	cntv_ctl_el0, xzr
	msr	S3_0_C12_C12_1, x9	/* ICC_EOIR1_EL1 */
	add	x8, x8, x9
	eret
	.balign	2048
