/* SPDX-License-Identifier: Apache-2.0 */
/*
 * VMs beside the reference model of the GIC (gic_model.h): everything that
 * reads or changes the state of their interrupts goes one after the other, by
 * a baton that its doer holds, and the model does the same. A kick ends the
 * run of a guest before its next instruction, so that nothing is late but an
 * SPI that is routed elsewhere: the vCPU that has it must give it up first.
 */
#include <stddef.h>

#include "arch/spsr.h"
#include "machine/gic_model.h"
#include "machine/simulate.h"

#define FRAMES UINT64_C(0x10000)
#define ROUTES 0x6000u         /* GICD_IROUTER */
#define MOVES  UINT64_C(50000) /* made steps that an SPI is under way for */

static struct gic_model models[SIM_VMS];

static struct gic_model *model_of(const struct sim_vm *vm)
{
	return &models[vm->number];
}

void sim_model_make(struct sim_vm *vm, unsigned priority_bits)
{
	struct gic_model_config config = {
		.cpus = vm->vcpus,
		.spis = 32,
		.priority_bits = priority_bits,
	};

	for (unsigned n = 0; n < vm->vcpus; n++)
		config.affinity[n] = sim_mpidr(vm, n);
	gic_model_make(model_of(vm), &config);
}

void sim_model_reset(struct sim_vm *vm)
{
	gic_model_reset(model_of(vm));
	vm->moves_until = 0;
	vm->holder = NULL;
}

void sim_model_power_on(const struct sim_vcpu *vcpu)
{
	gic_model_reset_interface(model_of(vcpu->vm), vcpu->index);
}

/* ---- The baton ------------------------------------------------------------
 */

bool sim_model_begin(struct sim_vm *vm, void *holder)
{
	if (!vm->modelled)
		return true;
	if (vm->holder)
		return vm->holder == holder;
	vm->holder = holder;
	return true;
}

void sim_model_end(struct sim_vm *vm, const void *holder)
{
	if (vm->holder == holder)
		vm->holder = NULL;
}

/* ---- What was done --------------------------------------------------------
 */

struct place {
	enum gic_model_frame frame;
	unsigned owner, offset;
};

static bool find(uint64_t va, struct place *place)
{
	const uint64_t in_redist = va - SIM_REDIST;

	*place = (struct place){.offset = (unsigned)(va % FRAMES)};
	if (va - SIM_DIST < FRAMES)
		return true;
	if (in_redist >= SIM_VCPUS * ARM_VGIC_REDIST_SIZE)
		return false;
	place->owner = (unsigned)(in_redist / ARM_VGIC_REDIST_SIZE);
	place->frame = in_redist / FRAMES % 2 ? GIC_MODEL_SGI : GIC_MODEL_RD;
	return true;
}

static void differ(const struct sim_vcpu *vcpu, const char *what,
		   uint64_t found, uint64_t expected)
{
	const struct sim_op *op = &vcpu->op;

	machine_fail("vCPU %u (%u of VM %u): %s, key %#x, VA %#llx, %u bytes: "
		     "%#llx, the model has %#llx",
		     vcpu->number, vcpu->index, vcpu->vm->number, what,
		     op->insn.key, (unsigned long long)op->ipa, op->insn.width,
		     (unsigned long long)found, (unsigned long long)expected);
}

static uint64_t cut(uint64_t value, unsigned width)
{
	return width == 8 ? value : value & ((UINT64_C(1) << 8 * width) - 1);
}

/* Whose input a device is, or ends. */
static uint32_t intid_at(uint64_t va)
{
	const uint64_t n = (va - SIM_DEVICE) / 8;

	return n < SIM_SPIS ? (uint32_t)n + 32 : 1023;
}

static bool moves(const struct sim_vm *vm)
{
	return machine_made() < vm->moves_until;
}

