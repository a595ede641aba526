/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated machine: the twin of src/hw for a PC.
 *
 * The library's rooms are compiled as they are; "hw/..." resolves to
 * tests/machine/hw, where every instruction is a call into this machine. It
 * has 1 to 8 CPUs. Each is a coroutine with its own stack (fiber.c), registers
 * (registers.def), GIC CPU interface, timers and TLB. Exactly one runs; at each
 * operation of hw/ and before each access to a word that CPUs share
 * (arm_hw_shared) another one may go on instead. Which one, and everything else
 * that is random here, comes from one seed: a run is repeated by its seed.
 *
 *   cpu.c       the CPUs: steps, who goes on, waiting, interrupts at EL2
 *   sysreg.c    what a read or write of a system register does
 *   gic.c       the physical GICv3: distributor and CPU interfaces
 *   interface.c the virtual CPU interface: list registers (IHI 0069 4.8)
 *   icv.c       its registers, ICV_*_EL1
 *   timer.c     the counter and the timers; the time is the number of steps
 *   memory.c    physical memory, and pages for the host's tables
 *   tlb.c       stage-2 walks, and TLBs that keep what they have seen
 *   trap.c      which accesses of EL1 trap, by the EL2 controls of the CPU
 *   guest.c     the world switch, and exceptions
 *   insn.c      the instructions of guests
 *
 * A guest has no code. The CPU asks it for each instruction (struct
 * machine_guest), and does what the architecture says: executes it or traps,
 * as HCR_EL2 and its like have it at that moment. What the architecture leaves
 * UNKNOWN is random. What EL2 must never do (an UNDEFINED register, one
 * interrupt in two list registers, a valid descriptor replaced by another,
 * freeing a page that a TLB still knows ...) ends the run: machine_fail().
 *
 * The order is strong for now. Two copies of what may be late are foreseen:
 * machine_seen() is what the hardware makes of a register (as opposed to what
 * MRS reads), and barriers come to cpu.c.
 */
#ifndef MACHINE_MACHINE_H
#define MACHINE_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "hw/key.h"

struct arm_vcpu;
struct machine_guest;
struct machine_insn;

/* Real threads (tests/threads): each has a machine of its own, of which it is
 * one CPU. */
#ifdef MACHINE_THREADS
#define MACHINE_LOCAL _Thread_local
#else
#define MACHINE_LOCAL
#endif

#define MACHINE_CPUS 8u
#define MACHINE_SPIS 96u

/* Physical PPIs of the machine. */
#define MACHINE_PPI_MAINTENANCE 25u
#define MACHINE_PPI_HYPERVISOR  26u /* CNTHP */
#define MACHINE_PPI_VIRTUAL     27u /* CNTV  */
#define MACHINE_PPI_PHYSICAL    30u /* CNTP  */

/* What an observer is told of. */
enum machine_maintenance {
	MACHINE_DSB_SY,
	MACHINE_DSB_ISH,
	MACHINE_DSB_ISHST,
	MACHINE_TLBI_IPAS2E1IS, /* operand: the IPA */
	MACHINE_TLBI_VMALLE1IS,
	MACHINE_TLBI_VMALLS12E1IS,
	MACHINE_TLBI_ALLE1IS,
	MACHINE_TLBI_ALLE1, /* on this CPU only */
	MACHINE_DC_CIVAC,   /* operand: the address at EL2 */
};

struct machine_config {
	uint64_t seed;
	unsigned cpus;
	unsigned list_registers; /* 1 to 16 */
	unsigned priority_bits;  /* 5 to 7: of the virtual CPU interface */
	bool vmid16;             /* VMIDs of 16 bits */
	bool ras, fgt, hcx, lor, aarch32, pmu, amu, mpam, fwb;
	bool fgt2;       /* and fgt */
	bool traps_dir;  /* ICH_VTR_EL2.TDS */
	bool eoi_counts; /* EOIcount counts with EOImode 1, as QEMU 7.2 does */
	bool trace;      /* print what happens */
	/* MIDR_EL1 of each CPU; 0: Cortex-A72 r0p3. */
	uint64_t midr[MACHINE_CPUS];

	bool still; /* the time goes on by machine_set_time() alone */

	/* The guest that this vCPU executes. */
	struct machine_guest *(*guest_of)(struct arm_vcpu *vcpu);
	/* SMC of EL2, or of a guest whose SMCs do not trap; x0 to x17. Null:
	 * x0 becomes -1. */
	void (*smc)(uint64_t regs[18]);
	/* Before barriers and TLB maintenance of EL2. May be null. */
	void (*maintenance)(enum machine_maintenance what, uint64_t operand);
	/* AT S1E1R of this address fails. May be null: none does. */
	bool (*denied)(uint64_t va);
	/* EL2 has written a system register; key 0: an ISB. May be null. */
	void (*written)(unsigned key, uint64_t value);
	/* After each step, with no CPU in the middle of one. May be null. */
	void (*check)(void);
	/* A guest has executed an access of a system register itself, or one of
	 * memory at pa. Both may be null. */
	void (*executed)(struct machine_guest *guest, unsigned key, bool read,
			 uint64_t value);
	void (*accessed)(struct machine_guest *guest,
			 const struct machine_insn *insn, uint64_t ipa,
			 uint64_t pa, uint64_t value);
	/* Instead of sleeping where no machine_run() runs: until the CPU is
	 * awake. May be null. */
	void (*sleep)(void);
	/* Before a failed run ends. May be null; need not return. */
	void (*failed)(void);
};

/* A machine after reset: CPUs at EL2 with interrupts masked. One at a time. */
void machine_make(const struct machine_config *config);
/* What CPU number does: main(arg), at EL2. Before machine_run(). */
void machine_start(unsigned cpu, void (*main)(void *arg), void *arg);

