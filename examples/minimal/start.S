/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2 entry with the MMU off, then C with a stack, a clean bss and the MMU
 * on: the library's tables and atomics want cacheable memory. One level-1
 * table maps devices below 1 GiB and memory from there to 2 GiB.
 */
	.section .text.start, "ax"
	.global	_start
_start:
	msr	daifset, #0xf
	mov	x19, x0
	msr	spsel, #1
	adrp	x1, __stack_top
	add	x1, x1, :lo12:__stack_top
	mov	sp, x1
	adrp	x1, __bss_start
	add	x1, x1, :lo12:__bss_start
	adrp	x2, __bss_end
	add	x2, x2, :lo12:__bss_end
0:	cmp	x1, x2
	b.hs	1f
	stp	xzr, xzr, [x1], #16
	b	0b

1:	adrp	x1, level1
	mov	x2, #0x401		/* block, AF; attribute 0: device */
	movk	x2, #0x40, lsl #48	/* never execute */
	str	x2, [x1]
	mov	x2, #0x705		/* block, AF, inner; attribute 1 */
	movk	x2, #0x4000, lsl #16	/* 1 GiB */
	str	x2, [x1, #8]
	mov	x2, #0xff04		/* MAIR: Device-nGnRE, write-back */
	msr	mair_el2, x2
	mov	x2, #0x3519		/* TCR: 39 bits, cacheable walks */
	movk	x2, #0x8082, lsl #16	/* RES1; 40-bit addresses */
	msr	tcr_el2, x2
	msr	ttbr0_el2, x1
	mov	x2, #0x33ff
	msr	cptr_el2, x2
	tlbi	alle2
	dsb	sy
	isb
	mov	x2, #0x1835		/* SCTLR: M, C, I and RES1 */
	movk	x2, #0x30c5, lsl #16
	msr	sctlr_el2, x2
	isb
	mov	x0, x19
	bl	main
2:	wfi
	b	2b

	.local	level1
	.comm	level1, 4096, 4096
