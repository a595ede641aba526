/* SPDX-License-Identifier: Apache-2.0 */
#include "support/decoded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "arch/esr.h"
#include "support/exit_rules.h"

struct arm_trap_frame frame;
struct arm_vcpu_exit_snapshot snap;
struct arm_vcpu_exit result;
struct arm_vcpu_pending pending;

int fresh(void **state)
{
	(void)state;
	arm_trap_frame_reset(&frame);
	for (unsigned reg = 0; reg < ARM_VCPU_GPR_COUNT; reg++)
		frame.gpr[reg] = GPR(reg);
	frame.elr = 0x40080000;
	snap = (struct arm_vcpu_exit_snapshot){
		.far = UINT64_C(0xffff800010000abc),
		.hpfar = BITS_PUT(HPFAR_FIPA, 0x09000),
		.ipa_valid = true,
	};
	return 0;
}

void decode(unsigned ec, uint64_t iss)
{
	snap.esr = BITS_PUT(ESR_EC, ec) | ESR_IL | iss;
	memset(&result, 0x5a, sizeof(result));
	(void)arm_decode(&snap, &frame, &result, &pending);
	assert_null(exit_rules_check(&snap, &frame, &result, &pending));
}
