/* SPDX-License-Identifier: Apache-2.0 */
/* What guests do otherwise: anything at all. */
#include <stddef.h>

#include "arch/spsr.h"
#include "machine/simulate_op.h"

/* ---- Anything -------------------------------------------------------------
 */

static struct sim_op nop(struct sim_vcpu *vcpu)
{
	struct sim_op op = sim_plain(MACHINE_NOP);

	(void)vcpu;
	op.insn.amount = 1 + machine_random(1u << machine_random(8));
	return op;
}

/* Registers of EL1 and EL0 that may hold anything. */
static const struct {
	enum sim_shadow shadow;
	unsigned key;
	uint64_t mask, set;
} registers[] = {
#define ANY(name, ...)                                                    \
	{                                                                 \
		SHADOW_##name, MACHINE_SYSREG(__VA_ARGS__), UINT64_MAX, 0 \
	}
	{SHADOW_TTBR0_EL1, MACHINE_SYSREG(3, 0, 2, 0, 0), 0, 0},
	ANY(TTBR1_EL1, 3, 0, 2, 0, 1),
	ANY(TCR_EL1, 3, 0, 2, 0, 2),
	ANY(FAR_EL1, 3, 0, 6, 0, 0),
	ANY(ESR_EL1, 3, 0, 5, 2, 0),
	ANY(AFSR0_EL1, 3, 0, 5, 1, 0),
	ANY(AFSR1_EL1, 3, 0, 5, 1, 1),
	ANY(PAR_EL1, 3, 0, 7, 4, 0),
	ANY(MAIR_EL1, 3, 0, 10, 2, 0),
	ANY(AMAIR_EL1, 3, 0, 10, 3, 0),
	ANY(CONTEXTIDR_EL1, 3, 0, 13, 0, 1),
	ANY(TPIDR_EL0, 3, 3, 13, 0, 2),
	ANY(TPIDRRO_EL0, 3, 3, 13, 0, 3),
	ANY(TPIDR_EL1, 3, 0, 13, 0, 4),
	ANY(CSSELR_EL1, 3, 2, 0, 0, 0),
	ANY(CNTKCTL_EL1, 3, 0, 14, 1, 0),
	ANY(SP_EL0, 3, 0, 4, 1, 0),
	/* With SPAN, and without DSSBS. */
	{SHADOW_SCTLR_EL1, MACHINE_SYSREG(3, 0, 1, 0, 0), ~(UINT64_C(1) << 44),
	 1u << 23},
	/* With FP. */
	{SHADOW_CPACR_EL1, CPACR_EL1, UINT64_MAX, 3u << 20},
	/* Only read. */
	{SHADOW_VBAR_EL1, VBAR_EL1, 0, 0},
	{SHADOW_ELR_EL1, ELR_EL1, 0, 0},
	{SHADOW_SPSR_EL1, SPSR_EL1, 0, 0},
	{SHADOW_CNTV_CVAL_EL0, CNTV_CVAL, 0, 0},
	{SHADOW_CNTP_CVAL_EL0, CNTP_CVAL, 0, 0},
};

/* Each vCPU has tables of its own under the same few ASIDs. */
static uint64_t any_table(struct sim_vcpu *vcpu)
{
	const uint64_t asid = 1 + machine_random(4);

	return asid << 48 | (asid + vcpu->index + vcpu->remaps) << 12;
}

/* Other tables under all ASIDs, where no interrupt uses them meanwhile. */
static struct sim_op remap(struct sim_vcpu *vcpu)
{
	vcpu->remaps = machine_random(4);
	sim_push(vcpu, sim_daif(SIM_MASKED));
	sim_push(vcpu, sim_write_shadow(SHADOW_TTBR0_EL1,
					MACHINE_SYSREG(3, 0, 2, 0, 0),
					any_table(vcpu)));
	sim_push(vcpu, sim_plain(MACHINE_TLBI));
	sim_push(vcpu, sim_daif(0));
	return sim_plain(MACHINE_NOP);
}

static struct sim_op state(struct sim_vcpu *vcpu)
{
	const unsigned n =
		machine_random(sizeof(registers) / sizeof(registers[0]));
	struct sim_op op;

