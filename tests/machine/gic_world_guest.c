/* SPDX-License-Identifier: Apache-2.0 */
/* What the guests and devices of the world do; see gic_world.h first. */
#include "gic/vgic.h"
#include "machine/gic_world_state.h"
#include "machine/interface.h"

/* Their lines are their registers', which nobody touches here. */
#define TIMER_V 27u
#define TIMER_P 30u

static bool runs_somewhere(uint32_t intid, unsigned owner)
{
	for (unsigned n = 0; n < gic_world.count; n++)
		for (unsigned i = 0; i < gic_world.depth[n]; i++)
			if (gic_world.nested[n][i].intid == intid &&
			    (intid >= 32 || n == owner))
				return true;
	return false;
}

/* Nothing that a CPU has taken and not ended is deactivated by a write: its
 * EOI would be for nothing (IHI 0069 12.2.10, UNPREDICTABLE). */
static uint64_t harmless(const struct gic_world_step *step, unsigned owner,
			 unsigned offset, uint64_t value)
{
	if (offset < 0x380 || offset >= 0x400 || step->width != 4)
		return value;
	for (unsigned n = 0; n < 32; n++)
		if (runs_somewhere((offset - 0x380) * 8 + n, owner))
			value &= ~(UINT64_C(1) << n);
	return value;
}

static uint64_t frame_base(enum gic_model_frame frame, unsigned owner)
{
	const uint64_t redist = WORLD_REDIST + owner * ARM_VGIC_REDIST_SIZE;

	return frame == GIC_MODEL_DIST ? WORLD_DIST
	       : frame == GIC_MODEL_RD ? redist
				       : redist + 0x10000;
}

void gic_world_access(unsigned vcpu, const struct gic_world_step *step)
{
	const enum gic_model_frame frame = step->frame % 3;
	const unsigned owner = step->owner % gic_world.count;
	const unsigned offset = step->offset % 0x10000;
	const unsigned width = 1u << (step->width & 3);
	const bool write = step->op == GIC_WORLD_WRITE;
	const struct gic_world_step exact = {.width = (uint8_t)width};
	uint64_t value = harmless(&exact, owner, offset, step->value);
	uint64_t seen = value, sure;

	value &= width == 8 ? UINT64_MAX : (UINT64_C(1) << width * 8) - 1;
	seen = value;
	gic_world.vcpu[vcpu].frame.elr = 0x1000 + 4 * gic_world.steps;
	for (unsigned n = 0;; n++) {
		gic_world_be(vcpu);
		switch (arm_vgic_mmio(&gic_world.vcpu[vcpu],
				      frame_base(frame, owner) + offset, width,
				      write, &seen)) {
		case ARM_VGIC_DONE:
			break;
		case ARM_VGIC_AGAIN:
			if (n == 100)
				machine_fail("a read without an answer");
			gic_world.kicked[vcpu] = true;
			gic_world_settle();
			continue;
		case ARM_VGIC_NOT_HERE:
			machine_fail("no frame at %#x", offset);
		}
		break;
	}
	machine_trace("vCPU %u: %s frame %u of %u, %#x, %u bytes: %#llx", vcpu,
		      write ? "write" : "read", frame, owner, offset, width,
		      (unsigned long long)seen);
	if (write) {
		gic_model_write(&gic_world.model, frame, owner, offset, width,
				value);
		return;
	}
	value = gic_model_read(&gic_world.model, frame, owner, offset, width,
			       &sure);
	if ((value ^ seen) & sure)
		machine_fail("vCPU %u, frame %u of %u, %#x, %u bytes: %#llx, "
			     "the model has %#llx",
			     vcpu, frame, owner, offset, width,
			     (unsigned long long)seen,
			     (unsigned long long)value);
}

void gic_world_acknowledge(unsigned vcpu, unsigned group)
{
	struct machine_cpu *cpu = gic_world_be(vcpu);
	const uint32_t must_be = gic_model_signalled(&gic_world.model, vcpu);
	uint32_t intid;

	if (gic_world.depth[vcpu] == WORLD_NESTED)
		return;
	intid = (uint32_t)machine_icv_read(cpu, group ? R_ICC_IAR1_EL1
						      : R_ICC_IAR0_EL1);
	machine_trace("vCPU %u: IAR%u is %u", vcpu, group, intid);
	if (gic_model_acknowledge(&gic_world.model, vcpu, group, intid) !=
	    GIC_MODEL_EXACT)
		machine_fail("vCPU %u: IAR%u is %u, the model has %u", vcpu,
			     group, intid, must_be);
	if (intid != GIC_MODEL_NONE)
		gic_world.nested[vcpu][gic_world.depth[vcpu]++] =
			(struct taken){intid, group};
}

void gic_world_eoi(unsigned vcpu)
{
	struct machine_cpu *cpu = gic_world_be(vcpu);
	struct taken last;

	if (!gic_world.depth[vcpu] || gic_world.undone_count == WORLD_NESTED)
		return;
	last = gic_world.nested[vcpu][--gic_world.depth[vcpu]];
	machine_trace("vCPU %u: EOIR%u %u", vcpu, last.group, last.intid);
	machine_icv_write(cpu, last.group ? R_ICC_EOIR1_EL1 : R_ICC_EOIR0_EL1,
			  last.intid);
	gic_model_icc_write(&gic_world.model, vcpu,
			    last.group ? GIC_MODEL_EOIR1 : GIC_MODEL_EOIR0,
			    last.intid);
	if (gic_world.model.cpu[vcpu].eoimode) {
		gic_world.undone[gic_world.undone_count] = last.intid;
		gic_world.undone_of[gic_world.undone_count++] = vcpu;
	}
}

