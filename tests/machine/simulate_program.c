/* SPDX-License-Identifier: Apache-2.0 */
/* How guests begin, and how they handle interrupts. */
#include <stddef.h>

#include "arch/spsr.h"
#include "machine/simulate_op.h"

/* ---- The start ------------------------------------------------------------
 */

static void set_up_distributor(struct sim_vcpu *vcpu)
{
	struct sim_op enable = sim_store(SIM_DIST, 4, 3);
	struct sim_vm *vm = vcpu->vm;

	sim_push(vcpu, sim_store(SIM_DIST + 0x84, 4, 0xffffffff));
	sim_push(vcpu, sim_store(SIM_DIST + 0xc08, 4, 0x22222222));
	sim_push(vcpu, sim_store(SIM_DIST + 0xc0c, 4, 0x22222222));
	for (unsigned n = 0; n < SIM_SPIS; n += 4)
		sim_push(vcpu,
			 sim_store(SIM_DIST + 0x420 + n, 4, sim_priorities()));
	for (unsigned n = 0; n < SIM_SPIS; n++) {
		vm->spi[n].target = machine_random(vm->vcpus);
		sim_push(vcpu, sim_store(SIM_DIST + 0x6000 + 8 * (32 + n), 8,
					 sim_mpidr(vm, vm->spi[n].target)));
	}
	sim_push(vcpu, sim_store(SIM_DIST + 0x104, 4, 0xffffffff));
	enable.kind = SIM_READY;
	sim_push(vcpu, enable);
	vm->routed = true;
}

static void set_up_gic(struct sim_vcpu *vcpu)
{
	const uint64_t frame = sim_own_frame(vcpu);
	struct sim_op group = sim_store(frame + 0x80, 4, 0xffffffff);
	struct sim_op mode = sim_msr(CTLR, sim_any_mode(vcpu));

	group.kind = SIM_GROUP;
	if (!vcpu->vm->routed)
		set_up_distributor(vcpu);
	sim_push(vcpu, group);
	sim_push(vcpu, sim_store(frame + 0x400 + 4 * machine_random(8), 4,
				 sim_priorities()));
	sim_push(vcpu, sim_store(frame + 0x100, 4, 0x4800ffff));
	mode.kind = SIM_MODE;
	sim_push(vcpu, mode);
	sim_push(vcpu, sim_msr(BPR1, machine_random(8)));
	sim_push(vcpu, sim_msr(PMR, 0xff));
	sim_push(vcpu, sim_msr(IGRPEN0, 1));
	sim_push(vcpu, sim_msr(IGRPEN1, 1));
}

void sim_boot(struct sim_vcpu *vcpu)
{
	sim_push(vcpu,
		 sim_write_shadow(SHADOW_VBAR_EL1, VBAR_EL1, SIM_VECTORS));
	sim_push(vcpu, sim_write_shadow(SHADOW_CPACR_EL1, CPACR_EL1, 3u << 20));
	if (vcpu->vm->has_vgic)
		set_up_gic(vcpu);
	sim_push(vcpu, sim_daif(0));
}

/* ---- Handlers -------------------------------------------------------------
 */

static void push_return(struct sim_vcpu *vcpu)
{
	const struct sim_level *level = &vcpu->level[vcpu->depth];
	struct sim_op op = sim_plain(MACHINE_ERET);

	sim_push(vcpu, sim_write_shadow(SHADOW_ELR_EL1, ELR_EL1, level->elr));
	sim_push(vcpu,
		 sim_write_shadow(SHADOW_SPSR_EL1, SPSR_EL1, level->spsr));
	op.kind = SIM_RETURN;
	sim_push(vcpu, op);
}

void sim_enter(struct sim_vcpu *vcpu, uint64_t esr)
{
	struct sim_level *level = &vcpu->level[vcpu->depth];
	struct sim_op op = sim_mrs(level->fiq ? IAR0 : IAR1);

	(void)esr;
	if (level->sync) {
		/* EL0 comes back to EL1 by this. */
		if (!(level->spsr & SPSR_EL) && sim_chance(2))
			level->spsr = SPSR_M_EL1H;
		push_return(vcpu);
		return;
	}
	op.kind = SIM_ACK;
	op.insn.rt = (uint8_t)machine_random(31);
	sim_push(vcpu, op);
}

static void push_timer(struct sim_vcpu *vcpu, bool virtual)
{
	const uint64_t now = machine_now();
	const uint64_t at = (virtual ? now - vcpu->vm->cntvoff : now) + 20 +
			    machine_random(1u << machine_random(16));

	if (sim_chance(2))
		sim_push(vcpu, virtual ? sim_write_shadow(SHADOW_CNTV_CTL_EL0,
							  CNTV_CTL,
							  machine_random(2) * 3)
				       : sim_write_shadow(
						 SHADOW_CNTP_CTL_EL0, CNTP_CTL,
						 machine_random(2) * 3));
	else
		sim_push(vcpu, virtual ? sim_write_shadow(SHADOW_CNTV_CVAL_EL0,
							  CNTV_CVAL, at)
				       : sim_write_shadow(SHADOW_CNTP_CVAL_EL0,
							  CNTP_CVAL, at));
}

static void push_source(struct sim_vcpu *vcpu, uint32_t intid)
{
	if (vcpu->vm->modelled && intid < 32)
		return;
	if (intid == ARM_VTIMER_VIRTUAL_INTID)
		push_timer(vcpu, true);
	else if (intid == ARM_VTIMER_PHYSICAL_INTID)
		push_timer(vcpu, false);
	else if (intid >= 32 && intid < 32 + SIM_SPIS &&
		 ((intid & 1) || vcpu->vm->modelled))
		sim_push(vcpu, sim_store(SIM_DEVICE + 8 * (intid - 32), 4, 0));
}

static void push_nap(struct sim_vcpu *vcpu)
{
	struct sim_op op = sim_plain(MACHINE_NOP);

	op.insn.amount = 1 + machine_random(1u << machine_random(9));
	sim_push(vcpu, op);
}

static void push_nesting(struct sim_vcpu *vcpu)
{
	if (vcpu->depth + 3 >= SIM_LEVELS || !sim_chance(sim.calm))
		return;
	sim_push(vcpu, sim_daif(0));
	push_nap(vcpu);
	sim_push(vcpu, sim_daif(SIM_MASKED));
}

static bool keeps_rules(const struct sim_vcpu *vcpu)
{
	return vcpu->vm->tame || vcpu->vm->modelled;
}

static void push_end(struct sim_vcpu *vcpu, uint32_t intid)
{
	const bool fiq = vcpu->level[vcpu->depth].fiq;
	struct sim_op op = sim_msr(fiq ? EOIR0 : EOIR1, intid);

	/* Guests that do not keep to the rules forget it at times. */
	op.kind = SIM_END;
	if (keeps_rules(vcpu) || !sim_chance(20))
		sim_push(vcpu, op);
	if (!vcpu->split)
		return;
	/* Where DIR does not trap, they end in order: arm_vgic_init(). */
	if (sim.traps_dir)
		push_nesting(vcpu);
	op = sim_msr(DIR, intid);
	op.kind = SIM_DEACTIVATE;
	if (keeps_rules(vcpu) || !sim_chance(20))
		sim_push(vcpu, op);
}

void sim_taken(struct sim_vcpu *vcpu, uint32_t intid)
{
	vcpu->level[vcpu->depth].intid = intid;
	if (intid < 1020) {
		push_source(vcpu, intid);
		push_nesting(vcpu);
		push_end(vcpu, intid);
	}
	push_return(vcpu);
}
