/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a device tree with libfdt: what libfdt leaves to its user. */
#ifndef HV_DT_DT_H
#define HV_DT_DT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ranges.h"

/* Cells that form one number, at most 2; moves *at behind them. */
uint64_t hv_dt_cells(const void **at, int cells);

/*
 * Entry index of reg as a CPU's address: through the ranges of the buses
 * above. False when there is no such entry, or it cannot be reached, is empty
 * or ends beyond 2^64.
 */
bool hv_dt_reg(const void *fdt, int node, int index, struct hv_range *range);

/* Entry index of the interrupts of a node below a GIC, as an INTID; 0: none. */
uint32_t hv_dt_intid(const void *fdt, int node, int index);

/* status is absent, "okay" or "ok". */
bool hv_dt_available(const void *fdt, int node);

/* The first available node with this compatible string, negative if none. */
int hv_dt_compatible(const void *fdt, const char *compatible);

/* A 32-bit property, or missing. */
uint32_t hv_dt_u32(const void *fdt, int node, const char *name,
		   uint32_t missing);

#endif
