/* SPDX-License-Identifier: Apache-2.0 */
/* What is done against speculation that a guest prepares, by core, ID registers
 * and firmware (DEN0028 7.4 to 7.6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "arch/smccc.h"
#include "hw/guest.h"
#include "machine/state.h"

#define VBAR MACHINE_SYSREG(3, 4, 12, 0, 0)

#define CORE(part) (UINT64_C(0x410f0000) | (part) << 4)
#define A53        CORE(0xd03)
#define A57        (CORE(0xd07) | UINT64_C(2) << 20) /* without 834220 */
#define A72        CORE(0xd08)
#define A73        CORE(0xd09)
#define A76        CORE(0xd0b)
#define X3         CORE(0xd4e)
#define A720       CORE(0xd81)
#define OTHER      UINT64_C(0x610f0220)

#define NONE  ARM_GUARD_NONE
#define WA1   SMCCC_ARCH_WORKAROUND_1
#define WA3   SMCCC_ARCH_WORKAROUND_3
#define NEEDS SMCCC_WORKAROUND_NEEDED
#define SAFE  SMCCC_WORKAROUND_NOT_NEEDED
#define NO    SMCCC_WORKAROUND_NONE

static struct arm_pcpu pcpu;
static char line[2][128];
static unsigned lines;

/* The firmware: its answers about the three, and the calls it had. */
static struct {
	int32_t version, workaround[3];
	unsigned calls, bypass_off;
} firmware;

static void smc(uint64_t x[18])
{
	firmware.calls++;
	switch ((uint32_t)x[0]) {
	case 0x8400000a: /* PSCI_FEATURES */
		assert_int_equal(x[1], SMCCC_VERSION);
		x[0] = firmware.version ? 0 : UINT64_MAX;
		break;
	case SMCCC_VERSION:
		x[0] = (uint64_t)firmware.version;
		break;
	case SMCCC_ARCH_FEATURES:
		assert_true(firmware.version >= 0x10001);
		x[0] = (uint64_t)firmware.workaround[x[1] == WA1   ? 0
						     : x[1] == WA3 ? 2
								   : 1];
		break;
	case SMCCC_ARCH_WORKAROUND_2:
		assert_int_equal(x[1], 1);
		firmware.bypass_off++;
		break;
	default:
		fail();
	}
}

static void log_line(void *ctx, enum arm_vcpu_log_level level, const char *text)
{
	(void)ctx;
	assert_int_equal(level, ARM_VCPU_LOG_INFO);
	if (strstr(text, "errata"))
		return;
	assert_true(lines < 2);
	strncpy(line[lines++], text, sizeof(line[0]) - 1);
}

static const struct arm_pcpu_ops ops = {.log = log_line};

struct cpu {
	uint64_t midr;
	unsigned csv2, ssbs, clrbhb, ecbhb;
};

static uint64_t *id(unsigned crm, unsigned op2)
{
	return &machine.cpu[0].reg[R_ID + (crm - 1) * 8 + op2];
}

static void make(struct cpu cpu)
{
	const struct machine_config config = {
		.seed = 1,
		.cpus = 1,
		.list_registers = 4,
		.priority_bits = 5,
		.midr = {cpu.midr},
		.smc = smc,
	};

	machine_make(&config);
	*id(4, 0) |= (uint64_t)cpu.csv2 << 56;
	*id(4, 1) |= (uint64_t)cpu.ssbs << 4;
	*id(6, 2) |= (uint64_t)cpu.clrbhb << 28;
	*id(7, 1) |= (uint64_t)cpu.ecbhb << 60;
	memset(&pcpu, 0, sizeof(pcpu));
	memset(line, 0, sizeof(line));
	lines = 0;
	firmware.calls = firmware.bypass_off = 0;
	assert_int_equal(arm_pcpu_init(&pcpu, &ops, NULL), 0);
}

static void enable(struct cpu cpu, bool has_firmware)
{
	make(cpu);
	assert_int_equal(arm_pcpu_guard(&pcpu, has_firmware), 0);
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu), 0);
}

static void expect(uint32_t guard, int wa1, int wa3)
{
	assert_int_equal(pcpu.guard, guard);
	assert_int_equal(pcpu.workaround[0], wa1);
	assert_int_equal(pcpu.workaround[2], wa3);
	assert_int_equal(machine_read(VBAR),
			 guard ? (uintptr_t)arm_guarded_vectors
			       : arm_hw_vectors());
	assert_int_equal(lines, guard != 0);
}

static void says(const char *text)
{
	assert_non_null(strstr(line[0], text));
}

/* Nobody is asked, and only what is certain is said. */
static void without_firmware(void **state)
{
	(void)state;
	enable((struct cpu){.midr = A53}, false);
	expect(NONE, SAFE, SAFE);
	/* The history alone would be of no use. */
	enable((struct cpu){.midr = A72}, false);
	expect(NONE, NO, NO);
	enable((struct cpu){.midr = A72, .csv2 = 1}, false);
	expect(8, SAFE, NEEDS);
	says("a guest: 8 branches");
	enable((struct cpu){.midr = A76, .csv2 = 1}, false);
	expect(24, SAFE, NEEDS);
	enable((struct cpu){.midr = A720, .csv2 = 2}, false);
	expect(38, SAFE, NEEDS);
	enable((struct cpu){.midr = X3, .csv2 = 2}, false);
	expect(132, SAFE, NEEDS);
	enable((struct cpu){.midr = X3, .csv2 = 3}, false);
	expect(NONE, SAFE, SAFE);
	enable((struct cpu){.midr = X3, .csv2 = 2, .ecbhb = 1}, false);
	expect(NONE, SAFE, SAFE);
	enable((struct cpu){.midr = X3, .csv2 = 2, .clrbhb = 1}, false);
	expect(ARM_GUARD_CLRBHB, SAFE, NEEDS);
	says("a guest: CLRBHB");
	/* A core that is not known, and the part number of a known one. */
	enable((struct cpu){.midr = OTHER, .csv2 = 2}, false);
	expect(NONE, SAFE, NO);
	enable((struct cpu){.midr = 0x610f0d30, .csv2 = 1}, false);
	expect(NONE, SAFE, NO);
	assert_int_equal(firmware.calls, 0);
}

