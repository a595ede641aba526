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
#include "trap/psci.h"

#include <stddef.h>

#include "arch/psci.h"
#include "arch/smccc.h"
#include "arch/stage2.h"
#include "hw/guest.h"
#include "lib/atomic.h"
#include "trap/complete.h"

/* ARM_RESUME: x0 of the frame is the answer. ARM_TO_HOST: the host has to act.
 */
typedef unsigned (*psci_handler)(struct arm_vcpu *vcpu);

/* DEN0028 3.1: a 32-bit call's arguments are W1 to W7. */
static uint64_t argument(const struct arm_vcpu *vcpu, unsigned n)
{
	const uint64_t *x = vcpu->frame.gpr;

	return x[0] & SMCCC_64 ? x[n] : (uint32_t)x[n];
}

/* Return codes are negative 32-bit numbers; x0 gets them sign-extended. */
static unsigned answer(struct arm_vcpu *vcpu, int code)
{
	return arm_answer_call(vcpu, (uint64_t)(int64_t)code);
}

static unsigned to_host(struct arm_vcpu *vcpu, enum arm_vcpu_exit_reason reason,
			enum arm_vcpu_completion kind)
{
	vcpu->exit->reason = reason;
	vcpu->pending.kind = kind;
	return ARM_TO_HOST;
}

/* The host answers, and completes the call. */
static unsigned ask(struct arm_vcpu *vcpu, enum arm_vcpu_exit_reason reason)
{
	return to_host(vcpu, reason,
		       arm_called_by_smc(vcpu) ? ARM_VCPU_COMPLETE_RESULT_SKIP
					       : ARM_VCPU_COMPLETE_RESULT);
}

/* A call that does not return. */
static unsigned leave(struct arm_vcpu *vcpu, enum arm_vcpu_exit_reason reason)
{
	return to_host(vcpu, reason, ARM_VCPU_COMPLETE_NOTHING);
}

/* DEN0022 5.5.2: an entry point that the caller could not execute from is
 * INVALID_ADDRESS. A64 instructions are aligned to 4. */
static bool entry_valid(const struct arm_vcpu *vcpu, uint64_t entry)
{
	uint64_t size_bits = 64 - BITS_GET(vcpu->regs.VTCR_EL2, VTCR_EL2_T0SZ);

	return !(entry & 3) && (size_bits > 63 || !(entry >> size_bits));
}

static unsigned psci_version(struct arm_vcpu *vcpu)
{
	return answer(vcpu, PSCI_VERSION_1_1);
}

/*
 * DEN0022 5.4: the given state is the deepest that the caller tolerates, and
 * a call for power-down may return as a standby does, with SUCCESS, its
 * context intact. That is what a vCPU does: the host parks it until it has an
 * interrupt and completes with 0. Both types and every level are served so.
 */
static unsigned cpu_suspend(struct arm_vcpu *vcpu)
{
	if (argument(vcpu, 1) & UINT32_MAX & ~PSCI_POWER)
		return answer(vcpu, PSCI_INVALID_PARAMETERS);
	if ((argument(vcpu, 1) & PSCI_POWER_DOWN_TYPE) &&
	    !entry_valid(vcpu, argument(vcpu, 2)))
		return answer(vcpu, PSCI_INVALID_ADDRESS);

	vcpu->exit->suspend.power_state = (uint32_t)argument(vcpu, 1);
	return ask(vcpu, ARM_VCPU_EXIT_CPU_SUSPEND);
}

/* DEN0022 5.5: DENIED is for a Trusted OS only, and there is none. */
static unsigned cpu_off(struct arm_vcpu *vcpu)
{
	/* Who finds it off and starts it sees what it did before. */
	arm_store_release(&vcpu->power, ARM_VCPU_POWER_OFF);
	return leave(vcpu, ARM_VCPU_EXIT_CPU_DOWN);
}

static unsigned cpu_on(struct arm_vcpu *vcpu)
{
	uint32_t seen = ARM_VCPU_POWER_OFF;
	struct arm_vcpu *target = NULL;

	if (!(argument(vcpu, 1) & ~PSCI_TARGET))
		target = arm_vm_find_vcpu(vcpu->vm, argument(vcpu, 1));
	if (!target)
		return answer(vcpu, PSCI_INVALID_PARAMETERS);
	if (!entry_valid(vcpu, argument(vcpu, 2)))
		return answer(vcpu, PSCI_INVALID_ADDRESS);
	/* As for arm_store_release() in cpu_off(); one of two callers wins. */
	if (!arm_compare_exchange(&target->power, &seen,
				  ARM_VCPU_POWER_ON_PENDING))
		return answer(vcpu, seen == ARM_VCPU_POWER_ON
					    ? PSCI_ALREADY_ON
					    : PSCI_ON_PENDING);

	vcpu->exit->cpu_up.target = argument(vcpu, 1);
	vcpu->exit->cpu_up.entry = argument(vcpu, 2);
	vcpu->exit->cpu_up.arg = argument(vcpu, 3);
	vcpu->exit->cpu_up.vcpu = target;
	return ask(vcpu, ARM_VCPU_EXIT_CPU_UP);
}

