/* SPDX-License-Identifier: Apache-2.0 */
/* Trapped system registers: every row, both directions, and what is in none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "support/trap.h"

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
	{SYSREG(2, 0, 7, 9, 6), 0, YES},      /* DBGCLAIMCLR_EL1 */
	{SYSREG(2, 0, 7, 14, 6), 0, NO},      /* DBGAUTHSTATUS_EL1 */
	{SYSREG(2, 3, 0, 1, 0), 0, NO},       /* MDCCSR_EL0 */
	{SYSREG(2, 3, 0, 4, 0), 0, YES},      /* DBGDTR_EL0 */
	{SYSREG(2, 3, 0, 5, 0), 0, YES},      /* DBGDTRRX_EL0, DBGDTRTX_EL0 */
	{SYSREG(3, 0, 1, 0, 0), UNDEF, YES},  /* SCTLR_EL1 */
	{SYSREG(3, 0, 1, 0, 1), 0, YES},      /* ACTLR_EL1 */
	{SYSREG(3, 0, 1, 0, 3), UNDEF, NO},   /* SCTLR2_EL1 */
	{SYSREG(3, 0, 1, 0, 5), UNDEF, NO},   /* RGSR_EL1 */
	{SYSREG(3, 0, 1, 0, 6), UNDEF, NO},   /* GCR_EL1 */
	{SYSREG(3, 0, 1, 2, 1), UNDEF, NO},   /* TRFCR_EL1 */
	{SYSREG(3, 0, 2, 0, 3), UNDEF, NO},   /* TCR2_EL1 */
	{SYSREG(3, 0, 4, 6, 0), UNDEF, NO},   /* ICC_PMR_EL1 */
	{SYSREG(3, 0, 5, 2, 0), UNDEF, YES},  /* ESR_EL1 */
	{SYSREG(3, 0, 5, 6, 0), UNDEF, NO},   /* TFSR_EL1 */
	{SYSREG(3, 0, 5, 6, 1), UNDEF, NO},   /* TFSRE0_EL1 */
	{SYSREG(3, 0, 6, 0, 0), UNDEF, YES},  /* FAR_EL1 */
	{SYSREG(3, 0, 9, 14, 1), UNDEF, NO},  /* PMINTENSET_EL1 */
	{SYSREG(3, 0, 9, 14, 2), UNDEF, NO},  /* PMINTENCLR_EL1 */
	{SYSREG(3, 0, 9, 14, 6), UNDEF, NO},  /* PMMIR_EL1 */
	{SYSREG(3, 0, 10, 2, 2), UNDEF, NO},  /* PIRE0_EL1 */
	{SYSREG(3, 0, 10, 2, 3), UNDEF, NO},  /* PIR_EL1 */
	{SYSREG(3, 0, 10, 2, 4), UNDEF, NO},  /* POR_EL1 */
	{SYSREG(3, 0, 12, 11, 1), UNDEF, NO}, /* ICC_DIR_EL1 */
	{SYSREG(3, 0, 12, 11, 3), UNDEF, NO}, /* ICC_RPR_EL1 */
	{SYSREG(3, 0, 12, 11, 5), UNDEF, -1}, /* ICC_SGI1R_EL1: an exit */
	{SYSREG(3, 0, 12, 11, 6), UNDEF, -1}, /* ICC_ASGI1R_EL1 */
	{SYSREG(3, 0, 12, 11, 7), UNDEF, -1}, /* ICC_SGI0R_EL1 */
	{SYSREG(3, 0, 12, 12, 5), UNDEF, NO}, /* ICC_SRE_EL1 */
	{SYSREG(3, 0, 13, 0, 1), UNDEF, YES}, /* CONTEXTIDR_EL1 */
	{SYSREG(3, 0, 13, 0, 5), UNDEF, NO},  /* ACCDATA_EL1 */
	{SYSREG(3, 0, 13, 0, 7), UNDEF, NO},  /* SCXTNUM_EL1 */
	{SYSREG(3, 1, 0, 0, 4), UNDEF, NO},   /* GMID_EL1 */
	{SYSREG(3, 1, 0, 0, 6), UNDEF, NO},   /* SMIDR_EL1 */
	{SYSREG(3, 3, 2, 5, 1), UNDEF, NO},   /* GCSPR_EL0 */
	{SYSREG(3, 3, 4, 4, 2), UNDEF, NO},   /* FPMR */
	{SYSREG(3, 3, 9, 12, 0), UNDEF, NO},  /* PMCR_EL0 */
	{SYSREG(3, 3, 9, 12, 1), UNDEF, NO},  /* PMCNTENSET_EL0 */
	{SYSREG(3, 3, 9, 12, 2), UNDEF, NO},  /* PMCNTENCLR_EL0 */
	{SYSREG(3, 3, 9, 12, 3), UNDEF, NO},  /* PMOVSCLR_EL0 */
	{SYSREG(3, 3, 9, 12, 4), UNDEF, NO},  /* PMSWINC_EL0 */
	{SYSREG(3, 3, 9, 12, 5), UNDEF, NO},  /* PMSELR_EL0 */
	{SYSREG(3, 3, 9, 12, 6), UNDEF, NO},  /* PMCEID0_EL0 */
	{SYSREG(3, 3, 9, 12, 7), UNDEF, NO},  /* PMCEID1_EL0 */
	{SYSREG(3, 3, 9, 13, 0), UNDEF, NO},  /* PMCCNTR_EL0 */
	{SYSREG(3, 3, 9, 13, 1), UNDEF, NO},  /* PMXEVTYPER_EL0 */
	{SYSREG(3, 3, 9, 13, 2), UNDEF, NO},  /* PMXEVCNTR_EL0 */
	{SYSREG(3, 3, 9, 14, 0), UNDEF, NO},  /* PMUSERENR_EL0 */
	{SYSREG(3, 3, 9, 14, 3), UNDEF, NO},  /* PMOVSSET_EL0 */
	{SYSREG(3, 3, 10, 2, 4), UNDEF, NO},  /* POR_EL0 */
	{SYSREG(3, 3, 13, 0, 5), UNDEF, NO},  /* TPIDR2_EL0 */
	{SYSREG(3, 3, 13, 0, 7), UNDEF, NO},  /* SCXTNUM_EL0 */
};
/* What a row has for a key: op0, op1, CRn, CRm and op2, without gaps. */
static unsigned encoding_of(uint32_t key)
{
	return (unsigned)(BITS_GET(key, SYSREG_OP0) << 14 |
			  BITS_GET(key, SYSREG_OP1) << 11 |
			  BITS_GET(key, SYSREG_CRN) << 7 |
			  BITS_GET(key, SYSREG_CRM) << 3 |
			  BITS_GET(key, SYSREG_OP2));
}

