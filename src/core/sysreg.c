/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sysreg.h"

#include "core/complete.h"
#include "core/id_regs.h"
#include "core/inject.h"
#include "core/sysreg_handlers.h"
#include "core/sysreg_log.h"

/* A key in the order of (op0, op1, CRn, CRm, op2), in which the rows are. */
static uint32_t in_order(uint32_t key)
{
	const uint32_t op2 = SYSREG_OP2, rest = SYSREG_KEY & ~SYSREG_OP2;

	return (key & rest) << 3 | (uint32_t)BITS_GET(key & op2, SYSREG_OP2);
}

const struct arm_sysreg_row *arm_sysreg_find(uint32_t key)
{
	uint32_t wanted = in_order(key);
	size_t low = 0, high = arm_sysreg_row_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (in_order(arm_sysreg_rows[middle].key) < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < arm_sysreg_row_count && arm_sysreg_rows[low].key == key)
		return &arm_sysreg_rows[low];

	for (size_t n = 0; n < arm_sysreg_range_count; n++) {
		const struct arm_sysreg_row *range = &arm_sysreg_ranges[n];

		if ((key & range->mask) == range->key)
			return range;
	}
	return NULL;
}

static enum arm_sysreg_result serve(struct arm_vcpu *vcpu,
				    const struct arm_sysreg_access *access,
				    uint64_t *value)
{
	if (arm_id_space(access->key)) {
		if (!access->is_read)
			return ARM_SYSREG_UNDEFINED;
		*value = arm_id_read(vcpu, access->key);
		return ARM_SYSREG_DONE;
	}

	const struct arm_sysreg_row *row = arm_sysreg_find(access->key);

	if (row)
		return row->handler(vcpu, access, value);
	arm_sysreg_log_unknown(vcpu, access);
	return ARM_SYSREG_UNDEFINED;
}

static bool finish(struct arm_vcpu *vcpu, unsigned rt, bool is_read,
		   uint64_t value)
{
	const struct arm_vcpu_pending load = {
		.kind = is_read ? ARM_VCPU_COMPLETE_LOAD
				: ARM_VCPU_COMPLETE_SKIP,
		.reg = (uint8_t)rt,
		.width = 8,
		.reg_width = 8,
	};

	arm_complete(&vcpu->frame, &vcpu->snap, &load, value);
	return true;
}

bool arm_sysreg_trap(struct arm_vcpu *vcpu, uint32_t iss,
		     struct arm_vcpu_exit *exit)
{
	const struct arm_sysreg_access access = {
		.key = iss & (uint32_t)SYSREG_KEY,
		.is_read = iss & SYSREG_READ,
	};
	unsigned rt = (unsigned)BITS_GET(iss, SYSREG_RT);
	uint64_t value = 0;
	enum arm_sysreg_result result;

	if (!access.is_read && rt != ARM_VCPU_GPR_XZR)
		value = vcpu->frame.gpr[rt];

	/* What a busy guest does before everything else: SGIs. */
	if (access.key == SYSREG(3, 0, 12, 11, 5))
		result = arm_sysreg_sgi(vcpu, &access, &value);
	else
		result = serve(vcpu, &access, &value);

	switch (result) {
	case ARM_SYSREG_DONE:
		return finish(vcpu, rt, access.is_read, value);
	case ARM_SYSREG_UNDEFINED:
		break;
	case ARM_SYSREG_EXIT:
		exit->reason = ARM_VCPU_EXIT_SEND_IPI;
		arm_sysreg_describe_ipi(&access, value, &exit->ipi);
		vcpu->pending.kind = ARM_VCPU_COMPLETE_SKIP;
		return false;
	}
	arm_inject_undefined(vcpu);
	return true;
}
