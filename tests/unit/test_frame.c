/* SPDX-License-Identifier: Apache-2.0 */
/* The trap frame, the register list, statuses, and lines of text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <arm_vcpu/private.h>

#include <arm_vcpu/vcpu.h>

#include <arm_vcpu/guest_regs.h>
#include <arm_vcpu/status.h>
#include <arm_vcpu/trap_frame.h>

#include "lib/format.h"

/* Arm ARM DDI 0487 D1.3.6: EL1h, D, A, I and F masked. */
static void frame_reset(void **state)
{
	struct arm_trap_frame frame;

	(void)state;
	memset(&frame, 0xff, sizeof(frame));
	arm_trap_frame_reset(&frame);
	for (unsigned reg = 0; reg < ARM_VCPU_GPR_COUNT; reg++)
		assert_int_equal(frame.gpr[reg], 0);
	assert_int_equal(frame.sp_el0, 0);
	assert_int_equal(frame.elr, 0);
	assert_int_equal(frame.spsr, 0x3c5);
	arm_trap_frame_reset(NULL);
}

/* The vectors rely on the order: x0 to x30, SP_EL0, ELR, SPSR. */
static void frame_layout(void **state)
{
	(void)state;
	assert_int_equal(offsetof(struct arm_trap_frame, gpr), 0);
	assert_int_equal(offsetof(struct arm_trap_frame, sp_el0), 248);
	assert_int_equal(offsetof(struct arm_trap_frame, elr), 256);
	assert_int_equal(offsetof(struct arm_trap_frame, spsr), 264);
}

static void frame_accessors(void **state)
{
	struct arm_trap_frame frame, before;

	(void)state;
	arm_trap_frame_reset(&frame);
	for (unsigned reg = 0; reg < ARM_VCPU_GPR_COUNT; reg++)
		arm_trap_frame_set_gpr(&frame, reg, 100 + reg);
	for (unsigned reg = 0; reg < ARM_VCPU_GPR_COUNT; reg++)
		assert_int_equal(arm_trap_frame_gpr(&frame, reg), 100 + reg);
	before = frame;
	arm_trap_frame_set_gpr(&frame, ARM_VCPU_GPR_XZR, UINT64_MAX);
	arm_trap_frame_set_gpr(&frame, UINT32_MAX, UINT64_MAX);
	assert_memory_equal(&frame, &before, sizeof(frame));
	assert_int_equal(arm_trap_frame_gpr(&frame, ARM_VCPU_GPR_XZR), 0);
	assert_int_equal(arm_trap_frame_gpr(&frame, UINT32_MAX), 0);
	arm_trap_frame_set_pc(&frame, UINT64_MAX);
	assert_int_equal(arm_trap_frame_pc(&frame), UINT64_MAX);
	assert_int_equal(frame.elr, UINT64_MAX);
}

struct page {
	unsigned lines;
	char text[12][128];
};

static void emit(void *ctx, const char *line)
{
	struct page *page = ctx;

	assert_true(strlen(line) <= 100);
	assert_true(page->lines < 12);
	strcpy(page->text[page->lines++], line);
}

static void frame_print(void **state)
{
	struct arm_trap_frame frame;
	struct page page = {0};

	(void)state;
	arm_trap_frame_reset(&frame);
	frame.gpr[2] = UINT64_C(0x123456789abcdef0);
	frame.gpr[30] = 30;
	frame.sp_el0 = 1;
	frame.elr = UINT64_C(0xffff800008000000);
	arm_trap_frame_print(&frame, emit, &page);
	assert_int_equal(page.lines, 11);
	assert_string_equal(page.text[0],
			    " x0 0000000000000000   x1 0000000000000000"
			    "   x2 123456789abcdef0");
	assert_string_equal(page.text[10],
			    "x30 000000000000001e  sp_el0 0000000000000001"
			    "  elr ffff800008000000  spsr 00000000000003c5");
}