/* The emulated timer's three follow; their values are test_vtimer's. */
#define TIMER_ROWS 3u

static void every_row(void **state)
{
	const size_t count = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	assert_int_equal(arm_sysreg_row_count, count + TIMER_ROWS);
	machine_set_time(5000);
	CPU(SCTLR_EL1) = ~UINT64_C(0); /* as what is written: no exit */
	for (size_t n = 0; n < count; n++) {
		uint32_t key = rows[n].key;

		assert_int_equal(arm_sysreg_rows[n].encoding, encoding_of(key));
		assert_ptr_equal(arm_sysreg_find(key), &arm_sysreg_rows[n]);
		if (rows[n].writes < 0) {
			assert_false(trap_access(key, 7, false));
			assert_int_equal(trap.exit.reason,
					 ARM_VCPU_EXIT_SEND_IPI);
		} else {
			assert_int_equal(trap_undefined(key, false, TRAP_EL1H),
					 !rows[n].writes);
		}
		if (key == SYSREG(2, 0, 0, 2, 2))
			CPU(MDSCR_EL1) = 0;
		if (rows[n].reads == UNDEF)
			assert_true(trap_undefined(key, true, TRAP_EL1H));
		else
			assert_int_equal(trap_mrs(key), rows[n].reads);
	}
	for (size_t n = count; n < arm_sysreg_row_count; n++) {
		uint32_t key = SYSREG(3, 3, 14, 2, n - count);

		assert_int_equal(arm_sysreg_rows[n].encoding, encoding_of(key));
		assert_ptr_equal(arm_sysreg_find(key), &arm_sysreg_rows[n]);
		assert_false(trap_undefined(key, true, TRAP_EL1H));
		assert_false(trap_undefined(key, false, TRAP_EL1H));
	}
	/* None of them was unknown. */
	assert_int_equal(trap.machine.log_count, 0);
}

