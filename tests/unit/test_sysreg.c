/* SPDX-License-Identifier: Apache-2.0 */
/* Trapped system registers: every row, both directions, and what is in none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "arch/bits.h"
#include "core/sysreg.h"
#include "support/fake.h"

#define PC      0x8000u
#define VBAR    UINT64_C(0x10000)
#define EL1H    UINT64_C(0x3c5)
#define EL0T    UINT64_C(0x3c0)
#define PATTERN UINT64_C(0xa5a5a5a5a5a5a5a5)

static struct fake_machine machine;
static struct arm_vcpu *vcpu;
static struct arm_vgic vgic;
static struct arm_vcpu_exit exited;

static int setup(void **state)
{
	(void)state;
	memset(&vgic, 0, sizeof(vgic));
	fake_machine_make(&machine);
	vcpu = fake_vcpu_make(&machine, 0);
	fake_vcpu_bind(&machine, vcpu);
	fake_cpu.reg[ARM_REG_VBAR_EL1] = VBAR;
	return 0;
}

/* The guest gets a vGIC without SPIs. */
static void add_vgic(void)
{
	const struct arm_vgic_config config = {
		.dist_base = 0x08000000,
		.redist_base = 0x080a0000,
	};

	assert_int_equal(arm_vgic_init(&vgic, &machine.vm, &config), ARM_OK);
}

static uint32_t iss(uint32_t key, unsigned rt, bool is_read)
{
	return key | rt << 5 | is_read;
}

static bool trap(uint32_t key, unsigned rt, bool is_read)
{
	vcpu->snap.esr = UINT64_C(0x62000000) | iss(key, rt, is_read);
	vcpu->frame.elr = PC;
	return arm_sysreg_trap(vcpu, iss(key, rt, is_read), &exited);
}

/* True: UNDEF was injected. False: the instruction is done. */
static bool undefined(uint32_t key, bool is_read, uint64_t spsr)
{
	vcpu->frame.spsr = spsr;
	vcpu->frame.gpr[7] = PATTERN;
	assert_true(trap(key, 7, is_read));
	if (vcpu->frame.elr == PC + 4) {
		assert_int_equal(vcpu->frame.spsr, spsr);
		return false;
	}
	/* Arm ARM DDI 0487 D1.3.1.4: offset 0x200 from EL1h, 0x400 from EL0;
	 * the syndrome is EC 0, IL 1; x7 is as before. */
	assert_int_equal(vcpu->frame.elr,
			 VBAR + (spsr == EL0T ? 0x400 : 0x200));
	assert_int_equal(fake_cpu.reg[ARM_REG_ESR_EL1], 0x02000000);
	assert_int_equal(fake_cpu.reg[ARM_REG_ELR_EL1], PC);
	assert_int_equal(vcpu->frame.gpr[7], PATTERN);
	return true;
}

static uint64_t mrs(uint32_t key)
{
	assert_false(undefined(key, true, EL1H));
	return vcpu->frame.gpr[7];
}

static void msr(uint32_t key, uint64_t value)
{
	vcpu->frame.gpr[9] = value;
	assert_true(trap(key, 9, false));
	assert_int_equal(vcpu->frame.elr, PC + 4);
}

/* What a row does, without vGIC: at a read (or UNDEF), and at a write. */
#define UNDEF UINT64_C(0xdead000000000000)
enum { NO, YES };