	if (registers[n].shadow == SHADOW_TTBR0_EL1 && sim_chance(2))
		return sim_write_shadow(SHADOW_TTBR0_EL1, registers[n].key,
					any_table(vcpu));
	if (registers[n].mask && sim_chance(2))
		return sim_write_shadow(registers[n].shadow, registers[n].key,
					(sim_mark(vcpu) & registers[n].mask) |
						registers[n].set);
	op = sim_mrs(registers[n].key);
	op.known = true;
	op.expect = vcpu->shadow[registers[n].shadow];
	return op;
}

static struct sim_op identity(struct sim_vcpu *vcpu)
{
	struct sim_op op = sim_mrs(MPIDR_EL1);

	if (sim_chance(2)) {
		op.insn.key = MACHINE_SYSREG(3, 0, 0, machine_random(8),
					     machine_random(8));
		op.may_fail = true;
		return op;
	}
	op.known = true;
	op.expect = UINT64_C(1) << 31 | sim_mpidr(vcpu->vm, vcpu->index);
	return op;
}

/* Whatever it is, the guest must not reach it unless it is its own; those that
 * it has for itself are changed by others only. */
static struct sim_op any_register(struct sim_vcpu *vcpu)
{
	const unsigned key = machine_random(0x8000);
	struct sim_op op = sim_mrs(key);

	/* To read these is to take an interrupt. */
	if (key == IAR0 || key == IAR1)
		return nop(vcpu);
	op.may_fail = true;
	return op;
}

/* Trapped ones, which the library serves or refuses. */
static struct sim_op trapped(struct sim_vcpu *vcpu)
{
	static const unsigned keys[] = {
		MACHINE_SYSREG(3, 0, 1, 0, 1),  /* ACTLR_EL1        */
		MACHINE_SYSREG(2, 0, 0, 2, 0),  /* MDCCINT_EL1      */
		MACHINE_SYSREG(2, 0, 1, 0, 4),  /* OSLAR_EL1        */
		MACHINE_SYSREG(2, 0, 1, 1, 4),  /* OSLSR_EL1        */
		MACHINE_SYSREG(2, 0, 1, 3, 4),  /* OSDLR_EL1        */
		MACHINE_SYSREG(2, 0, 7, 8, 6),  /* DBGCLAIMSET_EL1  */
		MACHINE_SYSREG(2, 0, 0, 1, 4),  /* DBGBVR1_EL1      */
		MACHINE_SYSREG(3, 3, 9, 12, 0), /* PMCR_EL0         */
		MACHINE_SYSREG(3, 3, 9, 13, 0), /* PMCCNTR_EL0      */
		MACHINE_SYSREG(3, 0, 5, 3, 1),  /* ERRSELR_EL1      */
		MACHINE_SYSREG(3, 0, 10, 4, 3), /* LORC_EL1         */
		MACHINE_SYSREG(3, 0, 10, 4, 4), /* MPAMIDR_EL1      */
		MACHINE_SYSREG(3, 0, 10, 5, 0), /* MPAM1_EL1        */
		MACHINE_SYSREG(3, 0, 10, 5, 1), /* MPAM0_EL1        */
		MACHINE_SYSREG(3, 1, 15, 2, 1), /* implementation   */
		MACHINE_SYSREG(3, 0, 11, 0, 0), /* defined          */
		MACHINE_SYSREG(3, 3, 14, 0, 1), /* CNTPCT_EL0       */
		SRE,
	};
	const unsigned key =
		keys[machine_random(sizeof(keys) / sizeof(keys[0]))];
	struct sim_op op =
		sim_chance(2) ? sim_mrs(key) : sim_msr(key, sim_mark(vcpu));

	op.may_fail = true;
	return op;
}

static struct sim_op floating_point(struct sim_vcpu *vcpu)
{
	struct sim_op op = sim_plain(MACHINE_FP);

	op.kind = SIM_FP;
	op.insn.rt = sim_any_x();
	op.insn.amount = sim_mark(vcpu);
	return op;
}

static struct sim_op memory(struct sim_vcpu *vcpu)
{
	const unsigned width = 1u << machine_random(4);
	const uint64_t va = SIM_PAGE(machine_random(SIM_PAGES)) +
			    machine_random(SIM_WORDS / width) * width;
	struct sim_op op = sim_chance(2) ? sim_store(va, width, sim_mark(vcpu))
					 : sim_load(va, width);

	op.insn.no_syndrome = sim_chance(16);
	return op;
}

