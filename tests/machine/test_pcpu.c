/* SPDX-License-Identifier: Apache-2.0 */
/* A physical CPU: enabled and disabled, and what EL2 itself runs into. And a
 * vCPU's registers while they are in that CPU. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/arm_vcpu.h>

#include "hw/guest.h"
#include "machine/state.h"
#include "trap/trap.h"

#define HCR        MACHINE_SYSREG(3, 4, 1, 1, 0)
#define CPTR       MACHINE_SYSREG(3, 4, 1, 1, 2)
#define VBAR       MACHINE_SYSREG(3, 4, 12, 0, 0)
#define HFGRTR     MACHINE_SYSREG(3, 4, 1, 1, 4)
#define HCRX       MACHINE_SYSREG(3, 4, 1, 2, 2)
#define TPIDR      MACHINE_SYSREG(3, 0, 13, 0, 4)
#define ESR        MACHINE_SYSREG(3, 4, 5, 2, 0)
#define HCR_ROUTES 0x38u /* FMO, IMO, AMO */
#define LINES      64u

static struct arm_pcpu pcpu[2];
static char line[LINES][128];
static unsigned lines;
static unsigned interrupts;
static jmp_buf stopped;

static enum arm_pcpu_irq_action irq(void *ctx, struct arm_vcpu *vcpu)
{
	assert_ptr_equal(ctx, &lines);
	assert_null(vcpu);
	interrupts++;
	return ARM_PCPU_IRQ_RESUME;
}

static void fatal(void *ctx)
{
	(void)ctx;
	longjmp(stopped, 1);
}

static void log_line(void *ctx, enum arm_vcpu_log_level level, const char *text)
{
	(void)ctx;
	/* The errata: test_errata.c. */
	if (level == ARM_VCPU_LOG_INFO)
		return;
	assert_int_equal(level, ARM_VCPU_LOG_ERROR);
	assert_true(lines < LINES);
	strncpy(line[lines++], text, sizeof(line[0]) - 1);
}

/* The end of the CPU is not for a test to wait for. */
static void log_and_stop(void *ctx, enum arm_vcpu_log_level level,
			 const char *text)
{
	log_line(ctx, level, text);
	if (level == ARM_VCPU_LOG_ERROR)
		longjmp(stopped, 2);
}

static const struct arm_pcpu_ops ops = {
	.irq = irq, .fatal = fatal, .log = log_line};
static const struct arm_pcpu_ops deaf = {.log = log_and_stop};

static void make(bool everything)
{
	const struct machine_config config = {
		.seed = 1,
		.cpus = 2,
		.list_registers = everything ? 16 : 4,
		.priority_bits = everything ? 7 : 5,
		.vmid16 = everything,
		.ras = everything,
		.fgt = everything,
		.hcx = everything,
		.fwb = everything,
		.lor = everything,
		.aarch32 = everything,
		.pmu = everything,
		.amu = everything,
		.mpam = everything,
		.fgt2 = everything,
		.traps_dir = everything,
	};

	machine_make(&config);
	memset(pcpu, 0, sizeof(pcpu));
	memset(line, 0, sizeof(line));
	lines = 0;
	interrupts = 0;
	assert_int_equal(arm_pcpu_init(&pcpu[0], &ops, &lines), ARM_VCPU_OK);
}

static int plain(void **state)
{
	(void)state;
	make(false);
	return 0;
}

static int full(void **state)
{
	(void)state;
	make(true);
	return 0;
}

/* A field with the lowest value that is a feature (DDI 0487 D19.2): neither the
 * field below or beside it is one, nor a lower value. */
