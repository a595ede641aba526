/* SPDX-License-Identifier: Apache-2.0 */
/* Lines about a VM that its guest makes hv print: not more than vm/limit.h
 * lets it. */
#ifndef HV_VM_SAY_H
#define HV_VM_SAY_H

#include <arm_vcpu/host.h>

#include "base/lock.h"
#include "irq/timer.h"
#include "vm/limit.h"

struct hv_say {
	struct hv_lock lock; /* covers all below */
	const char *tag;     /* stands before each line */
	struct hv_limit limit;
	struct hv_timer tell; /* armed while something was not printed */
	bool armed;
};

void hv_say_init(struct hv_say *say, const char *tag);

/* Like hv_log(). Any CPU and context. */
void hv_say(struct hv_say *say, enum arm_vcpu_log_level level,
	    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* What was not printed is told now: something else is about to be said. */
void hv_say_rest(struct hv_say *say);

#endif
