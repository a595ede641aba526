/* SPDX-License-Identifier: Apache-2.0 */
/* From the device tree to struct hv_platform. Boot CPU, in this order. */
#ifndef HV_DT_DISCOVER_H
#define HV_DT_DISCOVER_H

#include "dt/platform.h"

/* What is needed to say that something is wrong: UART and PSCI conduit. */
void hv_discover_console(struct hv_platform *platform, const void *fdt,
			 uint64_t size);

/* Everything else; a tree that will not do ends in hv_fail(). */
void hv_discover(struct hv_platform *platform);

/* Its last parts: the VMs under /chosen, by our own binding; and by QEMU's
 * guest-loader convention. */
void hv_discover_vms(struct hv_platform *platform);
void hv_discover_modules(struct hv_platform *platform);

/* A guest image is in memory that nothing else lies in, and stays there. */
void hv_discover_image(struct hv_platform *platform,
		       const struct hv_range *range);

#endif
