/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EL2's own stage-1 translation: identity for memory and devices, and a
 * window above all memory where stacks lie between pages that are not mapped.
 */
#ifndef HV_MM_MMU_H
#define HV_MM_MMU_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ranges.h"

#define HV_STACK_SIZE UINT64_C(0x4000)
#define HV_MEMORY_END UINT64_C(0xff0000000000) /* beyond are the stacks */

enum hv_mmu_kind {
	HV_MMU_TEXT,
	HV_MMU_RODATA,
	HV_MMU_DATA,
	HV_MMU_DEVICE,
};

/*
 * From start.S, MMU and caches off: tables for hv's image and the first page of
 * the device tree (a pointer that is none maps nothing), and hv_mmu_config.
 */
void hv_mmu_early(const void *fdt);

/* The device tree whose place hv_mmu_early() was told, all of it mapped now,
 * and its size; null if none. MMU on. */
const void *hv_mmu_fdt(uint64_t *size);

/* hv's own memory, page-aligned. */
struct hv_range hv_mmu_image(void);

/* Map all memory but the ranges EL2 must not touch. Boot CPU, once. */
void hv_mmu_map_memory(const struct hv_ranges *memory,
		       const struct hv_ranges *no_map);

/*
 * Map [base, end) as a device, in whole pages. False when there is no room in
 * the tables, or something is mapped there. Boot CPU, before the others run.
 */
bool hv_mmu_map_device(struct hv_range range);

/* Map a stack for CPU index onto HV_STACK_SIZE bytes at pa; its top, or 0. */
uint64_t hv_mmu_map_stack(uint32_t index, uint64_t pa);

/* In memory itself, for a CPU whose MMU is off: what it needs to switch it
 * on. */
void hv_mmu_clean_config(void);

#endif
