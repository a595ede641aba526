/* SPDX-License-Identifier: Apache-2.0 */
/* From the device tree to struct hv_platform. Boot CPU, in this order. */
#ifndef HV_PLATFORM_DISCOVER_H
#define HV_PLATFORM_DISCOVER_H

#include "platform/platform.h"

/* What is needed to say that something is wrong: UART and PSCI conduit. */
void hv_discover_console(struct hv_platform *platform, const void *fdt,
			 uint64_t size);

/* Everything else; a tree that will not do ends in hv_fail(). */
void hv_discover(struct hv_platform *platform);

/* Its last part: the guests' images under /chosen. */
void hv_discover_modules(struct hv_platform *platform);

#endif
