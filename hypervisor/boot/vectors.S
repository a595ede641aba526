/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2's vectors until the library installs its own: nothing is expected, so
 * every exception is reported, with its syndrome, and stops the machine.
 */
	.section .text.boot_vectors, "ax"
	.macro unexpected number
	.balign	0x80
	mov	x0, #\number
	mrs	x1, esr_el2
	mrs	x2, elr_el2
	mrs	x3, far_el2
	b	hv_boot_exception
	.endm

	.balign	0x800
	.global hv_boot_vectors
hv_boot_vectors:
	.irp	number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	unexpected \number
	.endr