void gic_world_deactivate(unsigned vcpu, uint64_t which)
{
	unsigned n = (unsigned)(which % WORLD_NESTED);
	struct machine_cpu *cpu;
	uint32_t intid;

	if (!gic_world.undone_count || !gic_world.model.cpu[vcpu].eoimode)
		return;
	n %= gic_world.undone_count;
	intid = gic_world.undone[n];
	if ((intid < 32 && gic_world.undone_of[n] != vcpu) ||
	    runs_somewhere(intid, vcpu))
		return;
	gic_world.undone_count--;
	gic_world.undone[n] = gic_world.undone[gic_world.undone_count];
	gic_world.undone_of[n] = gic_world.undone_of[gic_world.undone_count];
	machine_trace("vCPU %u: DIR %u", vcpu, intid);
	cpu = gic_world_be(vcpu);
	if (cpu->reg[R_ICH_HCR_EL2] & ICH_HCR_TDIR) {
		arm_vgic_deactivate(&gic_world.vcpu[vcpu], intid);
		gic_world.kicked[vcpu] = true;
	} else {
		machine_icv_write(cpu, R_ICC_DIR_EL1, intid);
	}
	gic_model_icc_write(&gic_world.model, vcpu, GIC_MODEL_DIR, intid);
}

static bool may_change_mode(unsigned vcpu)
{
	if (gic_world.depth[vcpu])
		return false;
	for (unsigned n = 0; n < gic_world.undone_count; n++)
		if (gic_world.undone_of[n] == vcpu)
			return false;
	return true;
}

void gic_world_control(unsigned vcpu, unsigned which, uint64_t value)
{
	static const enum machine_reg reg[] = {
		[GIC_MODEL_PMR] = R_ICC_PMR_EL1,
		[GIC_MODEL_BPR0] = R_ICC_BPR0_EL1,
		[GIC_MODEL_BPR1] = R_ICC_BPR1_EL1,
		[GIC_MODEL_CTLR] = R_ICC_CTLR_EL1,
		[GIC_MODEL_IGRPEN0] = R_ICC_IGRPEN0_EL1,
		[GIC_MODEL_IGRPEN1] = R_ICC_IGRPEN1_EL1,
		[GIC_MODEL_RPR] = R_ICC_RPR_EL1,
	};
	const unsigned n = which % (GIC_MODEL_RPR + 1);
	struct machine_cpu *cpu = gic_world_be(vcpu);
	uint64_t seen;

	/* How priorities are grouped, and what EOI means, changes while
	 * nothing is active. */
	if (n != GIC_MODEL_RPR &&
	    ((n != GIC_MODEL_BPR0 && n != GIC_MODEL_BPR1 &&
	      n != GIC_MODEL_CTLR) ||
	     may_change_mode(vcpu))) {
		machine_trace("vCPU %u: control %u := %#llx", vcpu, n,
			      (unsigned long long)value);
		machine_icv_write(cpu, reg[n], value);
		gic_model_icc_write(&gic_world.model, vcpu, n, value);
	}
	seen = machine_icv_read(cpu, reg[n]);
	if (n == GIC_MODEL_CTLR)
		seen &= 3;
	if (seen != gic_model_icc_read(&gic_world.model, vcpu, n))
		machine_fail("vCPU %u, control %u: %#llx, the model has %#llx",
			     vcpu, n, (unsigned long long)seen,
			     (unsigned long long)gic_model_icc_read(
				     &gic_world.model, vcpu, n));
}

/* ---- What devices and other vCPUs do --------------- */

void gic_world_line(unsigned vcpu, uint32_t number, bool level)
{
	const uint32_t intid = 16 + number % (WORLD_SPIS + 16);

	if (intid == TIMER_V || intid == TIMER_P)
		return;
	machine_trace("line %u of vCPU %u: %u", intid, vcpu, level);
	if (intid < 32)
		gic_world_must(
			arm_vgic_set_ppi(&gic_world.vcpu[vcpu], intid, level));
	else
		gic_world_must(arm_vgic_set_irq(&gic_world.vm, intid, level));
	gic_model_line(&gic_world.model, vcpu, intid, level);
}

void gic_world_inject(unsigned vcpu, uint32_t number)
{
	const uint32_t intid = number % (WORLD_SPIS + 32);

	machine_trace("inject %u into vCPU %u", intid, vcpu);
	gic_world_must(arm_vcpu_inject_interrupt(&gic_world.vcpu[vcpu], intid));
	gic_model_latch(&gic_world.model, vcpu, intid);
}

void gic_world_sgi(unsigned vcpu, uint32_t which, uint64_t value)
{
	const enum gic_model_icc reg = GIC_MODEL_SGI0R + which % 3;

	machine_trace("vCPU %u: SGI register %u := %#llx", vcpu, which % 3,
		      (unsigned long long)value);
	gic_world_be(vcpu);
	arm_vgic_send_sgi(&gic_world.vcpu[vcpu], value, reg == GIC_MODEL_SGI1R);
	gic_model_icc_write(&gic_world.model, vcpu, reg, value);
}
