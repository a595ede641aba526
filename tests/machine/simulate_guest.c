/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The guests. Each knows every register that is its own: whatever it finds
 * changed, without that it or its exceptions did it, is the library's doing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "arch/esr.h"
#include "arch/spsr.h"
#include "machine/simulate.h"
#include "machine/state.h"

#define MIDR     MACHINE_SYSREG(3, 0, 0, 0, 0)
#define CNTPCT   MACHINE_SYSREG(3, 3, 14, 0, 1)
#define CNTVCT   MACHINE_SYSREG(3, 3, 14, 0, 2)
#define CNTP_CTL MACHINE_SYSREG(3, 3, 14, 2, 1)
#define ISTATUS  4u

#define VECTOR_SYNC 0u
#define VECTOR_IRQ  0x80u
#define VECTOR_FIQ  0x100u

static struct sim_vcpu *of(struct machine_guest *guest)
{
	return (void *)((char *)guest - offsetof(struct sim_vcpu, guest));
}

static struct sim_level *level_of(struct sim_vcpu *vcpu)
{
	return &vcpu->level[vcpu->depth];
}

__attribute__((format(printf, 2, 3))) _Noreturn static void
wrong(const struct sim_vcpu *vcpu, const char *format, ...)
{
	char text[200];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	machine_fail("vCPU %u of VM %u, operation %u at %#llx: %s",
		     vcpu->number, vcpu->vm->number, (unsigned)vcpu->op.kind,
		     (unsigned long long)vcpu->level[vcpu->depth].pc, text);
}

uint64_t sim_mark(const struct sim_vcpu *vcpu)
{
	return (uint64_t)(0xc0 + vcpu->number) << 56 |
	       (machine_random64() >> 16);
}

static void next(struct machine_guest *guest, const struct machine_state *state,
		 struct machine_insn *insn);

/* The reset values that the library's list has. */
static void reset_shadow(struct sim_vcpu *vcpu)
{
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) \
	vcpu->shadow[SHADOW_##name] = (reset);
#define ORDERED_REG GUEST_REG
#define CONTROL_REG(name, op0, op1, crn, crm, op2, reset)
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
	vcpu->shadow[SHADOW_SP_EL0] = 0;
}

void sim_guest_reset(struct sim_vcpu *vcpu, uint64_t entry, uint64_t x0)
{
	memset(vcpu->x, 0, sizeof(vcpu->x));
	memset(vcpu->v, 0, sizeof(vcpu->v));
	vcpu->x[0] = x0;
	vcpu->depth = 0;
	vcpu->level[0].first = vcpu->level[0].count = 0;
	vcpu->level[0].pc = entry;
	vcpu->level[0].pstate = SPSR_DAIF | SPSR_M_EL1H;
	vcpu->op.kind = SIM_NOTHING;
	vcpu->from_todo = false;
	vcpu->working = false;
	vcpu->fired = false;
	vcpu->guest = (struct machine_guest){.next = next};
	reset_shadow(vcpu);
	sim_boot(vcpu);
}

struct machine_guest *sim_guest_of(struct arm_vcpu *vcpu)
{
	return &((struct sim_vcpu *)(void *)vcpu)->guest;
}