/* The corners of each range, and how many encodings it covers. */
static const struct {
	uint32_t first, last;
	unsigned encodings;
	bool reads, writes;
} ranges[] = {
	{SYSREG(2, 0, 0, 0, 4), SYSREG(2, 0, 0, 1, 7), 64, true,
	 true}, /* DBGBVR */
	{SYSREG(2, 1, 0, 0, 0), SYSREG(2, 1, 0, 15, 7), 128, false, false},
	{SYSREG(3, 3, 14, 8, 0), SYSREG(3, 3, 14, 11, 7), 32, false, false},
	{SYSREG(3, 3, 14, 12, 0), SYSREG(3, 3, 14, 15, 7), 32, false, false},
	{SYSREG(1, 0, 7, 2, 2), SYSREG(1, 0, 7, 14, 2), 4, false, true},
	/* The last one of four is TCR2_EL1, which has a row. */
	{SYSREG(3, 0, 2, 0, 0), SYSREG(3, 0, 2, 0, 2), 4, false, true},
	{SYSREG(3, 0, 5, 1, 0), SYSREG(3, 0, 5, 1, 1), 2, false, true},
	{SYSREG(3, 0, 10, 2, 0), SYSREG(3, 0, 10, 3, 0), 2, false, true},
	{SYSREG(3, 0, 2, 1, 0), SYSREG(3, 0, 2, 1, 3), 4, false, false},
	{SYSREG(3, 0, 2, 2, 0), SYSREG(3, 0, 2, 3, 3), 8, false, false},
	{SYSREG(3, 0, 2, 5, 0), SYSREG(3, 0, 2, 5, 3), 4, false, false},
	{SYSREG(3, 0, 5, 3, 0), SYSREG(3, 0, 5, 3, 7), 8, false, false},
	{SYSREG(3, 0, 5, 4, 0), SYSREG(3, 0, 5, 5, 7), 16, false, false},
	{SYSREG(3, 0, 9, 8, 0), SYSREG(3, 0, 9, 11, 7), 32, false, false},
	{SYSREG(3, 0, 10, 4, 0), SYSREG(3, 0, 10, 4, 7), 8, false, false},
	{SYSREG(3, 0, 10, 5, 0), SYSREG(3, 0, 10, 5, 7), 8, false, false},
	{SYSREG(3, 0, 12, 8, 0), SYSREG(3, 0, 12, 9, 7), 16, false, false},
	{SYSREG(3, 0, 12, 12, 0), SYSREG(3, 0, 12, 12, 7), 8, false, false},
	{SYSREG(3, 3, 13, 2, 0), SYSREG(3, 3, 13, 3, 7), 16, false, false},
	{SYSREG(3, 3, 13, 4, 0), SYSREG(3, 3, 13, 7, 7), 32, false, false},
	{SYSREG(3, 3, 13, 8, 0), SYSREG(3, 3, 13, 15, 7), 64, false, false},
	{SYSREG(3, 7, 14, 2, 0), SYSREG(3, 7, 14, 2, 3), 4, false, false},
};

