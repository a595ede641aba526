/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Several vCPUs, SPIs that change their route while they are pending, listed
 * or active, and SGIs across. A vCPU looks at its vGIC only when it was
 * kicked: a wake-up that is not sent is an interrupt that is never taken.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "arch/gicv3.h"
#include "gic/vgic.h"
#include "support/virtual_gic.h"

#define VCPUS 3u
#define SPIS  24u
#define STEPS 100u /* short: later ones repair what was lost */
#define RUNS  1000u

static struct gic_machine gm;
static bool spi_pending[SPIS], spi_active[SPIS];
static bool sgi_pending[VCPUS][16], sgi_active[VCPUS][16];
static unsigned nested[VCPUS][64], depth[VCPUS];
static uint64_t seed;

static unsigned random_below(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) +
	       UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % n;
}

/* What the host does with kicks: the vCPU passes through EL2. */
static void serve_kicks(void)
{
	for (bool again = true; again;) {
		again = false;
		for (unsigned i = 0; i < VCPUS; i++) {
			if (!gm.machine.kicks_of[i])
				continue;
			gm.machine.kicks_of[i] = 0;
			gic_enter(&gm, i);
			again = true;
		}
	}
}

static bool *state_of(unsigned index, unsigned intid, bool active)
{
	if (intid < 16)
		return active ? &sgi_active[index][intid]
			      : &sgi_pending[index][intid];
	return active ? &spi_active[intid - 32] : &spi_pending[intid - 32];
}

static void acknowledge(unsigned index)
{
	unsigned intid = gic_ack(&gm, index);

	if (intid == NO_INTERRUPT)
		return;
	assert_true(*state_of(index, intid, false));
	assert_false(*state_of(index, intid, true));
	*state_of(index, intid, false) = false;
	*state_of(index, intid, true) = true;
	nested[index][depth[index]++] = intid;
}

static void end(unsigned index)
{
	unsigned intid;

	if (!depth[index])
		return;
	intid = nested[index][--depth[index]];
	*state_of(index, intid, true) = false;
	gic_eoi(&gm, index, intid);
}

static void step(void)
{
	unsigned index = random_below(VCPUS), spi = random_below(SPIS);
	unsigned sgi = random_below(16), other = random_below(VCPUS);

	switch (random_below(8)) {
	case 0:
	case 1:
		/* A second edge would repair what the first one lost. */
		if (spi_pending[spi])
			break;
		spi_pending[spi] = true;
		arm_vgic_set_irq(&gm.machine.vm, 32 + spi, true);
		break;
	case 2:
		sgi_pending[other][sgi] = true;
		arm_vgic_send_sgi(gm.cpu[index].vcpu, gic_sgi_to(other, sgi),
				  1);
		gic_enter(&gm, index);
		break;
	case 3:
		gic_dist_write(&gm, index, GICD_IROUTER + 8 * (32 + spi),
			       other);
		break;
	case 4:
	case 5:
		acknowledge(index);
		break;
	case 6:
		end(index);
		break;
	default:
		gic_write_bit(&gm, index,
			      random_below(2) ? GIC_ISENABLER : GIC_ICENABLER,
			      32 + spi);
		break;
	}
	serve_kicks();
}

/* Active here, pending again and routed there: the second one is for there,
 * once the first one has ended (IHI 0069 3.2.2). */
static void test_route_while_active(void **state)
{
	const unsigned intid = 40;

	(void)state;
	for (unsigned level = 0; level < 2; level++) {
		gic_machine_make(&gm, 2, 4);
		if (!level)
			gic_set_edge(&gm, 0, intid);
		gic_enable(&gm, 0, intid, 0x80);
		arm_vgic_set_irq(&gm.machine.vm, intid, true);
		gic_enter(&gm, 0);
		assert_int_equal(gic_ack(&gm, 0), intid);
		if (!level)
			arm_vgic_set_irq(&gm.machine.vm, intid, true);
		gic_enter(&gm, 0);
		gic_dist_write(&gm, 0, GICD_IROUTER + 8 * intid, 1);
		gic_enter(&gm, 1);
		assert_int_equal(gic_highest(&gm, 1), NO_INTERRUPT);
		assert_true(gic_read_bit(&gm, 1, GIC_ISACTIVER, intid));
		assert_true(gic_read_bit(&gm, 1, GIC_ISPENDR, intid));
		gm.machine.kicks_of[1] = 0;
		gic_eoi(&gm, 0, intid);
		assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
		assert_int_equal(gm.machine.kicks_of[1], 1);
		gic_enter(&gm, 1);
		assert_int_equal(gic_ack(&gm, 1), intid);
	}
}

static void run(unsigned lr_count)
{
	gic_machine_make(&gm, VCPUS, lr_count);
	for (unsigned i = 0; i < SPIS; i++) {
		gic_set_edge(&gm, 0, 32 + i);
		gic_enable(&gm, 0, 32 + i, (uint8_t)(random_below(32) << 3));
	}
	for (unsigned i = 0; i < VCPUS * 16; i++)
		gic_enable(&gm, i / 16, i % 16,
			   (uint8_t)(random_below(32) << 3));
	for (unsigned i = 0; i < STEPS; i++)
		step();
	/* One by one: a register write is another chance to look. */
	for (unsigned i = 0; i < SPIS; i++)
		if (!gic_read_bit(&gm, 0, GIC_ISENABLER, 32 + i))
			gic_write_bit(&gm, 0, GIC_ISENABLER, 32 + i);
	serve_kicks();
	for (unsigned i = 0; i < 100 * VCPUS; i++) {
		acknowledge(i % VCPUS);
		end(i % VCPUS);
		serve_kicks();
	}
	for (unsigned i = 0; i < SPIS; i++)
		assert_false(spi_pending[i] || spi_active[i]);
	for (unsigned i = 0; i < VCPUS * 16; i++)
		assert_false(sgi_pending[i / 16][i % 16] ||
			     sgi_active[i / 16][i % 16]);
}

static void test_random(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < RUNS; i++) {
		static const unsigned lr_counts[] = {1, 2, 4, 16};

		seed = i;
		run(lr_counts[i % 4]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_route_while_active),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
