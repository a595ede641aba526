/* SPDX-License-Identifier: Apache-2.0 */
/* A vCPU's registers from outside: by number, by id, and all in a dump. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arch/el2.h"
#include "arch/timer.h"
#include "support/fake.h"
#include "timer/vtimer.h"
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

static void set(uint64_t id, uint64_t value)
{
	assert_int_equal(arm_vcpu_set_reg(vcpu, id, value), ARM_VCPU_OK);
}

static void registers_are_where_they_live(void **state)
{
	uint64_t value = 0;

	(void)state;
	set(ARM_VCPU_REG(VBAR_EL1), 0x800);
	assert_int_equal(vcpu->regs.VBAR_EL1, 0x800);
	fake_vcpu_bind(&machine, vcpu);
	set(ARM_VCPU_REG(VBAR_EL1), 0x1800);
	assert_int_equal(CPU(VBAR_EL1), 0x1800);
	assert_int_equal(arm_vcpu_get_reg(vcpu, ARM_VCPU_REG(VBAR_EL1), &value),
			 ARM_VCPU_OK);
	assert_int_equal(value, 0x1800);
	/* Emulated: the CPU's CNTP is the host's. */
	set(ARM_VCPU_REG(CNTP_CVAL_EL0), 77);
	assert_int_equal(vcpu->regs.CNTP_CVAL_EL0, 77);
	vcpu->virtual_timers = false;
	set(ARM_VCPU_REG(CNTP_CVAL_EL0), 78);
	assert_int_equal(CPU(CNTP_CVAL_EL0), 78);
}

static void what_is_no_register_of_the_host_is_refused(void **state)
{
	uint64_t value = 0;

	(void)state;
	fake_vcpu_bind(&machine, vcpu);
	/* Controls are the library's. */
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG(HCR_EL2), 0),
			 ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_vcpu_get_reg(vcpu, ARM_VCPU_REG(MDCR_EL2), &value),
			 ARM_VCPU_OK);
	/* DACR32_EL2: a guest has no AArch32 state at EL1. */
	assert_int_equal(
		arm_vcpu_get_reg(vcpu,
				 ARM_VCPU_REG_SYSREG |
					 ARM_VCPU_REG_ENCODING(3, 4, 3, 0, 0),
				 &value),
		ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vcpu_get_reg(vcpu, ARM_REG_COUNT, &value),
			 ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_REG_COUNT, 0),
			 ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vcpu_get_reg(NULL, ARM_VCPU_REG(VBAR_EL1), &value),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_get_reg(vcpu, ARM_VCPU_REG(VBAR_EL1), NULL),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_set_reg(NULL, ARM_VCPU_REG(VBAR_EL1), 0),
			 ARM_VCPU_ERR_NULL);
}

/* The ids are those of KVM's ONE_REG interface for arm64: size in bits 55 to
 * 52, core registers by their place in struct user_pt_regs, system registers
 * by their encoding. */
static void ids_are_what_others_use(void **state)
{
	(void)state;
	assert_int_equal(ARM_VCPU_REG_X(0), UINT64_C(0x6030000000100000));
	assert_int_equal(ARM_VCPU_REG_X(30), UINT64_C(0x603000000010003c));
	assert_int_equal(ARM_VCPU_REG_PC, UINT64_C(0x6030000000100040));
	assert_int_equal(ARM_VCPU_REG_PSTATE, UINT64_C(0x6030000000100042));
	assert_int_equal(ARM_VCPU_REG(SCTLR_EL1), UINT64_C(0x603000000013c080));
}

static bool is_control(uint64_t id)
{
	return strstr(arm_vcpu_reg_name(id), "_EL2") &&
	       arm_vcpu_set_reg(vcpu, id, 0) == ARM_VCPU_ERR_INVALID;
}

/* A value that names its register and that the register can hold. */
static uint64_t value_of(uint64_t id, unsigned n)
{
	if (id == ARM_VCPU_REG_PSTATE)
		return UINT64_C(0xf0000004); /* EL1t, NZCV */
	if (id == ARM_VCPU_REG(OSLSR_EL1))
		return 1u << 1;
	return 0x40 + n;
}

static void everything_is_read_and_written_from_outside(void **state)
{
	uint64_t id, value, seen = 0;
	unsigned count = 0;

	(void)state;
	for (; arm_vcpu_reg_id(count, &id) == ARM_VCPU_OK; count++)
		if (!is_control(id))
			assert_int_equal(
				arm_vcpu_set_reg(vcpu, id, value_of(id, count)),
				ARM_VCPU_OK);
	assert_int_equal(count, 34 + ARM_REG_COUNT + 2);
	for (unsigned n = 0; n < count; n++) {
		assert_int_equal(arm_vcpu_reg_id(n, &id), ARM_VCPU_OK);
		assert_int_equal(arm_vcpu_get_reg(vcpu, id, &value),
				 ARM_VCPU_OK);
		if (is_control(id))
			continue;
		assert_int_equal(value, value_of(id, n));
		seen++;
	}
	assert_int_equal(seen, count - 10); /* the CONTROL_REG rows */
	assert_int_equal(vcpu->frame.gpr[30], 0x40 + 30);
	assert_int_equal(vcpu->frame.sp_el0, 0x40 + 31);
	assert_int_equal(vcpu->frame.elr, 0x40 + 32);
	assert_true(vcpu->os_lock);
	assert_int_equal(arm_vcpu_reg_id(count, &id), ARM_VCPU_ERR_RANGE);
	assert_int_equal(arm_vcpu_reg_id(0, NULL), ARM_VCPU_ERR_NULL);
	assert_null(arm_vcpu_reg_name(ARM_VCPU_REG_X(34)));
	assert_null(arm_vcpu_reg_name(ARM_VCPU_REG_X(0) + 1));
	assert_string_equal(arm_vcpu_reg_name(ARM_VCPU_REG_X(30)), "x30");
	assert_string_equal(arm_vcpu_reg_name(ARM_VCPU_REG_PC), "PC");
}