static struct sim_op fetch(struct sim_vcpu *vcpu)
{
	struct sim_op op = sim_plain(MACHINE_FETCH);

	(void)vcpu;
	op.kind = SIM_JUMP;
	op.insn.va =
		SIM_PAGE(machine_random(SIM_PAGES)) + 4 * machine_random(8);
	return op;
}

static struct sim_op device(struct sim_vcpu *vcpu)
{
	const unsigned width = 1u << machine_random(4);
	/* Behind those that end a level. */
	const uint64_t va =
		SIM_DEVICE + 0x100 + machine_random(0x100 / width) * width;
	struct sim_op op = sim_chance(2) ? sim_store(va, width, sim_mark(vcpu))
					 : sim_load(va, width);

	op.insn.no_syndrome = sim_chance(32);
	op.may_fail = op.insn.no_syndrome;
	return op;
}

/* Nothing is there. */
static struct sim_op hole(struct sim_vcpu *vcpu)
{
	struct sim_op op =
		sim_chance(2)
			? sim_load(0x20000000 + 8 * machine_random(1000), 8)
			: sim_store(0x20000000, 4, sim_mark(vcpu));

	op.may_fail = true;
	return op;
}

static uint64_t gic_address(const struct sim_vcpu *vcpu, unsigned width)
{
	static const uint16_t offsets[] = {
		0x0,   0x4,   0x8,   0x14,   0x80,   0x84,   0x100, 0x104,
		0x180, 0x184, 0x200, 0x204,  0x280,  0x284,  0x300, 0x304,
		0x380, 0x384, 0x400, 0x420,  0x43c,  0x800,  0xc00, 0xc04,
		0xc08, 0xd00, 0xe00, 0x6100, 0x6138, 0xffe8, 0x88,  0x288,
	};
	uint64_t at =
		sim_chance(2)
			? SIM_DIST
			: SIM_REDIST + machine_random(vcpu->vm->vcpus * 2) *
					       UINT64_C(0x10000);
	const unsigned offset =
		sim_chance(4)
			? machine_random(0x10000)
			: offsets[machine_random(32)] +
				  (sim_chance(2) ? machine_random(32) : 0);

	return at + (offset & 0xffff & ~(width - 1));
}

static struct sim_op gic_read(struct sim_vcpu *vcpu)
{
	const unsigned width = sim_chance(4) ? 1u << machine_random(4) : 4;
	struct sim_op op = sim_load(gic_address(vcpu, width), width);

	op.may_fail = !vcpu->vm->has_vgic;
	return op;
}

static struct sim_op gic_write(struct sim_vcpu *vcpu)
{
	const unsigned width = sim_chance(4) ? 1u << machine_random(4) : 4;
	uint64_t value = machine_random(UINT32_MAX);
	struct sim_op op;

	if (vcpu->vm->tame && vcpu->vm->has_vgic)
		return sim_store(sim_own_frame(vcpu) + 0x400 +
					 4 * machine_random(8),
				 4, sim_priorities());
	if (sim_chance(2))
		value = UINT64_C(1) << machine_random(32);
	else if (sim_chance(4))
		value = UINT64_MAX;
	op = sim_store(gic_address(vcpu, width), width, value);
	op.may_fail = !vcpu->vm->has_vgic;
	return op;
}

static struct sim_op change_mode(struct sim_vcpu *vcpu)
{
	struct sim_op op = sim_msr(CTLR, sim_any_mode(vcpu));

	op.kind = SIM_MODE;
	return op;
}

static struct sim_op write_interface(struct sim_vcpu *vcpu)
{
	/* The last three end what has not begun. */
	static const unsigned writes[] = {PMR,     PMR,   BPR0, BPR1,
					  IGRPEN0, EOIR1, DIR,  EOIR0};

	if (vcpu->vm->modelled) {
		if (sim_chance(3))
			return change_mode(vcpu);
		return sim_msr(writes[machine_random(5)], machine_random(256));
	}
	/* And open again. */
	if (sim_chance(4))
		return sim_msr(sim_chance(2) ? PMR : IGRPEN1, 0xff);
	if (sim_chance(8))
		return change_mode(vcpu);
	return sim_msr(writes[machine_random(8)], machine_random(256));
}

static struct sim_op interface(struct sim_vcpu *vcpu)
{
	static const unsigned reads[] = {PMR,  HPPIR0, HPPIR1, BPR0,   BPR1,
					 CTLR, RPR,    SRE,    IGRPEN0};
	struct sim_op op;

