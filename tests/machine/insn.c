/* SPDX-License-Identifier: Apache-2.0 */
/* The instructions of guests. */
#include <string.h>

#include "arch/el2.h"
#include "arch/esr.h"
#include "arch/spsr.h"
#include "arch/sysreg.h"
#include "machine/guest.h"

#define CPACR_FPEN BITS(21, 20)
#define INSN       4u

static uint64_t get(const struct machine_cpu *cpu, unsigned reg)
{
	return reg < 31 ? cpu->x[reg] : 0;
}

static void set(struct machine_cpu *cpu, unsigned reg, uint64_t value)
{
	if (reg < 31)
		cpu->x[reg] = value;
}

static bool done(struct machine_cpu *cpu)
{
	cpu->pc += INSN;
	return true;
}

static bool trap(struct machine_exit *exit, unsigned ec, uint64_t iss)
{
	*exit = (struct machine_exit){
		.kind = EXIT_SYNC,
		.esr = BITS_PUT(ESR_EC, ec) | ESR_IL | iss,
	};
	return false;
}

static bool undefined(struct machine_cpu *cpu)
{
	machine_undefined(cpu);
	return true;
}

static bool pass(struct machine_cpu *cpu, uint64_t steps)
{
	while (steps && !cpu->irq && !machine_virq(cpu) && !machine_vfiq(cpu))
		steps -= machine_pass(steps);
	return done(cpu);
}

static bool call(struct machine_cpu *cpu, const struct machine_insn *insn,
		 struct machine_exit *exit)
{
	if (cpu->el == 0)
		return undefined(cpu);
	if (insn->op == MACHINE_HVC) {
		trap(exit, ESR_EC_HVC64, insn->amount & ESR_CALL_IMM16);
		exit->advance = INSN;
		return true;
	}
	if (machine_seen(cpu, R_HCR_EL2) & HCR_TSC)
		return trap(exit, ESR_EC_SMC64, insn->amount & ESR_CALL_IMM16);
	if (machine.config.smc)
		machine.config.smc(cpu->x);
	else
		cpu->x[0] = UINT64_MAX;
	return done(cpu);
}

/* An implementation may go on at once, and never trap, when there is something
 * to wake up for (Arm ARM DDI 0487 D1.6). */
static bool wait(struct machine_cpu *cpu, bool event, struct machine_exit *exit)
{
	const uint64_t control = event ? HCR_TWE : HCR_TWI;
	const bool wakes = cpu->irq || machine_virq(cpu) || machine_vfiq(cpu);

	if (wakes && machine_random(2))
		return done(cpu);
	if (machine_seen(cpu, R_HCR_EL2) & control)
		return trap(exit, ESR_EC_WFX,
			    ESR_CV | BITS_PUT(ESR_COND, 0xe) |
				    (event ? ESR_WFX_TI_EVENT : 0));
	/* WFE has many events; it is never long. */
	if (!event)
		machine_wait(cpu, true);
	return done(cpu);
}

/* Arm ARM DDI 0487, DISR_EL1: with HCR_EL2.AMO, EL1 has VDISR_EL2. */
static enum machine_reg disr(const struct machine_cpu *cpu)
{
	return machine_seen(cpu, R_HCR_EL2) & HCR_AMO ? R_VDISR_EL2
						      : R_DISR_EL1;
}

static uint64_t read_reg(struct machine_cpu *cpu, enum machine_reg id)
{
	if (machine_is_virtual(cpu, id))
		return machine_icv_read(cpu, id);
	if (id == R_MPIDR_EL1)
		return machine_seen(cpu, R_VMPIDR_EL2);
	if (id == R_MIDR_EL1)
		return machine_seen(cpu, R_VPIDR_EL2);
	if (id == R_DISR_EL1)
		return machine_seen(cpu, disr(cpu));
	if (id == R_DAIF)
		return cpu->pstate & SPSR_DAIF;
	if (id == R_CURRENTEL)
		return (uint64_t)cpu->el << 2;
	return machine_reg_read(cpu, id);
}

static void write_reg(struct machine_cpu *cpu, enum machine_reg id,
		      uint64_t value)
{
	if (machine_is_virtual(cpu, id))
		machine_icv_write(cpu, id, value);
	else if (id == R_DAIF)
		cpu->pstate = (cpu->pstate & ~SPSR_DAIF) | (value & SPSR_DAIF);
	else
		machine_reg_write(cpu, id == R_DISR_EL1 ? disr(cpu) : id,
				  value);
}

