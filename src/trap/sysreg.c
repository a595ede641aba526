/* SPDX-License-Identifier: Apache-2.0 */
#include "trap/sysreg.h"

#include "trap/id_regs.h"
#include "trap/sysreg_handlers.h"
#include "trap/sysreg_log.h"

static uint32_t encoding_of(uint32_t key)
{
	return (uint32_t)ARM_VCPU_REG_ENCODING(
		BITS_GET(key, SYSREG_OP0), BITS_GET(key, SYSREG_OP1),
		BITS_GET(key, SYSREG_CRN), BITS_GET(key, SYSREG_CRM),
		BITS_GET(key, SYSREG_OP2));
}

const struct arm_sysreg_row *arm_sysreg_find(uint32_t key)
{
	const uint32_t wanted = encoding_of(key);
	size_t low = 0, high = arm_sysreg_row_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (arm_sysreg_rows[middle].encoding < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < arm_sysreg_row_count &&
	    arm_sysreg_rows[low].encoding == wanted)
		return &arm_sysreg_rows[low];

	for (size_t n = 0; n < arm_sysreg_range_count; n++) {
		const struct arm_sysreg_row *range = &arm_sysreg_ranges[n];

		if ((wanted & ~(uint32_t)range->any) == range->encoding)
			return range;
	}
	return NULL;
}

static bool is_hosts(const struct arm_vm *vm, uint32_t key)
{
	for (size_t n = 0; n < vm->host_sysreg_count; n++)
		if (vm->host_sysregs[n] == key)
			return true;
	return false;
}

static enum arm_sysreg_result serve_id(struct arm_vcpu *vcpu,
				       const struct arm_sysreg_access *access,
				       uint64_t *value)
{
	if (!access->is_read)
		return ARM_SYSREG_UNDEFINED;
	*value = arm_id_read(vcpu, access->key);
	return ARM_SYSREG_DONE;
}

enum arm_sysreg_result arm_sysreg_serve(struct arm_vcpu *vcpu, uint64_t *value)
{
	const struct arm_sysreg_row *row;
	const struct arm_sysreg_access access = {
		.key = (uint32_t)(vcpu->snap.esr & SYSREG_KEY),
		.is_read = vcpu->snap.esr & SYSREG_READ,
	};

	if (vcpu->vm->host_sysreg_count && is_hosts(vcpu->vm, access.key))
		return ARM_SYSREG_EXIT;
	/* What a busy guest does before everything else: SGIs. */
	if (access.key == SYSREG(3, 0, 12, 11, 5))
		return arm_sysreg_sgi(vcpu, &access, value);
	if (arm_id_space(access.key))
		return serve_id(vcpu, &access, value);
	row = arm_sysreg_find(access.key);
	if (row)
		return arm_sysreg_handlers[row->handler](vcpu, &access, value);
	if (vcpu->vm->host_unknown_sysregs)
		return ARM_SYSREG_EXIT;
	arm_sysreg_log_unknown(vcpu, &access);
	return ARM_SYSREG_UNDEFINED;
}