static const struct {
	uint32_t key;
	uint64_t reads;
	int writes;
} rows[] = {
	{SYSREG(2, 0, 0, 0, 2), 0, YES},      /* OSDTRRX_EL1 */
	{SYSREG(2, 0, 0, 2, 0), 0, YES},      /* MDCCINT_EL1 */
	{SYSREG(2, 0, 0, 2, 2), 0, YES},      /* MDSCR_EL1 */
	{SYSREG(2, 0, 0, 3, 2), 0, YES},      /* OSDTRTX_EL1 */
	{SYSREG(2, 0, 0, 6, 2), 0, YES},      /* OSECCR_EL1 */
	{SYSREG(2, 0, 1, 0, 0), 0, NO},       /* MDRAR_EL1 */
	{SYSREG(2, 0, 1, 0, 4), UNDEF, YES},  /* OSLAR_EL1 */
	{SYSREG(2, 0, 1, 1, 4), 8 | 2, NO},   /* OSLSR_EL1: locked just now */
	{SYSREG(2, 0, 1, 3, 4), 0, YES},      /* OSDLR_EL1 */
	{SYSREG(2, 0, 1, 4, 4), 0, YES},      /* DBGPRCR_EL1 */
	{SYSREG(2, 0, 7, 8, 6), 0xff, YES},   /* DBGCLAIMSET_EL1 */
	{SYSREG(2, 0, 7, 9, 6), 0, YES},   /* DBGCLAIMCLR_EL1 */
	{SYSREG(2, 0, 7, 14, 6), 0, NO},      /* DBGAUTHSTATUS_EL1 */
	{SYSREG(2, 3, 0, 1, 0), 0, NO},       /* MDCCSR_EL0 */
	{SYSREG(2, 3, 0, 4, 0), 0, YES},      /* DBGDTR_EL0 */
	{SYSREG(2, 3, 0, 5, 0), 0, YES},      /* DBGDTRRX_EL0, DBGDTRTX_EL0 */
	{SYSREG(3, 0, 1, 0, 1), 0, YES},      /* ACTLR_EL1 */
	{SYSREG(3, 0, 1, 0, 3), UNDEF, NO},   /* SCTLR2_EL1 */
	{SYSREG(3, 0, 1, 0, 5), UNDEF, NO},   /* RGSR_EL1 */
	{SYSREG(3, 0, 1, 0, 6), UNDEF, NO},   /* GCR_EL1 */
	{SYSREG(3, 0, 1, 2, 1), UNDEF, NO},   /* TRFCR_EL1 */
	{SYSREG(3, 0, 2, 0, 3), UNDEF, NO},   /* TCR2_EL1 */
	{SYSREG(3, 0, 4, 6, 0), UNDEF, NO},   /* ICC_PMR_EL1 */
	{SYSREG(3, 0, 5, 6, 0), UNDEF, NO},   /* TFSR_EL1 */
	{SYSREG(3, 0, 5, 6, 1), UNDEF, NO},   /* TFSRE0_EL1 */
	{SYSREG(3, 0, 9, 14, 1), 0, YES},     /* PMINTENSET_EL1 */
	{SYSREG(3, 0, 9, 14, 2), 0, YES},     /* PMINTENCLR_EL1 */
	{SYSREG(3, 0, 9, 14, 6), 0, NO},      /* PMMIR_EL1 */
	{SYSREG(3, 0, 10, 2, 2), UNDEF, NO},  /* PIRE0_EL1 */
	{SYSREG(3, 0, 10, 2, 3), UNDEF, NO},  /* PIR_EL1 */
	{SYSREG(3, 0, 10, 2, 4), UNDEF, NO},  /* POR_EL1 */
	{SYSREG(3, 0, 12, 11, 1), UNDEF, NO}, /* ICC_DIR_EL1 */
	{SYSREG(3, 0, 12, 11, 3), UNDEF, NO}, /* ICC_RPR_EL1 */
	{SYSREG(3, 0, 12, 11, 5), UNDEF, -1}, /* ICC_SGI1R_EL1: an exit */
	{SYSREG(3, 0, 12, 11, 6), UNDEF, -1}, /* ICC_ASGI1R_EL1 */
	{SYSREG(3, 0, 12, 11, 7), UNDEF, -1}, /* ICC_SGI0R_EL1 */
	{SYSREG(3, 0, 12, 12, 5), UNDEF, NO}, /* ICC_SRE_EL1 */
	{SYSREG(3, 0, 13, 0, 5), UNDEF, NO},  /* ACCDATA_EL1 */
	{SYSREG(3, 0, 13, 0, 7), UNDEF, NO},  /* SCXTNUM_EL1 */
	{SYSREG(3, 1, 0, 0, 4), UNDEF, NO},   /* GMID_EL1 */
	{SYSREG(3, 1, 0, 0, 6), UNDEF, NO},   /* SMIDR_EL1 */
	{SYSREG(3, 3, 2, 5, 1), UNDEF, NO},   /* GCSPR_EL0 */
	{SYSREG(3, 3, 4, 4, 2), UNDEF, NO},   /* FPMR */
	{SYSREG(3, 3, 9, 12, 0), 0, YES},     /* PMCR_EL0 */
	{SYSREG(3, 3, 9, 12, 1), 0, YES},     /* PMCNTENSET_EL0 */
	{SYSREG(3, 3, 9, 12, 2), 0, YES},     /* PMCNTENCLR_EL0 */
	{SYSREG(3, 3, 9, 12, 3), 0, YES},     /* PMOVSCLR_EL0 */
	{SYSREG(3, 3, 9, 12, 4), UNDEF, YES}, /* PMSWINC_EL0 */
	{SYSREG(3, 3, 9, 12, 5), 0, YES},     /* PMSELR_EL0 */
	{SYSREG(3, 3, 9, 12, 6), 0, NO},      /* PMCEID0_EL0 */
	{SYSREG(3, 3, 9, 12, 7), 0, NO},      /* PMCEID1_EL0 */
	{SYSREG(3, 3, 9, 13, 0), 0, YES},     /* PMCCNTR_EL0 */
	{SYSREG(3, 3, 9, 13, 1), 0, YES},     /* PMXEVTYPER_EL0 */
	{SYSREG(3, 3, 9, 13, 2), 0, YES},     /* PMXEVCNTR_EL0 */
	{SYSREG(3, 3, 9, 14, 0), 0, YES},     /* PMUSERENR_EL0 */
	{SYSREG(3, 3, 9, 14, 3), 0, YES},     /* PMOVSSET_EL0 */
	{SYSREG(3, 3, 10, 2, 4), UNDEF, NO},  /* POR_EL0 */
	{SYSREG(3, 3, 13, 0, 5), UNDEF, NO},  /* TPIDR2_EL0 */
	{SYSREG(3, 3, 13, 0, 7), UNDEF, NO},  /* SCXTNUM_EL0 */
	{SYSREG(3, 3, 14, 0, 1), 5000, NO},   /* CNTPCT_EL0 */
	{SYSREG(3, 3, 14, 0, 5), UNDEF, NO},  /* CNTPCTSS_EL0 */
};
/* The emulated timer's three follow; their values are test_vtimer's. */
#define TIMER_ROWS 3u

