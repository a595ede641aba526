/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Included before all else into hv's scheduler: another CPU may go on before
 * each access to an atomic word.
 */
#ifndef MACHINE_SIMULATE_ATOMIC_H
#define MACHINE_SIMULATE_ATOMIC_H

#include <stdatomic.h>

#include "machine/hw/shared.h"

/* A macro is not expanded again inside itself: the operation is the one that
 * the compiler's header has. */
#undef atomic_load
#define atomic_load(word) \
	(arm_hw_shared(), atomic_load_explicit(word, memory_order_seq_cst))
#undef atomic_store
#define atomic_store(word, value) \
	(arm_hw_shared(),         \
	 atomic_store_explicit(word, value, memory_order_seq_cst))
#undef atomic_fetch_or
#define atomic_fetch_or(word, bits) \
	(arm_hw_shared(),           \
	 atomic_fetch_or_explicit(word, bits, memory_order_seq_cst))
#undef atomic_fetch_and
#define atomic_fetch_and(word, bits) \
	(arm_hw_shared(),            \
	 atomic_fetch_and_explicit(word, bits, memory_order_seq_cst))
#undef atomic_fetch_add
#define atomic_fetch_add(word, more) \
	(arm_hw_shared(),            \
	 atomic_fetch_add_explicit(word, more, memory_order_seq_cst))
#undef atomic_compare_exchange_strong
#define atomic_compare_exchange_strong(word, seen, value)                  \
	(arm_hw_shared(), atomic_compare_exchange_strong_explicit(         \
				  word, seen, value, memory_order_seq_cst, \
				  memory_order_seq_cst))

#endif