enum machine_end {
	MACHINE_DONE,  /* main() has returned on every CPU            */
	MACHINE_LIMIT, /* so many steps have been made                */
	MACHINE_STUCK, /* every CPU waits, and nothing will wake one  */
};

/* Run for at most so many steps more. May be called again after LIMIT. */
enum machine_end machine_run(uint64_t steps);

/* Steps since machine_make(): CNTPCT_EL0. */
uint64_t machine_now(void);
/* Those of them that some CPU has made: not the time that flew. */
uint64_t machine_made(void);
/* A number below bound, from the seed; bound is not 0. */
uint32_t machine_random(uint32_t bound);
/* This is not what the architecture, or the library, allows. */
__attribute__((format(printf, 1, 2))) _Noreturn void
machine_fail(const char *format, ...);
__attribute__((format(printf, 1, 2))) void machine_trace(const char *format,
							 ...);

/*
 * Without machine_run(): what the caller does from here on is done by this CPU,
 * which is CPU 0 after machine_make(). No other one goes on meanwhile, and the
 * time flies when it waits.
 */
void machine_be(unsigned cpu);
/* The same: the time is this now; it may go back. */
void machine_set_time(uint64_t now);

/* ---- For the host's code on a CPU --------------------------------------- */

/* The calling CPU's number. */
unsigned machine_cpu(void);
/* One step that does nothing. */
void machine_step(void);
/* The same, in a loop that waits for another CPU: that one may go on. */
void machine_yield(void);
/* WFI at EL2: until the CPU has an interrupt, masked or not. */
void machine_wfi(void);
/* The longest that this CPU had interrupts masked at EL2 without waiting for
 * one, in its own steps. */
uint64_t machine_longest_masked(unsigned cpu);

/* A physical SError is pending at a CPU, with this syndrome. */
void machine_pend_serror(unsigned cpu, uint64_t iss);

/* ---- The physical GIC ---------------------------------------------------- */

/* Enable an interrupt; cpu: whose, for SGIs and PPIs, or where an SPI goes. */
void machine_gic_enable(unsigned cpu, uint32_t intid, uint8_t priority,
			bool edge);
/* The input of an SPI: each rise of an edge-triggered one makes it pending. */
void machine_gic_line(uint32_t intid, bool level);
/* An SGI from anywhere to a CPU, as ICC_SGI1R_EL1 sends it. */
void machine_gic_send(unsigned cpu, uint32_t intid);
bool machine_gic_active(unsigned cpu, uint32_t intid);

/* ---- Physical memory ----------------------------------------------------- */

#define MACHINE_NO_PAGE UINT64_MAX

/* 2^order pages of 4 KiB with something in them; order is at most 4. */
uint64_t machine_alloc_pages(unsigned order);
/* Fails if a TLB still holds anything about these pages. */
void machine_free_pages(uint64_t pa, unsigned order);
/* Pages that are allocated. */
unsigned machine_pages_out(void);
/* Where EL2 sees pa; contiguous within 64 KiB. */
void *machine_phys(uint64_t pa);
/* TLB entries of all CPUs under a VMID. */
unsigned machine_tlb_entries(unsigned vmid);

/* ---- Guests ---------------------------------------------------------------
 */

enum machine_op {
	MACHINE_NOP, /* amount: for so many steps                        */
	MACHINE_HVC, /* amount: the immediate                            */
	MACHINE_SMC, /* amount: the immediate                            */
	MACHINE_WFI,
	MACHINE_WFE,
	MACHINE_MRS,    /* key, a MACHINE_SYSREG(), into x[rt]               */
	MACHINE_MSR,    /* key from x[rt]                                   */
	MACHINE_LOAD,   /* from va, width bytes, into x[rt]                 */
	MACHINE_STORE,  /* to va                                            */
	MACHINE_FETCH,  /* an instruction from va, which becomes PC         */
	MACHINE_FP,     /* amount: added to V<rt>; the sum goes to x[rt]    */
	MACHINE_ERET,   /* from EL1 to EL1 or EL0                           */
	MACHINE_DC_SW,  /* amount: CRm of DC ISW, CSW or CISW              */
	MACHINE_TLBI,   /* VMALLE1, local                                   */
	MACHINE_SERROR, /* a physical SError happens here                   */
	MACHINE_TRAP,   /* amount: an exception class that it traps with    */
};

struct machine_insn {
	enum machine_op op;
	unsigned key;
	uint8_t rt;       /* 31: XZR                                      */
	uint8_t width;    /* 1, 2, 4 or 8                                 */
	bool sign_extend; /* of a load                                    */
	bool wide;        /* Rt is 64 bits                                */
	bool no_syndrome; /* as of a load of a pair                       */
	uint64_t va;
	uint64_t amount;
};

/* What a guest sees of its CPU when it is asked. */
struct machine_state {
	uint64_t *x; /* x0 to x30; may be written                       */
	uint64_t pc;
	uint64_t pstate; /* as SPSR_EL2 has it                              */
	bool again;      /* the instruction before was not completed: *insn
			  * still is it, and PC is where it was             */
	uint64_t pa;     /* of the last load or store                       */
};

struct machine_guest {
	/* What does it execute next? On the CPU that the vCPU is bound to. */
	void (*next)(struct machine_guest *guest,
		     const struct machine_state *state,
		     struct machine_insn *insn);
	/* The rest is the machine's. */
	struct machine_insn insn;
	bool open;   /* insn has not completed */
	uint64_t pc; /* where it is */
	uint64_t pa;
};

#endif