static void every_row(void **state)
{
	const size_t count = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	assert_int_equal(arm_sysreg_row_count, count + TIMER_ROWS);
	fake_cpu.counter = 5000;
	for (size_t n = 0; n < count; n++) {
		uint32_t key = rows[n].key;

		assert_int_equal(arm_sysreg_rows[n].key, key);
		assert_ptr_equal(arm_sysreg_find(key), &arm_sysreg_rows[n]);
		if (rows[n].writes < 0) {
			assert_false(trap(key, 7, false));
			assert_int_equal(exited.reason, ARM_EXIT_SEND_IPI);
		} else {
			assert_int_equal(undefined(key, false, EL1H),
					 !rows[n].writes);
		}
		if (key == SYSREG(2, 0, 0, 2, 2))
			fake_cpu.reg[ARM_REG_MDSCR_EL1] = 0;
		if (rows[n].reads == UNDEF)
			assert_true(undefined(key, true, EL1H));
		else
			assert_int_equal(mrs(key), rows[n].reads);
	}
	for (size_t n = count; n < arm_sysreg_row_count; n++) {
		uint32_t key = arm_sysreg_rows[n].key;

		assert_int_equal(key, SYSREG(3, 3, 14, 2, n - count));
		assert_ptr_equal(arm_sysreg_find(key), &arm_sysreg_rows[n]);
		assert_false(undefined(key, true, EL1H));
		assert_false(undefined(key, false, EL1H));
	}
	/* None of them was unknown. */
	assert_int_equal(machine.log_count, 0);
}