/* Registers of EL1 and EL0 that are not the library's to serve. */
static bool is_native(unsigned key)
{
	static const unsigned others[] = {
		MACHINE_SYSREG(3, 0, 4, 2, 2), /* CURRENTEL    */
		MACHINE_SYSREG(3, 3, 4, 2, 1), /* DAIF         */
		MACHINE_SYSREG(3, 0, 4, 1, 0), /* SP_EL0       */
		MACHINE_SYSREG(3, 0, 0, 0, 5), /* MPIDR_EL1    */
		MIDR,
		MACHINE_SYSREG(3, 0, 0, 0, 6),  /* REVIDR_EL1   */
		MACHINE_SYSREG(3, 1, 0, 0, 1),  /* CLIDR_EL1    */
		MACHINE_SYSREG(3, 3, 0, 0, 1),  /* CTR_EL0      */
		MACHINE_SYSREG(3, 3, 0, 0, 7),  /* DCZID_EL0    */
		MACHINE_SYSREG(3, 0, 12, 1, 0), /* ISR_EL1      */
		MACHINE_SYSREG(3, 0, 12, 1, 1), /* VDISR_EL2's  */
		MACHINE_SYSREG(3, 3, 14, 0, 0), /* CNTFRQ_EL0   */
		MACHINE_SYSREG(3, 3, 14, 0, 1), /* CNTPCT_EL0   */
		MACHINE_SYSREG(3, 3, 14, 0, 2), /* CNTVCT_EL0   */
		MACHINE_SYSREG(3, 3, 14, 3, 0), /* CNTV_TVAL    */
#define GUEST_REG(name, op0, op1, crn, crm, op2, reset) \
	MACHINE_SYSREG(op0, op1, crn, crm, op2),
#define ORDERED_REG(name, op0, op1, crn, crm, op2, reset) \
	MACHINE_SYSREG(op0, op1, crn, crm, op2),
#define CONTROL_REG(name, op0, op1, crn, crm, op2, reset)
#include <arm_vcpu/guest_regs.def>
#undef GUEST_REG
#undef ORDERED_REG
#undef CONTROL_REG
	};
	static const unsigned forbidden[] = {
		MACHINE_SYSREG(3, 3, 14, 2, 1), /* CNTP_CTL_EL0 */
		MACHINE_SYSREG(3, 3, 14, 2, 2), /* CNTP_CVAL    */
		MACHINE_SYSREG(3, 0, 1, 0, 1),  /* ACTLR_EL1    */
		MACHINE_SYSREG(2, 0, 0, 2, 2),  /* MDSCR_EL1    */
	};

	for (unsigned n = 0; n < sizeof(forbidden) / sizeof(*forbidden); n++)
		if (forbidden[n] == key)
			return false;
	for (unsigned n = 0; n < sizeof(others) / sizeof(*others); n++)
		if (others[n] == key)
			return true;
	return false;
}

/* Time is what the machine says, less the VM's offset. */
static void check_time(const struct sim_vcpu *vcpu, unsigned key,
		       uint64_t value)
{
	const uint64_t now = machine_now();

	if ((key == CNTPCT && value != now) ||
	    (key == CNTVCT && value != now - vcpu->vm->cntvoff))
		wrong(vcpu, "its count is %#llx at %#llx",
		      (unsigned long long)value, (unsigned long long)now);
}

/* All CPUs of a VM are of one kind, as long as it lives. */
static void check_midr(struct sim_vcpu *vcpu, unsigned key, uint64_t value)
{
	if (key != MIDR)
		return;
	if (!vcpu->vm->midr)
		vcpu->vm->midr = value;
	if (value != vcpu->vm->midr)
		wrong(vcpu, "MIDR_EL1 was %#llx and is %#llx",
		      (unsigned long long)vcpu->vm->midr,
		      (unsigned long long)value);
}

void sim_executed(struct machine_guest *guest, unsigned key, bool read,
		  uint64_t value)
{
	struct sim_vcpu *vcpu = of(guest);
	const enum machine_reg id = machine_reg_of(key);

	vcpu->seen = value;
	vcpu->was_seen = true;
	check_time(vcpu, key, value);
	check_midr(vcpu, key, value);
	if (read && vcpu->op.kind == SIM_ACK)
		level_of(vcpu)->intid = (uint32_t)value;
	sim_model_did(vcpu, value);
	/* Now, and not when the guest goes on: that may be much later. */
	if (read && vcpu->op.kind == SIM_ACK)
		sim_watch_ack(vcpu, (uint32_t)value);
	if (machine_is_virtual(machine.current, id)) {
		if (!vcpu->vm->has_vgic)
			wrong(vcpu, "%s without a vGIC", machine_reg_name(id));
		return;
	}
	if (!is_native(key))
		wrong(vcpu, "%s %s of the CPU itself", read ? "MRS" : "MSR",
		      machine_reg_name(id));
}

/* ---- What came of an operation --------------------------------------------
 */

static uint64_t extend(const struct machine_insn *insn, uint64_t value)
{
	const unsigned spare = 64 - 8u * insn->width;

	value <<= spare;
	value = insn->sign_extend ? (uint64_t)((int64_t)value >> spare)
				  : value >> spare;
	return insn->wide ? value : (uint32_t)value;
}

/* A load's: from memory as accessed() saw it, or from a device. */
static void finish_load(struct sim_vcpu *vcpu, uint64_t found)
{
	const struct sim_op *op = &vcpu->op;
	uint64_t value;

	if (vcpu->was_seen)
		value = vcpu->seen;
	else if (op->ipa - SIM_DEVICE < 0x1000)
		value = sim_device_value(op->ipa);
	else
		return; /* the vGIC's */
	if (op->insn.rt < 31 && found != extend(&op->insn, value))
		wrong(vcpu, "a load gives %#llx, not %#llx",
		      (unsigned long long)found,
		      (unsigned long long)extend(&op->insn, value));
}