static void access(struct sim_vcpu *vcpu, uint64_t value)
{
	const struct machine_insn *insn = &vcpu->op.insn;
	struct gic_model *model = model_of(vcpu->vm);
	struct place at;
	uint64_t sure, expected;

	if (!find(vcpu->op.ipa, &at)) {
		gic_model_line(model, vcpu->index, intid_at(vcpu->op.ipa),
			       false);
		return;
	}
	sim.mmio++;
	if (insn->op == MACHINE_STORE) {
		gic_model_write(model, at.frame, at.owner, at.offset,
				insn->width, cut(value, insn->width));
		if (at.frame == GIC_MODEL_DIST && at.offset >= ROUTES)
			vcpu->vm->moves_until = machine_made() + MOVES;
		return;
	}
	expected = gic_model_read(model, at.frame, at.owner, at.offset,
				  insn->width, &sure);
	if (cut((value ^ expected) & sure, insn->width) && insn->rt < 31)
		differ(vcpu, "a read", cut(value, insn->width), expected);
}

static void acknowledge(struct sim_vcpu *vcpu, unsigned group, uint32_t intid)
{
	struct gic_model *model = model_of(vcpu->vm);
	const uint32_t best = gic_model_signalled(model, vcpu->index);
	const enum gic_model_answer answer =
		gic_model_acknowledge(model, vcpu->index, group, intid);

	if (answer == GIC_MODEL_WRONG ||
	    (answer == GIC_MODEL_LATE && !moves(vcpu->vm)))
		differ(vcpu, "an acknowledge", intid, best);
}

static void interface(struct sim_vcpu *vcpu, uint64_t value)
{
	const struct sim_op *op = &vcpu->op;
	const enum gic_model_icc reg = (enum gic_model_icc)op->gic_reg;
	struct gic_model *model = model_of(vcpu->vm);
	uint64_t expected;

	if (op->kind == SIM_ACK) {
		acknowledge(vcpu, op->gic_reg, (uint32_t)value);
		return;
	}
	if (op->insn.op == MACHINE_MSR) {
		gic_model_icc_write(model, vcpu->index, reg, value);
		return;
	}
	expected = gic_model_icc_read(model, vcpu->index, reg);
	if (reg == GIC_MODEL_CTLR)
		value &= 3;
	if (op->insn.rt < 31 && value != expected)
		differ(vcpu, "a read", value, expected);
}

void sim_model_did(struct sim_vcpu *vcpu, uint64_t value)
{
	struct sim_op *op = &vcpu->op;

	if (!op->gic)
		return;
	op->gic = false;
	if (!vcpu->vm->modelled)
		return;
	if (op->insn.op == MACHINE_LOAD || op->insn.op == MACHINE_STORE)
		access(vcpu, value);
	else
		interface(vcpu, value);
	sim_model_end(vcpu->vm, vcpu);
}

void sim_model_line(struct sim_vm *vm, uint32_t intid, bool level)
{
	gic_model_line(model_of(vm), 0, intid, level);
}

void sim_model_latch(const struct sim_vcpu *vcpu, uint32_t intid)
{
	gic_model_latch(model_of(vcpu->vm), vcpu->index, intid);
}

/* ---- What must be so ------------------------------------------------------
 */

uint32_t sim_model_owed(const struct sim_vcpu *vcpu)
{
	if (vcpu->vm->holder)
		return 1023;
	return gic_model_signalled(model_of(vcpu->vm), vcpu->index);
}

/* It asks for an instruction: no interrupt is to be taken before. */
void sim_model_open(const struct sim_vcpu *vcpu, uint64_t pstate)
{
	const uint32_t intid = sim_model_owed(vcpu);
	const struct gic_model_irq *irq;

	if (intid == 1023 || moves(vcpu->vm))
		return;
	irq = gic_model_irq(model_of(vcpu->vm), vcpu->index, intid);
	if (!(pstate & (irq->group ? SPSR_I : SPSR_F)))
		machine_fail("vCPU %u (%u of VM %u): %u is not taken",
			     vcpu->number, vcpu->index, vcpu->vm->number,
			     intid);
}

