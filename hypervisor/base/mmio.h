/* SPDX-License-Identifier: Apache-2.0 */
/* Device registers. Volatile accesses to Device memory keep their order. */
#ifndef HV_BASE_MMIO_H
#define HV_BASE_MMIO_H

#include <stdint.h>

static inline uint32_t hv_read32(uint64_t address)
{
	return *(const volatile uint32_t *)(uintptr_t)address;
}

static inline void hv_write32(uint64_t address, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)address = value;
}

static inline uint64_t hv_read64(uint64_t address)
{
	return *(const volatile uint64_t *)(uintptr_t)address;
}

static inline void hv_write64(uint64_t address, uint64_t value)
{
	*(volatile uint64_t *)(uintptr_t)address = value;
}

#endif