/* DEN0022 5.7: ON if one core of the affinity instance is on, OFF if all are
 * off; affinity fields below the level do not count. */
static unsigned affinity_info(struct arm_vcpu *vcpu)
{
	static const uint64_t below[] = {
		0,
		PSCI_AFF0,
		PSCI_AFF0 | PSCI_AFF1,
		PSCI_AFF0 | PSCI_AFF1 | PSCI_AFF2,
	};
	uint32_t level = (uint32_t)argument(vcpu, 2);
	bool found = false, pending = false;

	if (level >= sizeof(below) / sizeof(below[0]) ||
	    (argument(vcpu, 1) & ~PSCI_TARGET))
		return answer(vcpu, PSCI_INVALID_PARAMETERS);

	for (uint32_t n = 0; n < vcpu->vm->vcpu_count; n++) {
		struct arm_vcpu *other = vcpu->vm->vcpus[n];

		if ((other->mpidr ^ argument(vcpu, 1)) & PSCI_TARGET &
		    ~below[level])
			continue;
		uint32_t power = arm_load_acquire(&other->power);
		if (power == ARM_VCPU_POWER_ON)
			return answer(vcpu, PSCI_AFFINITY_ON);
		found = true;
		pending |= power == ARM_VCPU_POWER_ON_PENDING;
	}
	if (!found)
		return answer(vcpu, PSCI_INVALID_PARAMETERS);
	return answer(vcpu,
		      pending ? PSCI_AFFINITY_ON_PENDING : PSCI_AFFINITY_OFF);
}

static unsigned migrate_info_type(struct arm_vcpu *vcpu)
{
	return answer(vcpu, PSCI_NO_TRUSTED_OS);
}

static unsigned system_off(struct arm_vcpu *vcpu)
{
	return leave(vcpu, ARM_VCPU_EXIT_SYSTEM_OFF);
}

static unsigned system_reset(struct arm_vcpu *vcpu)
{
	vcpu->exit->reset.type = 0;
	vcpu->exit->reset.cookie = 0;
	return leave(vcpu, ARM_VCPU_EXIT_SYSTEM_RESET);
}

/* DEN0022 5.11: of the architectural types only warm reset is defined, and
 * this machine has no vendor-specific ones. */
static unsigned system_reset2(struct arm_vcpu *vcpu)
{
	if ((uint32_t)argument(vcpu, 1) != PSCI_SYSTEM_WARM_RESET)
		return answer(vcpu, PSCI_INVALID_PARAMETERS);
	vcpu->exit->reset.type = (uint32_t)argument(vcpu, 1);
	vcpu->exit->reset.cookie = argument(vcpu, 2);
	return leave(vcpu, ARM_VCPU_EXIT_SYSTEM_RESET);
}

static inline psci_handler handler_of(uint32_t id);

/* DEN0022 5.15: flags of CPU_SUSPEND are 0 here (original power_state format,
 * no OS-initiated mode); of everything else, 0 says that it exists. */
static unsigned features(struct arm_vcpu *vcpu)
{
	uint32_t id = (uint32_t)argument(vcpu, 1);

	if (id == SMCCC_VERSION || (arm_psci_owns(id) && handler_of(id)))
		return answer(vcpu, PSCI_SUCCESS);
	return answer(vcpu, PSCI_NOT_SUPPORTED);
}

/* What is not here, is not supported: PSCI_FEATURES says so by the same table.
 */
static const psci_handler handlers[PSCI_FUNCTIONS] = {
	[PSCI_VERSION] = psci_version,
	[PSCI_CPU_SUSPEND] = cpu_suspend,
	[PSCI_CPU_OFF] = cpu_off,
	[PSCI_CPU_ON] = cpu_on,
	[PSCI_AFFINITY_INFO] = affinity_info,
	[PSCI_MIGRATE_INFO_TYPE] = migrate_info_type,
	[PSCI_SYSTEM_OFF] = system_off,
	[PSCI_SYSTEM_RESET] = system_reset,
	[PSCI_FEATURES] = features,
	[PSCI_SYSTEM_RESET2] = system_reset2,
};

/* Those that the 64-bit convention has as well. */
static const uint32_t also_64 =
	UINT32_C(1) << PSCI_CPU_SUSPEND | UINT32_C(1) << PSCI_CPU_ON |
	UINT32_C(1) << PSCI_AFFINITY_INFO | UINT32_C(1) << PSCI_SYSTEM_RESET2;

/* Of an id that PSCI owns. */
__attribute__((always_inline)) static inline psci_handler
handler_of(uint32_t id)
{
	const uint32_t number = id & (PSCI_FUNCTIONS - 1);

	return (id & SMCCC_64) && !(also_64 >> number & 1) ? NULL
							   : handlers[number];
}

unsigned arm_psci_call(struct arm_vcpu *vcpu)
{
	const psci_handler handler = handler_of((uint32_t)vcpu->frame.gpr[0]);

	return handler ? handler(vcpu) : answer(vcpu, PSCI_NOT_SUPPORTED);
}