static bool in_a_handler(const struct sim_vm *vm, uint32_t intid)
{
	for (unsigned n = 0; n < vm->vcpus; n++)
		for (unsigned d = 1; d <= vm->vcpu[n]->depth; d++)
			if (vm->vcpu[n]->level[d].intid == intid)
				return true;
	return false;
}

/* Nothing that a CPU has taken and not ended is deactivated by a write: its
 * EOI would be for nothing (IHI 0069 12.2.10, UNPREDICTABLE). */
static uint64_t harmless(const struct sim_vm *vm, uint64_t va, uint64_t value)
{
	struct place at;

	if (!find(va, &at) || at.offset < 0x380 || at.offset >= 0x400)
		return value;
	for (unsigned n = 0; n < 32; n++)
		if (in_a_handler(vm, (at.offset / 4 * 4 - 0x380) * 8 + n))
			value &= ~(UINT64_C(1) << n);
	return value;
}

static const struct {
	unsigned key;
	uint8_t reg;
} registers[] = {
	{MACHINE_SYSREG(3, 0, 4, 6, 0), GIC_MODEL_PMR},
	{MACHINE_SYSREG(3, 0, 12, 8, 3), GIC_MODEL_BPR0},
	{MACHINE_SYSREG(3, 0, 12, 12, 3), GIC_MODEL_BPR1},
	{MACHINE_SYSREG(3, 0, 12, 12, 4), GIC_MODEL_CTLR},
	{MACHINE_SYSREG(3, 0, 12, 12, 6), GIC_MODEL_IGRPEN0},
	{MACHINE_SYSREG(3, 0, 12, 12, 7), GIC_MODEL_IGRPEN1},
	{MACHINE_SYSREG(3, 0, 12, 11, 3), GIC_MODEL_RPR},
	{MACHINE_SYSREG(3, 0, 12, 8, 1), GIC_MODEL_EOIR0},
	{MACHINE_SYSREG(3, 0, 12, 12, 1), GIC_MODEL_EOIR1},
	{MACHINE_SYSREG(3, 0, 12, 11, 1), GIC_MODEL_DIR},
	{MACHINE_SYSREG(3, 0, 12, 11, 7), GIC_MODEL_SGI0R},
	{MACHINE_SYSREG(3, 0, 12, 11, 5), GIC_MODEL_SGI1R},
	{MACHINE_SYSREG(3, 0, 12, 11, 6), GIC_MODEL_ASGI1R},
	{MACHINE_SYSREG(3, 0, 12, 8, 0), 0},  /* IAR0 */
	{MACHINE_SYSREG(3, 0, 12, 12, 0), 1}, /* IAR1 */
};

static bool is_register(struct sim_op *op)
{
	for (size_t n = 0; n < sizeof(registers) / sizeof(*registers); n++)
		if (registers[n].key == op->insn.key) {
			op->gic_reg = registers[n].reg;
			return true;
		}
	return false;
}

static bool is_gic(struct sim_op *op)
{
	struct place at;

	if (op->insn.op == MACHINE_MRS || op->insn.op == MACHINE_MSR)
		return is_register(op);
	if (op->insn.op == MACHINE_STORE && intid_at(op->insn.va) != 1023)
		return true;
	return (op->insn.op == MACHINE_LOAD || op->insn.op == MACHINE_STORE) &&
	       find(op->insn.va, &at);
}

bool sim_model_take(struct sim_vcpu *vcpu)
{
	struct sim_op *op = &vcpu->op;

	if (!vcpu->vm->modelled || !is_gic(op))
		return true;
	if (!sim_model_begin(vcpu->vm, vcpu))
		return false;
	op->gic = true;
	if (op->insn.op == MACHINE_STORE)
		op->value = harmless(vcpu->vm, op->insn.va, op->value);
	return true;
}
