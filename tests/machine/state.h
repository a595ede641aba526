/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of the machine share; see machine.h first. */
#ifndef MACHINE_STATE_H
#define MACHINE_STATE_H

#include "arch/bits.h"
#include "machine/fiber.h"
#include "machine/machine.h"

/* Index of a register in struct machine_cpu; 0: there is none. */
enum machine_reg {
	R_NONE,
#define MACHINE_REG(name, op0, op1, crn, crm, op2, exists, direction, trap) \
	R_##name,
#include "machine/registers.def"
#undef MACHINE_REG
	R_ICH_LR0_EL2,             /* sixteen                    */
	R_ID = R_ICH_LR0_EL2 + 16, /* CRm 1 to 7, op2 0 to 7     */
	R_DEBUG = R_ID + 56,       /* DBG<B|W><V|C>R<n>_EL1      */
	R_IMPLEMENTATION_DEFINED = R_DEBUG + 64, /* all of them are one     */
	R_COUNT,
};

/* What makes an access of EL1 trap. */
enum machine_trap {
	TRAP_NEVER,
	TRAP_EL2, /* UNDEFINED at EL1 */
	TRAP_TACR,
	TRAP_TVM, /* writes only */
	TRAP_TID3,
	TRAP_TIDCP,
	TRAP_TERR,
	TRAP_TLOR,
	TRAP_TDA,
	TRAP_TDRA,
	TRAP_TDOSA,
	TRAP_TPM,
	TRAP_TPMCR,
	TRAP_TIDR,
	TRAP_MPAM1,
	TRAP_MPAM0,
	TRAP_PCTEN,
	TRAP_PCEN,
	TRAP_ICC_COMMON,
	TRAP_ICC_GROUP0,
	TRAP_ICC_GROUP1,
	TRAP_ICC_DIR,
	TRAP_ICC_SGI,
	TRAP_ICC_SRE,
};

enum machine_direction { DIRECTION_RW, DIRECTION_RO, DIRECTION_WO };

struct machine_register {
	uint8_t trap;      /* enum machine_trap      */
	uint8_t direction; /* enum machine_direction */
	bool exists;
};

/* 32 interrupts of the physical GIC. */
struct machine_irqs {
	uint32_t latch, line, enabled, edge, active;
	uint8_t priority[32];
	uint8_t target[32];
};

/* One translation that a TLB holds. */
struct machine_tlb_entry {
	bool valid;
	bool combined; /* tagged by VA and ASID: stages 1 and 2           */
	uint8_t level; /* of the descriptor                               */
	uint16_t vmid;
	uint32_t asid;
	uint64_t tag;  /* IPA or VA, its low bits cleared                 */
	uint64_t root; /* VTTBR_EL2.BADDR when it was made                */
	uint64_t desc; /* table, block or page                            */
	uint64_t ipa;  /* of combined ones, as tag                        */
};

#define MACHINE_TLB_SIZE 64u

enum machine_life { LIFE_OFF, LIFE_ON, LIFE_WAITING, LIFE_ENDED };

struct machine_cpu {
	struct fiber fiber;
	void (*main)(void *arg);
	void *arg;
	unsigned number;
	enum machine_life life;
	bool wakes_virtual; /* WAITING in a guest: a virtual interrupt, too */

	uint64_t reg[R_COUNT]; /* what MRS reads */
	uint64_t v[32][2], fpcr, fpsr;
	unsigned el;
	uint64_t daif; /* at EL2 */
	uint64_t made; /* steps of its own */
	uint64_t masked_since, longest_masked;

	/* A guest's, while el is below 2. */
	uint64_t x[31], pc, pstate;
	struct machine_guest *guest;

	struct machine_irqs private; /* SGIs and PPIs                      */
	uint8_t running[32];         /* active priorities, innermost last  */
	unsigned depth;
	bool irq;    /* the physical CPU interface signals one */
	bool serror; /* one is pending, with this ISS       */
	uint64_t serror_iss;

	uint64_t timer_next; /* when a timer's output changes next */

	struct machine_tlb_entry tlb[MACHINE_TLB_SIZE];
};

struct machine {
	struct machine_config config;
	struct machine_cpu cpu[MACHINE_CPUS];
	struct machine_cpu *current; /* whose instructions these are */
	struct machine_cpu *stopped; /* who machine_run() left       */
	bool running;                /* machine_run() is under way   */
	struct fiber outside;        /* machine_run()'s caller */
	enum machine_end end;
	uint64_t steps, limit;
	uint64_t made; /* by all CPUs */
	uint64_t next_switch, next_event;
	uint64_t random;
	unsigned quantum_bits;
	bool checking;
	struct machine_irqs spi[MACHINE_SPIS / 32];
	struct machine_register info[R_COUNT];
};

