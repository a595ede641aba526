/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's registers while they are in a CPU, moved by hand and by ids, and
 * what bind and run refuse. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "machine/host.h"

#define TCR 0x80000000u /* some T1SZ, no walks disabled */

static const struct arm_pcpu_ops pcpu_ops = {.irq = NULL};

static int setup(void **state)
{
	const struct machine_config config = {
		.seed = 3,
		.cpus = 2,
		.list_registers = 4,
		.priority_bits = 6,
		.aarch32 = true,
		.ras = true,
	};

	(void)state;
	host_make(&config, &pcpu_ops);
	host_make_memory(0, ARM_STAGE2_READ);
	host_make_vm((struct arm_vm_config){.vcpu_capacity = HOST_VCPUS});
	for (unsigned n = 0; n < HOST_VCPUS; n++)
		host_make_vcpu(n, (struct arm_vcpu_config){.mpidr = n});
	return 0;
}

static void bind_and_run_refuse(void **state)
{
	struct arm_vcpu_exit exit;

	(void)state;
	assert_int_equal(arm_vcpu_bind(NULL, &host.pcpu[0]), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_run(NULL, &exit), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_run(&host.vcpu[0], NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_run(&host.vcpu[0], &exit),
			 ARM_VCPU_ERR_NOT_SETUP);
	assert_int_equal(arm_vcpu_unbind(NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]),
			 ARM_VCPU_ERR_NOT_BOUND);
	host_set_up_vcpu(0, NULL);
	host_set_up_vcpu(1, NULL);
	assert_int_equal(arm_vcpu_run(&host.vcpu[0], &exit),
			 ARM_VCPU_ERR_NOT_BOUND);
	/* Another CPU's. */
	assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[1]),
			 ARM_VCPU_ERR_NOT_ENABLED);
	assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[0]),
			 ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_bind(&host.vcpu[1], &host.pcpu[0]),
			 ARM_VCPU_ERR_BOUND);
	assert_int_equal(arm_pcpu_hardware_disable(&host.pcpu[0]),
			 ARM_VCPU_ERR_BOUND);
	machine_be(1);
	assert_int_equal(arm_vcpu_run(&host.vcpu[0], &exit),
			 ARM_VCPU_ERR_NOT_BOUND);
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]),
			 ARM_VCPU_ERR_NOT_BOUND);
	machine_be(0);
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), ARM_VCPU_OK);
}

static bool is_control(uint64_t id)
{
	return arm_vcpu_set_reg(&host.vcpu[1], id, 0) == ARM_VCPU_ERR_INVALID;
}

/* Fields that every register can hold, and a system register may not ignore. */
static uint64_t value_of(unsigned n)
{
	return (uint64_t)(n & 3) << 2 | 0x40;
}

/* What is written while the vCPU is bound is in the CPU, and after unbind in
 * the object. */
static void ids_reach_the_cpu(void **state)
{
	uint64_t id, value;

	(void)state;
	host_set_up_vcpu(0, NULL);
	for (unsigned bound = 0; bound < 2; bound++) {
		assert_int_equal(arm_vcpu_bind(&host.vcpu[0], &host.pcpu[0]),
				 ARM_VCPU_OK);
		for (unsigned n = 0; arm_vcpu_reg_id(n, &id) == ARM_VCPU_OK;
		     n++) {
			if (id == ARM_VCPU_REG_PSTATE || is_control(id) ||
			    id == ARM_VCPU_REG(OSLSR_EL1) ||
			    id == ARM_VCPU_REG(CNTV_CTL_EL0) ||
			    id == ARM_VCPU_REG(CNTP_CTL_EL0))
				continue;
			assert_int_equal(arm_vcpu_set_reg(&host.vcpu[0], id,
							  value_of(n + bound)),
					 ARM_VCPU_OK);
			assert_int_equal(
				arm_vcpu_get_reg(&host.vcpu[0], id, &value),
				ARM_VCPU_OK);
			assert_int_equal(value, value_of(n + bound));
		}
		assert_int_equal(arm_vcpu_set_reg(&host.vcpu[0],
						  ARM_VCPU_REG(TCR_EL1), TCR),
				 ARM_VCPU_OK);
		assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), ARM_VCPU_OK);
		assert_int_equal(arm_vcpu_get_reg(&host.vcpu[0],
						  ARM_VCPU_REG(TCR_EL1),
						  &value),
				 ARM_VCPU_OK);
		assert_int_equal(value, TCR);
	}
}

/* By hand, for hosts that switch without a vCPU. */
static void store_and_restore(void **state)
{
	static struct arm_guest_regs in, out;

	(void)state;
	arm_guest_regs_reset(&in);
	in.TPIDR_EL1 = 0x1234;
	in.TCR_EL1 = TCR;
	in.CNTP_CVAL_EL0 = 77;
	in.CNTV_CTL_EL0 = 3;
	arm_guest_regs_restore(&in);
	arm_guest_regs_store(&out);
	assert_int_equal(out.TPIDR_EL1, 0x1234);
	assert_int_equal(out.TCR_EL1, TCR);
	assert_int_equal(out.CNTP_CVAL_EL0, 77);
	assert_int_equal(out.CNTV_CTL_EL0, 3);
	/* The timers are off then. */
	arm_guest_regs_store(&out);
	assert_int_equal(out.CNTV_CTL_EL0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(bind_and_run_refuse, setup),
		cmocka_unit_test_setup(ids_reach_the_cpu, setup),
		cmocka_unit_test_setup(store_and_restore, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