	if (vcpu->vm->tame || sim_chance(2))
		op = sim_mrs(reads[machine_random(9)]);
	else
		op = write_interface(vcpu);
	op.may_fail = !vcpu->vm->has_vgic;
	return op;
}

static uint64_t targets_of(struct sim_vcpu *vcpu, uint64_t sgir)
{
	const unsigned self = vcpu->index;
	uint64_t targets = 0;

	for (unsigned n = 0; n < vcpu->vm->vcpus; n++) {
		const uint64_t mpidr = sim_mpidr(vcpu->vm, n);
		const bool listed = (sgir >> 16 & 0xff) == mpidr >> 8 &&
				    (sgir >> 44 & 15) == (mpidr & 0xff) / 16 &&
				    sgir >> (mpidr & 15) & 1;

		if (sgir >> 40 & 1 ? n != self : listed)
			targets |= UINT64_C(1) << n;
	}
	return targets;
}

static struct sim_op sgi(struct sim_vcpu *vcpu)
{
	const unsigned intid = machine_random(16);
	const uint64_t aff1 =
		sim_mpidr(vcpu->vm, machine_random(vcpu->vm->vcpus)) >> 8;
	const uint64_t sgir = (uint64_t)sim_chance(4) << 40 | aff1 << 16 |
			      (uint64_t)intid << 24 | machine_random(0x10000);
	struct sim_op op = sim_msr(SGI1R, sgir);

	op.kind = SIM_SGI;
	op.may_fail = !vcpu->vm->has_vgic;
	op.shadow = intid;
	op.expect = vcpu->vm->has_vgic ? targets_of(vcpu, sgir) : 0;
	if (!vcpu->vm->tame) {
		op.insn.key = sim_chance(2)   ? SGI1R
			      : sim_chance(2) ? SGI0R
					      : ASGI1R;
		op.kind = SIM_PLAIN;
		return op;
	}
	machine_trace("vCPU %u sends SGI %u to %#llx", vcpu->number, intid,
		      (unsigned long long)op.expect);
	for (unsigned n = 0; n < vcpu->vm->vcpus; n++) {
		struct sim_vcpu *to = vcpu->vm->vcpu[n];

		if (!(op.expect >> n & 1))
			continue;
		sim_raise_begin(sim_watch_of(to, intid));
		/* Not its group yet: it may get it, if that changes now. */
		if (to->grouped)
			continue;
		op.expect &= ~(UINT64_C(1) << n);
		op.maybe |= UINT64_C(1) << n;
	}
	return op;
}

static struct sim_op timer(struct sim_vcpu *vcpu)
{
	const uint64_t now = machine_now();
	const uint64_t later = 1 + machine_random(1u << machine_random(16));

	/* A model of the GIC has no time. */
	if (vcpu->vm->modelled)
		return sgi(vcpu);
	switch (machine_random(5)) {
	case 0:
		return sim_write_shadow(SHADOW_CNTV_CVAL_EL0, CNTV_CVAL,
					now - vcpu->vm->cntvoff + later);
	case 1:
		return sim_write_shadow(SHADOW_CNTV_CTL_EL0, CNTV_CTL,
					sim_chance(4) ? machine_random(4) : 1);
	case 2:
		return sim_write_shadow(SHADOW_CNTP_CVAL_EL0, CNTP_CVAL,
					now + later);
	case 3:
		return sim_write_shadow(SHADOW_CNTP_CTL_EL0, CNTP_CTL,
					sim_chance(4) ? machine_random(4) : 1);
	default:
		return sim_mrs(sim_chance(2) ? CNTV_CTL : CNTP_CTL);
	}
}

static struct sim_op wait(struct sim_vcpu *vcpu)
{
	(void)vcpu;
	return sim_plain(sim_chance(4) ? MACHINE_WFE : MACHINE_WFI);
}

static struct sim_op call(struct sim_vcpu *vcpu)
{
	static const uint32_t functions[] = {
		0x84000000, 0x84000001, 0xc4000001, 0xc4000003,
		0xc4000003, 0xc4000003, 0xc4000004, 0x84000006,
		0x8400000a, 0x80000000, 0x80000001, 0xc6000000,
		0x84000002, 0xc4000012, 0x84000009, 0x84000008,
	};
	/* The last three end the VM, the one before the CPU. */
	const unsigned end = sim.kills && sim_chance(64) ? 16
			     : sim_chance(8)             ? 13
							 : 12;
	struct sim_op op = sim_plain(sim_chance(2) ? MACHINE_HVC : MACHINE_SMC);

