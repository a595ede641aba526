/* SPDX-License-Identifier: Apache-2.0 */
#include <arm_vcpu/status.h>

const char *arm_strerror(int status)
{
	switch (status) {
#define STATUS_TEXT(name, value, text) \
	case (value):                  \
		return text;
		ARM_STATUS_LIST(STATUS_TEXT)
#undef STATUS_TEXT
	}
	return "unknown status";
}
