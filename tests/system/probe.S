/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A guest of a few instructions, at EL1 with the MMU off: says "up", then
 * obeys what is typed: o switches off, c crashes, r resets, and anything else
 * is said back as <it>.
 *
 * ONCE: switches off at once. TOP: first says whether its memory from MEMORY
 * to there is "clean", all zero, or "dirty", and fills it with a pattern.
 */
#define UART              0x09000000
#define UART_DR           0x00
#define UART_FR           0x18
#define UART_CR           0x30
#define FR_RXFE_BIT       4
#define CR_ENABLE         0x301
#define MEMORY            0x40400000 /* above the image and the device tree */
#define PATTERN           0x5ec2e75ec2e75ec2
#define PSCI_SYSTEM_OFF   0x84000008
#define PSCI_SYSTEM_RESET 0x84000009

	.global _start
_start:
	ldr	x20, =UART
	mov	w0, #CR_ENABLE
	str	w0, [x20, #UART_CR]
#ifdef TOP
	bl	look
	bl	fill
#endif
	adr	x4, up
	bl	print
#ifdef ONCE
	b	off
#endif

listen:
	ldr	w0, [x20, #UART_FR]
	tbnz	w0, #FR_RXFE_BIT, listen
	ldr	w21, [x20, #UART_DR]
	and	w21, w21, #0xff
	cmp	w21, #'o'
	b.eq	off
	cmp	w21, #'c'
	b.eq	crash
	cmp	w21, #'r'
	b.eq	reset
	mov	w0, #'<'
	str	w0, [x20, #UART_DR]
	str	w21, [x20, #UART_DR]
	adr	x4, behind
	bl	print
	b	listen

off:	ldr	w0, =PSCI_SYSTEM_OFF
	hvc	#0
	b	.
reset:	ldr	w0, =PSCI_SYSTEM_RESET
	hvc	#0
	b	.
crash:	msr	vbar_el1, xzr		/* nothing is mapped there */
	isb
	udf	#0

#ifdef TOP
look:
	ldr	x0, =MEMORY
	ldr	x1, =TOP
	adr	x4, dirty
1:	ldp	x2, x3, [x0], #16
	orr	x2, x2, x3
	cbnz	x2, print
	cmp	x0, x1
	b.lo	1b
	adr	x4, clean
	b	print

fill:
	ldr	x0, =MEMORY
	ldr	x1, =TOP
	ldr	x2, =PATTERN
1:	stp	x2, x2, [x0], #16
	cmp	x0, x1
	b.lo	1b
	ret
#endif

print:	/* the text at x4 */
	ldrb	w0, [x4], #1
	cbz	w0, 1f
	str	w0, [x20, #UART_DR]
	b	print
1:	ret

up:	.asciz	"up\r\n"
behind:	.asciz	">\r\n"
clean:	.asciz	"clean\r\n"
dirty:	.asciz	"dirty\r\n"