static void features_by_field(void **state)
{
#define AT(feature) offsetof(struct arm_pcpu_features, feature)
	static const struct {
		unsigned crm, op2, lo, least;
		size_t feature;
	} rows[] = {
		{4, 0, 0, 2, AT(aarch32_el0)}, {4, 0, 28, 1, AT(ras)},
		{4, 0, 32, 1, AT(sve)},        {4, 0, 44, 1, AT(amu)},
		{4, 1, 8, 2, AT(mte)},         {4, 1, 24, 1, AT(sme)},
		{5, 0, 4, 1, AT(trace)},       {5, 0, 8, 1, AT(pmu)},
		{5, 0, 32, 1, AT(spe)},        {5, 0, 40, 1, AT(trace)},
		{6, 1, 4, 1, AT(pauth)},       {6, 1, 8, 1, AT(pauth)},
		{6, 2, 12, 1, AT(pauth)},      {7, 0, 56, 1, AT(fgt)},
		{7, 1, 8, 1, AT(vhe)},         {7, 1, 16, 1, AT(lor)},
		{7, 1, 40, 1, AT(hcx)},        {4, 0, 40, 1, AT(mpam)},
		{4, 1, 16, 1, AT(mpam)},       {7, 0, 56, 2, AT(fgt2)},
		{7, 2, 40, 1, AT(fwb)},
	};
	/* FEAT_FGT2 includes FEAT_FGT. */
	const size_t two = AT(fgt2);
#undef AT
	const size_t first = offsetof(struct arm_pcpu_features, sve);
	struct arm_pcpu_features f;
	const bool *flags = (const bool *)&f;

	(void)state;
	/* Who says that there is a PMU has one. */
	machine.info[R_PMCR_EL0].exists = true;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const unsigned key =
			MACHINE_SYSREG(3, 0, 0, rows[i].crm, rows[i].op2);
		uint64_t *reg = &machine.current->reg[machine_reg_of(key)];
		const uint64_t before = *reg;
		unsigned count = 0;

		*reg = (uint64_t)rows[i].least << rows[i].lo;
		assert_int_equal(arm_pcpu_read_features(&f), ARM_VCPU_OK);
		assert_true(flags[rows[i].feature]);
		for (size_t n = first;
		     n < offsetof(struct arm_pcpu_features, fgt2) + 1; n++)
			count += flags[n];
		assert_int_equal(count, (rows[i].feature >= first) +
						(rows[i].feature == two));
		*reg = (uint64_t)(rows[i].least - 1) << rows[i].lo;
		assert_int_equal(arm_pcpu_read_features(&f), ARM_VCPU_OK);
		assert_false(flags[rows[i].feature]);
		*reg = before;
	}
	/* 15 is an implementation's own. */
	machine.current->reg[machine_reg_of(MACHINE_SYSREG(3, 0, 0, 5, 0))] =
		0xf00;
	assert_int_equal(arm_pcpu_read_features(&f), ARM_VCPU_OK);
	assert_false(f.pmu);
}

static void refusals(void **state)
{
	static struct arm_pcpu raw;

	(void)state;
	assert_int_equal(arm_pcpu_init(NULL, &ops, NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_pcpu_init(&raw, NULL, NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_pcpu_hardware_enable(NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_pcpu_hardware_enable(&raw), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_pcpu_hardware_disable(NULL), ARM_VCPU_ERR_NULL);
	assert_int_equal(arm_pcpu_hardware_disable(&pcpu[0]),
			 ARM_VCPU_ERR_NOT_ENABLED);
	assert_int_equal(arm_pcpu_read_features(NULL), ARM_VCPU_ERR_NULL);
	assert_null(arm_pcpu_get_features(&pcpu[0]));
	assert_null(arm_pcpu_get_features(NULL));
	assert_false(arm_pcpu_is_enabled(&pcpu[0]));
	assert_false(arm_pcpu_is_enabled(NULL));
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu[0]), ARM_VCPU_OK);
	/* This object, and another one for this CPU. */
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu[0]),
			 ARM_VCPU_ERR_ENABLED);
	assert_int_equal(arm_pcpu_init(&pcpu[1], &ops, NULL), ARM_VCPU_OK);
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu[1]),
			 ARM_VCPU_ERR_ENABLED);
	/* It is in the list for ever. */
	assert_int_equal(arm_pcpu_init(&pcpu[0], &ops, NULL),
			 ARM_VCPU_ERR_EXISTS);
	/* On its own CPU only. */
	machine_be(1);
	assert_int_equal(arm_pcpu_hardware_disable(&pcpu[0]),
			 ARM_VCPU_ERR_NOT_ENABLED);
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu[1]), ARM_VCPU_OK);
	assert_int_equal(arm_pcpu_hardware_disable(&pcpu[1]), ARM_VCPU_OK);
	/* Nor for another CPU, later. */
	machine_be(0);
	assert_int_equal(arm_pcpu_hardware_disable(&pcpu[0]), ARM_VCPU_OK);
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu[1]),
			 ARM_VCPU_ERR_EXISTS);
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu[0]), ARM_VCPU_OK);
	assert_int_equal(arm_pcpu_hardware_disable(&pcpu[0]), ARM_VCPU_OK);
}

