/* SPDX-License-Identifier: Apache-2.0 */
#include "base/random.h"

#include <stdatomic.h>

#include "base/cpu.h"

static _Atomic uint64_t state;

/* SplitMix64's output function (Steele, Lea, Flood, 2014). */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

void hv_random_stir(const void *seed, size_t size)
{
	const unsigned char *bytes = seed;

	for (size_t i = 0; i < size; i++)
		state = mix(state + bytes[i]);
}

uint64_t hv_random(void)
{
	uint64_t step = UINT64_C(0x9e3779b97f4a7c15);

	return mix(atomic_fetch_add(&state, step) + hv_counter());
}
