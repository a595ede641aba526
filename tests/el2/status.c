/* SPDX-License-Identifier: Apache-2.0 */
/* A host's mistakes: a status each, and nothing changed. */
#include "el2.h"

GUEST_CODE(guest_ok, "	hvc	#1\n");

static struct arm_vcpu fresh;

static void before_setup(void)
{
	struct arm_vm other;
	struct arm_vcpu *table[1];
	struct arm_vcpu_ept_root root = {.root = arm_stage2_root(&stage2),
					 .vtcr = arm_stage2_vtcr(&stage2),
					 .vmid = 200};

	CHECK_EQ(arm_vm_init(&other,
			     &(struct arm_vm_config){.ops = &vm_ops,
						     .vcpus = table,
						     .vcpu_capacity = 1}),
		 ARM_VCPU_OK);
	CHECK_EQ(arm_vcpu_init(&fresh, &(struct arm_vcpu_config){.vm = &other}),
		 ARM_VCPU_OK);
	CHECK_EQ(arm_vcpu_run(&fresh, &out), ARM_VCPU_ERR_NOT_SETUP);
	CHECK_EQ(arm_vcpu_bind(&fresh, &pcpu), ARM_VCPU_ERR_NOT_SETUP);
	CHECK_EQ(arm_vcpu_setup(&fresh, NULL), ARM_VCPU_OK);
	CHECK_EQ(arm_vcpu_run(&fresh, &out), ARM_VCPU_ERR_NOT_BOUND);
	CHECK_EQ(arm_vcpu_bind(&fresh, &pcpu), ARM_VCPU_ERR_NO_ROOT);
	CHECK_EQ(arm_vcpu_unbind(&fresh), ARM_VCPU_ERR_NOT_BOUND);
	CHECK_EQ(arm_vcpu_set_ept_root(&fresh, &root), ARM_VCPU_OK);
	CHECK_EQ(arm_vcpu_bind(&fresh, &pcpu), ARM_VCPU_OK);
	CHECK_EQ(arm_vcpu_unbind(&fresh), ARM_VCPU_OK);
}

static void null_arguments(void)
{
	uint64_t value;

	CHECK_EQ(arm_vcpu_run(NULL, &out), ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_vcpu_run(&vcpus[0], NULL), ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_vcpu_bind(NULL, &pcpu), ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_vcpu_bind(&vcpus[0], NULL), ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_vcpu_unbind(NULL), ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_vcpu_complete(NULL, 0), ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_vcpu_fail(NULL, ARM_VCPU_FAIL_UNDEFINED),
		 ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_vcpu_kick(NULL), ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_vcpu_reset(NULL), ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_vcpu_get_reg(&vcpus[0], ARM_VCPU_REG(FAR_EL1), NULL),
		 ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_vcpu_get_gpr(NULL, 0, &value), ARM_VCPU_ERR_NULL);
	CHECK_EQ(arm_vcpu_trap_wait(NULL, true, true), ARM_VCPU_ERR_NULL);
}

static void bound(void)
{
	struct arm_vcpu_ept_root root = {.root = arm_stage2_root(&stage2),
					 .vtcr = arm_stage2_vtcr(&stage2)};

	bind(0);
	CHECK_EQ(arm_vcpu_bind(&vcpus[0], &pcpu), ARM_VCPU_ERR_BOUND);
	CHECK_EQ(arm_vcpu_bind(&vcpus[1], &pcpu), ARM_VCPU_ERR_BOUND);
	CHECK_EQ(arm_vcpu_setup(&vcpus[0], NULL), ARM_VCPU_ERR_BOUND);
	CHECK_EQ(arm_vcpu_set_ept_root(&vcpus[0], &root), ARM_VCPU_ERR_BOUND);
	CHECK_EQ(arm_vcpu_reset(&vcpus[0]), ARM_VCPU_ERR_BOUND);
	CHECK_EQ(arm_vcpu_power_on(&vcpus[0], GUEST_RAM, 0),
		 ARM_VCPU_ERR_BOUND);
	CHECK_EQ(arm_vm_set_cntvoff(&vm, 0), ARM_VCPU_ERR_BOUND);
	CHECK_EQ(arm_pcpu_hardware_disable(&pcpu), ARM_VCPU_ERR_BOUND);
	CHECK_EQ(arm_pcpu_hardware_enable(&pcpu), ARM_VCPU_ERR_ENABLED);
	CHECK_EQ(arm_vcpu_run(&vcpus[1], &out), ARM_VCPU_ERR_NOT_BOUND);
	CHECK_EQ(arm_vcpu_unbind(&vcpus[1]), ARM_VCPU_ERR_NOT_BOUND);
	/* After all that the vCPU still runs. */
	RUN(guest_ok);
	CHECK_EQ(out.reason, ARM_VCPU_EXIT_HYPERCALL);
	unbind(0);
	CHECK_EQ(arm_vcpu_unbind(&vcpus[0]), ARM_VCPU_ERR_NOT_BOUND);
}

static void arguments(void)
{
	struct arm_vcpu_ept_root root = {.root = arm_stage2_root(&stage2) + 8,
					 .vtcr = arm_stage2_vtcr(&stage2)};
	uint64_t value;

	CHECK_EQ(arm_vcpu_set_ept_root(&vcpus[0], &root),
		 ARM_VCPU_ERR_UNALIGNED);
	root.root = UINT64_C(1) << 52;
	CHECK_EQ(arm_vcpu_set_ept_root(&vcpus[0], &root), ARM_VCPU_ERR_RANGE);
	CHECK_EQ(arm_vcpu_set_entry(&vcpus[0], GUEST_RAM + 2),
		 ARM_VCPU_ERR_UNALIGNED);
	CHECK_EQ(arm_vcpu_set_entry(&vcpus[0], UINT64_C(1) << 32),
		 ARM_VCPU_ERR_RANGE);
	CHECK_EQ(arm_vcpu_get_gpr(&vcpus[0], 32, &value), ARM_VCPU_ERR_RANGE);
	CHECK_EQ(arm_vcpu_set_gpr(&vcpus[0], 32, 0), ARM_VCPU_ERR_RANGE);
	CHECK_EQ(arm_vcpu_set_gpr(&vcpus[0], 31, 5), ARM_VCPU_OK);
	CHECK_EQ(arm_vcpu_get_gpr(&vcpus[0], 31, &value), ARM_VCPU_OK);
	CHECK_EQ(value, 0);
	CHECK_EQ(arm_vcpu_get_reg(&vcpus[0], UINT64_MAX, &value),
		 ARM_VCPU_ERR_RANGE);
	CHECK_EQ(arm_vcpu_set_reg(&vcpus[0], ARM_VCPU_REG(HCR_EL2), 0),
		 ARM_VCPU_ERR_INVALID);
	CHECK_EQ(arm_vcpu_complete(&vcpus[0], 0), ARM_VCPU_ERR_NO_COMPLETION);
	CHECK_EQ(arm_vcpu_fail(&vcpus[0], ARM_VCPU_FAIL_UNDEFINED),
		 ARM_VCPU_ERR_NO_COMPLETION);
	RUN(guest_ok);
	CHECK_EQ(pc(), GUEST_RAM + 4);
}

void status_tests(void)
{
	static const struct test tests[] = {
		{"status: before setup", before_setup},
		{"status: null arguments", null_arguments},
		{"status: bound", bound},
		{"status: arguments", arguments},
	};

	run_el2_tests(tests, ARRAY_SIZE(tests));
}
