/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first instructions: the arm64 Image header (Linux,
 * Documentation/arm64/booting.rst), relocation, and the boot CPU's way to C
 * with the MMU on.
 */
#include "boot/asm.h"

#define IMAGE_FLAGS 0xa  /* little-endian, 4 KiB pages, placed anywhere */

#define R_RELATIVE  1027 /* R_AARCH64_RELATIVE */

	.section .head, "ax"
	.global _start
_start:
	b	boot
	.long	0
	.quad	0			/* text_offset */

	/* image_size is between the two, from the linker script: a 64-bit
	 * difference in assembly would become a relocation. */
	.section .head.flags, "a"
	.quad	IMAGE_FLAGS
	.quad	0
	.quad	0
	.quad	0
	.ascii	"ARM\x64"
	.long	0

	.section .text.boot, "ax"
boot:
	msr	daifset, #0xf
	msr	spsel, #1
	mov	x21, x0			/* the device tree */

	/*
	 * What is written below with the caches off must not be hidden later
	 * by lines that the loader left in them.
	 */
	adrp	x0, hv_data_start
	adrp	x1, hv_image_end
	bl	invalidate

	/* bss, in 16-byte steps: both ends are page-aligned. */
	adrp	x0, hv_bss_start
	adrp	x1, hv_image_end
1:	stp	xzr, xzr, [x0], #16
	cmp	x0, x1
	b.lo	1b

	/* The distance between where hv is and where it was linked: 0. */
	adrp	x2, hv_image_start
	adrp	x0, hv_rela_start
	add	x0, x0, :lo12:hv_rela_start
	adrp	x1, hv_rela_end
	add	x1, x1, :lo12:hv_rela_end
2:	cmp	x0, x1
	b.hs	3f
	ldp	x3, x4, [x0], #16	/* r_offset, r_info */
	ldr	x5, [x0], #8		/* r_addend */
	cmp	x4, #R_RELATIVE
	b.ne	stuck			/* the link check excludes it */
	add	x5, x5, x2
	str	x5, [x3, x2]
	b	2b

	/* A canary before the first C function; better ones come later. */
3:	mrs	x0, cntvct_el0
	mov	x1, #0x9e37
	mul	x0, x0, x1
	adrp	x1, __stack_chk_guard
	str	x0, [x1, :lo12:__stack_chk_guard]

	adrp	x0, hv_boot_stack_top
	mov	sp, x0
	mov	x29, xzr
	mov	x30, xzr
	mov	x0, x21
	bl	hv_mmu_early
	/* The tables and relocations were written with the caches off. */
	adrp	x0, hv_image_start
	adrp	x1, hv_image_end
	bl	invalidate

	mrs	x0, currentel
	cmp	x0, #(2 << 2)
	b.ne	4f
	bl	hv_leave_vhe
	tbnz	x0, #HV_HCR_E2H_BIT, 3f
	bl	hv_enter_el2
	b	5f
	/* EL2 by the names and formats of EL1: with E2H = 1 those registers are
	 * EL2's. PAN would keep EL2 from pages that EL0 could access. */
3:	.inst	0xd500409f		/* msr pan, #0 (FEAT_PAN) */
	tlbi	alle2
4:	bl	enable_el1
5:	mov	x0, x21
	bl	hv_main
stuck:	wfe
	b	stuck

/*
 * Invalidate [x0, x1) in the data caches, to the point of coherency. Stores
 * made with the MMU off are to Device memory: only the DMB keeps them before
 * the maintenance, or a line that is filled between the two would be older
 * than they are (Arm ARM DDI 0487 D7.5.9, ordering of data cache instructions
 * that specify an address). The DSB completes it before what comes next reads
 * through the caches.
 */
invalidate:
	dmb	sy
	mrs	x2, ctr_el0
	ubfx	x2, x2, #16, #4		/* CTR_EL0.DminLine, in words */
	mov	x3, #4
	lsl	x2, x3, x2
1:	dc	ivac, x0
	add	x0, x0, x2
	cmp	x0, x1
	b.lo	1b
	dsb	sy
	ret

/* Only to say, in C and through the device tree, that EL1 will not do, nor an EL2
 * without E2H = 0. */
enable_el1:
	adrp	x3, hv_mmu_config
	add	x3, x3, :lo12:hv_mmu_config
	ldp	x0, x1, [x3]
	ldr	x2, [x3, #24]		/* tcr_el1 */
	msr	ttbr0_el1, x0
	msr	mair_el1, x1
	msr	tcr_el1, x2
	mov	x0, #(3 << 20)		/* CPACR_EL1.FPEN: libfdt uses SIMD */
	msr	cpacr_el1, x0
	isb
	tlbi	vmalle1
	dsb	sy
	ic	iallu
	dsb	sy
	isb
	ldr	x0, =HV_SCTLR_ON_EL1
	msr	sctlr_el1, x0
	isb
	ret
	.ltorg