static void finish_fp(struct sim_vcpu *vcpu, uint64_t found)
{
	const struct machine_insn *insn = &vcpu->op.insn;

	vcpu->v[insn->rt % 32] += insn->amount;
	if (insn->rt < 31 && found != vcpu->v[insn->rt % 32])
		wrong(vcpu, "V%u is %#llx, not %#llx", insn->rt,
		      (unsigned long long)found,
		      (unsigned long long)vcpu->v[insn->rt % 32]);
}

static void pop(struct sim_vcpu *vcpu, const struct machine_state *state)
{
	const struct sim_level *level = level_of(vcpu);

	if (vcpu->depth == 0)
		wrong(vcpu, "ERET from nothing");
	if (state->pc != level->elr || state->pstate != level->spsr)
		wrong(vcpu, "ERET to %#llx", (unsigned long long)state->pc);
	vcpu->depth--;
	level_of(vcpu)->pc = state->pc;
	level_of(vcpu)->pstate = state->pstate;
}

/* To EL0, where the level goes on. */
static void drop(struct sim_vcpu *vcpu)
{
	struct sim_level *level = level_of(vcpu);

	level->pc = vcpu->shadow[SHADOW_ELR_EL1];
	level->pstate = vcpu->shadow[SHADOW_SPSR_EL1];
	level->first++;
	vcpu->op.kind = SIM_NOTHING;
	vcpu->from_todo = false;
}

static void end_sgi(struct sim_vcpu *vcpu, bool sent)
{
	const struct sim_op *op = &vcpu->op;

	for (unsigned n = 0; n < vcpu->vm->vcpus; n++) {
		struct sim_watch *watch =
			sim_watch_of(vcpu->vm->vcpu[n], op->shadow);

		if (sent && (op->expect >> n & 1))
			sim_raise_end(watch);
		else if ((op->expect | op->maybe) >> n & 1)
			sim_raise_cancel(watch);
	}
}

/* The operation has been done; x[rt] is what it is. */
static void finish(struct sim_vcpu *vcpu, const uint64_t *x)
{
	struct sim_op *op = &vcpu->op;
	struct sim_level *level = level_of(vcpu);
	const uint64_t found = op->insn.rt < 31 ? x[op->insn.rt] : 0;
	const uint64_t value = op->insn.rt < 31 ? vcpu->x[op->insn.rt] : 0;

	sim_model_did(vcpu, op->insn.op == MACHINE_LOAD ? found : op->value);
	switch (op->kind) {
	case SIM_NOTHING:
	case SIM_PLAIN:
	case SIM_JUMP:
	case SIM_RETURN:
	case SIM_DROP:
		break;
	case SIM_CALL:
		memcpy(vcpu->x, x, 4 * sizeof(*x));
		break;
	case SIM_READ:
		vcpu->fired = op->insn.key == CNTP_CTL && op->insn.rt < 31 &&
			      found == (ISTATUS | 1);
		if (op->known && op->insn.rt < 31 && found != op->expect)
			wrong(vcpu, "key %#x reads %#llx, not %#llx",
			      op->insn.key, (unsigned long long)found,
			      (unsigned long long)op->expect);
		break;
	case SIM_WRITE:
		vcpu->shadow[op->shadow] = value;
		break;
	case SIM_LOAD:
		finish_load(vcpu, found);
		break;
	case SIM_FP:
		finish_fp(vcpu, found);
		break;
	case SIM_ACK:
		sim_taken(vcpu, (uint32_t)found);
		break;
	case SIM_END:
	case SIM_DEACTIVATE:
		break;
	case SIM_SGI:
		end_sgi(vcpu, true);
		break;
	case SIM_MODE:
		vcpu->split = value & 2;
		break;
	case SIM_READY:
		vcpu->vm->ready = true;
		break;
	case SIM_GROUP:
		vcpu->grouped = true;
		break;
	case SIM_DAIF:
		level->pstate =
			(level->pstate & ~SPSR_DAIF) | (value & SPSR_DAIF);
		break;
	}
	if (op->kind != SIM_RETURN && op->insn.rt < 31 &&
	    (op->insn.op == MACHINE_MRS || op->insn.op == MACHINE_LOAD ||
	     op->insn.op == MACHINE_FP))
		vcpu->x[op->insn.rt] = found;
	level->pc = op->kind == SIM_JUMP ? op->insn.va : level->pc + 4;
	if (vcpu->from_todo)
		level->first++;
	op->kind = SIM_NOTHING;
	vcpu->from_todo = false;
}

/* It has not been done, and will not be unless it comes again. */
static void give_up(struct sim_vcpu *vcpu)
{
	if (vcpu->op.kind == SIM_SGI)
		end_sgi(vcpu, false);
	sim_model_end(vcpu->vm, vcpu);
	vcpu->op.kind = SIM_NOTHING;
	vcpu->from_todo = false;
}

static void check_failure(const struct sim_vcpu *vcpu, uint64_t esr)
{
	const uint64_t ec = BITS_GET(esr, ESR_EC);
	const uint64_t far = machine.current->reg[R_FAR_EL1];

	if ((ec == ESR_EC_DABT_SAME || ec == ESR_EC_IABT_SAME ||
	     ec == ESR_EC_DABT_LOW || ec == ESR_EC_IABT_LOW) &&
	    far != vcpu->op.insn.va)
		wrong(vcpu, "FAR_EL1 is %#llx, not %#llx",
		      (unsigned long long)far,
		      (unsigned long long)vcpu->op.insn.va);
	if (!vcpu->op.may_fail)
		wrong(vcpu, "it fails with ESR %#llx, key %#x, VA %#llx",
		      (unsigned long long)esr, vcpu->op.insn.key,
		      (unsigned long long)vcpu->op.insn.va);
}

/* An exception was taken from what is level_of() still. */
static void take(struct sim_vcpu *vcpu, const struct machine_state *state)
{
	const uint64_t offset = (state->pc - SIM_VECTORS) & 0x1ff;
	const uint64_t elr = machine.current->reg[R_ELR_EL1];
	const uint64_t spsr = machine.current->reg[R_SPSR_EL1];
	const uint64_t esr = machine.current->reg[R_ESR_EL1];
	struct sim_level *level = level_of(vcpu);

	if (vcpu->op.kind == SIM_RETURN && vcpu->depth && elr == level->elr) {
		const uint64_t pstate = level->spsr;

		vcpu->op.kind = SIM_NOTHING;
		vcpu->from_todo = false;
		vcpu->depth--;
		level = level_of(vcpu);
		level->pc = elr;
		level->pstate = pstate;
	} else if (vcpu->op.kind == SIM_DROP && elr != level->pc) {
		drop(vcpu);
	} else if (vcpu->op.kind != SIM_NOTHING && elr != level->pc) {
		finish(vcpu, state->x);
	}
	if (elr != level->pc)
		wrong(vcpu, "an exception from %#llx", (unsigned long long)elr);
	if (spsr != level->pstate)
		wrong(vcpu, "SPSR_EL1 is %#llx, not %#llx",
		      (unsigned long long)spsr,
		      (unsigned long long)level->pstate);
	if (offset == VECTOR_SYNC) {
		check_failure(vcpu, esr);
		vcpu->shadow[SHADOW_ESR_EL1] = esr;
		vcpu->shadow[SHADOW_FAR_EL1] = machine.current->reg[R_FAR_EL1];
		/* It is skipped. */
		if (vcpu->from_todo)
			level->first++;
	} else if (level->pstate & (offset == VECTOR_IRQ ? SPSR_I : SPSR_F)) {
		wrong(vcpu, "an interrupt that is masked");
	}
	give_up(vcpu);
	if (++vcpu->depth == SIM_LEVELS)
		wrong(vcpu, "too many exceptions");
	vcpu->level[vcpu->depth] = (struct sim_level){
		.pc = state->pc,
		.pstate = (spsr & SPSR_NZCV) | SPSR_DAIF | SPSR_M_EL1H,
		.elr = offset == VECTOR_SYNC ? elr + 4 : elr,
		.spsr = spsr,
		.sync = offset == VECTOR_SYNC,
		.fiq = offset == VECTOR_FIQ,
		.intid = 1023,
	};
	vcpu->shadow[SHADOW_ELR_EL1] = elr;
	vcpu->shadow[SHADOW_SPSR_EL1] = spsr;
	sim_enter(vcpu, esr);
}

static void compare(const struct sim_vcpu *vcpu, const uint64_t *x,
		    const char *when)
{
	for (unsigned n = 0; n < 31; n++)
		if (x[n] != vcpu->x[n])
			wrong(vcpu, "x%u is %#llx, not %#llx, %s", n,
			      (unsigned long long)x[n],
			      (unsigned long long)vcpu->x[n], when);
}