extern MACHINE_LOCAL struct machine machine;

/* What the hardware makes of a register now. */
static inline uint64_t machine_seen(const struct machine_cpu *cpu,
				    enum machine_reg id)
{
	return cpu->reg[id];
}

/* cpu.c */
uint64_t machine_random64(void);
/* The steps pass on this CPU, or fewer: an interrupt or a switch may come. */
uint64_t machine_pass(uint64_t steps);
/* The CPU waits until it is woken; by a virtual interrupt, too, in a guest. */
void machine_wait(struct machine_cpu *cpu, bool guest);
/* Something may have happened that wakes the CPU. */
void machine_wake(struct machine_cpu *cpu);
void machine_set_daif(struct machine_cpu *cpu, uint64_t daif);
_Noreturn void machine_halt(void);

/* sysreg.c */
void machine_registers_make(void);
void machine_registers_reset(struct machine_cpu *cpu);
/* Index of the register with this key, R_NONE for none. */
enum machine_reg machine_reg_of(unsigned key);
uint64_t machine_reg_read(struct machine_cpu *cpu, enum machine_reg id);
void machine_reg_write(struct machine_cpu *cpu, enum machine_reg id,
		       uint64_t value);
const char *machine_reg_name(enum machine_reg id);

/* gic.c */
/* Look anew whether the CPU has an interrupt. */
void machine_gic_update(struct machine_cpu *cpu);
void machine_gic_ppi(struct machine_cpu *cpu, uint32_t intid, bool level);
void machine_gic_deactivate(struct machine_cpu *cpu, uint32_t intid);
/* ICC_*_EL1 as the physical interface has it. */
uint64_t machine_icc_read(struct machine_cpu *cpu, enum machine_reg id);
void machine_icc_write(struct machine_cpu *cpu, enum machine_reg id,
		       uint64_t value);

/* interface.c */
/* ICC_*_EL1 as the virtual interface has it (ICV_*_EL1). */
uint64_t machine_icv_read(struct machine_cpu *cpu, enum machine_reg id);
void machine_icv_write(struct machine_cpu *cpu, enum machine_reg id,
		       uint64_t value);
uint64_t machine_ich_read(const struct machine_cpu *cpu, enum machine_reg id);
/* ICH_*_EL2 was written. */
void machine_ich_written(struct machine_cpu *cpu, enum machine_reg id);
bool machine_virq(const struct machine_cpu *cpu);
bool machine_vfiq(const struct machine_cpu *cpu);
/* Fails if the list registers are what the architecture forbids. */
void machine_ich_check(const struct machine_cpu *cpu);

/* timer.c */
void machine_timers_update(struct machine_cpu *cpu);
uint64_t machine_timer_read(struct machine_cpu *cpu, enum machine_reg id);
void machine_timer_write(struct machine_cpu *cpu, enum machine_reg id,
			 uint64_t value);
/* When a timer does something next, on any CPU; UINT64_MAX: never. */
uint64_t machine_timers_next(void);

/* memory.c */
void machine_memory_make(void);
/* False: nothing is allocated there. */
bool machine_is_allocated(uint64_t pa);

/* tlb.c */
enum machine_access { ACCESS_READ, ACCESS_WRITE, ACCESS_FETCH };

struct machine_walk {
	bool fault;
	bool permission;
	uint8_t level;
	uint64_t ipa, pa;
};

struct machine_walk machine_translate(struct machine_cpu *cpu, uint64_t va,
				      enum machine_access access);
void machine_at_s1e1r(struct machine_cpu *cpu, uint64_t va);
void machine_tlbi_ipa(struct machine_cpu *cpu, uint64_t ipa);
/* Combined entries of the current VMID, and the stage-2 ones if both. */
void machine_tlbi_vmid(struct machine_cpu *cpu, bool both, bool everywhere);
/* On this CPU, null for all of them. */
void machine_tlbi_all(const struct machine_cpu *only);
/* Fails if a TLB has a translation that leads to the page. */
void machine_tlb_forgot(uint64_t pa);

/* trap.c */
/* Whether this access by EL1 traps to EL2, is UNDEFINED, or executes. */
enum machine_verdict { VERDICT_EXECUTE, VERDICT_TRAP, VERDICT_UNDEFINED };
enum machine_verdict machine_verdict(const struct machine_cpu *cpu,
				     enum machine_reg id, bool read);
/* ICC_*_EL1 of EL1 is the virtual interface's. */
bool machine_is_virtual(const struct machine_cpu *cpu, enum machine_reg id);

/* guest.c */
/* The library's list of CPUs is empty, as at boot. */
void machine_forget_cpus(void);
void machine_serve_irq(struct machine_cpu *cpu);
/* EL2 takes the SError that is pending. */
void machine_el2_serror(struct machine_cpu *cpu);

#endif
