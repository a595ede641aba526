/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world switch, as src/hw/vectors.S has it, and exceptions: what leaves
 * the guest, what it takes itself, and what is UNKNOWN then.
 */
#include <stddef.h>

#include <arm_vcpu/trap_frame.h>

#include "arch/el2.h"
#include "arch/esr.h"
#include "arch/spsr.h"
#include "hw/guest.h"
#include "machine/guest.h"

/* src/trap */
unsigned arm_guest_sync(struct arm_vcpu *vcpu);
unsigned arm_guest_sync_checked(struct arm_vcpu *vcpu);
unsigned arm_guest_irq(struct arm_vcpu *vcpu, unsigned fiq);
unsigned arm_guest_serror(struct arm_vcpu *vcpu);
void arm_el2_irq(void);
void arm_el2_fatal(struct arm_pcpu *pcpu, struct arm_trap_frame *frame,
		   unsigned vector);
/* src/vcpu */
struct arm_pcpu *arm_pcpu_here(void);

struct arm_pcpu *_Atomic arm_hw_cpus;

static _Alignas(0x800) const char vectors[0x800];
_Alignas(0x800) const char arm_guarded_vectors[0x800];

uintptr_t arm_hw_vectors(void)
{
	return (uintptr_t)vectors;
}

void machine_forget_cpus(void)
{
	arm_hw_cpus = NULL;
}

static bool routes_irq(const struct machine_cpu *cpu)
{
	return machine_seen(cpu, R_HCR_EL2) & HCR_IMO;
}

void machine_serve_irq(struct machine_cpu *cpu)
{
	const uint64_t daif = cpu->daif;
	const uint64_t elr = cpu->reg[R_ELR_EL2], spsr = cpu->reg[R_SPSR_EL2];

	/* Masked at EL2 while it is not routed there (D1.3.6). */
	if (!routes_irq(cpu))
		return;
	if (machine_seen(cpu, R_VBAR_EL2) != arm_hw_vectors() &&
	    machine_seen(cpu, R_VBAR_EL2) != (uintptr_t)arm_guarded_vectors)
		machine_fail("an interrupt, and VBAR_EL2 is not ours");
	machine_set_daif(cpu, SPSR_DAIF);
	cpu->reg[R_ELR_EL2] = machine_random64();
	cpu->reg[R_SPSR_EL2] = machine_random64();
	arm_el2_irq();
	cpu->reg[R_ELR_EL2] = elr;
	cpu->reg[R_SPSR_EL2] = spsr;
	machine_set_daif(cpu, daif);
}

void machine_el2_serror(struct machine_cpu *cpu)
{
	struct arm_trap_frame frame = {0};

	/* Never taken at EL2 while it is not routed there (D1.3.6). */
	if (!(machine_seen(cpu, R_HCR_EL2) & HCR_AMO))
		return;
	cpu->serror = false;
	machine_set_daif(cpu, SPSR_DAIF);
	cpu->reg[R_ESR_EL2] =
		BITS_PUT(ESR_EC, ESR_EC_SERROR) | ESR_IL | cpu->serror_iss;
	arm_el2_fatal(arm_pcpu_here(), &frame, 7);
}

void machine_take_el1(struct machine_cpu *cpu, uint64_t offset)
{
	const unsigned from = (unsigned)BITS_GET(cpu->pstate, SPSR_EL);
	const uint64_t group = !from                   ? VECTOR_LOWER_A64
			       : cpu->pstate & SPSR_SP ? VECTOR_CURRENT_SPX
						       : VECTOR_CURRENT_SP0;

	cpu->reg[R_SPSR_EL1] = cpu->pstate;
	cpu->reg[R_ELR_EL1] = cpu->pc;
	cpu->pstate = (cpu->pstate & SPSR_NZCV) | SPSR_DAIF | SPSR_M_EL1H;
	cpu->pc = (machine_seen(cpu, R_VBAR_EL1) & VBAR_BASE) + group + offset;
	cpu->el = 1;
}

void machine_undefined(struct machine_cpu *cpu)
{
	cpu->reg[R_ESR_EL1] = ESR_IL;
	machine_take_el1(cpu, 0);
}

static void save(struct machine_cpu *cpu, struct arm_trap_frame *frame,
		 uint64_t elr)
{
	cpu->reg[R_ELR_EL2] = elr;
	cpu->reg[R_SPSR_EL2] = cpu->pstate;
	cpu->el = 2;
	machine_set_daif(cpu, SPSR_DAIF);
	for (unsigned n = 0; n < 31; n++)
		frame->gpr[n] = cpu->x[n];
	frame->elr = elr;
	frame->spsr = cpu->pstate;
}

/* ERET. x19 to x29 are those that C has preserved, unless it says that it
 * changed them in the frame. */
