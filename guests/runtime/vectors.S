/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All sixteen EL1 vectors save a struct guest_frame and call C: interrupts go
 * to guest_irq(frame), everything else to guest_exception(frame, vector).
 * Both may edit the frame.
 */
	.set	FRAME_SIZE, 272		/* x0-x30, ELR, SPSR, padding */
	.set	FRAME_ELR, 248

	.macro	vector number, handler
	.balign	128
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp]
	mov	x1, #\number
	b	\handler
	.endm

	.text
	.balign	2048
	.global	guest_vectors
guest_vectors:
	/* Current EL with SP_EL0, with SP_EL1; lower EL: AArch64, AArch32. */
	.irp	base, 0, 4, 8, 12
	vector	(\base + 0), save_exception
	vector	(\base + 1), save_irq
	vector	(\base + 2), save_irq
	vector	(\base + 3), save_exception
	.endr

	.macro	save_rest
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	str	x30, [sp, #240]
	mrs	x2, elr_el1
	mrs	x3, spsr_el1
	stp	x2, x3, [sp, #FRAME_ELR]
	mov	x0, sp
	.endm

save_exception:
	save_rest
	bl	guest_exception
	b	restore

save_irq:
	save_rest
	bl	guest_irq

restore:
	ldp	x2, x3, [sp, #FRAME_ELR]
	msr	elr_el1, x2
	msr	spsr_el1, x3
	ldp	x0, x1, [sp]
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldr	x30, [sp, #240]
	add	sp, sp, #FRAME_SIZE
	eret

/*
 * void guest_eret(uint64_t pc, uint64_t spsr, const uint64_t regs[4]): leave
 * by ERET with x0 to x3 from regs, and come back when the exception that this
 * ends in has been recorded: guest_exception() goes to trap.resume.
 */
	.global	guest_eret
guest_eret:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	adr	x3, 1f
	adrp	x4, trap
	add	x4, x4, :lo12:trap
	str	x3, [x4]		/* trap.resume is the first member */
	msr	elr_el1, x0
	msr	spsr_el1, x1
	ldp	x0, x1, [x2]
	ldp	x2, x3, [x2, #16]
	isb
	eret
1:	adrp	x4, trap
	add	x4, x4, :lo12:trap
	str	xzr, [x4]
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret
