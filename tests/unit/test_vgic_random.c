/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The vGIC against the GIC's state machine of one interrupt (IHI 0069 4.1.2),
 * with random devices, guests and numbers of list registers: nothing is lost,
 * nothing comes twice, the order is that of the priorities, and ISPENDR and
 * ISACTIVER read back exactly.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arm_vcpu/status.h>

#include "arch/gicv3.h"
#include "gic/vgic.h"
#include "support/virtual_gic.h"

#define INTIDS         (32u + VIRTUAL_GIC_SPIS)
#define TIMER          27u
#define PASSED         22u /* a physical interrupt that is an edge */
#define STEPS          20000u
#define PHYSICAL_TIMER 30u /* follows its registers, not arm_vgic_set_ppi() */

struct model {
	bool latch, line, active, enabled, group, edge;
	uint8_t priority;
};

static struct gic_machine gm;
static struct model model[INTIDS];
static unsigned nested[64], depth;            /* acknowledged, not EOIed     */
static unsigned undone[INTIDS], undone_count; /* EOIed, not DIRed      */
static uint64_t seed;

static unsigned random_below(unsigned n)
{
	seed = seed * UINT64_C(6364136223846793005) +
	       UINT64_C(1442695040888963407);
	return (unsigned)(seed >> 33) % n;
}

static bool model_pending(const struct model *m)
{
	return m->latch || (m->line && !m->edge);
}

static bool model_signals(const struct model *m)
{
	return model_pending(m) && !m->active && m->enabled && m->group;
}

/* The priority of what would be taken now, 256 for nothing. */
static unsigned model_best(void)
{
	unsigned limit = gic_running(&gm, 0);
	unsigned best = limit;

	for (unsigned i = 0; i < INTIDS; i++)
		if (model_signals(&model[i]) && model[i].priority < best)
			best = model[i].priority;
	return best == limit ? 256 : best;
}

static void check(void)
{
	unsigned seen = gic_highest(&gm, 0), best = model_best();

	if (best == 256) {
		assert_int_equal(seen, NO_INTERRUPT);
	} else {
		assert_int_not_equal(seen, NO_INTERRUPT);
		assert_true(model_signals(&model[seen]));
		assert_int_equal(model[seen].priority, best);
	}
}

static void check_registers(void)
{
	for (unsigned i = 0; i < INTIDS; i++) {
		assert_int_equal(gic_read_bit(&gm, 0, GIC_ISPENDR, i),
				 model_pending(&model[i]));
		assert_int_equal(gic_read_bit(&gm, 0, GIC_ICACTIVER, i),
				 model[i].active);
		assert_int_equal(gic_read_bit(&gm, 0, GIC_ICENABLER, i),
				 model[i].enabled);
	}
}

static void acknowledge(void)
{
	unsigned intid = gic_ack(&gm, 0);

	if (intid == NO_INTERRUPT)
		return;
	model[intid].active = true;
	model[intid].latch = false;
	nested[depth++] = intid;
}

static void end(void)
{
	unsigned intid;

	if (!depth)
		return;
	intid = nested[--depth];
	if (gm.cpu[0].eoimode1)
		undone[undone_count++] = intid;
	else
		model[intid].active = false;
	gic_eoi(&gm, 0, intid);
}

static void deactivate(void)
{
	unsigned at, intid;

	if (!undone_count)
		return;
	at = random_below(undone_count);
	intid = undone[at];
	undone[at] = undone[--undone_count];
	model[intid].active = false;
	gic_dir(&gm, 0, intid);
}

static bool is_undone(unsigned intid)
{
	for (unsigned i = 0; i < undone_count; i++)
		if (undone[i] == intid)
			return true;
	for (unsigned i = 0; i < depth; i++)
		if (nested[i] == intid)
			return true;
	return false;
}

/* A device, or another program at EL2. */
static void raise(unsigned intid)
{
	struct model *m = &model[intid];

	if (intid < 16) {
		arm_vgic_send_sgi(gm.cpu[0].vcpu, gic_sgi_to(0, intid), 1);
		m->latch |= m->group;
	} else if (intid == TIMER) {
		m->line = random_below(2);
		gic_timer(m->line);
	} else if (intid == PASSED) {
		if (machine_gic_active(0, PASSED))
			return;
		gic_take_physical(&gm, 0, PASSED);
		assert_int_equal(
			arm_vgic_inject_hw(gm.cpu[0].vcpu, PASSED, PASSED),
			ARM_VCPU_OK);
		m->latch = true;
	} else if (intid != PHYSICAL_TIMER) {
		bool level = random_below(2);

		if (intid < 32)
			arm_vgic_set_ppi(gm.cpu[0].vcpu, intid, level);
		else
			arm_vgic_set_irq(&gm.machine.vm, intid, level);
		m->line = level;
		m->latch |= level && m->edge;
	}
}

