/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/options.h"

#include <stdbool.h>
#include <stddef.h>

#include "dt/platform.h"
#include "vm/guest_ram.h"

#define UNKNOWN "an option hv.<name> is unknown"

/* Step over text if that is what comes next. */
static bool take(const char **at, const char *text)
{
	const char *from = *at;

	while (*text != '\0') {
		if (*from++ != *text++)
			return false;
	}
	*at = from;
	return true;
}

/* A word ends here. */
static bool at_end(const char *at)
{
	return *at == ' ' || *at == '\0';
}

/* A word that is all there is of an option. */
static bool take_flag(const char **at, const char *word)
{
	const char *from = *at;

	if (!take(&from, word) || !at_end(from))
		return false;
	*at = from;
	return true;
}

/* A decimal number, perhaps with a unit; false if it is none or too large. */
static bool take_number(const char **at, bool with_unit, uint64_t *value)
{
	uint64_t number = 0;
	unsigned shift = 0;
	const char *start = *at;

	for (; **at >= '0' && **at <= '9'; (*at)++) {
		if (number > (UINT64_MAX - 9) / 10)
			return false;
		number = number * 10 + (uint64_t)(**at - '0');
	}
	if (*at == start)
		return false;
	if (with_unit && take(at, "K"))
		shift = 10;
	else if (with_unit && take(at, "M"))
		shift = 20;
	else if (with_unit && take(at, "G"))
		shift = 30;
	if (shift != 0 && number > (UINT64_MAX >> shift))
		return false;
	*value = number << shift;
	return at_end(*at);
}

const char *hv_vm_options_parse(struct hv_vm_options *options, const char *args)
{
	uint64_t number;

	*options = (struct hv_vm_options){.cpus = 1, .bootargs = ""};
	if (args == NULL)
		return NULL;
	for (;;) {
		while (*args == ' ')
			args++;
		if (take(&args, "hv.memory=")) {
			if (!take_number(&args, true, &number) || number == 0 ||
			    number % HV_GUEST_RAM_CHUNK != 0)
				return "hv.memory is not a multiple of 2M";
			options->memory = number;
		} else if (take(&args, "hv.cpus=")) {
			if (!take_number(&args, false, &number) ||
			    number == 0 || number > HV_VM_MAX_CPUS)
				return "hv.cpus is not between 1 and 32";
			options->cpus = (uint32_t)number;
		} else if (take_flag(&args, "hv.raw")) {
			options->raw = true;
		} else if (take_flag(&args, "hv.passthrough")) {
			options->passthrough = true;
		} else if (take_flag(&args, "hv.exits")) {
			options->count_exits = true;
		} else if (take(&args, "hv.")) {
			return UNKNOWN;
		} else {
			break;
		}
	}
	options->bootargs = args;
	return NULL;
}
