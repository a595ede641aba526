/* SPDX-License-Identifier: Apache-2.0 */
/* What the vCPUs of one machine share. */
#include <arm_vcpu/vm.h>

#include <arm_vcpu/status.h>
#include <arm_vcpu/vcpu.h>

#include "arch/el2.h"

#define MAX_VCPUS 512u

int arm_vm_init(struct arm_vm *vm, const struct arm_vm_config *config)
{
	if (!vm || !config || !config->ops || !config->ops->kick ||
	    !config->vcpus)
		return ARM_VCPU_ERR_NULL;
	if (config->smc_allowed_count && !config->smc_allowed)
		return ARM_VCPU_ERR_NULL;
	if (config->host_sysreg_count && !config->host_sysregs)
		return ARM_VCPU_ERR_NULL;
	if (config->vcpu_capacity == 0 || config->vcpu_capacity > MAX_VCPUS)
		return ARM_VCPU_ERR_RANGE;

	*vm = (struct arm_vm){
		.ops = config->ops,
		.ctx = config->ctx,
		.vcpus = config->vcpus,
		.vcpu_capacity = config->vcpu_capacity,
		.smc_allowed = config->smc_allowed,
		.smc_allowed_count = config->smc_allowed_count,
		.cntvoff = config->cntvoff,
		.host_sysregs = config->host_sysregs,
		.host_sysreg_count = config->host_sysreg_count,
		.host_unknown_sysregs = config->host_unknown_sysregs,
		.watch_caches = config->watch_caches,
	};
	return ARM_VCPU_OK;
}

struct arm_vcpu *arm_vm_find_vcpu(const struct arm_vm *vm, uint64_t mpidr)
{
	const uint64_t affinity = mpidr & MPIDR_AFFINITY;

	if (!vm)
		return NULL;
	for (uint32_t i = 0; i < vm->vcpu_count; i++)
		if (vm->vcpus[i]->mpidr == affinity)
			return vm->vcpus[i];
	return NULL;
}

int arm_vm_set_cntvoff(struct arm_vm *vm, uint64_t cntvoff)
{
	if (!vm)
		return ARM_VCPU_ERR_NULL;
	for (uint32_t i = 0; i < vm->vcpu_count; i++)
		if (vm->vcpus[i]->pcpu)
			return ARM_VCPU_ERR_BOUND;
	vm->cntvoff = cntvoff;
	return ARM_VCPU_OK;
}