static void load(struct machine_cpu *cpu, const struct arm_trap_frame *frame,
		 bool full)
{
	const uint64_t mode = frame->spsr & 0x1f;

	for (unsigned n = 0; n < 31; n++)
		if (full || n < 19 || n == 30)
			cpu->x[n] = frame->gpr[n];
	if (mode != SPSR_M_EL0T && mode != SPSR_M_EL1T && mode != SPSR_M_EL1H)
		machine_fail("ERET to mode %#llx", (unsigned long long)mode);
	if (machine_seen(cpu, R_HCR_EL2) & HCR_E2H ||
	    !(machine_seen(cpu, R_HCR_EL2) & HCR_RW))
		machine_fail("ERET with HCR_EL2 %#llx",
			     (unsigned long long)machine_seen(cpu, R_HCR_EL2));
	machine_ich_check(cpu);
	cpu->pc = frame->elr;
	cpu->pstate = frame->spsr;
	cpu->el = (unsigned)mode >> 2;
	machine_set_daif(cpu, 0);
}

/* How an instruction ended. */
static unsigned leave(struct machine_cpu *cpu, struct arm_vcpu *vcpu,
		      const struct machine_exit *exit)
{
	struct arm_trap_frame *frame = (void *)vcpu;
	const struct arm_pcpu *pcpu = vcpu->pcpu;

	if (machine_seen(cpu, R_VBAR_EL2) !=
	    (pcpu->guard || pcpu->checks_stage1 ? (uintptr_t)arm_guarded_vectors
						: arm_hw_vectors()))
		machine_fail("a guest is left by the wrong vectors");
	if (exit->kind == EXIT_IRQ) {
		save(cpu, frame, cpu->pc);
		return arm_guest_irq(vcpu, 0);
	}
	cpu->reg[R_ESR_EL2] = exit->esr;
	cpu->reg[R_FAR_EL2] = exit->far_known ? exit->far : machine_random64();
	cpu->reg[R_HPFAR_EL2] = exit->ipa_known
					? BITS_PUT(HPFAR_FIPA, exit->ipa >> 12)
					: machine_random64() & HPFAR_FIPA;
	save(cpu, frame, cpu->pc + exit->advance);
	machine_trace("exit, ESR %#llx, PC %#llx",
		      (unsigned long long)exit->esr,
		      (unsigned long long)frame->elr);
	return exit->kind == EXIT_SERROR ? arm_guest_serror(vcpu)
	       : pcpu->checks_stage1     ? arm_guest_sync_checked(vcpu)
					 : arm_guest_sync(vcpu);
}

/* Interrupts come between instructions. */
static bool interrupted(struct machine_cpu *cpu, struct machine_exit *exit)
{
	const bool routed = routes_irq(cpu);

	if (cpu->serror && (machine_seen(cpu, R_HCR_EL2) & HCR_AMO)) {
		cpu->serror = false;
		exit->kind = EXIT_SERROR;
		exit->esr = BITS_PUT(ESR_EC, ESR_EC_SERROR) | ESR_IL |
			    cpu->serror_iss;
		return true;
	}
	if (cpu->irq && routed) {
		exit->kind = EXIT_IRQ;
		return true;
	}
	if (!(cpu->pstate & SPSR_F) && machine_vfiq(cpu) &&
	    (machine_seen(cpu, R_HCR_EL2) & HCR_FMO))
		machine_take_el1(cpu, 0x100);
	else if (!(cpu->pstate & SPSR_I) &&
		 (routed ? machine_virq(cpu) : cpu->irq))
		machine_take_el1(cpu, 0x80);
	return false;
}

static void ask(struct machine_cpu *cpu)
{
	struct machine_guest *guest = cpu->guest;
	struct machine_state state = {
		.x = cpu->x,
		.pc = cpu->pc,
		.pstate = cpu->pstate,
		.again = guest->open && guest->pc == cpu->pc,
		.pa = guest->pa,
	};

	if (!state.again)
		guest->insn = (struct machine_insn){.rt = 31, .width = 8};
	guest->next(guest, &state, &guest->insn);
	guest->open = true;
	guest->pc = cpu->pc;
}

/* The guest runs until something takes it to EL2. */
static unsigned execute(struct machine_cpu *cpu, struct arm_vcpu *vcpu)
{
	struct machine_exit exit = {.kind = EXIT_NONE};

	do {
		machine_step();
		if (interrupted(cpu, &exit))
			break;
		ask(cpu);
		if (machine_execute(cpu, &cpu->guest->insn, &exit))
			cpu->guest->open = false;
	} while (exit.kind == EXIT_NONE);
	return leave(cpu, vcpu, &exit);
}

void arm_hw_guest_enter(struct arm_vcpu *vcpu)
{
	struct machine_cpu *cpu = machine.current;
	struct arm_trap_frame *frame = (void *)vcpu;
	const uint64_t host_sp_el0 = cpu->reg[R_SP_EL0];
	unsigned verdict = ARM_RESUME_FULL;

	if ((cpu->daif & (SPSR_I | SPSR_F)) != (SPSR_I | SPSR_F))
		machine_fail("into the guest with interrupts on");
	cpu->guest = machine.config.guest_of(vcpu);
	cpu->reg[R_SP_EL0] = frame->sp_el0;
	while (verdict != ARM_TO_HOST) {
		load(cpu, frame, verdict == ARM_RESUME_FULL);
		verdict = execute(cpu, vcpu);
	}
	frame->sp_el0 = cpu->reg[R_SP_EL0];
	cpu->reg[R_SP_EL0] = host_sp_el0;
	cpu->guest = NULL;
}
