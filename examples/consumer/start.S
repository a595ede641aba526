/* SPDX-License-Identifier: Apache-2.0 */
/* EL2 entry: a stack, main(), and PSCI SYSTEM_OFF. */
	.section .text.start, "ax"
	.global	_start
_start:
	adrp	x1, __stack_top
	add	x1, x1, :lo12:__stack_top
	mov	sp, x1
	bl	main
	mov	w0, #0x84000000
	movk	w0, #8
	smc	#0
	b	.
