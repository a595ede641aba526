/* SPDX-License-Identifier: Apache-2.0 */
#include <arm_vcpu/status.h>

#include <stddef.h>
#include <stdint.h>

/* Statuses are 0 and the negative numbers below it, in the order of the list:
 * texts without pointers, as those of exits (trap/class.c). */
#define TEXT_ROOM(name, value, text) char text_##name[sizeof(text)];
#define TEXT(name, value, text)      text,
struct status_texts {
	ARM_VCPU_STATUS_LIST(TEXT_ROOM)
};
static const struct status_texts texts = {ARM_VCPU_STATUS_LIST(TEXT)};
static const uint16_t text_at[] = {
#define TEXT_AT(name, value, text) \
	[-(value)] = (uint16_t)offsetof(struct status_texts, text_##name),
	ARM_VCPU_STATUS_LIST(TEXT_AT)
#undef TEXT_AT
};
#define ONE(name, value, text) +1
_Static_assert(sizeof(text_at) / sizeof(text_at[0]) ==
		       0 ARM_VCPU_STATUS_LIST(ONE),
	       "a number without a text would have that of ARM_VCPU_OK");

const char *arm_vcpu_strerror(int status)
{
	if (status > 0 ||
	    status <= -(int)(sizeof(text_at) / sizeof(text_at[0])))
		return "unknown status";
	return (const char *)&texts + text_at[-status];
}