/* EL2's modes, and AArch32 unless it was allowed, are not the guest's. */
static void pstate_stays_in_the_guest(void **state)
{
	static const uint64_t modes[] = {0x8, 0x9, 0xc, 0xd, 0x1, 0x10, 0x13};
	uint64_t value;

	(void)state;
	for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		assert_int_equal(
			arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_PSTATE, modes[i]),
			ARM_VCPU_ERR_INVALID);
	assert_int_equal(arm_vcpu_get_reg(vcpu, ARM_VCPU_REG_PSTATE, &value),
			 ARM_VCPU_OK);
	assert_int_equal(value, 0x3c5);
	vcpu->features = ARM_VCPU_AARCH32_EL0;
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_PSTATE, 0x10),
			 ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG_PSTATE, 0x13),
			 ARM_VCPU_ERR_INVALID);
}

static void fp_is_the_objects_while_not_bound(void **state)
{
	static struct arm_vcpu_fp_state in = {.fpcr = 3, .fpsr = 4}, out;

	(void)state;
	in.v[31][1] = 7;
	assert_int_equal(arm_vcpu_set_fp(vcpu, &in), ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_get_fp(vcpu, &out), ARM_VCPU_OK);
	assert_memory_equal(&in, &out, sizeof(in));
	assert_int_equal(arm_vcpu_get_fp(NULL, &out), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_set_fp(vcpu, NULL), ARM_VCPU_ERR_NULL);
	fake_vcpu_bind(&machine, vcpu);
	assert_int_equal(arm_vcpu_set_fp(vcpu, &in), ARM_VCPU_ERR_BOUND);
	assert_int_equal(arm_vcpu_get_fp(vcpu, &out), ARM_VCPU_ERR_BOUND);
}

/* What the host writes to the emulated timer of a bound vCPU is armed. */
static void a_timer_that_is_written_is_armed(void **state)
{
	(void)state;
	fake_vcpu_bind(&machine, vcpu);
	machine_set_time(1000);
	assert_int_equal(
		arm_vcpu_set_reg(vcpu, ARM_VCPU_REG(CNTP_CVAL_EL0), 5000),
		ARM_VCPU_OK);
	assert_int_equal(arm_vcpu_set_reg(vcpu, ARM_VCPU_REG(CNTP_CTL_EL0), 1),
			 ARM_VCPU_OK);
	assert_int_equal(machine.timer_deadline, 5000);
}

/* ISTATUS is what the count says, not what was written. */
static void a_timers_status_is_no_state(void **state)
{
	uint64_t value = 0;

	(void)state;
	machine_set_time(1000);
	set(ARM_VCPU_REG(CNTP_CVAL_EL0), 5000);
	set(ARM_VCPU_REG(CNTP_CTL_EL0), CNT_CTL_ENABLE | CNT_CTL_ISTATUS);
	fake_vcpu_bind(&machine, vcpu);
	arm_vtimer_load(vcpu);
	assert_int_equal(arm_vtimer_read(vcpu, SYSREG_CNTP_CTL_EL0),
			 CNT_CTL_ENABLE);
	assert_int_equal(
		arm_vcpu_get_reg(vcpu, ARM_VCPU_REG(CNTP_CTL_EL0), &value),
		ARM_VCPU_OK);
	assert_int_equal(value, CNT_CTL_ENABLE);
}

static void dump_names_every_register(void **state)
{
	(void)state;
	assert_int_equal(arm_vcpu_dump(NULL, ARM_VCPU_LOG_INFO),
			 ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_vcpu_dump(vcpu, ARM_VCPU_LOG_INFO), ARM_VCPU_OK);
	assert_true(machine.log_count > ARM_REG_COUNT);
	assert_non_null(strstr(fake_last_log(&machine), "MDCR_EL2"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(gprs_know_xzr_and_their_bounds, fresh),
		cmocka_unit_test_setup(registers_are_where_they_live, fresh),
		cmocka_unit_test_setup(
			what_is_no_register_of_the_host_is_refused, fresh),
		cmocka_unit_test(ids_are_what_others_use),
		cmocka_unit_test_setup(
			everything_is_read_and_written_from_outside, fresh),
		cmocka_unit_test_setup(pstate_stays_in_the_guest, fresh),
		cmocka_unit_test_setup(fp_is_the_objects_while_not_bound,
				       fresh),
		cmocka_unit_test_setup(a_timer_that_is_written_is_armed, fresh),
		cmocka_unit_test_setup(a_timers_status_is_no_state, fresh),
		cmocka_unit_test_setup(dump_names_every_register, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