static void every_range(void **state)
{
	(void)state;
	/* The caches are off: no set/way operation is the first. */
	trap.vcpu->regs.HCR_EL2 |= UINT64_C(1) << 26;
	assert_int_equal(arm_sysreg_range_count,
			 sizeof(ranges) / sizeof(ranges[0]));
	for (size_t n = 0; n < arm_sysreg_range_count; n++) {
		const struct arm_sysreg_row *range = &arm_sysreg_ranges[n];

		assert_int_equal(range->encoding, encoding_of(ranges[n].first));
		assert_int_equal(range->encoding & range->any, 0);
		assert_int_equal(1u << __builtin_popcount(range->any),
				 ranges[n].encodings);
		assert_ptr_equal(arm_sysreg_find(ranges[n].first), range);
		assert_ptr_equal(arm_sysreg_find(ranges[n].last), range);
		for (int is_read = 0; is_read < 2; is_read++) {
			const bool defined =
				is_read ? ranges[n].reads : ranges[n].writes;

			assert_int_equal(trap_undefined(ranges[n].first,
							is_read, TRAP_EL1H),
					 !defined);
			assert_int_equal(trap_undefined(ranges[n].last, is_read,
							TRAP_EL1H),
					 !defined);
		}
		if (ranges[n].reads)
			assert_int_equal(trap_mrs(ranges[n].last), 0);
	}
	assert_int_equal(trap.machine.log_count, 0);
}

/* The binary search relies on it. */
static void rows_are_in_order(void **state)
{
	unsigned before = 0;

	(void)state;
	for (size_t n = 0; n < arm_sysreg_row_count; n++) {
		assert_true(arm_sysreg_rows[n].encoding > before);
		before = arm_sysreg_rows[n].encoding;
		assert_int_equal(arm_sysreg_rows[n].any, 0);
	}
}

static void unknown_is_undefined_and_logged(void **state)
{
	const uint32_t key = SYSREG(3, 0, 15, 2, 1);

	(void)state;
	assert_null(arm_sysreg_find(key));
	assert_true(trap_undefined(key, true, TRAP_EL1H));
	assert_string_equal(fake_last_log(&trap.machine),
			    "MRS is undefined: no ROW(name, 3, 0, 15, 2, 1, "
			    "handler); PC 0x0000000000008000");
	assert_int_equal(trap.machine.log_level[0], ARM_VCPU_LOG_DEBUG);
	/* Once, until another one is missing. */
	assert_true(trap_undefined(key, true, TRAP_EL1H));
	assert_int_equal(trap.machine.log_count, 1);
	assert_true(trap_undefined(SYSREG(3, 7, 11, 0, 0), false, TRAP_EL1H));
	assert_int_equal(trap.machine.log_count, 2);
	assert_string_equal(fake_last_log(&trap.machine),
			    "MSR is undefined: no ROW(name, 3, 7, 11, 0, 0, "
			    "handler); PC 0x0000000000008000");
	/* A host may have no log. */
	struct arm_vm_ops silent = fake_vm_ops;

	silent.log = NULL;
	trap.machine.vm.ops = &silent;
	assert_true(trap_undefined(key, true, TRAP_EL1H));
	assert_int_equal(trap.machine.log_count, 2);
}

/* Which the host hears of: DC ISW, CSW and CISW, and their gap; SCTLR_EL1. */
static bool is_caches(uint32_t key)
{
	return (key & ~SYSREG(0, 0, 0, 12, 0)) == SYSREG(1, 0, 7, 2, 2) ||
	       key == SYSREG(3, 0, 1, 0, 0);
}

/* Every encoding there is: never anything but done, UNDEF, an IPI, or what the
 * guest does about its caches. */
static void every_encoding(void **state)
{
	(void)state;
	for (uint32_t bits = 0; bits < 1u << 22; bits += 2) {
		if (bits & SYSREG_RT)
			continue;
		for (unsigned is_read = 0; is_read < 2; is_read++) {
			trap.vcpu->frame.spsr = TRAP_EL1H;
			if (trap_access(bits, 31, is_read))
				assert_true(trap.vcpu->frame.elr ==
						    TRAP_PC + 4 ||
					    trap.vcpu->frame.elr ==
						    TRAP_VBAR + 0x200);
			else
				assert_int_equal(
					trap.exit.reason,
					is_caches(bits)
						? ARM_VCPU_EXIT_SYSREG_WRITE
						: ARM_VCPU_EXIT_SEND_IPI);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_row, trap_setup),
		cmocka_unit_test_setup(every_range, trap_setup),
		cmocka_unit_test_setup(rows_are_in_order, trap_setup),
		cmocka_unit_test_setup(unknown_is_undefined_and_logged,
				       trap_setup),
		cmocka_unit_test_setup(every_encoding, trap_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
