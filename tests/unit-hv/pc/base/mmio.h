/* SPDX-License-Identifier: Apache-2.0 */
/* hypervisor/base/mmio.h on a PC: the device is the test's. */
#ifndef HV_BASE_MMIO_H
#define HV_BASE_MMIO_H

#include <stdint.h>

uint32_t hv_read32(uint64_t address);
void hv_write32(uint64_t address, uint32_t value);

#endif