static uint64_t iss(const struct machine_insn *insn, bool read)
{
	return SYSREG(2 | insn->key >> 14, insn->key >> 11 & 7,
		      insn->key >> 7 & 15, insn->key >> 3 & 15, insn->key & 7) |
	       BITS_PUT(SYSREG_RT, insn->rt) | (read ? SYSREG_READ : 0);
}

static bool system_register(struct machine_cpu *cpu,
			    const struct machine_insn *insn,
			    struct machine_exit *exit)
{
	const bool read = insn->op == MACHINE_MRS;
	const enum machine_reg id = machine_reg_of(insn->key);
	enum machine_verdict verdict = machine_verdict(cpu, id, read);
	uint64_t value;

	/* EL0's registers have op1 3. */
	if (cpu->el == 0 && (insn->key >> 11 & 7) != 3)
		verdict = VERDICT_UNDEFINED;
	if (verdict == VERDICT_UNDEFINED)
		return undefined(cpu);
	if (verdict == VERDICT_TRAP)
		return trap(exit, ESR_EC_SYS64, iss(insn, read));
	machine_trace("%s %s", read ? "MRS" : "MSR", machine_reg_name(id));
	value = read ? read_reg(cpu, id) : get(cpu, insn->rt);
	if (read)
		set(cpu, insn->rt, value);
	else
		write_reg(cpu, id, value);
	if (machine.config.executed)
		machine.config.executed(cpu->guest, insn->key, read, value);
	return done(cpu);
}

/* HPFAR_EL2 is UNKNOWN for a permission fault (DDI 0487, HPFAR_EL2). */
static bool fault(uint64_t va, const struct machine_walk *walk, unsigned ec,
		  uint64_t iss, struct machine_exit *exit)
{
	const uint64_t type =
		walk->permission ? ESR_FSC_PERMISSION : ESR_FSC_TRANSLATION;

	trap(exit, ec, iss | type | walk->level);
	exit->far = va;
	exit->far_known = true;
	exit->ipa = walk->ipa;
	exit->ipa_known = !walk->permission;
	return false;
}

static uint64_t syndrome(const struct machine_insn *insn)
{
	const uint64_t write = insn->op == MACHINE_STORE ? ESR_DABT_WNR : 0;

	if (insn->no_syndrome)
		return write;
	return write | ESR_DABT_ISV |
	       BITS_PUT(ESR_DABT_SAS, __builtin_ctz(insn->width)) |
	       (insn->sign_extend ? ESR_DABT_SSE : 0) |
	       BITS_PUT(ESR_DABT_SRT, insn->rt) |
	       (insn->wide ? ESR_DABT_SF : 0);
}

static uint64_t extend(const struct machine_insn *insn, uint64_t value)
{
	const unsigned spare = 64 - 8u * insn->width;

	if (insn->sign_extend)
		value = (uint64_t)((int64_t)(value << spare) >> spare);
	return insn->wide ? value : (uint32_t)value;
}

static bool access(struct machine_cpu *cpu, const struct machine_insn *insn,
		   struct machine_exit *exit)
{
	const bool write = insn->op == MACHINE_STORE;
	const struct machine_walk walk = machine_translate(
		cpu, insn->va, write ? ACCESS_WRITE : ACCESS_READ);
	uint64_t value = get(cpu, insn->rt);

	if (insn->va & (insn->width - 1u))
		machine_fail("an access that is not aligned");
	if (walk.fault)
		return fault(insn->va, &walk, ESR_EC_DABT_LOW, syndrome(insn),
			     exit);
	cpu->guest->pa = walk.pa;
	if (write) {
		memcpy(machine_phys(walk.pa), &value, insn->width);
	} else {
		value = 0;
		memcpy(&value, machine_phys(walk.pa), insn->width);
		set(cpu, insn->rt, extend(insn, value));
	}
	if (machine.config.accessed)
		machine.config.accessed(cpu->guest, insn, walk.ipa, walk.pa,
					value);
	return done(cpu);
}

