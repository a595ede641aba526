/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The registers that the exception vectors save: 34 doublewords in this
 * order. Index 31 of the accessors is XZR, as in most A64 encodings: it reads
 * as zero and ignores writes.
 */
#ifndef ARM_VCPU_TRAP_FRAME_H
#define ARM_VCPU_TRAP_FRAME_H

#include <stdint.h>

#include <arm_vcpu/language.h>

ARM_VCPU_BEGIN

#define ARM_VCPU_GPR_COUNT 31u /* x0 to x30 */
#define ARM_VCPU_GPR_XZR   31u /* the index of the zero register */

/* The guest's general registers and where it goes on. */
struct arm_trap_frame {
	uint64_t gpr[ARM_VCPU_GPR_COUNT]; /* x0 to x30 */
	uint64_t sp_el0;                  /* its SP_EL0 */
	uint64_t elr;  /* where the guest goes on: its PC         */
	uint64_t spsr; /* its PSTATE, in the format of SPSR_EL2   */
};

ARM_VCPU_STATIC_ASSERT(sizeof(struct arm_trap_frame) == 272, "34 doublewords");

/*
 * The architected state at reset (Arm ARM DDI 0487 D1.3.6, "PE state on reset
 * to AArch64 state", entered at EL1): all registers zero, PSTATE EL1h with D,
 * A, I and F masked. A null frame is ignored. Callable from anywhere.
 */
void arm_trap_frame_reset(struct arm_trap_frame *frame);

/* Register 0 to 30; 31 and above read as zero. */
uint64_t arm_trap_frame_gpr(const struct arm_trap_frame *frame, unsigned reg);

/* Register 0 to 30; 31 and above are ignored. */
void arm_trap_frame_set_gpr(struct arm_trap_frame *frame, unsigned reg,
			    uint64_t value);

/* Where to go on. Bits are taken as they are; arm_vcpu_set_entry() checks. */
uint64_t arm_trap_frame_pc(const struct arm_trap_frame *frame);
void arm_trap_frame_set_pc(struct arm_trap_frame *frame, uint64_t pc);

/*
 * Print the frame through emit(ctx, line), eleven lines of at most 100
 * characters without newline.
 */
void arm_trap_frame_print(const struct arm_trap_frame *frame,
			  void (*emit)(void *ctx, const char *line), void *ctx);

/* The FP and SIMD registers, for arm_vcpu_get_fp() and arm_vcpu_set_fp(). */
struct arm_vcpu_fp_state {
	ARM_VCPU_ALIGNED(16) uint64_t v[32][2]; /* bits 63 to 0, 127 to 64 */
	uint64_t fpcr;                          /* FPCR */
	uint64_t fpsr;                          /* FPSR */
};

ARM_VCPU_END

#endif