/* What enable replaces, disable puts back. */
static void controls_come_back(void **state)
{
	const struct arm_pcpu_features *features;

	(void)state;
	machine_write(VBAR, 0x12345800);
	machine_write(HFGRTR, 7);
	machine_write(HCRX, 5);
	machine_write(HCR, 0x80000000);
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu[0]), ARM_VCPU_OK);
	assert_true(arm_pcpu_is_enabled(&pcpu[0]));
	assert_int_equal(machine_read(VBAR), arm_hw_vectors());
	assert_int_equal(machine_read(HCR), 0x80000000 | HCR_ROUTES);
	assert_int_equal(machine_read(HFGRTR), 0);
	assert_int_equal(machine_read(HCRX), 0);
	features = arm_pcpu_get_features(&pcpu[0]);
	assert_true(features->fgt && features->hcx && features->ras &&
		    features->lor && features->pmu && features->fwb &&
		    features->aarch32_el0 && features->gicv3 &&
		    features->traps_dir);
	assert_false(features->sve || features->sme || features->mte);
	assert_int_equal(features->vmid_bits, 16);
	assert_int_equal(features->list_registers, 16);
	assert_int_equal(features->priority_bits, 7);
	assert_int_equal(arm_pcpu_hardware_disable(&pcpu[0]), ARM_VCPU_OK);
	assert_int_equal(machine_read(VBAR), 0x12345800);
	assert_int_equal(machine_read(HFGRTR), 7);
	assert_int_equal(machine_read(HCRX), 5);
	assert_int_equal(machine_read(HCR), 0x80000000);
}

/*
 * Registers of EL2 that are UNKNOWN after reset and act on guests: enabling
 * sets them, disabling puts them back.
 */