static bool fetch(struct machine_cpu *cpu, const struct machine_insn *insn,
		  struct machine_exit *exit)
{
	const struct machine_walk walk =
		machine_translate(cpu, insn->va, ACCESS_FETCH);

	if (walk.fault)
		return fault(insn->va, &walk, ESR_EC_IABT_LOW, 0, exit);
	cpu->guest->pa = walk.pa;
	cpu->pc = insn->va;
	if (machine.config.accessed)
		machine.config.accessed(cpu->guest, insn, walk.ipa, walk.pa, 0);
	return true;
}

static bool floating_point(struct machine_cpu *cpu,
			   const struct machine_insn *insn,
			   struct machine_exit *exit)
{
	const uint64_t iss = ESR_CV | BITS_PUT(ESR_COND, 0xe);
	uint64_t *v = cpu->v[insn->rt % 32];

	if (BITS_GET(machine_seen(cpu, R_CPACR_EL1), CPACR_FPEN) != 3) {
		cpu->reg[R_ESR_EL1] =
			BITS_PUT(ESR_EC, ESR_EC_FP_ASIMD) | ESR_IL | iss;
		machine_take_el1(cpu, 0);
		return true;
	}
	if (machine_seen(cpu, R_CPTR_EL2) & CPTR_TFP)
		return trap(exit, ESR_EC_FP_ASIMD, iss);
	v[0] += insn->amount;
	set(cpu, insn->rt, v[0]);
	return done(cpu);
}

static bool exception_return(struct machine_cpu *cpu)
{
	const uint64_t mode = cpu->reg[R_SPSR_EL1] & 0x1f;

	if (cpu->el == 0)
		return undefined(cpu);
	if (mode != SPSR_M_EL0T && mode != SPSR_M_EL1T && mode != SPSR_M_EL1H)
		machine_fail("the guest's ERET to mode %#llx",
			     (unsigned long long)mode);
	cpu->pc = cpu->reg[R_ELR_EL1];
	cpu->pstate = cpu->reg[R_SPSR_EL1];
	cpu->el = (unsigned)mode >> 2;
	return true;
}

static bool serror(struct machine_cpu *cpu, struct machine_exit *exit)
{
	if (!(machine_seen(cpu, R_HCR_EL2) & HCR_AMO))
		machine_fail("an SError that is not routed to EL2");
	trap(exit, ESR_EC_SERROR, 0);
	exit->kind = EXIT_SERROR;
	return true;
}

static bool set_way(struct machine_cpu *cpu, const struct machine_insn *insn,
		    struct machine_exit *exit)
{
	if (cpu->el == 0)
		return undefined(cpu);
	if (machine_seen(cpu, R_HCR_EL2) & HCR_TSW)
		return trap(exit, ESR_EC_SYS64,
			    SYSREG(1, 0, 7, insn->amount, 2) |
				    BITS_PUT(SYSREG_RT, insn->rt));
	return done(cpu);
}

bool machine_execute(struct machine_cpu *cpu, const struct machine_insn *insn,
		     struct machine_exit *exit)
{
	switch (insn->op) {
	case MACHINE_NOP:
		return pass(cpu, insn->amount);
	case MACHINE_HVC:
	case MACHINE_SMC:
		return call(cpu, insn, exit);
	case MACHINE_WFI:
	case MACHINE_WFE:
		return wait(cpu, insn->op == MACHINE_WFE, exit);
	case MACHINE_MRS:
	case MACHINE_MSR:
		return system_register(cpu, insn, exit);
	case MACHINE_LOAD:
	case MACHINE_STORE:
		return access(cpu, insn, exit);
	case MACHINE_FETCH:
		return fetch(cpu, insn, exit);
	case MACHINE_FP:
		return floating_point(cpu, insn, exit);
	case MACHINE_ERET:
		return exception_return(cpu);
	case MACHINE_DC_SW:
		return set_way(cpu, insn, exit);
	case MACHINE_TLBI:
		machine_tlbi_vmid(cpu, false,
				  machine_seen(cpu, R_HCR_EL2) & HCR_FB);
		return done(cpu);
	case MACHINE_SERROR:
		return serror(cpu, exit);
	case MACHINE_TRAP:
		return trap(exit, (unsigned)insn->amount, 0);
	}
	machine_fail("instruction %d", (int)insn->op);
}