	op.kind = SIM_CALL;
	op.insn.amount = sim_chance(8) ? machine_random(0x10000) : 0;
	vcpu->x[0] =
		sim_chance(8) ? sim_mark(vcpu) : functions[machine_random(end)];
	vcpu->x[1] = sim_mpidr(vcpu->vm, machine_random(vcpu->vm->vcpus));
	vcpu->x[2] = sim_chance(8) ? machine_random(4) : SIM_ENTRY;
	vcpu->x[3] = sim_mark(vcpu);
	if ((uint32_t)vcpu->x[0] == 0x84000001 ||
	    (uint32_t)vcpu->x[0] == 0xc4000001)
		vcpu->x[1] = sim_chance(4) ? 1 << 16 : 0;
	return op;
}

static struct sim_op rare(struct sim_vcpu *vcpu)
{
	if (sim.kills && sim_chance(64))
		return sim_plain(MACHINE_SERROR);
	if (sim_chance(2))
		return sim_plain(MACHINE_TLBI);
	return nop(vcpu);
}

/* EL0 for a while. */
static struct sim_op go_down(struct sim_vcpu *vcpu)
{
	struct sim_op op = sim_plain(MACHINE_ERET);

	op.kind = SIM_DROP;
	sim_push(vcpu, sim_daif(SIM_MASKED));
	sim_push(vcpu, sim_write_shadow(SHADOW_ELR_EL1, ELR_EL1, SIM_ENTRY));
	sim_push(vcpu,
		 sim_write_shadow(SHADOW_SPSR_EL1, SPSR_EL1, SPSR_M_EL0T));
	sim_push(vcpu, op);
	return sim_plain(MACHINE_NOP);
}

/* It is UNDEFINED at EL0, and the way back. */
static struct sim_op come_back(struct sim_vcpu *vcpu)
{
	struct sim_op op = sim_plain(MACHINE_HVC);

	(void)vcpu;
	op.may_fail = true;
	return op;
}

static struct sim_op thread_pointer(struct sim_vcpu *vcpu)
{
	const unsigned key = MACHINE_SYSREG(3, 3, 13, 0, 2);
	struct sim_op op = sim_mrs(key);

	if (sim_chance(2))
		return sim_write_shadow(SHADOW_TPIDR_EL0, key, sim_mark(vcpu));
	op.known = true;
	op.expect = vcpu->shadow[SHADOW_TPIDR_EL0];
	return op;
}

static struct sim_op (*const at_el0[])(struct sim_vcpu *vcpu) = {
	nop,  memory,       memory,         fetch,          device,    hole,
	wait, any_register, floating_point, thread_pointer, come_back,
};

static struct sim_op (*const programs[])(struct sim_vcpu *vcpu) = {
	nop,      nop,       state,        state,          state,
	identity, trapped,   any_register, floating_point, memory,
	memory,   memory,    fetch,        device,         hole,
	gic_read, gic_write, interface,    remap,          go_down,
	sgi,      sgi,       timer,        timer,          wait,
	call,     rare,
};

void sim_choose(struct sim_vcpu *vcpu, struct sim_op *op)
{
	const unsigned count = sizeof(programs) / sizeof(programs[0]);
	unsigned n = machine_random(count);

	if (vcpu->depth)
		machine_fail("a handler has nothing to do");
	vcpu->working = true;
	if (!(vcpu->level[0].pstate & SPSR_EL)) {
		*op = at_el0[machine_random(sizeof(at_el0) /
					    sizeof(at_el0[0]))](vcpu);
		return;
	}
	while (!(vcpu->vm->programs >> n & 1))
		n = (n + 1) % count;
	*op = programs[n](vcpu);
}

/* Many guests do only a few things, and those much more often (Groce et al.,
 * Swarm Testing, ISSTA 2012). */
uint32_t sim_choose_programs(void)
{
	const unsigned count = sizeof(programs) / sizeof(programs[0]);
	const uint32_t all = (UINT32_C(1) << count) - 1;
	const uint32_t some = machine_random(UINT32_MAX) & all;

	return sim_chance(3) || !some ? all : some;
}
