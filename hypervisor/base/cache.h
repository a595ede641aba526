/* SPDX-License-Identifier: Apache-2.0 */
/* Caches, for those who look at memory without them. */
#ifndef HV_BASE_CACHE_H
#define HV_BASE_CACHE_H

#include <stdint.h>

/*
 * What was written to [at, at + size) is in memory itself, and no cache has
 * any of it: a guest that starts with its caches off sees it, and what it
 * writes there is not overwritten later by a line of hv's.
 */
void hv_cache_flush(const void *at, uint64_t size);

/* After code was written and flushed, for a guest that is entered later: no
 * instruction cache holds what was there before. */
void hv_cache_sync_code(void);

#endif
