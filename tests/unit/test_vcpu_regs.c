/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's registers from outside: by number, by id, and all in a dump. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arch/el2.h"
#include "support/fake.h"
#include "vcpu/vcpu.h"

static struct fake_machine machine;
static struct arm_vcpu *vcpu;

static int fresh(void **state)
{
	(void)state;
	fake_machine_make(&machine);
	vcpu = fake_vcpu_make(&machine, 0);
	return 0;
}

static void gprs_know_xzr_and_their_bounds(void **state)
{
	uint64_t value = 1;

	(void)state;
	assert_int_equal(arm_vcpu_set_gpr(vcpu, 30, 5), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_get_gpr(vcpu, 30, &value), ARM_VCPU_OK);
	assert_int_equal(value, 5);
	assert_int_equal(arm_vcpu_set_gpr(vcpu, 31, 5), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_get_gpr(vcpu, 31, &value), ARM_VCPU_OK);
	assert_int_equal(value, 0);
	assert_int_equal(arm_vcpu_set_gpr(vcpu, 32, 5), ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vcpu_get_gpr(vcpu, 32, &value),
			 ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vcpu_get_gpr(vcpu, 0, NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_set_gpr(NULL, 0, 0), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_set_return_value(vcpu, 9), ARM_VCPU_OK);
	assert_int_equal(vcpu->frame.gpr[0], 9);
}

static void registers_are_where_they_live(void **state)
{
	uint64_t value = 0;

	(void)state;
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_VBAR_EL1, 0x800),
			 ARM_VCPU_OK);
	assert_int_equal(vcpu->regs.VBAR_EL1, 0x800);
	fake_vcpu_bind(&machine, vcpu);
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_VBAR_EL1, 0x1800),
			 ARM_VCPU_OK);
	assert_int_equal(fake_cpu.reg[ARM_VCPU_REG_VBAR_EL1], 0x1800);
	assert_int_equal(arm_vcpu_get_reg(vcpu, ARM_VCPU_REG_VBAR_EL1, &value),
			 ARM_VCPU_OK);
	assert_int_equal(value, 0x1800);
	/* Emulated: the CPU's CNTP is the host's. */
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_CNTP_CVAL_EL0, 77),
			 ARM_VCPU_OK);
	assert_int_equal(vcpu->regs.CNTP_CVAL_EL0, 77);
	vcpu->virtual_timers = false;
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_CNTP_CVAL_EL0, 78),
			 ARM_VCPU_OK);
	assert_int_equal(fake_cpu.reg[ARM_VCPU_REG_CNTP_CVAL_EL0], 78);
	/* This CPU has no AArch32 at EL1, so no such register either; and if
	 * it had, FPEXC32_EL2 would trap at EL2 until the guest has used FP. */
	fake_cpu.reg_writes = 0;
	vcpu->pcpu->features.aarch32_el0 = true;
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_DACR32_EL2, 1),
			 ARM_VCPU_OK);
	vcpu->fp_loaded = true;
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_FPEXC32_EL2, 1),
			 ARM_VCPU_OK);
	assert_int_equal(fake_cpu.reg_writes, 0);
	vcpu->fp_loaded = false;
	vcpu->pcpu->features.aarch32_el1 = true;
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_FPEXC32_EL2, 1),
			 ARM_VCPU_OK);
	assert_int_equal(fake_cpu.reg_writes, 0);
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_DACR32_EL2, 1),
			 ARM_VCPU_OK);
	vcpu->fp_loaded = true;
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_FPEXC32_EL2, 1),
			 ARM_VCPU_OK);
	assert_int_equal(fake_cpu.reg_writes, 2);
	/* Controls are the library's. */
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_HCR_EL2, 0),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_vcpu_get_reg(vcpu, ARM_VCPU_REG_MDCR_EL2, &value),
			 ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_get_reg(vcpu, ARM_VCPU_REG_COUNT, &value),
			 ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_COUNT, 0),
			 ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vcpu_get_reg(NULL, ARM_VCPU_REG_VBAR_EL1, &value),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_get_reg(vcpu, ARM_VCPU_REG_VBAR_EL1, NULL),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_set_reg(NULL, ARM_VCPU_REG_VBAR_EL1, 0),
			 ARM_VCPU_ERR_NULL);
}

static void dump_names_every_register(void **state)
{
	(void)state;
	assert_int_equal(arm_vcpu_dump(NULL, ARM_VCPU_LOG_INFO),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_dump(vcpu, ARM_VCPU_LOG_INFO), ARM_VCPU_OK);
	assert_true(machine.log_count > ARM_VCPU_REG_COUNT);
	assert_non_null(strstr(fake_last_log(&machine), "MDCR_EL2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(gprs_know_xzr_and_their_bounds, fresh),
		cmocka_unit_test_setup(registers_are_where_they_live, fresh),
		cmocka_unit_test_setup(dump_names_every_register, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
