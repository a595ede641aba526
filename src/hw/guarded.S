/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vectors for CPUs that a guest may have trained: before anything else they
 * do what struct arm_pcpu has in its guard (CVE-2017-5715, CVE-2022-23960), and
 * go on in vectors.S. The barriers end every path: a mispredicted branch in here
 * gets no further. What is taken from EL2 itself goes on at once.
 */
#include "hw/offsets.h"
#include "hw/save_guest.inc"

	.arch	armv8-a

/* The next one, and where it goes on. */
.macro VECTOR
	.org	arm_guarded_vectors + vector * 0x80
	.set	vector, vector + 1
.endm

.macro GO_ON
	b	arm_vectors + (vector - 1) * 0x80
.endm

.macro PLAIN_VECTOR
	VECTOR
	GO_ON
.endm

.macro GUARDED_VECTOR checked
	VECTOR
	stp	x0, x1, [sp, #HOST_SCRATCH]
	ldr	x0, [sp, #HOST_VCPU]
	ldr	x0, [x0, #VCPU_PCPU]
	ldp	w0, w1, [x0, #PCPU_GUARD]
	tbnz	w0, #31, 2f
	cmp	w0, #ARM_GUARD_CLRBHB
	b.lo	3f
	b.eq	1f
	/* So many taken branches are more than the history holds. */
0:	b	. + 4
	subs	w0, w0, #1
	b.ne	0b
	b	3f
1:	hint	#22 /* CLRBHB */
	b	3f
	/* The function of the firmware. It leaves x4 and on alone (DEN0028
	 * 2.6, 1.1 and later). */
2:	stp	x2, x3, [sp, #-32]!
	str	x1, [sp, #16]
	smc	#0
	ldr	x1, [sp, #16]
	ldp	x2, x3, [sp], #32
3:	dsb	nsh
	isb
	.ifnb \checked
	cbnz	w1, \checked
	.endif
	ldp	x0, x1, [sp, #HOST_SCRATCH]
	GO_ON
.endm

/* A synchronous exception that may not be what it says. */
.macro CHECKED_SYNC
	.type	arm_guest_checked, %function
arm_guest_checked:
	ldp	x0, x1, [sp, #HOST_SCRATCH]
	SAVE_GUEST
	bl	arm_guest_sync_checked
	cbz	w0, arm_guest_resume
	b	arm_guest_not_plain
	.size	arm_guest_checked, . - arm_guest_checked
.endm

	.section .text.arm_guarded_vectors, "ax"
	.balign	0x800
	.global	arm_guarded_vectors
	.type	arm_guarded_vectors, %function
	.set	vector, 0
arm_guarded_vectors:
	/* Current EL with SP_EL0, and with SP_EL2 */
	PLAIN_VECTOR
	CHECKED_SYNC
	.rept	7
	PLAIN_VECTOR
	.endr
	/* Lower EL in AArch64 state, and in AArch32 state */
	.rept	2
	GUARDED_VECTOR	arm_guest_checked
	GUARDED_VECTOR
	GUARDED_VECTOR
	GUARDED_VECTOR
	.endr
	.size	arm_guarded_vectors, . - arm_guarded_vectors
