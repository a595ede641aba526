/* SPDX-License-Identifier: Apache-2.0 */
/* Any syndrome and any frame: decode and complete, then hold the result
 * against the rules. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/exit_rules.h"
#include "trap/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	uint64_t esr, far, hpfar, value;
	uint8_t vector, flags;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arm_vcpu_exit_snapshot snap = {0};
	struct arm_trap_frame frame = {0};
	struct input input = {0};
	const char *broken;

	memcpy(&input, data, size < sizeof(input) ? size : sizeof(input));
	if (size > sizeof(input)) {
		const size_t rest = size - sizeof(input);

		memcpy(&frame, data + sizeof(input),
		       rest < sizeof(frame) ? rest : sizeof(frame));
	}
	snap.esr = input.esr;
	snap.far = input.far;
	snap.hpfar = input.hpfar;
	/* Three of four inputs are what needs decoding most. */
	snap.vector = input.vector < 0xc0
			      ? ARM_VCPU_VECTOR_SYNC
			      : (enum arm_vcpu_vector)(input.vector & 3);
	snap.ipa_valid = input.flags & 1;
	snap.aarch32 = input.flags & 2;
	(void)arm_exit_condition_failed(&snap, &frame);
	(void)arm_exit_is_guest_undefined((uint32_t)(snap.esr >> 26));
	broken = exit_rules_run(&snap, &frame, input.value);
	if (broken) {
		fprintf(stderr, "broken rule: %s\n", broken);
		abort();
	}
	return 0;
}
