/* SPDX-License-Identifier: Apache-2.0 */
/* The vGIC against the reference model of the GIC: registers, interrupts,
 * acknowledges, and vCPUs that move from CPU to CPU. */
#include "fuzz_vm.h"
#include "machine/gic_world.h"

/* Where registers are; place() takes any other offset, too. */
static const struct place {
	uint8_t frame, width;
	uint16_t offset, stride, count;
} places[] = {
	{GIC_MODEL_SGI, 2, 0x80, 0x80, 7},  {GIC_MODEL_DIST, 2, 0x84, 0x80, 7},
	{GIC_MODEL_DIST, 2, 0x88, 0x80, 7}, {GIC_MODEL_SGI, 0, 0x400, 1, 32},
	{GIC_MODEL_DIST, 0, 0x420, 1, 64},  {GIC_MODEL_DIST, 2, 0xc08, 4, 4},
	{GIC_MODEL_DIST, 3, 0x6100, 8, 64}, {GIC_MODEL_DIST, 2, 0, 4, 2},
	{GIC_MODEL_RD, 2, 0, 4, 8},
};

#define PLACES (sizeof(places) / sizeof(places[0]))

static void place(struct gic_world_step *step, unsigned which, unsigned n)
{
	const struct place *at = &places[which % PLACES];

	step->owner = (uint8_t)(n >> 14);
	if (which >= 0xf0) {
		step->frame = (uint8_t)which;
		step->offset = n;
		step->width = (uint8_t)(n & 1 ? 0 : n & 2 ? 1 : n >> 2 & 3);
		return;
	}
	step->frame = at->frame;
	step->width = at->width;
	step->offset = at->offset + n % at->count * at->stride;
}

static struct gic_world_step next(struct fuzz_input *input)
{
	static const uint64_t affinity[] = {0, 1, 0x12, UINT64_C(0x300010205)};
	struct gic_world_step step = {
		.op = (uint8_t)fuzz_take(input, 1),
		.vcpu = (uint8_t)fuzz_take(input, 1),
	};
	const unsigned which = (unsigned)fuzz_take(input, 1);
	const unsigned n = (unsigned)fuzz_take(input, 2);

	step.value = fuzz_take(input, 4);
	step.offset = n;
	if (step.op % GIC_WORLD_OPS <= GIC_WORLD_WRITE)
		place(&step, which, n);
	if (step.width == 3 && which < 0xf0)
		step.value = affinity[step.value & 3];
	if (step.op % GIC_WORLD_OPS == GIC_WORLD_SGI)
		step.value |= (uint64_t)(which & 0xf) << 40;
	return step;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = {data, size};
	const unsigned shape = (unsigned)fuzz_take(&input, 2);
	const struct gic_world_config config = {
		.seed = shape,
		.vcpus = 1 + shape % 4,
		.list_registers = 1 + (shape >> 2) % 16,
		.priority_bits = 5 + (shape >> 6) % 3,
		.eoi_counts = shape >> 8 & 1,
	};

	gic_world_make(&config);
	if (!(shape & 0x8000))
		gic_world_open();
	while (input.left) {
		const struct gic_world_step step = next(&input);

		gic_world_step(&step);
	}
	gic_world_end();
	return 0;
}
