/* SPDX-License-Identifier: Apache-2.0 */
/* Both generic timers of a CPU have the same registers. */
#ifndef TIMERS_H
#define TIMERS_H

#include <stdint.h>

#define ENABLE  1u
#define IMASK   2u
#define ISTATUS 4u

struct timer {
	uint32_t intid;
	uint64_t (*count)(void);
	uint64_t (*ctl)(void);
	uint64_t (*cval)(void);
	uint64_t (*tval)(void);
	void (*set_ctl)(uint64_t value);
	void (*set_cval)(uint64_t value);
	void (*set_tval)(uint64_t value);
};
extern const struct timer timers[2]; /* virtual, physical */

#endif