/* The corners of each range, and how many encodings it covers. */
static const struct {
	uint32_t first, last;
	unsigned encodings;
	bool defined;
} ranges[] = {
	{SYSREG(2, 0, 0, 0, 4), SYSREG(2, 0, 0, 1, 7), 64, true}, /* DBGBVR */
	{SYSREG(2, 1, 0, 0, 0), SYSREG(2, 1, 0, 15, 7), 128, false},
	{SYSREG(3, 3, 14, 8, 0), SYSREG(3, 3, 14, 11, 7), 32, true},
	{SYSREG(3, 3, 14, 12, 0), SYSREG(3, 3, 14, 15, 7), 32, true},
	{SYSREG(3, 0, 2, 1, 0), SYSREG(3, 0, 2, 1, 3), 4, false},
	{SYSREG(3, 0, 2, 2, 0), SYSREG(3, 0, 2, 3, 3), 8, false},
	{SYSREG(3, 0, 2, 5, 0), SYSREG(3, 0, 2, 5, 3), 4, false},
	{SYSREG(3, 0, 5, 3, 0), SYSREG(3, 0, 5, 3, 7), 8, false},
	{SYSREG(3, 0, 5, 4, 0), SYSREG(3, 0, 5, 5, 7), 16, false},
	{SYSREG(3, 0, 9, 8, 0), SYSREG(3, 0, 9, 11, 7), 32, false},
	{SYSREG(3, 0, 10, 4, 0), SYSREG(3, 0, 10, 4, 7), 8, false},
	{SYSREG(3, 0, 10, 5, 0), SYSREG(3, 0, 10, 5, 7), 8, false},
	{SYSREG(3, 0, 12, 8, 0), SYSREG(3, 0, 12, 9, 7), 16, false},
	{SYSREG(3, 0, 12, 12, 0), SYSREG(3, 0, 12, 12, 7), 8, false},
	{SYSREG(3, 3, 13, 2, 0), SYSREG(3, 3, 13, 3, 7), 16, false},
	{SYSREG(3, 3, 13, 4, 0), SYSREG(3, 3, 13, 7, 7), 32, false},
	{SYSREG(3, 3, 13, 8, 0), SYSREG(3, 3, 13, 15, 7), 64, false},
	{SYSREG(3, 7, 14, 2, 0), SYSREG(3, 7, 14, 2, 3), 4, false},
};

static void every_range(void **state)
{
	(void)state;
	assert_int_equal(arm_sysreg_range_count,
			 sizeof(ranges) / sizeof(ranges[0]));
	for (size_t n = 0; n < arm_sysreg_range_count; n++) {
		const struct arm_sysreg_row *range = &arm_sysreg_ranges[n];
		const uint32_t open = (uint32_t)SYSREG_KEY & ~range->mask;

		assert_int_equal(range->key, ranges[n].first);
		assert_int_equal(range->key & ~range->mask, 0);
		assert_int_equal(1u << __builtin_popcount(open),
				 ranges[n].encodings);
		assert_ptr_equal(arm_sysreg_find(ranges[n].first), range);
		assert_ptr_equal(arm_sysreg_find(ranges[n].last), range);
		for (int is_read = 0; is_read < 2; is_read++) {
			assert_int_equal(
				undefined(ranges[n].first, is_read, EL1H),
				!ranges[n].defined);
			assert_int_equal(
				undefined(ranges[n].last, is_read, EL1H),
				!ranges[n].defined);
		}
		if (ranges[n].defined)
			assert_int_equal(mrs(ranges[n].last), 0);
	}
	assert_int_equal(machine.log_count, 0);
}

