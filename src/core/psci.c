/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PSCI 1.1 (DEN0022) for guests, without any firmware below. What only the
 * host can do (start, stop, park a vCPU; stop or reset the machine) is an
 * exit; everything else is answered here.
 *
 * Who changes arm_vcpu.power: CPU_ON claims its target OFF -> ON_PENDING by
 * compare-exchange, so that one of several callers wins; the host's
 * arm_vcpu_power_on() makes it ON; CPU_OFF makes it OFF. A host that answers
 * CPU_ON with an error gives the claim back with
 * arm_vcpu_set_power(target, ARM_VCPU_POWER_OFF) first.
 */
#include "core/psci.h"

#include <stddef.h>

#include "arch/psci.h"
#include "arch/smccc.h"
#include "arch/stage2.h"

struct psci_args {
	uint64_t x1, x2, x3;
};

typedef bool (*psci_handler)(struct arm_vcpu *vcpu,
			     const struct psci_args *args, uint64_t *result,
			     struct arm_vcpu_exit *exit);

struct psci_row {
	psci_handler handler; /* null: not supported            */
	bool also_64;         /* exists in the 64-bit convention */
};

/* Return codes are negative 32-bit numbers; x0 gets them sign-extended. */
static bool answer(uint64_t *result, int code)
{
	*result = (uint64_t)(int64_t)code;
	return true;
}

static bool leave(struct arm_vcpu *vcpu, struct arm_vcpu_exit *exit,
		  enum arm_vcpu_exit_reason reason,
		  enum arm_vcpu_completion completion)
{
	exit->reason = reason;
	vcpu->pending.kind = completion;
	return false;
}

/* DEN0022 5.5.2: an entry point that the caller could not execute from is
 * INVALID_ADDRESS. A64 instructions are aligned to 4. */
static bool entry_valid(const struct arm_vcpu *vcpu, uint64_t entry)
{
	uint64_t size_bits = 64 - BITS_GET(vcpu->regs.VTCR_EL2, VTCR_EL2_T0SZ);

	return !(entry & 3) && (size_bits > 63 || !(entry >> size_bits));
}

static bool psci_version(struct arm_vcpu *vcpu, const struct psci_args *args,
			 uint64_t *result, struct arm_vcpu_exit *exit)
{
	(void)vcpu;
	(void)args;
	(void)exit;
	*result = PSCI_VERSION_1_1;
	return true;
}

/*
 * DEN0022 5.4: the given state is the deepest that the caller tolerates, and
 * a call for power-down may return as a standby does, with SUCCESS, its
 * context intact. That is what a vCPU does: the host parks it until it has an
 * interrupt and completes with 0. Both types and every level are served so.
 */
static bool cpu_suspend(struct arm_vcpu *vcpu, const struct psci_args *args,
			uint64_t *result, struct arm_vcpu_exit *exit)
{
	if (args->x1 & UINT32_MAX & ~PSCI_POWER)
		return answer(result, PSCI_INVALID_PARAMETERS);
	if ((args->x1 & PSCI_POWER_DOWN_TYPE) && !entry_valid(vcpu, args->x2))
		return answer(result, PSCI_INVALID_ADDRESS);

	exit->suspend.power_state = (uint32_t)args->x1;
	return leave(vcpu, exit, ARM_VCPU_EXIT_CPU_SUSPEND,
		     ARM_VCPU_COMPLETE_RESULT);
}

/* DEN0022 5.5: DENIED is for a Trusted OS only, and there is none. */
static bool cpu_off(struct arm_vcpu *vcpu, const struct psci_args *args,
		    uint64_t *result, struct arm_vcpu_exit *exit)
{
	(void)args;
	(void)result;
	atomic_store_explicit(&vcpu->power, ARM_VCPU_POWER_OFF,
			      memory_order_release);
	return leave(vcpu, exit, ARM_VCPU_EXIT_CPU_DOWN,
		     ARM_VCPU_COMPLETE_NOTHING);
}

static bool cpu_on(struct arm_vcpu *vcpu, const struct psci_args *args,
		   uint64_t *result, struct arm_vcpu_exit *exit)
{
	uint32_t seen = ARM_VCPU_POWER_OFF;
	struct arm_vcpu *target = NULL;

	if (!(args->x1 & ~PSCI_TARGET))
		target = arm_vm_find_vcpu(vcpu->vm, args->x1);
	if (!target)
		return answer(result, PSCI_INVALID_PARAMETERS);
	if (!entry_valid(vcpu, args->x2))
		return answer(result, PSCI_INVALID_ADDRESS);
	if (!atomic_compare_exchange_strong_explicit(
		    &target->power, &seen, ARM_VCPU_POWER_ON_PENDING,
		    memory_order_acq_rel, memory_order_acquire))
		return answer(result, seen == ARM_VCPU_POWER_ON
					      ? PSCI_ALREADY_ON
					      : PSCI_ON_PENDING);

	exit->cpu_up.target = args->x1;
	exit->cpu_up.entry = args->x2;
	exit->cpu_up.arg = args->x3;
	exit->cpu_up.vcpu = target;
	return leave(vcpu, exit, ARM_VCPU_EXIT_CPU_UP,
		     ARM_VCPU_COMPLETE_RESULT);
}

/* DEN0022 5.7: ON if one core of the affinity instance is on, OFF if all are
 * off; affinity fields below the level do not count. */
