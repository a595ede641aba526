/* SPDX-License-Identifier: Apache-2.0 */
#include "core/sysreg_log.h"

#define LINE_MAX_LENGTH 100u

struct line {
	char text[LINE_MAX_LENGTH];
	unsigned length; /* always below LINE_MAX_LENGTH */
};

static void put_text(struct line *line, const char *text)
{
	while (*text && line->length < LINE_MAX_LENGTH - 1)
		line->text[line->length++] = *text++;
	line->text[line->length] = '\0';
}

/* op0 to op2: at most 15. */
static void put_small(struct line *line, uint64_t number)
{
	const char digits[] = {(char)('0' + number % 10), '\0'};

	if (number >= 10)
		put_text(line, "1");
	put_text(line, digits);
	put_text(line, ", ");
}

static void put_hex(struct line *line, uint64_t number)
{
	char digits[] = "0x0000000000000000";

	for (unsigned n = 0; n < 16; n++)
		digits[17 - n] = "0123456789abcdef"[number >> 4 * n & 0xf];
	put_text(line, digits);
}

void arm_sysreg_log_unknown(struct arm_vcpu *vcpu,
			    const struct arm_sysreg_access *access)
{
	const struct arm_vm *vm = vcpu->vm;
	uint32_t key = access->key;
	struct line line = {.length = 0};

	if (vcpu->unknown_sysreg == key || !vm->ops->log)
		return;
	vcpu->unknown_sysreg = key;

	put_text(&line, access->is_read ? "MRS" : "MSR");
	put_text(&line, " undefined, no ROW(name, ");
	put_small(&line, BITS_GET(key, SYSREG_OP0));
	put_small(&line, BITS_GET(key, SYSREG_OP1));
	put_small(&line, BITS_GET(key, SYSREG_CRN));
	put_small(&line, BITS_GET(key, SYSREG_CRM));
	put_small(&line, BITS_GET(key, SYSREG_OP2));
	put_text(&line, "handler), PC ");
	put_hex(&line, vcpu->frame.elr);
	vm->ops->log(vm->ctx, ARM_LOG_DEBUG, line.text);
}