/* The binary search relies on it. */
static void rows_are_in_order(void **state)
{
	uint64_t before = 0;

	(void)state;
	for (size_t n = 0; n < arm_sysreg_row_count; n++) {
		uint32_t key = arm_sysreg_rows[n].key;
		uint64_t order = (BITS_GET(key, SYSREG_OP0) << 16) |
				 (BITS_GET(key, SYSREG_OP1) << 12) |
				 (BITS_GET(key, SYSREG_CRN) << 8) |
				 (BITS_GET(key, SYSREG_CRM) << 4) |
				 BITS_GET(key, SYSREG_OP2);

		assert_true(order > before);
		before = order;
		assert_int_equal(arm_sysreg_rows[n].mask, SYSREG_KEY);
	}
}

static void unknown_is_undefined_and_logged(void **state)
{
	const uint32_t key = SYSREG(3, 0, 15, 2, 1);

	(void)state;
	assert_null(arm_sysreg_find(key));
	assert_true(undefined(key, true, EL1H));
	assert_string_equal(fake_last_log(&machine),
			    "MRS is undefined: no ROW(name, 3, 0, 15, 2, 1, "
			    "handler); PC 0x0000000000008000");
	assert_int_equal(machine.log_level[0], ARM_LOG_DEBUG);
	/* Once, until another one is missing. */
	assert_true(undefined(key, true, EL1H));
	assert_int_equal(machine.log_count, 1);
	assert_true(undefined(SYSREG(3, 7, 11, 0, 0), false, EL1H));
	assert_int_equal(machine.log_count, 2);
	assert_string_equal(fake_last_log(&machine),
			    "MSR is undefined: no ROW(name, 3, 7, 11, 0, 0, "
			    "handler); PC 0x0000000000008000");
	/* A host may have no log. */
	struct arm_host_ops silent = fake_host_ops;

	silent.log = NULL;
	machine.vm.ops = &silent;
	assert_true(undefined(key, true, EL1H));
	assert_int_equal(machine.log_count, 2);
}

/* Every encoding there is: never anything but done, UNDEF or an IPI. */
static void every_encoding(void **state)
{
	(void)state;
	for (uint32_t bits = 0; bits < 1u << 22; bits += 2) {
		if (bits & SYSREG_RT)
			continue;
		for (unsigned is_read = 0; is_read < 2; is_read++) {
			vcpu->frame.spsr = EL1H;
			if (trap(bits, 31, is_read))
				assert_true(vcpu->frame.elr == PC + 4 ||
					    vcpu->frame.elr == VBAR + 0x200);
			else
				assert_int_equal(exited.reason,
						 ARM_EXIT_SEND_IPI);
		}
	}
}

static void id_registers(void **state)
{
	(void)state;
	fake_cpu.id[6][0] = UINT64_C(0x1122334455667788);
	assert_int_equal(mrs(SYSREG(3, 0, 0, 6, 0)),
			 UINT64_C(0x1122334450667780));
	/* Reserved ID space reads zero; nothing there can be written. */
	fake_cpu.id[7][7] = UINT64_MAX;
	assert_int_equal(mrs(SYSREG(3, 0, 0, 7, 7)), 0);
	assert_true(undefined(SYSREG(3, 0, 0, 6, 0), false, EL1H));
	assert_int_equal(machine.log_count, 0);
}

/* Rt 31 is XZR: it reads zero, and a load to it is dropped. */
static void xzr(void **state)
{
	(void)state;
	vcpu->frame.sp_el0 = PATTERN;
	msr(SYSREG(2, 0, 1, 0, 4), 1);
	assert_true(vcpu->os_lock);
	assert_true(trap(SYSREG(2, 0, 1, 0, 4), 31, false));
	assert_false(vcpu->os_lock);
	assert_true(trap(SYSREG(2, 0, 7, 8, 6), 31, true));
	assert_int_equal(vcpu->frame.sp_el0, PATTERN);
	assert_int_equal(vcpu->frame.elr, PC + 4);
}

