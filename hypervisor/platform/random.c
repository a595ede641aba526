/* SPDX-License-Identifier: Apache-2.0 */
#include "platform/random.h"

#include <libfdt.h>
#include <stdatomic.h>

#include "platform/platform.h"
#include "platform/timer.h"

static _Atomic uint64_t state;

/* SplitMix64's output function (Steele, Lea, Flood, 2014). */
static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static void stir(const void *fdt, int chosen, const char *property)
{
	int length, i;
	const unsigned char *seed = fdt_getprop(fdt, chosen, property, &length);

	for (i = 0; seed && i < length; i++)
		state = mix(state + seed[i]);
}

void hv_random_init(const void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");

	state = mix(hv_counter());
	stir(fdt, chosen, "kaslr-seed");
	stir(fdt, chosen, "rng-seed");
}

uint64_t hv_random(void)
{
	uint64_t step = UINT64_C(0x9e3779b97f4a7c15);

	return mix(atomic_fetch_add(&state, step) + hv_counter());
}
