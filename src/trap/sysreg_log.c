/* SPDX-License-Identifier: Apache-2.0 */
#include "trap/sysreg_log.h"

#include "lib/format.h"

void arm_sysreg_log_unknown(struct arm_vcpu *vcpu,
			    const struct arm_sysreg_access *access)
{
	const struct arm_vm *vm = vcpu->vm;
	const uint64_t encoding[] = {
		BITS_GET(access->key, SYSREG_OP0),
		BITS_GET(access->key, SYSREG_OP1),
		BITS_GET(access->key, SYSREG_CRN),
		BITS_GET(access->key, SYSREG_CRM),
		BITS_GET(access->key, SYSREG_OP2),
	};
	struct arm_line line;

	if (vcpu->unknown_sysreg == access->key || !vm->ops->log)
		return;
	vcpu->unknown_sysreg = access->key;

	arm_line_start(&line);
	arm_line_text(&line, access->is_read ? "MRS" : "MSR");
	arm_line_text(&line, " is undefined: no ROW(name, ");
	for (unsigned n = 0; n < sizeof(encoding) / sizeof(encoding[0]); n++) {
		arm_line_decimal(&line, encoding[n]);
		arm_line_text(&line, ", ");
	}
	arm_line_text(&line, "handler); PC 0x");
	arm_line_hex(&line, vcpu->frame.elr, 16);
	vm->ops->log(vm->ctx, ARM_VCPU_LOG_DEBUG, line.text);
}