static void settle(struct sim_vcpu *vcpu, const struct machine_state *state)
{
	const struct sim_level *level = level_of(vcpu);

	if (state->pc - SIM_VECTORS < 0x800 && (state->pc & 0x7f) == 0 &&
	    state->pc != level->pc && state->pc != level->pc + 4) {
		take(vcpu, state);
		return;
	}
	if (vcpu->op.kind == SIM_RETURN) {
		pop(vcpu, state);
		vcpu->op.kind = SIM_NOTHING;
		vcpu->from_todo = false;
		return;
	}
	if (vcpu->op.kind == SIM_DROP && state->pc != level->pc)
		drop(vcpu);
	if (vcpu->op.kind != SIM_NOTHING && state->pc != level->pc)
		finish(vcpu, state->x);
	if (state->pc != level->pc || state->pstate != level->pstate)
		wrong(vcpu, "PC is %#llx and PSTATE %#llx, not %#llx",
		      (unsigned long long)state->pc,
		      (unsigned long long)state->pstate,
		      (unsigned long long)level->pstate);
}

/* Stage 1 as the machine has it: tlb.c. */
static void translate(struct sim_vcpu *vcpu)
{
	struct machine_insn *insn = &vcpu->op.insn;
	const uint64_t table = vcpu->shadow[SHADOW_TTBR0_EL1];

	vcpu->op.ipa = insn->va;
	if (vcpu->shadow[SHADOW_SCTLR_EL1] & 1)
		insn->va = (insn->va - (table & BITS(47, 12))) & BITS(47, 0);
}

static void next(struct machine_guest *guest, const struct machine_state *state,
		 struct machine_insn *insn)
{
	struct sim_vcpu *vcpu = of(guest);
	struct sim_level *level;

	if (state->again) {
		compare(vcpu, state->x, "when it is done again");
		vcpu->was_seen = false;
		return;
	}
	settle(vcpu, state);
	compare(vcpu, state->x, "afterwards");
	level = level_of(vcpu);
	vcpu->count++;
	if (!(level->pstate & SPSR_I) && vcpu->depth == 0) {
		sim_watch_open(vcpu);
		/* The timer's condition was seen to be met. */
		if (vcpu->fired && vcpu->vm->tame && vcpu->vm->has_vgic)
			wrong(vcpu, "CNTP has fired, and nothing comes");
	}
	vcpu->fired = false;
	if (vcpu->vm->modelled && vcpu->count % 4 == 0)
		sim_model_open(vcpu, level->pstate);
	vcpu->from_todo = level->first < level->count;
	if (vcpu->from_todo)
		vcpu->op = level->todo[level->first];
	else
		sim_choose(vcpu, &vcpu->op);
	if (!sim_model_take(vcpu)) {
		vcpu->op = (struct sim_op){.kind = SIM_JUMP,
					   .insn = {.op = MACHINE_FETCH,
						    .rt = 31,
						    .va = SIM_WAIT}};
		vcpu->from_todo = false;
	}
	if (vcpu->op.insn.op == MACHINE_LOAD ||
	    vcpu->op.insn.op == MACHINE_STORE ||
	    vcpu->op.insn.op == MACHINE_FETCH)
		translate(vcpu);
	if (vcpu->op.insn.rt < 31 && (vcpu->op.insn.op == MACHINE_MSR ||
				      vcpu->op.insn.op == MACHINE_STORE))
		vcpu->x[vcpu->op.insn.rt] = state->x[vcpu->op.insn.rt] =
			vcpu->op.value;
	if (vcpu->op.kind == SIM_CALL)
		memcpy(state->x, vcpu->x, 4 * sizeof(*vcpu->x));
	/* From here on: where that traps, nobody sees when it is done. */
	if (vcpu->op.kind == SIM_DEACTIVATE ||
	    (vcpu->op.kind == SIM_END && !vcpu->split))
		sim_watch_deactivated(vcpu, (uint32_t)vcpu->op.value);
	vcpu->was_seen = false;
	*insn = vcpu->op.insn;
	machine_trace("vCPU %u at %#llx: operation %d, key %#x, VA %#llx, "
		      "value %#llx",
		      vcpu->number, (unsigned long long)state->pc,
		      (int)insn->op, insn->key, (unsigned long long)insn->va,
		      (unsigned long long)vcpu->op.value);
}
