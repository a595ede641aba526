/* SPDX-License-Identifier: Apache-2.0 */
/* void attempt_asm(uint64_t regs[4]): the instruction at attempt_slot. */
	.text
	.global	attempt_asm, attempt_slot
attempt_asm:
	stp	x29, x30, [sp, #-112]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	str	x0, [sp, #96]
	mov	x19, sp
	ldp	x2, x3, [x0, #16]
	ldp	x0, x1, [x0]
	adr	x30, 1f			/* where a lost branch comes back */
attempt_slot:
	nop
1:	mov	sp, x19
	ldr	x4, [sp, #96]
	stp	x0, x1, [x4]
	stp	x2, x3, [x4, #16]
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #112
	ret
