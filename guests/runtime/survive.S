/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every general and SIMD register with a pattern, for a while, then stored:
 * whatever changed them in between did it behind the program's back.
 */
	.arch	armv8-a
	.arch_extension fp
	.arch_extension simd
	.text

	.macro	save_callers
	stp	x29, x30, [sp, #-160]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	stp	d8, d9, [sp, #96]
	stp	d10, d11, [sp, #112]
	stp	d12, d13, [sp, #128]
	stp	d14, d15, [sp, #144]
	.endm

	.macro	restore_callers
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	d8, d9, [sp, #96]
	ldp	d10, d11, [sp, #112]
	ldp	d12, d13, [sp, #128]
	ldp	d14, d15, [sp, #144]
	ldp	x29, x30, [sp], #160
	.endm

/*
 * void survive_general(const uint64_t in[29], uint64_t out[29], uint64_t end):
 * x0 to x28, until CNTVCT_EL0 is at end. The loop runs on x29, x30 and SP.
 */
	.global	survive_general
survive_general:
	save_callers
	str	x1, [sp, #-32]!
	str	x2, [sp, #8]
	mov	x30, x0
	ldp	x0, x1, [x30]
	ldp	x2, x3, [x30, #16]
	ldp	x4, x5, [x30, #32]
	ldp	x6, x7, [x30, #48]
	ldp	x8, x9, [x30, #64]
	ldp	x10, x11, [x30, #80]
	ldp	x12, x13, [x30, #96]
	ldp	x14, x15, [x30, #112]
	ldp	x16, x17, [x30, #128]
	ldp	x18, x19, [x30, #144]
	ldp	x20, x21, [x30, #160]
	ldp	x22, x23, [x30, #176]
	ldp	x24, x25, [x30, #192]
	ldp	x26, x27, [x30, #208]
	ldr	x28, [x30, #224]
1:	isb
	mrs	x29, cntvct_el0
	ldr	x30, [sp, #8]
	cmp	x29, x30
	b.lo	1b
	ldr	x30, [sp]
	stp	x0, x1, [x30]
	stp	x2, x3, [x30, #16]
	stp	x4, x5, [x30, #32]
	stp	x6, x7, [x30, #48]
	stp	x8, x9, [x30, #64]
	stp	x10, x11, [x30, #80]
	stp	x12, x13, [x30, #96]
	stp	x14, x15, [x30, #112]
	stp	x16, x17, [x30, #128]
	stp	x18, x19, [x30, #144]
	stp	x20, x21, [x30, #160]
	stp	x22, x23, [x30, #176]
	stp	x24, x25, [x30, #192]
	stp	x26, x27, [x30, #208]
	str	x28, [x30, #224]
	add	sp, sp, #32
	restore_callers
	ret

/*
 * The same with x29 and x30 as the pattern and the loop on x0, x1:
 * void survive_link(const uint64_t in[2], uint64_t out[2], uint64_t end).
 */
	.global	survive_link
survive_link:
	save_callers
	ldp	x29, x30, [x0]
1:	isb
	mrs	x0, cntvct_el0
	cmp	x0, x2
	b.lo	1b
	stp	x29, x30, [x1]
	restore_callers
	ret

/*
 * void survive_simd(const struct simd *in, struct simd *out, uint64_t end):
 * V0 to V31, FPCR, FPSR.
 */
	.global	survive_simd
survive_simd:
	save_callers
	mrs	x9, fpcr
	mrs	x10, fpsr
	mov	x3, x0
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	ldr	q\n, [x3], #16
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	ldr	q\n, [x3], #16
	.endr
	ldp	x4, x5, [x3]
	msr	fpcr, x4
	msr	fpsr, x5
1:	isb
	mrs	x3, cntvct_el0
	cmp	x3, x2
	b.lo	1b
	mov	x3, x1
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	str	q\n, [x3], #16
	.endr
	.irp	n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	str	q\n, [x3], #16
	.endr
	mrs	x4, fpcr
	mrs	x5, fpsr
	stp	x4, x5, [x3]
	msr	fpcr, x9
	msr	fpsr, x10
	restore_callers
	ret

/*
 * uint64_t float_work(uint64_t rounds): a sum of products in double, as bits;
 * the same for the same rounds, whoever else uses the registers.
 */
	.global	float_work
float_work:
	fmov	d0, #1.0
	fmov	d1, #1.0
	fmov	d2, #0.5
	fmov	d3, #3.0
1:	fmadd	d0, d1, d2, d0
	fdiv	d1, d0, d3
	fadd	d2, d2, d1
	fsqrt	d2, d2
	subs	x0, x0, #1
	b.ne	1b
	fmov	x0, d0
	ret

/*
 * uint64_t lse_add(uint64_t *value, uint64_t more): LDADDAL, where
 * ID_AA64ISAR0_EL1.Atomic says that it exists.
 */
	.arch_extension lse
	.global	lse_add
lse_add:
	ldaddal	x1, x2, [x0]
	mov	x0, x2
	ret
