/* SPDX-License-Identifier: Apache-2.0 */
#include "stack.h"
/*
 * Where CPU_ON starts a CPU, MMU off and the context id in x0: note what was
 * found, a stack, FP, vectors, stage 1; then C. The CPU's number is made of
 * its MPIDR_EL1, sixteen CPUs to a cluster.
 */
	.section .text.cpu_start, "ax"
	.global	cpu_start
cpu_start:
	mrs	x20, CurrentEL
	mrs	x21, SPSel
	mrs	x22, DAIF
	mrs	x23, sctlr_el1
	msr	daifset, #0xf
	msr	spsel, #1
	mov	x19, x0
	mrs	x24, mpidr_el1
	ubfx	x25, x24, #8, #8
	and	x24, x24, #0xf
	add	x24, x24, x25, lsl #4
	adrp	x1, cpu_stacks
	add	x1, x1, :lo12:cpu_stacks
	mov	x2, #CPU_STACK_SIZE
	madd	x1, x24, x2, x1
	add	sp, x1, x2
	mov	x1, #(3 << 20)		/* CPACR_EL1.FPEN: no FP traps */
	msr	cpacr_el1, x1
	adrp	x1, guest_vectors
	add	x1, x1, :lo12:guest_vectors
	msr	vbar_el1, x1
	isb
	bl	mmu_on
	adrp	x1, cpu_entries
	add	x1, x1, :lo12:cpu_entries
	mov	x2, #48
	madd	x1, x24, x2, x1
	stp	x19, x20, [x1]
	stp	x21, x22, [x1, #16]
	str	x23, [x1, #32]
	ldr	x2, [x1, #40]
	add	x2, x2, #1
	str	x2, [x1, #40]
	mov	x0, x19
	mov	x29, xzr
	bl	secondary_main
0:	wfi
	b	0b
