/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes the place of a kernel's first instructions (tools/bench-boot): says
 * on the UART what the physical counter was at guest entry, and all of the
 * device tree, as no kernel has touched it; powers off.
 * Position independent; at EL1, MMU off; the stack is not used.
 */
#define UART            0x09000000
#define PSCI_SYSTEM_OFF 0x84000008
#define FDT_TOTALSIZE   4 /* offset in the tree's header; big-endian */

	isb
	mrs	x19, cntpct_el0
	mrs	x20, cntfrq_el0
	mov	x21, x0
	adr	x4, text
	bl	print
	mov	x0, x19
	bl	print_hex
	mov	x0, x20
	bl	print_hex
	adr	x4, tree
	bl	print
	ldr	w22, [x21, #FDT_TOTALSIZE]
	rev	w22, w22
1:	ldr	x0, [x21], #8
	rev	x0, x0
	bl	print_hex
	subs	w22, w22, #8
	b.hi	1b
	adr	x4, newline
	bl	print
	ldr	w0, =PSCI_SYSTEM_OFF
	hvc	#0
	b	.

print:	/* the text at x4 */
	mov	x5, #UART
1:	ldrb	w6, [x4], #1
	cbz	w6, 2f
	str	w6, [x5]
	b	1b
2:	ret

print_hex: /* x0, and a blank */
	mov	x29, x30
	adr	x1, digits
	bl	hex
	adr	x4, digits
	bl	print
	ret	x29

#include "hex.S"

text:	.asciz	"\nguest entry "
tree:	.asciz	"\ntree "
digits:	.asciz	"................ "
newline:
	.asciz	"\n"
	.align	3
