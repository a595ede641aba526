/* SPDX-License-Identifier: Apache-2.0 */
/* The operations that programs are made of. */
#include "machine/simulate_op.h"

uint8_t sim_any_x(void)
{
	return (uint8_t)machine_random(32);
}

/* ---- Operations -----------------------------------------------------------
 */

struct sim_op sim_plain(enum machine_op op)
{
	return (struct sim_op){.kind = SIM_PLAIN,
			       .insn = {.op = op, .rt = 31, .width = 8}};
}

struct sim_op sim_msr(unsigned key, uint64_t value)
{
	struct sim_op op = sim_plain(MACHINE_MSR);

	op.insn.key = key;
	op.insn.rt = (uint8_t)machine_random(31);
	op.value = value;
	return op;
}

struct sim_op sim_mrs(unsigned key)
{
	struct sim_op op = sim_plain(MACHINE_MRS);

	op.kind = SIM_READ;
	op.insn.key = key;
	op.insn.rt = sim_any_x();
	return op;
}

struct sim_op sim_write_shadow(enum sim_shadow shadow, unsigned key,
			       uint64_t value)
{
	struct sim_op op = sim_msr(key, value);

	op.kind = SIM_WRITE;
	op.shadow = shadow;
	return op;
}

struct sim_op sim_store(uint64_t va, unsigned width, uint64_t value)
{
	struct sim_op op = sim_plain(MACHINE_STORE);

	op.insn.va = va;
	op.insn.width = (uint8_t)width;
	op.insn.rt = (uint8_t)machine_random(31);
	op.insn.wide = width == 8;
	op.value = value;
	return op;
}

struct sim_op sim_load(uint64_t va, unsigned width)
{
	struct sim_op op = sim_plain(MACHINE_LOAD);

	op.kind = SIM_LOAD;
	op.insn.va = va;
	op.insn.width = (uint8_t)width;
	op.insn.rt = sim_any_x();
	op.insn.wide = width == 8 || sim_chance(2);
	op.insn.sign_extend = width < 8 && sim_chance(2);
	/* A load that sign-extends to 32 bits, of 32 bits, is none. */
	if (width == 4 && op.insn.sign_extend)
		op.insn.wide = true;
	return op;
}

struct sim_op sim_daif(uint64_t value)
{
	struct sim_op op = sim_msr(DAIF, value);

	op.kind = SIM_DAIF;
	return op;
}

void sim_push(struct sim_vcpu *vcpu, struct sim_op op)
{
	struct sim_level *level = &vcpu->level[vcpu->depth];

	if (level->first == level->count)
		level->first = level->count = 0;
	if (level->count == SIM_TODO)
		machine_fail("too much to do");
	level->todo[level->count++] = op;
}

uint64_t sim_own_frame(const struct sim_vcpu *vcpu)
{
	return SIM_REDIST + vcpu->index * ARM_VGIC_REDIST_SIZE + 0x10000;
}

uint64_t sim_priorities(void)
{
	return machine_random(UINT32_MAX) & 0x78787878u;
}

/* EOImode and CBPR. */
uint64_t sim_any_mode(const struct sim_vcpu *vcpu)
{
	if (!vcpu->vm->modelled)
		return machine_random(2) * 2;
	/* Where DIR does not trap, they end in order: arm_vgic_init(). */
	return sim.traps_dir ? machine_random(4) : machine_random(2);
}