static void unknown_controls(void **state)
{
	static const struct {
		unsigned key;
		uint64_t keeps, sets;
	} rows[] = {
		{MACHINE_SYSREG(3, 4, 1, 2, 2), 0, 0},        /* HCRX_EL2     */
		{MACHINE_SYSREG(3, 4, 1, 1, 4), 0, 0},        /* HFGRTR_EL2   */
		{MACHINE_SYSREG(3, 4, 1, 1, 5), 0, 0},        /* HFGWTR_EL2   */
		{MACHINE_SYSREG(3, 4, 1, 1, 6), 0, 0},        /* HFGITR_EL2   */
		{MACHINE_SYSREG(3, 4, 3, 1, 4), 0, 0},        /* HDFGRTR_EL2  */
		{MACHINE_SYSREG(3, 4, 3, 1, 5), 0, 0},        /* HDFGWTR_EL2  */
		{MACHINE_SYSREG(3, 4, 3, 1, 6), 0, 0},        /* HAFGRTR_EL2  */
		{MACHINE_SYSREG(3, 4, 3, 1, 2), 0, 0},        /* HFGRTR2_EL2  */
		{MACHINE_SYSREG(3, 4, 3, 1, 3), 0, 0},        /* HFGWTR2_EL2  */
		{MACHINE_SYSREG(3, 4, 3, 1, 7), 0, 0},        /* HFGITR2_EL2  */
		{MACHINE_SYSREG(3, 4, 3, 1, 0), 0, 0},        /* HDFGRTR2_EL2 */
		{MACHINE_SYSREG(3, 4, 3, 1, 1), 0, 0},        /* HDFGWTR2_EL2 */
		{MACHINE_SYSREG(3, 4, 10, 4, 0), 0, BIT(31)}, /* MPAMHCR_EL2 */
		/* MPAM2_EL2: the host's own partition stays. */
		{MACHINE_SYSREG(3, 4, 10, 5, 0), ~BIT(50),
		 BIT(48) | BIT(49) | BIT(58)},
	};
	uint64_t before[sizeof(rows) / sizeof(rows[0])];
	const size_t count = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	for (size_t n = 0; n < count; n++) {
		before[n] = 0x123456789abcdef0 + n;
		machine_write(rows[n].key, before[n]);
	}
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu[0]), ARM_VCPU_OK);
	for (size_t n = 0; n < count; n++)
		assert_int_equal(machine_read(rows[n].key),
				 (before[n] & rows[n].keeps) | rows[n].sets);
	assert_int_equal(arm_pcpu_get_features(&pcpu[0])->pmu_counters, 6);
	assert_int_equal(arm_pcpu_hardware_disable(&pcpu[0]), ARM_VCPU_OK);
	for (size_t n = 0; n < count; n++)
		assert_int_equal(machine_read(rows[n].key), before[n]);
}

/* An interrupt at EL2 is the host's; without a handler it is the end. */
static void interrupts_at_el2(void **state)
{
	(void)state;
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu[0]), ARM_VCPU_OK);
	arm_el2_irq();
	arm_el2_irq();
	assert_int_equal(interrupts, 2);
	machine_be(1);
	assert_int_equal(arm_pcpu_init(&pcpu[1], &deaf, NULL), ARM_VCPU_OK);
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu[1]), ARM_VCPU_OK);
	if (!setjmp(stopped)) {
		arm_el2_irq();
		fail();
	}
	assert_string_equal(
		line[0], "arm_vcpu: IRQ at EL2, and the host has no handler");
}

static bool said(const char *text)
{
	for (unsigned n = 0; n < lines; n++)
		if (strstr(line[n], text))
			return true;
	return false;
}

/* A fault at EL2 is reported with its registers, and the host stops. */
static void a_fault_at_el2_is_reported(void **state)
{
	struct arm_trap_frame frame = {.gpr[7] = 0x7777, .elr = 0xabc0};

	(void)state;
	assert_int_equal(arm_pcpu_hardware_enable(&pcpu[0]), ARM_VCPU_OK);
	machine_write(ESR, 0x96000044);
	if (!setjmp(stopped)) {
		arm_el2_fatal(&pcpu[0], &frame, 4);
		fail();
	}
	assert_string_equal(line[0],
			    "arm_vcpu: fatal exception at EL2: synchronous");
	assert_true(said("ESR_EL2   0000000096000044"));
	assert_true(said("x7 0000000000007777"));
	assert_true(said("elr 000000000000abc0"));
	assert_false(said("the vCPU that was bound"));
}

#define IS_ATOMIC(word, type) \
	_Generic(&(word), type _Atomic * : true, default : false)

/* Each CPU looks for its own in the list while another one enables its. */
static void what_other_cpus_read_is_atomic(void **state)
{
	(void)state;
	assert_true(IS_ATOMIC(pcpu[0].enabled, bool));
	assert_true(IS_ATOMIC(pcpu[0].mpidr, uint64_t));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(features_by_field, plain),
		cmocka_unit_test_setup(refusals, plain),
		cmocka_unit_test(what_other_cpus_read_is_atomic),
		cmocka_unit_test_setup(controls_come_back, full),
		cmocka_unit_test_setup(unknown_controls, full),
		cmocka_unit_test_setup(interrupts_at_el2, plain),
		cmocka_unit_test_setup(a_fault_at_el2_is_reported, full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
