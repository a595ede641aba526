/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/vm.h"

static void log_line(void *ctx, enum arm_vcpu_log_level level, const char *line)
{
	struct hv_vm *vm = ctx;

	hv_say(&vm->say, level, "%s", line);
}

static bool mmio(void *ctx, struct arm_vcpu *vcpu,
		 const struct arm_vcpu_exit_mmio *access, uint64_t *value)
{
	const struct hv_vm *vm = ctx;

	(void)vcpu;
	return hv_mmio_serve(&vm->mmio, access, value);
}

const struct arm_vm_ops hv_vm_ops = {
	.kick = hv_sched_op_kick,
	.set_timer = hv_sched_op_set_timer,
	.mmio = mmio,
	.log = log_line,
};