static void write_group(unsigned intid)
{
	unsigned frame = intid < 32 ? 0x10000u : 0;
	unsigned reg = GIC_IGROUPR + intid / 32 * 4;
	uint64_t value = 0;

	model[intid].group ^= 1;
	for (unsigned i = 0; i < 32; i++)
		value |= (uint64_t)model[intid / 32 * 32 + i].group << i;
	if (frame)
		gic_redist_write(&gm, 0, frame + reg, value);
	else
		gic_dist_write(&gm, 0, reg, value);
}

static void guest_write(unsigned intid)
{
	struct model *m = &model[intid];
	uint8_t priority = (uint8_t)(random_below(32) << 3);

	switch (random_below(8)) {
	case 0:
		gic_write_bit(&gm, 0, GIC_ISENABLER, intid);
		m->enabled = true;
		break;
	case 1:
		gic_write_bit(&gm, 0, GIC_ICENABLER, intid);
		m->enabled = false;
		break;
	case 2:
		gic_write_bit(&gm, 0, GIC_ISPENDR, intid);
		m->latch = true;
		break;
	case 3:
		gic_write_bit(&gm, 0, GIC_ICPENDR, intid);
		m->latch = false;
		break;
	case 4:
		gic_write_priority(&gm, 0, intid, priority);
		m->priority = priority;
		break;
	case 5:
		write_group(intid);
		break;
	case 6:
		if (m->active)
			break;
		gic_write_bit(&gm, 0, GIC_ISACTIVER, intid);
		m->active = true;
		break;
	default:
		if (is_undone(intid))
			break;
		gic_write_bit(&gm, 0, GIC_ICACTIVER, intid);
		m->active = false;
		break;
	}
}

static void step(void)
{
	unsigned intid =
		random_below(4) ? random_below(40) : random_below(INTIDS);

	switch (random_below(16)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		raise(intid);
		gic_enter(&gm, 0);
		break;
	case 5:
	case 6:
	case 7:
	case 8:
		acknowledge();
		break;
	case 9:
	case 10:
	case 11:
		end();
		break;
	case 12:
	case 13:
		deactivate();
		break;
	case 14:
		if (!random_below(8)) {
			gic_unbind(&gm, 0);
			gic_bind(&gm, 0);
		}
		break;
	default:
		guest_write(intid);
		break;
	}
}

/* Everything is served in the end, and nothing but that. */
static void drain(void)
{
	for (unsigned i = 0; i < INTIDS; i++) {
		model[i].line = false;
		if (i == TIMER)
			gic_timer(false);
		else if (i >= 32)
			arm_vgic_set_irq(&gm.machine.vm, i, false);
		else if (i >= 16)
			arm_vgic_set_ppi(gm.cpu[0].vcpu, i, false);
		if (!is_undone(i)) {
			gic_write_bit(&gm, 0, GIC_ICACTIVER, i);
			model[i].active = false;
		}
		gic_write_bit(&gm, 0, GIC_ISENABLER, i);
		model[i].enabled = true;
		if (!model[i].group)
			write_group(i);
	}
	for (unsigned i = 0; i < 4 * INTIDS; i++) {
		check();
		acknowledge();
		end();
		deactivate();
	}
	check_registers();
	for (unsigned i = 0; i < INTIDS; i++) {
		assert_false(model_pending(&model[i]));
		assert_false(model[i].active);
	}
	assert_int_equal(gic_highest(&gm, 0), NO_INTERRUPT);
	assert_false(machine_gic_active(0, TIMER));
	assert_false(machine_gic_active(0, PASSED));
}

static void run(unsigned lr_count, bool eoimode1, uint64_t start)
{
	gic_machine_make(&gm, 1, lr_count);
	gm.cpu[0].eoimode1 = eoimode1;
	seed = start;
	depth = 0;
	undone_count = 0;
	for (unsigned i = 0; i < INTIDS; i++) {
		model[i] = (struct model){.edge = i < 16};
		if (i >= 32 && random_below(2)) {
			gic_set_edge(&gm, 0, i);
			model[i].edge = true;
		}
		if (random_below(4)) {
			model[i].enabled = true;
			model[i].group = true;
			model[i].priority = (uint8_t)(random_below(32) << 3);
			gic_enable(&gm, 0, i, model[i].priority);
		}
	}
	gic_dist_write(&gm, 0, GICD_CTLR, GICD_CTLR_ENABLE_GRP1);
	for (unsigned i = 0; i < STEPS; i++) {
		step();
		check();
		if (i % 512 == 0)
			check_registers();
	}
	drain();
}

static void test_eoimode0(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 3; i++) {
		run(1, false, i);
		run(2, false, i);
		run(4, false, i);
		run(16, false, i);
	}
}

static void test_eoimode1(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 3; i++) {
		run(1, true, i);
		run(2, true, i);
		run(4, true, i);
		run(16, true, i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_eoimode0),
		cmocka_unit_test(test_eoimode1),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
