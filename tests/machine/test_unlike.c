/* SPDX-License-Identifier: Apache-2.0 */
/* CPUs of different kinds in one machine: a vCPU stays on those that look the
 * same to its guest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "machine/host.h"
#include "machine/state.h"

#define A55   UINT64_C(0x412fd050)
#define A76   UINT64_C(0x413fd0b0)
#define VPIDR MACHINE_SYSREG(3, 4, 0, 0, 0)

static const struct arm_pcpu_ops pcpu_ops = {0};
static struct arm_pcpu *pcpu[HOST_VCPUS], spare[32];
static unsigned used;

static void make(uint64_t midr0, uint64_t midr1, bool aarch32)
{
	const struct machine_config config = {
		.seed = 1,
		.cpus = HOST_VCPUS,
		.list_registers = 4,
		.priority_bits = 5,
		.aarch32 = aarch32,
		.midr = {midr0, midr1},
	};

	host_make(&config, &pcpu_ops);
	used = 0;
	for (unsigned n = 0; n < HOST_VCPUS; n++)
		pcpu[n] = &host.pcpu[n];
	host_make_memory(0, ARM_STAGE2_READ);
	host_make_vm((struct arm_vm_config){.vcpu_capacity = HOST_VCPUS});
	host_make_vcpu(0, (struct arm_vcpu_config){.powered_on = true});
	host_set_up_vcpu(0, NULL);
}

static int bind(unsigned cpu)
{
	machine_be(cpu);
	return arm_vcpu_bind(&host.vcpu[0], pcpu[cpu]);
}

static void unbind(void)
{
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]), 0);
}

static void like_cpus(void **state)
{
	(void)state;
	make(A76, A76, false);
	for (unsigned n = 0; n < 4; n++) {
		assert_int_equal(bind(n % 2), 0);
		unbind();
	}
}

static void unlike_cpus(void **state)
{
	(void)state;
	make(A55, A76, false);
	assert_int_equal(bind(0), 0);
	assert_int_equal(machine_read(VPIDR), A55);
	unbind();
	assert_int_equal(bind(1), ARM_VCPU_ERR_UNLIKE);
	/* Nothing has changed, and the CPU has no vCPU. */
	assert_int_equal(arm_vcpu_unbind(&host.vcpu[0]),
			 ARM_VCPU_ERR_NOT_BOUND);
	assert_int_equal(bind(0), 0);
	unbind();
	/* CPU_OFF and CPU_ON change nothing about it; */
	assert_int_equal(arm_vcpu_power_on(&host.vcpu[0], HOST_RAM, 0), 0);
	assert_int_equal(bind(1), ARM_VCPU_ERR_UNLIKE);
	/* another life does. */
	assert_int_equal(arm_vcpu_reset(&host.vcpu[0]), 0);
	assert_int_equal(bind(1), 0);
	assert_int_equal(machine_read(VPIDR), A76);
	unbind();
	assert_int_equal(bind(0), ARM_VCPU_ERR_UNLIKE);
}

/* The CPU by another object: one keeps what it found first. */
static void enable_again(unsigned cpu)
{
	machine_be(cpu);
	assert_int_equal(arm_pcpu_hardware_disable(pcpu[cpu]), 0);
	assert_true(used < sizeof(spare) / sizeof(spare[0]));
	pcpu[cpu] = &spare[used++];
	assert_int_equal(arm_pcpu_init(pcpu[cpu], &pcpu_ops, NULL), 0);
	assert_int_equal(arm_pcpu_hardware_enable(pcpu[cpu]), 0);
}

/* One bit of each register that a guest sees, on the second CPU. */
static void every_register_counts(void **state)
{
	static const unsigned ids[] = {
		R_MIDR_EL1,
		R_REVIDR_EL1,
		R_CLIDR_EL1,
		R_CTR_EL0,
		R_DCZID_EL0,
		R_ID + (4 - 1) * 8 + 1, /* ID_AA64PFR1_EL1  */
		R_ID + (6 - 1) * 8 + 0, /* ID_AA64ISAR0_EL1 */
	};

	(void)state;
	make(A55, A55, false);
	assert_int_equal(bind(0), 0);
	unbind();
	for (unsigned n = 0; n < sizeof(ids) / sizeof(ids[0]); n++) {
		uint64_t *reg = &machine.cpu[1].reg[ids[n]];

		for (unsigned bit = 0; bit < 64; bit += 63) {
			*reg ^= BIT(bit);
			enable_again(1);
			assert_int_equal(bind(1), ARM_VCPU_ERR_UNLIKE);
			*reg ^= BIT(bit);
		}
		enable_again(1);
		assert_int_equal(bind(1), 0);
		unbind();
	}
	/* Two changes that a sum would not see. */
	machine.cpu[1].reg[R_CLIDR_EL1] ^= BIT(63);
	machine.cpu[1].reg[R_CTR_EL0] ^= BIT(63);
	enable_again(1);
	assert_int_equal(bind(1), ARM_VCPU_ERR_UNLIKE);
}

/* The ID registers of AArch32 where there is none are UNKNOWN. */
static void aarch32_counts_where_it_is(void **state)
{
	const unsigned id = R_ID; /* ID_PFR0_EL1 */

	(void)state;
	make(A55, A55, false);
	machine.cpu[1].reg[id] ^= 1;
	enable_again(1);
	assert_int_equal(bind(0), 0);
	unbind();
	assert_int_equal(bind(1), 0);
	unbind();
	make(A55, A55, true);
	machine.cpu[1].reg[id] ^= 1;
	enable_again(1);
	assert_int_equal(bind(0), 0);
	unbind();
	assert_int_equal(bind(1), ARM_VCPU_ERR_UNLIKE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(like_cpus),
		cmocka_unit_test(unlike_cpus),
		cmocka_unit_test(every_register_counts),
		cmocka_unit_test(aarch32_counts_where_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
