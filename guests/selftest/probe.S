/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Run one instruction with every register known before and stored after it.
 */
	.text
/*
 * void gpr_probe(const uint64_t in[31], uint64_t out[33]): x0 to x30 from in,
 * the instruction at gpr_probe_slot, x0 to x30 to out, SP after and before it
 * to out[31] and out[32]. TPIDR_EL1 is scratch.
 */
	.global	gpr_probe, gpr_probe_slot
gpr_probe:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	adrp	x2, probe_out
	str	x1, [x2, :lo12:probe_out]
	mov	x3, sp
	str	x3, [x1, #256]
	ldp	x2, x3, [x0, #16]
	ldp	x4, x5, [x0, #32]
	ldp	x6, x7, [x0, #48]
	ldp	x8, x9, [x0, #64]
	ldp	x10, x11, [x0, #80]
	ldp	x12, x13, [x0, #96]
	ldp	x14, x15, [x0, #112]
	ldp	x16, x17, [x0, #128]
	ldp	x18, x19, [x0, #144]
	ldp	x20, x21, [x0, #160]
	ldp	x22, x23, [x0, #176]
	ldp	x24, x25, [x0, #192]
	ldp	x26, x27, [x0, #208]
	ldp	x28, x29, [x0, #224]
	ldr	x30, [x0, #240]
	ldp	x0, x1, [x0]
gpr_probe_slot:
	nop
	msr	tpidr_el1, x0
	adrp	x0, probe_out
	ldr	x0, [x0, :lo12:probe_out]
	str	x1, [x0, #8]
	stp	x2, x3, [x0, #16]
	stp	x4, x5, [x0, #32]
	stp	x6, x7, [x0, #48]
	stp	x8, x9, [x0, #64]
	stp	x10, x11, [x0, #80]
	stp	x12, x13, [x0, #96]
	stp	x14, x15, [x0, #112]
	stp	x16, x17, [x0, #128]
	stp	x18, x19, [x0, #144]
	stp	x20, x21, [x0, #160]
	stp	x22, x23, [x0, #176]
	stp	x24, x25, [x0, #192]
	stp	x26, x27, [x0, #208]
	stp	x28, x29, [x0, #224]
	str	x30, [x0, #240]
	mrs	x1, tpidr_el1
	str	x1, [x0]
	mov	x1, sp
	str	x1, [x0, #248]
	ldr	x1, [x0, #256]
	mov	sp, x1
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret

	.local	probe_out
	.comm	probe_out, 8, 8

	.arch_extension fp
	.arch_extension simd
/*
 * void fp_probe(const struct fp *in, struct fp *out, uint64_t mmio1, uint64_t
 * mmio2): V0 to V31, FPCR and FPSR from in; one call, one read of each
 * address; then to out.
 */
	.global	fp_probe
fp_probe:
	mov	x9, x1
	mov	x10, x0
	ldp	q0, q1, [x10, #0]
	ldp	q2, q3, [x10, #32]
	ldp	q4, q5, [x10, #64]
	ldp	q6, q7, [x10, #96]
	ldp	q8, q9, [x10, #128]
	ldp	q10, q11, [x10, #160]
	ldp	q12, q13, [x10, #192]
	ldp	q14, q15, [x10, #224]
	ldp	q16, q17, [x10, #256]
	ldp	q18, q19, [x10, #288]
	ldp	q20, q21, [x10, #320]
	ldp	q22, q23, [x10, #352]
	ldp	q24, q25, [x10, #384]
	ldp	q26, q27, [x10, #416]
	ldp	q28, q29, [x10, #448]
	ldp	q30, q31, [x10, #480]
	ldr	x11, [x10, #512]
	ldr	x12, [x10, #520]
	msr	fpcr, x11
	msr	fpsr, x12
	mov	x0, #0x84000000		/* PSCI_VERSION */
	stp	x2, x3, [sp, #-32]!
	str	x9, [sp, #16]
	hvc	#0
	ldr	x9, [sp, #16]
	ldp	x2, x3, [sp], #32
	ldr	w0, [x2]
	ldr	w0, [x3]
	mrs	x11, fpcr
	mrs	x12, fpsr
	str	x11, [x9, #512]
	str	x12, [x9, #520]
	stp	q0, q1, [x9, #0]
	stp	q2, q3, [x9, #32]
	stp	q4, q5, [x9, #64]
	stp	q6, q7, [x9, #96]
	stp	q8, q9, [x9, #128]
	stp	q10, q11, [x9, #160]
	stp	q12, q13, [x9, #192]
	stp	q14, q15, [x9, #224]
	stp	q16, q17, [x9, #256]
	stp	q18, q19, [x9, #288]
	stp	q20, q21, [x9, #320]
	stp	q22, q23, [x9, #352]
	stp	q24, q25, [x9, #384]
	stp	q26, q27, [x9, #416]
	stp	q28, q29, [x9, #448]
	stp	q30, q31, [x9, #480]
	msr	fpcr, xzr
	msr	fpsr, xzr
	ret