/* Arm ARM DDI 0487 D19.3: OSLAR.OSLK, OSLSR.OSLK and OSLM. */
static void os_lock(void **state)
{
	(void)state;
	assert_int_equal(mrs(SYSREG(2, 0, 1, 1, 4)), 0x8);
	msr(SYSREG(2, 0, 1, 0, 4), UINT64_C(0xfffffffffffffff1));
	assert_int_equal(mrs(SYSREG(2, 0, 1, 1, 4)), 0xa);
	msr(SYSREG(2, 0, 1, 0, 4), 2);
	assert_int_equal(mrs(SYSREG(2, 0, 1, 1, 4)), 0x8);
}

static void claim_tags(void **state)
{
	(void)state;
	msr(SYSREG(2, 0, 7, 8, 6), 0x1f0f);
	assert_int_equal(mrs(SYSREG(2, 0, 7, 9, 6)), 0x0f);
	msr(SYSREG(2, 0, 7, 8, 6), 0x80);
	msr(SYSREG(2, 0, 7, 9, 6), 0x05);
	assert_int_equal(mrs(SYSREG(2, 0, 7, 9, 6)), 0x8a);
}

/* MDSCR_EL1: in the CPU while bound; SS, TDCC, KDE and MDE only. */
static void mdscr(void **state)
{
	const uint32_t key = SYSREG(2, 0, 0, 2, 2);

	(void)state;
	msr(key, UINT64_MAX);
	assert_int_equal(fake_cpu.reg[ARM_REG_MDSCR_EL1], 0xb001);
	assert_int_equal(mrs(key), 0xb001);
	fake_vcpu_unbind(vcpu);
	vcpu->regs.MDSCR_EL1 = 1;
	assert_int_equal(arm_reg_read(vcpu, ARM_REG_MDSCR_EL1), 1);
}

/* As many comparators as ID_AA64DFR0_EL1 says, not one more. */
static void comparators(void **state)
{
	(void)state;
	fake_cpu.id[5][0] = 0x00505006;
	uint64_t dfr0 = mrs(SYSREG(3, 0, 0, 5, 0));

	for (unsigned op2 = 4; op2 < 8; op2++) {
		unsigned count =
			1 + (unsigned)(dfr0 >> (op2 < 6 ? 12 : 20) & 0xf);

		for (unsigned n = 0; n < 16; n++)
			assert_int_equal(
				undefined(SYSREG(2, 0, 0, n, op2), true, EL1H),
				n >= count);
	}
}

/* The physical ACTLR_EL1 is not the guest's to change. */
static void actlr(void **state)
{
	const uint32_t key = SYSREG(3, 0, 1, 0, 1);

	(void)state;
	fake_cpu.reg[ARM_REG_ACTLR_EL1] = 0x40;
	msr(key, UINT64_MAX);
	assert_int_equal(fake_cpu.reg[ARM_REG_ACTLR_EL1], 0x40);
	assert_int_equal(mrs(key), 0x40);
}

/* PMUSERENR_EL0 reads zero: EL0 has no performance monitors. */
static void pmu_from_el0(void **state)
{
	(void)state;
	assert_true(undefined(SYSREG(3, 3, 9, 13, 0), true, EL0T));
	assert_true(undefined(SYSREG(3, 3, 9, 12, 6), true, EL0T));
	assert_true(undefined(SYSREG(3, 3, 9, 12, 4), false, EL0T));
	assert_true(undefined(SYSREG(3, 3, 14, 15, 7), true, EL0T));
	assert_false(undefined(SYSREG(3, 3, 9, 14, 0), true, EL0T));
}

