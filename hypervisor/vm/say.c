/* SPDX-License-Identifier: Apache-2.0 */
#include "vm/say.h"

#include <stdarg.h>
#include <stddef.h>

#include "base/cpu.h"

/* What was not printed is counted in a line as often as this. */
#define TELL_SECONDS 10u

void hv_say_init(struct hv_say *say, const char *tag)
{
	say->lock = (struct hv_lock)HV_LOCK(HV_RANK_SAY);
	say->tag = tag;
}

/* What the last lines were, not printed: forgotten here. Locked. */
struct rest {
	uint32_t repeats;
	uint32_t others;
};

static struct rest take_rest(struct hv_say *say)
{
	struct rest rest = {say->limit.repeats, say->limit.others};

	say->limit.repeats = 0;
	say->limit.others = 0;
	return rest;
}

static void print_rest(const struct hv_say *say, struct rest rest)
{
	if (rest.repeats != 0)
		hv_printf("%s(the same %u times more)", say->tag, rest.repeats);
	if (rest.others != 0)
		hv_printf("%s(%u lines left out)", say->tag, rest.others);
}

static void tell(struct hv_timer *timer)
{
	struct hv_say *say =
		(void *)((char *)timer - offsetof(struct hv_say, tell));
	uint64_t flags = hv_lock(&say->lock);
	struct rest rest = take_rest(say);

	say->armed = false;
	hv_unlock(&say->lock, flags);
	print_rest(say, rest);
}

void hv_say_rest(struct hv_say *say)
{
	uint64_t flags = hv_lock(&say->lock);
	struct rest rest = take_rest(say);

	hv_unlock(&say->lock, flags);
	print_rest(say, rest);
}

void hv_say(struct hv_say *say, enum arm_vcpu_log_level level,
	    const char *format, ...)
{
	uint64_t now = hv_counter(), second = hv_counter_frequency(), flags;
	char line[HV_LINE_MAX];
	struct rest rest = {0, 0};
	va_list args;
	bool print;

	if (level > hv_log_level)
		return;
	va_start(args, format);
	hv_vformat(line, sizeof(line), format, args);
	va_end(args);
	flags = hv_lock(&say->lock);
	print = hv_limit_line(&say->limit, line, now, second);
	if (print) {
		rest = take_rest(say);
	} else if (!say->armed) {
		say->armed = true;
		hv_timer_set(&say->tell, now + second * TELL_SECONDS, tell);
	}
	hv_unlock(&say->lock, flags);
	print_rest(say, rest);
	if (print)
		hv_printf("%s%s", say->tag, line);
}
