/* SPDX-License-Identifier: Apache-2.0 */
#include "support/trap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "hw/guest.h"
#include "trap/trap.h"

#define PATTERN UINT64_C(0xa5a5a5a5a5a5a5a5)

struct trap_case trap;

int trap_setup(void **state)
{
	(void)state;
	memset(&trap, 0, sizeof(trap));
	fake_machine_make(&trap.machine);
	trap.vcpu = fake_vcpu_make(&trap.machine, 0);
	fake_vcpu_bind(&trap.machine, trap.vcpu);
	CPU(VBAR_EL1) = TRAP_VBAR;
	return 0;
}

bool trap_access(uint32_t key, unsigned rt, bool is_read)
{
	CPU(ESR_EL2) = UINT64_C(0x62000000) | key | rt << 5 | is_read;
	trap.vcpu->frame.elr = TRAP_PC;
	trap.vcpu->exit = &trap.exit;
	return arm_guest_sync(trap.vcpu) != ARM_TO_HOST;
}

bool trap_undefined(uint32_t key, bool is_read, uint64_t spsr)
{
	trap.vcpu->frame.spsr = spsr;
	trap.vcpu->frame.gpr[7] = PATTERN;
	assert_true(trap_access(key, 7, is_read));
	if (trap.vcpu->frame.elr == TRAP_PC + 4) {
		assert_int_equal(trap.vcpu->frame.spsr, spsr);
		return false;
	}
	/* Arm ARM DDI 0487 D1.3.1.4: offset 0x200 from EL1h, 0x400 from EL0;
	 * the syndrome is EC 0, IL 1; x7 is as before. */
	assert_int_equal(trap.vcpu->frame.elr,
			 TRAP_VBAR + (spsr == TRAP_EL0T ? 0x400 : 0x200));
	assert_int_equal(CPU(ESR_EL1), 0x02000000);
	assert_int_equal(CPU(ELR_EL1), TRAP_PC);
	assert_int_equal(trap.vcpu->frame.gpr[7], PATTERN);
	return true;
}

uint64_t trap_mrs(uint32_t key)
{
	assert_false(trap_undefined(key, true, TRAP_EL1H));
	return trap.vcpu->frame.gpr[7];
}

void trap_msr(uint32_t key, uint64_t value)
{
	trap.vcpu->frame.gpr[9] = value;
	assert_true(trap_access(key, 9, false));
	assert_int_equal(trap.vcpu->frame.elr, TRAP_PC + 4);
}