static bool affinity_info(struct arm_vcpu *vcpu, const struct psci_args *args,
			  uint64_t *result, struct arm_vcpu_exit *exit)
{
	static const uint64_t below[] = {
		0,
		PSCI_AFF0,
		PSCI_AFF0 | PSCI_AFF1,
		PSCI_AFF0 | PSCI_AFF1 | PSCI_AFF2,
	};
	uint32_t level = (uint32_t)args->x2;
	bool found = false, pending = false;

	(void)exit;
	if (level >= sizeof(below) / sizeof(below[0]) ||
	    (args->x1 & ~PSCI_TARGET))
		return answer(result, PSCI_INVALID_PARAMETERS);

	for (uint32_t n = 0; n < vcpu->vm->vcpu_count; n++) {
		struct arm_vcpu *other = vcpu->vm->vcpus[n];

		if ((other->mpidr ^ args->x1) & PSCI_TARGET & ~below[level])
			continue;
		uint32_t power = atomic_load_explicit(&other->power,
						      memory_order_acquire);
		if (power == ARM_VCPU_POWER_ON)
			return answer(result, PSCI_AFFINITY_ON);
		found = true;
		pending |= power == ARM_VCPU_POWER_ON_PENDING;
	}
	if (!found)
		return answer(result, PSCI_INVALID_PARAMETERS);
	return answer(result,
		      pending ? PSCI_AFFINITY_ON_PENDING : PSCI_AFFINITY_OFF);
}

static bool migrate_info_type(struct arm_vcpu *vcpu,
			      const struct psci_args *args, uint64_t *result,
			      struct arm_vcpu_exit *exit)
{
	(void)vcpu;
	(void)args;
	(void)exit;
	return answer(result, PSCI_NO_TRUSTED_OS);
}

static bool system_off(struct arm_vcpu *vcpu, const struct psci_args *args,
		       uint64_t *result, struct arm_vcpu_exit *exit)
{
	(void)args;
	(void)result;
	return leave(vcpu, exit, ARM_VCPU_EXIT_SYSTEM_OFF,
		     ARM_VCPU_COMPLETE_NOTHING);
}

static bool system_reset(struct arm_vcpu *vcpu, const struct psci_args *args,
			 uint64_t *result, struct arm_vcpu_exit *exit)
{
	(void)args;
	(void)result;
	exit->reset.type = 0;
	exit->reset.cookie = 0;
	return leave(vcpu, exit, ARM_VCPU_EXIT_SYSTEM_RESET,
		     ARM_VCPU_COMPLETE_NOTHING);
}

/* DEN0022 5.11: of the architectural types only warm reset is defined, and
 * this machine has no vendor-specific ones. */
static bool system_reset2(struct arm_vcpu *vcpu, const struct psci_args *args,
			  uint64_t *result, struct arm_vcpu_exit *exit)
{
	if ((uint32_t)args->x1 != PSCI_SYSTEM_WARM_RESET)
		return answer(result, PSCI_INVALID_PARAMETERS);
	exit->reset.type = (uint32_t)args->x1;
	exit->reset.cookie = args->x2;
	return leave(vcpu, exit, ARM_VCPU_EXIT_SYSTEM_RESET,
		     ARM_VCPU_COMPLETE_NOTHING);
}

static const struct psci_row *row_of(uint32_t id);

/* DEN0022 5.15: flags of CPU_SUSPEND are 0 here (original power_state format,
 * no OS-initiated mode); of everything else, 0 says that it exists. */
static bool features(struct arm_vcpu *vcpu, const struct psci_args *args,
		     uint64_t *result, struct arm_vcpu_exit *exit)
{
	uint32_t id = (uint32_t)args->x1;

	(void)vcpu;
	(void)exit;
	if (id == SMCCC_VERSION || row_of(id))
		return answer(result, PSCI_SUCCESS);
	return answer(result, PSCI_NOT_SUPPORTED);
}

/* What is not here, is not supported: PSCI_FEATURES says so by the same table.
 */
static const struct psci_row rows[] = {
	[PSCI_VERSION] = {psci_version, false},
	[PSCI_CPU_SUSPEND] = {cpu_suspend, true},
	[PSCI_CPU_OFF] = {cpu_off, false},
	[PSCI_CPU_ON] = {cpu_on, true},
	[PSCI_AFFINITY_INFO] = {affinity_info, true},
	[PSCI_MIGRATE_INFO_TYPE] = {migrate_info_type, false},
	[PSCI_SYSTEM_OFF] = {system_off, false},
	[PSCI_SYSTEM_RESET] = {system_reset, false},
	[PSCI_FEATURES] = {features, false},
	[PSCI_SYSTEM_RESET2] = {system_reset2, true},
};

bool arm_psci_owns(uint32_t id)
{
	return (id & ~(uint32_t)SMCCC_64) - PSCI_BASE_32 < PSCI_FUNCTIONS;
}

static const struct psci_row *row_of(uint32_t id)
{
	const uint32_t number = id & (PSCI_FUNCTIONS - 1);

	if (!arm_psci_owns(id) || number >= sizeof(rows) / sizeof(rows[0]))
		return NULL;
	if (!rows[number].handler || ((id & SMCCC_64) && !rows[number].also_64))
		return NULL;
	return &rows[number];
}

bool arm_psci_call(struct arm_vcpu *vcpu, uint32_t id, uint64_t *result,
		   struct arm_vcpu_exit *exit)
{
	/* DEN0028 3.1: a 32-bit call's arguments are W1 to W7. */
	uint64_t width = id & SMCCC_64 ? UINT64_MAX : UINT32_MAX;
	const uint64_t *x = vcpu->frame.gpr;
	struct psci_args args = {x[1] & width, x[2] & width, x[3] & width};
	const struct psci_row *row = row_of(id);

	if (!row)
		return answer(result, PSCI_NOT_SUPPORTED);
	return row->handler(vcpu, &args, result, exit);
}
