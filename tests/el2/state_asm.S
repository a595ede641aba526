/* SPDX-License-Identifier: Apache-2.0 */
	.arch	armv8-a+fp+simd
	.text
/* uint64_t run_with_marks(vcpu, exit): see state.c. */
	.global	run_with_marks
run_with_marks:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
	mov	x\n, #(0x1900 + \n)
	.endr
	bl	arm_vcpu_run
	.irp	n, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29
	mov	x1, #(0x1900 + \n)
	cmp	x\n, x1
	cset	x1, ne
	orr	x0, x0, x1, lsl #\n
	.endr
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret

/* void fp_fill(uint64_t seed): both halves of Vn hold seed + n. */
	.global	fp_fill
fp_fill:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	add	x1, x0, #\n
	dup	v\n\().2d, x1
	.endr
	ret

/* uint64_t fp_compare(uint64_t seed): bit n is set where Vn differs. */
	.global	fp_compare
fp_compare:
	mov	x2, #0
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
	add	x1, x0, #\n
	umov	x3, v\n\().d[0]
	umov	x4, v\n\().d[1]
	cmp	x1, x3
	ccmp	x1, x4, #0, eq
	cset	x3, ne
	orr	x2, x2, x3, lsl #\n
	.endr
	mov	x0, x2
	ret
