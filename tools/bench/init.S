/* SPDX-License-Identifier: Apache-2.0 */
/* The first process of a measured boot: says when it began, and ends it. */
#define SYS_write             64
#define SYS_reboot            142
#define REBOOT_MAGIC1         0xfee1dead
#define REBOOT_MAGIC2         672274793
#define REBOOT_CMD_POWER_OFF  0x4321fedc

	.globl	_start
_start:
	isb
	mrs	x19, cntvct_el0
	mrs	x20, cntfrq_el0
	ldr	x1, =ticks
	mov	x0, x19
	bl	hex
	ldr	x1, =frequency
	mov	x0, x20
	bl	hex
	mov	x0, #1
	ldr	x1, =text
	mov	x2, #text_end - text
	mov	x8, #SYS_write
	svc	#0
	ldr	x0, =REBOOT_MAGIC1
	ldr	x1, =REBOOT_MAGIC2
	ldr	x2, =REBOOT_CMD_POWER_OFF
	mov	x8, #SYS_reboot
	svc	#0
	b	.

#include "hex.S"

	.data
text:	.ascii	"\nfirst process "
ticks:	.ascii	"................ "
frequency:
	.ascii	"................\n"
text_end:
