/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The sixteen vectors of EL2 (Arm ARM DDI 0487 D1.3.5), and the way into and
 * out of a guest.
 *
 * While a guest runs, SP_EL2 points at the frame that arm_hw_guest_enter() built
 * on the host's stack (HOST_* in offsets.h), and the vCPU's address is its
 * first word. A guest's exit saves the frame, calls one C function, and goes
 * back with what C may have changed; the host's frame is only unwound when C
 * says so.
 */
#include "hw/offsets.h"
#include "hw/save_guest.inc"

	.arch	armv8-a

/* The next vector, 32 instructions behind the last one. What is left of some
 * has the rest of the code; .org refuses to go back. */
.macro VECTOR
	.org	arm_vectors + vector * 0x80
	.set	vector, vector + 1
.endm

/* From a lower exception level: the guest. */
.macro GUEST_VECTOR handler, argument
	VECTOR
	SAVE_GUEST
	.ifnb \argument
	mov	w1, #\argument
	.endif
	bl	\handler
	cbz	w0, arm_guest_resume
	b	arm_guest_not_plain
.endm

/* From EL2 itself: an interrupt for the host. */
.macro HOST_IRQ_VECTOR entry_follows=0
	VECTOR
	sub	sp, sp, #192
	stp	x0, x1, [sp, #0]
	stp	x2, x3, [sp, #16]
	.if !\entry_follows
	b	arm_el2_irq_entry
	.endif
.endm

/* From EL2 itself, and nobody can serve it. x0 and x1 are parked in guest
 * registers: the stack may be what is broken. */
.macro FATAL_VECTOR kind
	VECTOR
	msr	tpidr_el0, x0
	msr	tpidrro_el0, x1
	mov	w0, #\kind
	b	arm_el2_fatal_entry
.endm

/* SError from EL2: the one that arm_hw_take_serror() waits for, or fatal. */
.macro HOST_SERROR_VECTOR kind
	VECTOR
	stp	x0, x1, [sp, #-16]!
	mrs	x0, elr_el2
	adr	x1, arm_hw_serror_window
	sub	x0, x0, x1
	cmp	x0, #4
	ldp	x0, x1, [sp], #16
	b.ls	arm_serror_taken
	msr	tpidr_el0, x0
	msr	tpidrro_el0, x1
	mov	w0, #\kind
	b	arm_el2_fatal_entry
.endm

/*
 * void arm_hw_guest_enter(struct arm_vcpu *vcpu)
 *
 * Returns when a handler answers ARM_TO_HOST. Interrupts are masked.
 */
.macro ENTER_GUEST
	.global	arm_hw_guest_enter
	.type	arm_hw_guest_enter, %function
arm_hw_guest_enter:
	sub	sp, sp, #HOST_SIZE
	mrs	x1, sp_el0
	stp	x0, x1, [sp, #HOST_VCPU]
	str	x18, [sp, #HOST_X18]
	stp	x19, x20, [sp, #HOST_X19]
	stp	x21, x22, [sp, #HOST_X19 + 16]
	stp	x23, x24, [sp, #HOST_X19 + 32]
	stp	x25, x26, [sp, #HOST_X19 + 48]
	stp	x27, x28, [sp, #HOST_X19 + 64]
	stp	x29, x30, [sp, #HOST_X19 + 80]
	ldr	x1, [x0, #FRAME_SP_EL0]
	msr	sp_el0, x1
	mov	w0, #ARM_RESUME_FULL
	b	arm_guest_not_plain
	.size	arm_hw_guest_enter, . - arm_hw_guest_enter
.endm

/* Back into the guest, by what C answers in w0, or to the host. */
.macro RESUME_GUEST
	.global	arm_guest_not_plain, arm_guest_resume
arm_guest_not_plain:
	cmp	w0, #ARM_TO_HOST
	b.eq	arm_guest_leave
	ldr	x0, [sp, #HOST_VCPU]
	ldp	x19, x20, [x0, #FRAME_X(19)]
	ldp	x21, x22, [x0, #FRAME_X(21)]
	ldp	x23, x24, [x0, #FRAME_X(23)]
	ldp	x25, x26, [x0, #FRAME_X(25)]
	ldp	x27, x28, [x0, #FRAME_X(27)]
	ldr	x29, [x0, #FRAME_X(29)]
	/* x19 to x29 are still the guest's: C preserves them. */
arm_guest_resume:
	ldr	x0, [sp, #HOST_VCPU]
	ldp	x2, x3, [x0, #FRAME_ELR]
	msr	elr_el2, x2
	msr	spsr_el2, x3
	ldp	x2, x3, [x0, #FRAME_X(2)]
	ldp	x4, x5, [x0, #FRAME_X(4)]
	ldp	x6, x7, [x0, #FRAME_X(6)]
	ldp	x8, x9, [x0, #FRAME_X(8)]
	ldp	x10, x11, [x0, #FRAME_X(10)]
	ldp	x12, x13, [x0, #FRAME_X(12)]
	ldp	x14, x15, [x0, #FRAME_X(14)]
	ldp	x16, x17, [x0, #FRAME_X(16)]
	ldr	x18, [x0, #FRAME_X(18)]
	ldr	x30, [x0, #FRAME_X(30)]
	ldp	x0, x1, [x0, #FRAME_X(0)]
	eret
	/* Nothing may be speculated past an ERET. */
	dsb	nsh
	isb
.endm

/* Back to the caller of arm_hw_guest_enter(). */
.macro LEAVE_GUEST
arm_guest_leave:
	mrs	x2, sp_el0
	ldp	x0, x1, [sp, #HOST_VCPU]
	str	x2, [x0, #FRAME_SP_EL0]
	msr	sp_el0, x1
	ldr	x18, [sp, #HOST_X18]
	ldp	x19, x20, [sp, #HOST_X19]
	ldp	x21, x22, [sp, #HOST_X19 + 16]
	ldp	x23, x24, [sp, #HOST_X19 + 32]
	ldp	x25, x26, [sp, #HOST_X19 + 48]
	ldp	x27, x28, [sp, #HOST_X19 + 64]
	ldp	x29, x30, [sp, #HOST_X19 + 80]
	add	sp, sp, #HOST_SIZE
	ret
.endm

/*
 * uint64_t arm_hw_take_serror(void)
 *
 * The exception comes at the ISB at the latest (Arm ARM DDI 0487 D1.3.4.4), and
 * the vector comes back here with its syndrome in x0.
 */
.macro TAKE_SERROR
	.global	arm_hw_take_serror
	.type	arm_hw_take_serror, %function
arm_hw_take_serror:
	mov	x0, xzr
	mrs	x1, daif
	msr	daifclr, #4
	.global	arm_hw_serror_window
arm_hw_serror_window:
	isb
	msr	daif, x1
	ret
arm_serror_taken:
	mrs	x0, esr_el2
	eret
	dsb	nsh
	isb
	.size	arm_hw_take_serror, . - arm_hw_take_serror
.endm

/* IRQ or FIQ taken from EL2: save what C may clobber, and the return state,
 * which a nested exception would overwrite. x0 to x3 are saved already. */
.macro EL2_IRQ_ENTRY
	.type	arm_el2_irq_entry, %function
arm_el2_irq_entry:
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x30, [sp, #144]
	mrs	x0, elr_el2
	mrs	x1, spsr_el2
	stp	x0, x1, [sp, #160]
	bl	arm_el2_irq
	b	arm_el2_irq_return
	.size	arm_el2_irq_entry, . - arm_el2_irq_entry
.endm

/* Back to where the interrupt was taken. */
.macro EL2_IRQ_RETURN
	.type	arm_el2_irq_return, %function
arm_el2_irq_return:
	ldp	x0, x1, [sp, #160]
	msr	elr_el2, x0
	msr	spsr_el2, x1
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x30, [sp, #144]
	ldp	x2, x3, [sp, #16]
	ldp	x0, x1, [sp, #0]
	add	sp, sp, #192
	eret
	dsb	nsh
	isb
	.size	arm_el2_irq_return, . - arm_el2_irq_return
.endm

/*
 * EL2 faulted. w0: the vector's number; x0 and x1 are in TPIDR_EL0 and
 * TPIDRRO_EL0. Find this CPU's struct arm_pcpu without touching the stack,
 * then report on its emergency stack. Without one, stop.
 */
.macro EL2_FATAL_FIND
	.type	arm_el2_fatal_entry, %function
arm_el2_fatal_entry:
	msr	daifset, #0xf
	msr	sp_el0, x2
	msr	tpidr_el1, x3
	msr	contextidr_el1, x0
	/* Affinity fields only, as arm_pcpu_hardware_enable() stored them. */
	mrs	x2, mpidr_el1
	mov	x3, #0xffffff
	movk	x3, #0xff, lsl #32
	and	x2, x2, x3
	adrp	x0, arm_hw_cpus
	ldr	x0, [x0, :lo12:arm_hw_cpus]
1:	cbz	x0, 2f
	ldr	x3, [x0, #PCPU_MPIDR]
	cmp	x3, x2
	b.eq	arm_el2_fatal_save
	ldr	x0, [x0, #PCPU_NEXT]
	b	1b
2:	wfi
	b	2b
	.size	arm_el2_fatal_entry, . - arm_el2_fatal_entry
.endm

/* x0: this CPU's struct arm_pcpu. */
.macro EL2_FATAL_SAVE
arm_el2_fatal_save:
	mov	x2, sp
	mov	x3, #PCPU_FATAL_TOP
	add	x3, x0, x3
	mov	sp, x3
	sub	sp, sp, #FRAME_SIZE
	/* x2 is the broken stack pointer, reported in place of SP_EL0. */
	str	x2, [sp, #FRAME_SP_EL0]
	mrs	x2, tpidr_el0
	mrs	x3, tpidrro_el0
	stp	x2, x3, [sp, #FRAME_X(0)]
	mrs	x2, sp_el0
	mrs	x3, tpidr_el1
	stp	x2, x3, [sp, #FRAME_X(2)]
	stp	x4, x5, [sp, #FRAME_X(4)]
	stp	x6, x7, [sp, #FRAME_X(6)]
	stp	x8, x9, [sp, #FRAME_X(8)]
	stp	x10, x11, [sp, #FRAME_X(10)]
	stp	x12, x13, [sp, #FRAME_X(12)]
	stp	x14, x15, [sp, #FRAME_X(14)]
	stp	x16, x17, [sp, #FRAME_X(16)]
	stp	x18, x19, [sp, #FRAME_X(18)]
	stp	x20, x21, [sp, #FRAME_X(20)]
	stp	x22, x23, [sp, #FRAME_X(22)]
	stp	x24, x25, [sp, #FRAME_X(24)]
	stp	x26, x27, [sp, #FRAME_X(26)]
	b	arm_el2_fatal_report
.endm

/* The rest of the frame; arm_el2_fatal() does not return. */
.macro EL2_FATAL_REPORT
arm_el2_fatal_report:
	stp	x28, x29, [sp, #FRAME_X(28)]
	str	x30, [sp, #FRAME_X(30)]
	mrs	x2, elr_el2
	mrs	x3, spsr_el2
	stp	x2, x3, [sp, #FRAME_ELR]
	mov	x1, sp
	mrs	x2, contextidr_el1
	bl	arm_el2_fatal
.endm

	.section .text.arm_vectors, "ax"
	.balign	0x800
	.global	arm_vectors
	.type	arm_vectors, %function
	.set	vector, 0
arm_vectors:
	/* Current EL with SP_EL0 (Table D1-6) */
	FATAL_VECTOR	0
	ENTER_GUEST
	HOST_IRQ_VECTOR
	RESUME_GUEST
	HOST_IRQ_VECTOR
	LEAVE_GUEST
	TAKE_SERROR
	HOST_SERROR_VECTOR 3
	EL2_FATAL_FIND
	/* Current EL with SP_EL2 */
	FATAL_VECTOR	4
	EL2_FATAL_SAVE
	HOST_IRQ_VECTOR	entry_follows=1
	EL2_IRQ_ENTRY
	HOST_IRQ_VECTOR
	EL2_IRQ_RETURN
	HOST_SERROR_VECTOR 7
	EL2_FATAL_REPORT
	/* Lower EL in AArch64 state */
	GUEST_VECTOR	arm_guest_sync
	GUEST_VECTOR	arm_guest_irq, 0
	GUEST_VECTOR	arm_guest_irq, 1
	GUEST_VECTOR	arm_guest_serror
	/* Lower EL in AArch32 state */
	GUEST_VECTOR	arm_guest_sync
	GUEST_VECTOR	arm_guest_irq, 0
	GUEST_VECTOR	arm_guest_irq, 1
	GUEST_VECTOR	arm_guest_serror
	VECTOR

	.size	arm_vectors, . - arm_vectors
