/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vm.h"

#include "base/print.h"

static void log_line(void *ctx, enum arm_vcpu_log_level level, const char *line)
{
	const struct hv_vm *vm = ctx;

	hv_log(level, "%s%s", vm->tag, line);
}

const struct arm_vm_ops hv_vm_ops = {
	.kick = hv_sched_op_kick,
	.set_timer = hv_sched_op_set_timer,
	.log = log_line,
};