/* src/arch/guest_regs.def; SCTLR_EL1's RES1 bits of ARMv8.0 (D19.2.118):
 * 29, 28, 23, 22, 20, 11, 8, 7, with MMU and caches off. */
static void registers_reset(void **state)
{
	struct arm_guest_regs regs;

	(void)state;
	memset(&regs, 0xff, sizeof(regs));
	arm_guest_regs_reset(&regs);
	assert_int_equal(regs.SCTLR_EL1, 1u << 29 | 1u << 28 | 1u << 23 |
						 1u << 22 | 1u << 20 |
						 1u << 11 | 1u << 8 | 1u << 7);
	assert_int_equal(regs.CNTV_CTL_EL0, 0);
	assert_int_equal(regs.HCR_EL2, 0);
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) \
	assert_int_equal(regs.name, reset);
#define ORDERED_REG GUEST_REG
#define CONTROL_REG GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
	arm_guest_regs_reset(NULL);
}

static void register_names(void **state)
{
	(void)state;
	assert_string_equal(arm_vcpu_reg_name(ARM_VCPU_REG(SP_EL1)), "SP_EL1");
	assert_string_equal(arm_vcpu_reg_name(ARM_VCPU_REG(MDCR_EL2)),
			    "MDCR_EL2");
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) \
	assert_string_equal(arm_vcpu_reg_name(ARM_VCPU_REG(name)), #name);
#define ORDERED_REG GUEST_REG
#define CONTROL_REG GUEST_REG
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
	assert_null(arm_vcpu_reg_name(ARM_REG_COUNT));
}

static void statuses(void **state)
{
	(void)state;
	assert_int_equal(ARM_VCPU_OK, 0);
#define CHECK(name, value, text)       \
	assert_int_equal(name, value); \
	assert_true((name) <= 0);      \
	assert_string_equal(arm_vcpu_strerror(name), text);
	ARM_VCPU_STATUS_LIST(CHECK)
#undef CHECK
	assert_string_equal(arm_vcpu_strerror(1), "unknown status");
	assert_string_equal(arm_vcpu_strerror(-1000), "unknown status");
}

static void numbers(void **state)
{
	struct arm_line line;

	(void)state;
	arm_line_start(&line);
	assert_string_equal(line.text, "");
	arm_line_hex(&line, 0, 1);
	arm_line_text(&line, " ");
	arm_line_hex(&line, 0xabc, 8);
	arm_line_text(&line, " ");
	arm_line_hex(&line, 0xabc, 2);
	arm_line_text(&line, " ");
	arm_line_hex(&line, UINT64_MAX, 99);
	assert_string_equal(line.text, "0 00000abc abc ffffffffffffffff");
	arm_line_start(&line);
	arm_line_hex(&line, 1, 99);
	assert_string_equal(line.text, "0000000000000001");
	arm_line_start(&line);
	arm_line_decimal(&line, 0);
	arm_line_text(&line, " ");
	arm_line_decimal(&line, UINT64_MAX);
	assert_string_equal(line.text, "0 18446744073709551615");
}

/* What does not fit is cut off; the line stays terminated. */
static void a_full_line_stays_whole(void **state)
{
	struct arm_line line;

	(void)state;
	arm_line_start(&line);
	for (unsigned i = 0; i < ARM_LINE_MAX - 2; i++)
		arm_line_text(&line, "-");
	arm_line_hex(&line, 0xabcd, 4);
	arm_line_text(&line, "more");
	assert_int_equal(line.length, ARM_LINE_MAX);
	assert_int_equal(strlen(line.text), ARM_LINE_MAX);
	assert_string_equal(line.text + ARM_LINE_MAX - 3, "-ab");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(frame_reset),
		cmocka_unit_test(frame_layout),
		cmocka_unit_test(frame_accessors),
		cmocka_unit_test(frame_print),
		cmocka_unit_test(registers_reset),
		cmocka_unit_test(register_names),
		cmocka_unit_test(statuses),
		cmocka_unit_test(numbers),
		cmocka_unit_test(a_full_line_stays_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
