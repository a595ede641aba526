/* SPDX-License-Identifier: Apache-2.0 */
#include <arm_vcpu/trap_frame.h>

#include "arch/spsr.h"
#include "context/frame.h"
#include "lib/format.h"

void arm_trap_frame_reset(struct arm_trap_frame *frame)
{
	if (frame)
		*frame = (struct arm_trap_frame){
			.spsr = SPSR_DAIF | SPSR_M_EL1H,
		};
}

uint64_t arm_trap_frame_gpr(const struct arm_trap_frame *frame, unsigned reg)
{
	return arm_frame_gpr(frame, reg);
}

void arm_trap_frame_set_gpr(struct arm_trap_frame *frame, unsigned reg,
			    uint64_t value)
{
	arm_frame_set_gpr(frame, reg, value);
}

uint64_t arm_trap_frame_pc(const struct arm_trap_frame *frame)
{
	return frame->elr;
}

void arm_trap_frame_set_pc(struct arm_trap_frame *frame, uint64_t pc)
{
	frame->elr = pc;
}

static void put(struct arm_line *line, const char *name, uint64_t value)
{
	arm_line_text(line, name);
	arm_line_text(line, " ");
	arm_line_hex(line, value, 16);
}

static void put_gpr(struct arm_line *line, const struct arm_trap_frame *frame,
		    unsigned reg)
{
	arm_line_text(line, reg < 10 ? " x" : "x");
	arm_line_decimal(line, reg);
	put(line, "", frame->gpr[reg]);
}

void arm_trap_frame_print(const struct arm_trap_frame *frame,
			  void (*emit)(void *ctx, const char *line), void *ctx)
{
	struct arm_line line;

	for (unsigned reg = 0; reg + 3 <= ARM_VCPU_GPR_COUNT; reg += 3) {
		arm_line_start(&line);
		put_gpr(&line, frame, reg);
		arm_line_text(&line, "  ");
		put_gpr(&line, frame, reg + 1);
		arm_line_text(&line, "  ");
		put_gpr(&line, frame, reg + 2);
		emit(ctx, line.text);
	}
	arm_line_start(&line);
	put_gpr(&line, frame, ARM_VCPU_GPR_COUNT - 1);
	put(&line, "  sp_el0", frame->sp_el0);
	put(&line, "  elr", frame->elr);
	put(&line, "  spsr", frame->spsr);
	emit(ctx, line.text);
}