static void answers(int32_t wa1, int32_t wa2, int32_t wa3)
{
	firmware.version = 0x10002;
	firmware.workaround[0] = wa1;
	firmware.workaround[1] = wa2;
	firmware.workaround[2] = wa3;
}

static void with_firmware(void **state)
{
	(void)state;
	answers(0, -1, -1);
	/* It empties both on these; on others nobody knows. */
	enable((struct cpu){.midr = A72}, true);
	expect(WA1, NEEDS, NEEDS);
	says("a guest: SMC 80008000");
	enable((struct cpu){.midr = A73}, true);
	expect(WA1, NEEDS, NO);
	answers(0, -1, 0);
	enable((struct cpu){.midr = A73}, true);
	expect(WA3, NEEDS, NEEDS);
	says("a guest: SMC 80003fff");
	enable((struct cpu){.midr = A73, .csv2 = 1}, true);
	expect(WA3, SAFE, NEEDS);
	/* What needs no firmware is cheaper. */
	enable((struct cpu){.midr = A76, .csv2 = 1}, true);
	expect(24, SAFE, NEEDS);
	enable((struct cpu){.midr = A53}, true);
	expect(NONE, SAFE, SAFE);
	answers(0, -1, 1);
	enable((struct cpu){.midr = A57}, true);
	expect(WA1, NEEDS, SAFE);
	answers(1, -1, 1);
	enable((struct cpu){.midr = OTHER}, true);
	expect(NONE, SAFE, SAFE);
	/* DEN0028 5.2: what it cannot be. */
	answers(-3, -1, 7);
	enable((struct cpu){.midr = OTHER}, true);
	expect(NONE, NO, NO);
}

/* SMCCC_ARCH_FEATURES came with 1.1, and its version with PSCI 1.0. */
static void old_firmware(void **state)
{
	(void)state;
	answers(0, 0, 0);
	firmware.version = 0x10000;
	enable((struct cpu){.midr = A72}, true);
	expect(NONE, NO, NO);
	assert_int_equal(firmware.calls, 2);
	firmware.version = 0;
	enable((struct cpu){.midr = A72}, true);
	expect(NONE, NO, NO);
	assert_int_equal(firmware.calls, 1);
}

/* CVE-2018-3639: off for good, or the guest's own by PSTATE.SSBS. */
static void bypass(void **state)
{
	(void)state;
	answers(-1, 0, -1);
	enable((struct cpu){.midr = A72}, true);
	assert_int_equal(firmware.bypass_off, 1);
	assert_int_equal(pcpu.workaround[1], SAFE);
	/* Again when the CPU comes back. */
	assert_int_equal(arm_pcpu_hardware_disable(&pcpu), 0);
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu), 0);
	assert_int_equal(firmware.bypass_off, 2);
	enable((struct cpu){.midr = A72}, false);
	assert_int_equal(pcpu.workaround[1], NO);
	enable((struct cpu){.midr = A76, .ssbs = 2}, true);
	assert_int_equal(pcpu.workaround[1], NO);
	enable((struct cpu){.midr = A53}, true);
	assert_int_equal(pcpu.workaround[1], SAFE);
	answers(-1, 1, -1);
	enable((struct cpu){.midr = A72}, true);
	assert_int_equal(pcpu.workaround[1], SAFE);
	answers(-1, -1, -1);
	enable((struct cpu){.midr = A72}, true);
	assert_int_equal(pcpu.workaround[1], NO);
	assert_int_equal(firmware.bypass_off, 0);
}

/* A host that does not ask for it has none, and its guests are told nothing. */
static void not_wanted(void **state)
{
	(void)state;
	answers(0, 0, 0);
	make((struct cpu){.midr = A72});
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu), 0);
	expect(NONE, NO, NO);
	assert_int_equal(pcpu.workaround[1], NO);
	assert_int_equal(firmware.calls, 0);
	assert_int_equal(arm_pcpu_guard(NULL, false), ARM_VCPU_ERR_NULL);
}

/* Cortex-A57 834220 has the same vectors, whatever else the CPU needs. */
static void stage1_is_checked(void **state)
{
	const struct cpu r1p2 = {.midr = CORE(0xd07) | UINT64_C(1) << 20 | 2},
			 r1p3 = {.midr = CORE(0xd07) | UINT64_C(1) << 20 | 3};

	(void)state;
	enable(r1p2, false);
	assert_true(pcpu.checks_stage1);
	assert_int_equal(machine_read(VBAR), (uintptr_t)arm_guarded_vectors);
	enable(r1p3, false);
	assert_false(pcpu.checks_stage1);
	assert_int_equal(machine_read(VBAR), arm_hw_vectors());
	make(r1p2);
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu), 0);
	assert_false(pcpu.checks_stage1);
	assert_int_equal(machine_read(VBAR), arm_hw_vectors());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_firmware),
		cmocka_unit_test(with_firmware),
		cmocka_unit_test(old_firmware),
		cmocka_unit_test(bypass),
		cmocka_unit_test(not_wanted),
		cmocka_unit_test(stage1_is_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
