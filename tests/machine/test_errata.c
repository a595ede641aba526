/* SPDX-License-Identifier: Apache-2.0 */
/* What is done about a CPU's errata (arch/errata.def), by its MIDR_EL1. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "machine/host.h"

#define SAYS "arm_vcpu: errata of this CPU, all worked around:"

#define CORE(part, variant, revision)                                     \
	(UINT64_C(0x410f0000) | (part) << 4 | (uint64_t)(variant) << 20 | \
	 (revision))
#define A53(revision)           CORE(0xd03, 0, revision)
#define A55(variant, revision)  CORE(0xd05, variant, revision)
#define A72(variant, revision)  CORE(0xd08, variant, revision)
#define A76(variant, revision)  CORE(0xd0b, variant, revision)
#define A510(variant, revision) CORE(0xd46, variant, revision)
#define N1(variant, revision)   CORE(0xd0c, variant, revision)

static char said[HOST_VCPUS][128];
static unsigned lines;
static char trace[64];

static void log_line(void *ctx, enum arm_vcpu_log_level level, const char *text)
{
	(void)ctx;
	assert_int_equal(level, ARM_VCPU_LOG_INFO);
	lines++;
	strncpy(said[machine_cpu()], text, sizeof(said[0]) - 1);
}

static const struct arm_pcpu_ops pcpu_ops = {.log = log_line};

/* One letter for each. */
static void maintenance(enum machine_maintenance what, uint64_t operand)
{
	static const char letter[] = {
		[MACHINE_DSB_ISH] = '.',
		[MACHINE_TLBI_IPAS2E1IS] = 'i',
		[MACHINE_TLBI_VMALLE1IS] = 'v',
		[MACHINE_TLBI_VMALLS12E1IS] = 's',
		[MACHINE_TLBI_ALLE1IS] = 'a',
	};

	(void)operand;
	if ((unsigned)what < sizeof(letter) && letter[what])
		strncat(trace, &letter[what], 1);
}

/* CPU 1 is enabled first: the head of the list is CPU 0. */
static void make(uint64_t midr0, uint64_t midr1)
{
	const struct machine_config config = {
		.seed = 1,
		.cpus = HOST_VCPUS,
		.list_registers = 4,
		.priority_bits = 5,
		.midr = {midr0, midr1},
		.maintenance = maintenance,
	};

	memset(said, 0, sizeof(said));
	lines = 0;
	host_make(&config, &pcpu_ops);
}

static void says(uint64_t midr, const char *numbers)
{
	make(midr, A53(5));
	assert_string_equal(said[0], numbers);
}

/* Each row's first and last revision, and those beside them. */
static void numbers(void **state)
{
	(void)state;
	says(A53(0), SAYS " 819472 824069 826319 827319 835769 843419");
	says(A53(2), SAYS " 824069 826319 827319 835769 843419");
	says(A53(4), SAYS " 855873 835769 843419");
	says(CORE(0xd03, 1, 0), "");
	says(CORE(0xd07, 1, 3), SAYS " 1319537");
	says(A72(0, 3), SAYS " 1319367");
	says(A55(2, 0), SAYS " 2441007 1530923");
	says(A55(2, 1), SAYS " 2441007");
	says(A76(2, 0), SAYS " 1286807 4193800 1165522");
	says(A76(3, 0), SAYS " 1286807 4193800");
	says(A76(4, 1), SAYS " 4193800");
	says(N1(2, 0), SAYS " 4193800");
	says(N1(4, 0), SAYS " 4193800 1542419");
	says(N1(4, 1), SAYS " 4193800");
	says(A510(1, 1), SAYS " 2441009");
	says(A510(1, 2), "");
	says(CORE(0xd48, 2, 1), SAYS " 4193788");
	/* The part number of somebody else, and the one of QEMU's max. */
	says((A76(2, 0) & 0xffffff) | 0x48000000, "");
	says(0x000f0510, "");
}

/* Not each time that the CPU comes back, nor for each that is the same. */
static void said_once(void **state)
{
	(void)state;
	make(A72(0, 3), A53(0));
	assert_int_equal(lines, 2);
	assert_int_equal(arm_pcpu_hardware_disable(&host.pcpu[0]), 0);
	assert_int_equal(arm_pcpu_hardware_enable(&host.pcpu[0]), 0);
	assert_int_equal(lines, 2);
	make(A72(0, 3), A72(0, 3));
	assert_int_equal(lines, 1);
}

static void flush_is(const char *expected)
{
	uint16_t vmid;

	host_make_memory(1, ARM_STAGE2_READ);
	assert_int_equal(arm_stage2_vmid(&host.s2, &host.pool, &vmid), 0);
	trace[0] = 0;
	assert_int_equal(
		arm_stage2_unmap(&host.s2, HOST_RAM, ARM_STAGE2_PAGE_SIZE), 0);
	assert_string_equal(trace, expected);
}

/* By any CPU, if there is one that has the erratum; in no other machine. */
static void maintenance_is_repeated(void **state)
{
	(void)state;
	make(A53(0), A72(0, 3));
	flush_is(".i.v.");
	make(A76(4, 1), A53(0));
	flush_is(".i.v.v.");
	make(A53(0), A55(2, 0));
	flush_is(".i.v.v.");
	/* It stays so while the CPU is off. */
	machine_be(1);
	assert_int_equal(arm_pcpu_hardware_disable(&host.pcpu[1]), 0);
	machine_be(0);
	assert_int_equal(arm_pcpu_hardware_disable(&host.pcpu[0]), 0);
	assert_int_equal(arm_pcpu_hardware_enable(&host.pcpu[0]), 0);
	flush_is(".i.v.v.");
}

/* When the numbers of VMIDs are over, too. */
static void roll_over_is_repeated(void **state)
{
	struct arm_stage2 other[256];
	uint16_t vmid;

	(void)state;
	make(A53(0), N1(4, 1));
	host_make_memory(0, ARM_STAGE2_READ);
	trace[0] = 0;
	memset(other, 0, sizeof(other));
	for (unsigned n = 0; n < 256 && !trace[0]; n++) {
		other[n] = host.s2;
		other[n].vmid = 0;
		assert_int_equal(arm_stage2_vmid(&other[n], &host.pool, &vmid),
				 0);
	}
	assert_non_null(strstr(trace, "a.v."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers),
		cmocka_unit_test(said_once),
		cmocka_unit_test(maintenance_is_repeated),
		cmocka_unit_test(roll_over_is_repeated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