/* IHI 0069 12.2.24, the fields of ICC_SGI1R_EL1. */
static void ipi_without_vgic(void **state)
{
	const uint64_t value = UINT64_C(0xab) << 48 | UINT64_C(0x7) << 44 |
			       BIT(40) | UINT64_C(0xcd) << 32 | 0x9 << 24 |
			       0xef << 16 | 0x8421;

	(void)state;
	for (unsigned op2 = 5; op2 < 8; op2++) {
		vcpu->frame.gpr[3] = value;
		assert_false(trap(SYSREG(3, 0, 12, 11, op2), 3, false));
		assert_int_equal(exited.reason, ARM_EXIT_SEND_IPI);
		assert_int_equal(exited.ipi.affinity, UINT64_C(0xab00cdef00));
		assert_int_equal(exited.ipi.target_list, 0x8421);
		assert_int_equal(exited.ipi.range, 7);
		assert_int_equal(exited.ipi.intid, 9);
		assert_true(exited.ipi.all_but_self);
		assert_int_equal(exited.ipi.group, op2 == 5);
		assert_int_equal(vcpu->pending.kind, ARM_COMPLETE_SKIP);
		assert_int_equal(vcpu->frame.elr, PC);
	}
}

/* SGI 9 to Aff0 0 of this cluster. */
static void ipi_with_vgic(void **state)
{
	const uint64_t value = 9 << 24 | 1;

	(void)state;
	add_vgic();
	msr(SYSREG(3, 0, 12, 11, 5), value);
	assert_int_equal(vcpu->vgic.bank.latch & BIT(9),
			 vcpu->vgic.bank.group & BIT(9));
	vcpu->vgic.bank.group = BIT(9);
	msr(SYSREG(3, 0, 12, 11, 7), value);
	assert_int_equal(vcpu->vgic.bank.latch & BIT(9), 0);
	msr(SYSREG(3, 0, 12, 11, 5), value);
	assert_int_equal(vcpu->vgic.bank.latch & BIT(9), BIT(9));
	/* Pass-through interrupts: the host sends it. */
	vcpu->virtual_interrupts = false;
	vcpu->frame.gpr[9] = value;
	assert_false(trap(SYSREG(3, 0, 12, 11, 5), 9, false));
	assert_int_equal(exited.reason, ARM_EXIT_SEND_IPI);
}

/* IHI 0069 12.2.26: only the system register interface, fixed. */
static void cpu_interface_with_vgic(void **state)
{
	(void)state;
	add_vgic();
	assert_int_equal(mrs(SYSREG(3, 0, 12, 12, 5)), 7);
	msr(SYSREG(3, 0, 12, 12, 5), 0);
	assert_int_equal(mrs(SYSREG(3, 0, 12, 12, 5)), 7);
	assert_true(undefined(SYSREG(3, 0, 12, 11, 1), true, EL1H));
	msr(SYSREG(3, 0, 12, 11, 1), 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_row, setup),
		cmocka_unit_test_setup(every_range, setup),
		cmocka_unit_test_setup(rows_are_in_order, setup),
		cmocka_unit_test_setup(unknown_is_undefined_and_logged, setup),
		cmocka_unit_test_setup(every_encoding, setup),
		cmocka_unit_test_setup(id_registers, setup),
		cmocka_unit_test_setup(xzr, setup),
		cmocka_unit_test_setup(os_lock, setup),
		cmocka_unit_test_setup(claim_tags, setup),
		cmocka_unit_test_setup(mdscr, setup),
		cmocka_unit_test_setup(comparators, setup),
		cmocka_unit_test_setup(actlr, setup),
		cmocka_unit_test_setup(pmu_from_el0, setup),
		cmocka_unit_test_setup(ipi_without_vgic, setup),
		cmocka_unit_test_setup(ipi_with_vgic, setup),
		cmocka_unit_test_setup(cpu_interface_with_vgic, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
