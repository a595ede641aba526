/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Entry at EL1 with the MMU off and the device tree's address in x0: FP on,
 * a stack, a clean bss, vectors; then C.
 */
	.section .text.start, "ax"
	.global _start
_start:
	msr	daifset, #0xf
	mov	x19, x0
	mov	x1, #(3 << 20)		/* CPACR_EL1.FPEN: no FP traps */
	msr	cpacr_el1, x1
	msr	spsel, #1
	adrp	x1, __stack_top
	add	x1, x1, :lo12:__stack_top
	mov	sp, x1
	adrp	x1, guest_vectors
	add	x1, x1, :lo12:guest_vectors
	msr	vbar_el1, x1
	isb
	adrp	x1, __bss_start
	add	x1, x1, :lo12:__bss_start
	adrp	x2, __bss_end
	add	x2, x2, :lo12:__bss_end
0:	cmp	x1, x2
	b.hs	1f
	stp	xzr, xzr, [x1], #16
	b	0b
1:	mov	x0, x19
	bl	guest_start
2:	wfi
	b	2b
