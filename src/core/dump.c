/* SPDX-License-Identifier: Apache-2.0 */
/* Everything about a vCPU, for a person. */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "core/format.h"
#include "core/hw.h"

struct sink {
	const struct arm_vm *vm;
	enum arm_log_level level;
};

static void emit(void *ctx, const char *line)
{
	const struct sink *sink = ctx;

	sink->vm->ops->log(sink->vm->ctx, sink->level, line);
}

/* Two registers a line. */
static void dump_registers(const struct arm_vcpu *vcpu, struct sink *sink)
{
	for (unsigned id = 0; id < ARM_REG_COUNT; id += 2) {
		char text[ARM_LINE_SIZE];
		struct arm_line line;

		arm_line_start(&line, text, sizeof(text));
		for (unsigned i = id; i < id + 2 && i < ARM_REG_COUNT; i++) {
			arm_line_text_padded(&line,
					     arm_reg_name((enum arm_reg_id)i),
					     16);
			arm_line_hex(&line,
				     arm_reg_read(vcpu, (enum arm_reg_id)i),
				     16);
			arm_line_text(&line, "  ");
		}
		emit(sink, arm_line_end(&line));
	}
}

int arm_vcpu_dump(const struct arm_vcpu *vcpu, enum arm_log_level level)
{
	struct sink sink;

	if (!vcpu)
		return ARM_ERR_NULL;
	if (!vcpu->vm->ops->log)
		return ARM_OK;
	sink = (struct sink){ .vm = vcpu->vm, .level = level };
	arm_trap_frame_print(&vcpu->frame, emit, &sink);
	dump_registers(vcpu, &sink);
	return ARM_OK;
}
