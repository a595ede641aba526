/* SPDX-License-Identifier: Apache-2.0 */
/* Everything about a vCPU, for a person. */
#include <stddef.h>

#include <arm_vcpu/status.h>

#include "context/reg.h"
#include "lib/format.h"

struct sink {
	const struct arm_vm *vm;
	enum arm_vcpu_log_level level;
};

static void emit(void *ctx, const char *line)
{
	const struct sink *sink = ctx;

	sink->vm->ops->log(sink->vm->ctx, sink->level, line);
}

static void dump_registers(const struct arm_vcpu *vcpu, struct sink *sink)
{
	for (unsigned i = 0; i < ARM_REG_COUNT; i++) {
		const enum arm_reg id = (enum arm_reg)i;
		struct arm_line line;

		arm_line_start(&line);
		arm_line_text(&line, arm_reg_name(id));
		arm_line_text(&line, " ");
		arm_line_hex(&line, arm_reg_read(vcpu, id), 16);
		emit(sink, line.text);
	}
}

int arm_vcpu_dump(const struct arm_vcpu *vcpu, enum arm_vcpu_log_level level)
{
	struct sink sink;

	if (!vcpu)
		return ARM_VCPU_ERR_NULL;
	if (!vcpu->vm->ops->log)
		return ARM_VCPU_OK;
	sink = (struct sink){.vm = vcpu->vm, .level = level};
	arm_trap_frame_print(&vcpu->frame, emit, &sink);
	dump_registers(vcpu, &sink);
	return ARM_VCPU_OK;
}
